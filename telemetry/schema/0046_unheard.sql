-- What was amiss with a vehicle that is heard no more is closed by the clock as `unheard`.
ALTER TABLE telemetry.alert
    DROP CONSTRAINT alert_outcome_check,
    ADD CONSTRAINT alert_outcome_check
        CHECK (outcome IN ('over', 'resumed', 'unheard', 'resolved', 'dismissed', 'withdrawn'));
