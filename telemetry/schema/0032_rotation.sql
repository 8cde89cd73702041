-- How often a webhook's secret was replaced; the one before signs beside it until `former_until`.
ALTER TABLE telemetry.webhook
    ADD COLUMN rotations integer NOT NULL DEFAULT 0,
    ADD COLUMN former_until timestamptz;
