-- What was said of a visit before it was corrected is shown to whose vehicle it was, as the visit.
ALTER TABLE telemetry.visit_before ADD COLUMN operator text;
UPDATE telemetry.visit_before SET operator = said ->> 'operator';
ALTER TABLE telemetry.visit_before
    ALTER COLUMN operator SET NOT NULL,
    ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON telemetry.visit_before
    USING (operator = current_setting('octroi.operator', true));

-- Alerts are corrected as visits are. One that a late position shows to have been none is closed as
-- `withdrawn`; what was said of an alert before is kept as long as the alert.
ALTER TABLE telemetry.alert
    ADD COLUMN corrected_at timestamptz,
    DROP CONSTRAINT alert_outcome_check,
    ADD CONSTRAINT alert_outcome_check
        CHECK (outcome IN ('over', 'resumed', 'resolved', 'dismissed', 'withdrawn'));
CREATE TABLE telemetry.alert_before (
    id uuid NOT NULL REFERENCES telemetry.alert (id) ON DELETE CASCADE,
    corrected_at timestamptz NOT NULL,
    late bigint NOT NULL,
    said jsonb NOT NULL,
    PRIMARY KEY (id, corrected_at)
);
ALTER TABLE telemetry.alert_before ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON telemetry.alert_before
    USING (EXISTS (SELECT FROM telemetry.alert a WHERE a.id = alert_before.id));

-- That an alert is said otherwise is news to whoever was told of it.
CREATE OR REPLACE FUNCTION telemetry.post_alert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ranks text[] := ARRAY['low', 'medium', 'high', 'critical'];
    told text := CASE
        WHEN TG_OP = 'INSERT' AND NEW.state = 'open' THEN 'alert.opened'
        WHEN TG_OP = 'UPDATE' AND NEW.corrected_at IS DISTINCT FROM OLD.corrected_at
            THEN 'alert.corrected'
        WHEN TG_OP = 'UPDATE' AND NEW.level > OLD.level THEN 'alert.escalated'
        ELSE 'alert.' || NEW.state END;
BEGIN
    INSERT INTO telemetry.delivery (webhook, event, at, alert, next_at)
    SELECT id, told, NEW.changed_at, to_jsonb(NEW), NEW.changed_at FROM telemetry.webhook
    WHERE removed_at IS NULL AND disabled_at IS NULL
      AND (operator IS NULL AND level <= NEW.level
           OR operator IN (NEW.operator, NEW.other_operator))
      AND (layer IS NULL OR layer = NEW.layer)
      AND array_position(ranks, severity) <= array_position(ranks, NEW.severity);
    RETURN NULL;
END $$;
DROP TRIGGER alert_change_is_posted ON telemetry.alert;
CREATE TRIGGER alert_change_is_posted AFTER UPDATE ON telemetry.alert
    FOR EACH ROW WHEN ((OLD.state, OLD.severity, OLD.level, OLD.assignee, OLD.corrected_at)
        IS DISTINCT FROM (NEW.state, NEW.severity, NEW.level, NEW.assignee, NEW.corrected_at))
    EXECUTE FUNCTION telemetry.post_alert();
