-- The second wall between operators, see permits/schema/0008_wall.sql: whoever acts as
-- octroi_operator sees the visits of its vehicles, and the alerts that are about one of them.
ALTER TABLE telemetry.visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE telemetry.alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE telemetry.alert_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON telemetry.visit USING (operator = current_setting('octroi.operator', true));
CREATE POLICY own ON telemetry.alert
    USING (current_setting('octroi.operator', true) IN (operator, other_operator));
CREATE POLICY own ON telemetry.alert_event
    USING (EXISTS (SELECT FROM telemetry.alert a WHERE a.id = alert_event.alert_id));

-- What is compressed takes no policies: operators read positions through this view alone.
CREATE VIEW telemetry.own_observation WITH (security_barrier) AS
SELECT id, operator, vehicle, at, lon, lat, alt_m, speed_mps FROM telemetry.observation
WHERE current_user <> 'octroi_operator' OR operator = current_setting('octroi.operator', true);
