-- Rows of the history are found by one number made of both names of their vehicle: to compare texts
-- took half of what it cost to write a row down. Who looks for rows says the names beside it.
CREATE FUNCTION telemetry.track_of(operator text, vehicle text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashtextextended(vehicle, hashtext(operator)::bigint)
$$;

-- No two positions of a vehicle are of one instant, mostly: nothing to look for that is the same.
DROP INDEX telemetry.observation_track;
DROP INDEX telemetry.verdict_track;
CREATE INDEX observation_track ON telemetry.observation (telemetry.track_of(operator, vehicle), at)
    WITH (deduplicate_items = off);
CREATE INDEX verdict_track ON telemetry.verdict (telemetry.track_of(operator, vehicle), at)
    WITH (deduplicate_items = off);

-- Ids rise as rows come, so that a few bytes for many pages tell where those after one are.
DROP INDEX telemetry.observation_name;
DROP INDEX telemetry.observation_came;
DROP INDEX telemetry.verdict_came;
CREATE INDEX observation_came ON telemetry.observation USING brin (id, at, recorded_at)
    WITH (pages_per_range = 512, autosummarize = on);
CREATE INDEX verdict_came ON telemetry.verdict USING brin (at, recorded_at)
    WITH (pages_per_range = 512, autosummarize = on);

-- What is not on Earth is refused by every format that is read; not asked again of each row.
ALTER TABLE telemetry.observation
    DROP CONSTRAINT observation_lon_check,
    DROP CONSTRAINT observation_lat_check,
    DROP CONSTRAINT observation_h_acc_m_check,
    DROP CONSTRAINT observation_v_acc_m_check;

-- `track` is what the rows are found by.
CREATE OR REPLACE VIEW telemetry.known_observation AS
SELECT id, operator, vehicle, sender, layer, at, received_at, recorded_at, lon, lat, alt_m, alt_ref,
    h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq,
    telemetry.track_of(operator, vehicle) AS track
FROM telemetry.observation
UNION ALL
SELECT id, operator, vehicle, sender, layer, at, received_at, recorded_at, lon, lat, alt_m, alt_ref,
    h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq,
    telemetry.track_of(operator, vehicle) AS track
FROM telemetry.evidence_observation;
CREATE OR REPLACE VIEW telemetry.known_verdict AS
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version, margin_s,
    telemetry.track_of(operator, vehicle) AS track
FROM telemetry.verdict
UNION ALL
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version, margin_s,
    telemetry.track_of(operator, vehicle) AS track
FROM telemetry.evidence_verdict;
CREATE OR REPLACE VIEW telemetry.own_observation WITH (security_barrier) AS
SELECT id, operator, vehicle, at, lon, lat, alt_m, speed_mps,
    telemetry.track_of(operator, vehicle) AS track
FROM telemetry.observation
WHERE current_user <> 'octroi_operator' OR operator = current_setting('octroi.operator', true);
DROP INDEX telemetry.evidence_observation_track;
DROP INDEX telemetry.evidence_verdict_track;
CREATE INDEX evidence_observation_track
    ON telemetry.evidence_observation (telemetry.track_of(operator, vehicle), at);
CREATE INDEX evidence_verdict_track
    ON telemetry.evidence_verdict (telemetry.track_of(operator, vehicle), at);
