-- Whose word a position is: the vehicle's own, or a receiver's.
CREATE OR REPLACE VIEW telemetry.own_observation WITH (security_barrier) AS
SELECT id, operator, vehicle, at, lon, lat, alt_m, speed_mps,
    telemetry.track_of(operator, vehicle) AS track, sender
FROM telemetry.observation
WHERE current_user <> 'octroi_operator' OR operator = current_setting('octroi.operator', true);
