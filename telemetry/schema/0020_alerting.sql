-- How alerts are told: by which figures, to whom, when again, and how they ended.
-- `changed_at` is when the city last said anything of it, `waiting_since` since when it waits for
-- somebody of its `level` to take it up.
ALTER TABLE telemetry.alert
    ADD COLUMN other_operator text,
    ADD COLUMN other_vehicle text,
    ADD COLUMN level smallint NOT NULL DEFAULT 0,
    ADD COLUMN outcome text CHECK (outcome IN ('over', 'resumed', 'resolved', 'dismissed')),
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN waiting_since timestamptz;
UPDATE telemetry.alert SET changed_at = recorded_at, waiting_since = recorded_at,
    outcome = CASE WHEN state = 'closed' THEN 'over' END;
ALTER TABLE telemetry.alert
    ALTER COLUMN changed_at SET NOT NULL,
    ALTER COLUMN waiting_since SET NOT NULL,
    ADD CONSTRAINT alert_ends_somehow CHECK ((state = 'closed') = (outcome IS NOT NULL));
CREATE INDEX alert_waiting ON telemetry.alert (waiting_since) WHERE state = 'open';
CREATE INDEX alert_other ON telemetry.alert (other_operator, opened_at)
    WHERE other_operator IS NOT NULL;

-- What was done about an alert is added to, and never changed. What is deleted with its alert is
-- by whoever says so: `SET LOCAL octroi.expiring = 'on'`.
ALTER TABLE telemetry.alert_event
    ADD COLUMN level smallint NOT NULL DEFAULT 0,
    ADD COLUMN outcome text;
CREATE FUNCTION telemetry.only_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('octroi.expiring', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'telemetry.% is added to, and never changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER alert_event_is_append_only BEFORE UPDATE OR DELETE ON telemetry.alert_event
    FOR EACH ROW EXECUTE FUNCTION telemetry.only_add();

-- What the city decided of when people are told; the latest of a reason counts.
CREATE TABLE telemetry.patience (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason smallint NOT NULL,
    severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    raised_after_s double precision NOT NULL CHECK (raised_after_s >= 0),
    cleared_after_s double precision NOT NULL CHECK (cleared_after_s >= 0),
    near_cleared_after_s double precision NOT NULL CHECK (near_cleared_after_s >= cleared_after_s),
    margin_m double precision NOT NULL CHECK (margin_m >= 0),
    margin_height_m double precision NOT NULL CHECK (margin_height_m >= 0),
    margin_mps double precision NOT NULL CHECK (margin_mps >= 0),
    escalated_after_s double precision NOT NULL CHECK (escalated_after_s >= 0),
    decided_at timestamptz NOT NULL,
    by text NOT NULL,
    act text NOT NULL
);
CREATE TRIGGER patience_is_append_only BEFORE UPDATE OR DELETE ON telemetry.patience
    FOR EACH ROW EXECUTE FUNCTION telemetry.only_add();

-- Who is told of alerts over HTTP: an operator of its own, or somebody of the city (NULL) of all,
-- from a level on. The secret that deliveries are signed with is derived, and kept nowhere.
CREATE TABLE telemetry.webhook (
    id uuid PRIMARY KEY,
    operator text,
    url text NOT NULL,
    layer smallint,
    severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    level smallint NOT NULL CHECK (level >= 0),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    delivered_at timestamptz,
    failing_since timestamptz,
    failure text NOT NULL DEFAULT '',
    disabled_at timestamptz,
    removed_at timestamptz
);

-- The outbox: what is to be delivered, or was; `next_at` NULL once nothing more is tried.
CREATE TABLE telemetry.delivery (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    webhook uuid NOT NULL REFERENCES telemetry.webhook (id),
    event text NOT NULL,
    at timestamptz NOT NULL,
    alert jsonb,
    attempts smallint NOT NULL DEFAULT 0,
    next_at timestamptz,
    delivered_at timestamptz,
    answer text NOT NULL DEFAULT ''
);
CREATE INDEX delivery_due ON telemetry.delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_webhook ON telemetry.delivery (webhook, at);

-- Whoever writes an alert fills the outbox in the same transaction. That a situation goes on is
-- no news.
CREATE FUNCTION telemetry.post_alert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ranks text[] := ARRAY['low', 'medium', 'high', 'critical'];
    told text := CASE
        WHEN TG_OP = 'INSERT' AND NEW.state = 'open' THEN 'alert.opened'
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
CREATE TRIGGER alert_is_posted AFTER INSERT ON telemetry.alert
    FOR EACH ROW EXECUTE FUNCTION telemetry.post_alert();
CREATE TRIGGER alert_change_is_posted AFTER UPDATE ON telemetry.alert
    FOR EACH ROW WHEN ((OLD.state, OLD.severity, OLD.level, OLD.assignee)
        IS DISTINCT FROM (NEW.state, NEW.severity, NEW.level, NEW.assignee))
    EXECUTE FUNCTION telemetry.post_alert();
