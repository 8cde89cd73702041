-- How many seconds a position was within the limit of time that its verdict is about, a permit's
-- window or a longest stay; below 0 beyond it, NULL where the reason is none of time.
ALTER TABLE telemetry.verdict ADD COLUMN margin_s double precision;
ALTER TABLE telemetry.evidence_verdict ADD COLUMN margin_s double precision;
CREATE OR REPLACE VIEW telemetry.known_verdict AS
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version, margin_s
FROM telemetry.verdict
UNION ALL
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version, margin_s
FROM telemetry.evidence_verdict;
