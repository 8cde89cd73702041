-- Positions and verdicts as far as they are known: of days that are kept, and of cases.

CREATE VIEW telemetry.known_observation AS
SELECT id, operator, vehicle, sender, layer, at, received_at, recorded_at, lon, lat, alt_m, alt_ref,
    h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq
FROM telemetry.observation
UNION ALL
SELECT id, operator, vehicle, sender, layer, at, received_at, recorded_at, lon, lat, alt_m, alt_ref,
    h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq
FROM telemetry.evidence_observation;

CREATE VIEW telemetry.known_verdict AS
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version
FROM telemetry.verdict
UNION ALL
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version
FROM telemetry.evidence_verdict;
