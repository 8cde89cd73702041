-- Positions of a vehicle that come together mostly have one verdict: a row says it of the first of
-- them, and in arrays of those after it, all within one minute of UTC. NULL where it is of one
-- position; margins also where none is known.
ALTER TABLE telemetry.verdict
    ADD COLUMN later_observations bigint[],
    ADD COLUMN later_at timestamptz[],
    ADD COLUMN later_margins_m double precision[],
    ADD COLUMN later_margins_s double precision[];
ALTER TABLE telemetry.evidence_verdict
    ADD COLUMN later_observations bigint[],
    ADD COLUMN later_at timestamptz[],
    ADD COLUMN later_margins_m double precision[],
    ADD COLUMN later_margins_s double precision[];

-- Row by row; whoever asks about a time asks for rows that begin up to one minute before.
CREATE OR REPLACE VIEW telemetry.known_verdict AS
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version, margin_s,
    telemetry.track_of(operator, vehicle) AS track, later_observations, later_at, later_margins_m,
    later_margins_s
FROM telemetry.verdict
UNION ALL
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, rulebook_version, margin_s,
    telemetry.track_of(operator, vehicle) AS track, later_observations, later_at, later_margins_m,
    later_margins_s
FROM telemetry.evidence_verdict;

-- Position by position; `first_at` is when the row begins.
CREATE VIEW telemetry.each_verdict AS
SELECT each.observation_id, operator, vehicle, layer, each.at, recorded_at, zone_id, zone_version,
    permit_id, permit_version, kind, reason, relation, each.margin_m, rulebook_version,
    each.margin_s, track, v.at AS first_at
FROM telemetry.known_verdict AS v, LATERAL (
    SELECT v.observation_id, v.at, v.margin_m, v.margin_s
    UNION ALL
    SELECT * FROM unnest(v.later_observations, v.later_at, v.later_margins_m, v.later_margins_s)
) AS each (observation_id, at, margin_m, margin_s);

-- Sums count positions, not rows. TimescaleDB packs rows itself, and is given one for each.
DO $$
DECLARE
    of_zones text := 'SELECT date_trunc(''hour'', v.at, ''UTC'') AS hour, zone_id, layer, operator,
            count(DISTINCT each.observation_id) AS observations,
            count(DISTINCT vehicle) AS vehicles,
            count(DISTINCT each.observation_id) FILTER (WHERE kind = 2) AS violations,
            count(DISTINCT each.observation_id) FILTER (WHERE kind = 3) AS uncertain
        FROM telemetry.verdict AS v, LATERAL (
            SELECT v.observation_id UNION ALL SELECT unnest(v.later_observations)
        ) AS each (observation_id)';
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        RETURN;
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW telemetry.zone_hour AS
        SELECT * FROM telemetry.zone_hour_summed UNION ALL ' || of_zones
        || ' WHERE v.at >= telemetry.summed_through() GROUP BY 1, 2, 3, 4';
    EXECUTE 'CREATE OR REPLACE PROCEDURE telemetry.sum_zone_hour(summing timestamptz)
        LANGUAGE sql AS $of$
        DELETE FROM telemetry.zone_hour_summed WHERE hour = summing;
        INSERT INTO telemetry.zone_hour_summed ' || of_zones || '
        WHERE v.at >= summing AND v.at < summing + INTERVAL ''1 hour'' GROUP BY 1, 2, 3, 4 $of$';
END $$;
