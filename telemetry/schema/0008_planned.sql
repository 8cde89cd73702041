-- What was summed is known while a question is planned, so that only what was not is looked at.
-- TimescaleDB knows by itself.
DO $$
DECLARE
    of_zones text := 'SELECT date_trunc(''hour'', at, ''UTC'') AS hour, zone_id, layer, operator,
            count(DISTINCT observation_id) AS observations, count(DISTINCT vehicle) AS vehicles,
            count(DISTINCT observation_id) FILTER (WHERE kind = 2) AS violations,
            count(DISTINCT observation_id) FILTER (WHERE kind = 3) AS uncertain
         FROM telemetry.verdict WHERE at >= telemetry.summed_through() GROUP BY 1, 2, 3, 4';
    of_layers text := 'SELECT date_trunc(''hour'', at, ''UTC'') AS hour, layer, operator,
            count(*) AS observations, count(DISTINCT vehicle) AS vehicles
         FROM telemetry.observation WHERE at >= telemetry.summed_through() GROUP BY 1, 2, 3';
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        RETURN;
    END IF;
    CREATE FUNCTION telemetry.summed_through() RETURNS timestamptz STABLE LANGUAGE sql
        AS 'SELECT through FROM telemetry.summed';
    EXECUTE 'CREATE OR REPLACE VIEW telemetry.zone_hour AS
        SELECT * FROM telemetry.zone_hour_summed UNION ALL ' || of_zones;
    EXECUTE 'CREATE OR REPLACE VIEW telemetry.layer_hour AS
        SELECT * FROM telemetry.layer_hour_summed UNION ALL ' || of_layers;
    CREATE OR REPLACE PROCEDURE telemetry.sum_up(through timestamptz, asked_at timestamptz)
    LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $of$
    DECLARE
        before telemetry.summed;
        positions_from timestamptz := (
            SELECT d.before FROM telemetry.dropped d WHERE relation = 'observation');
        verdicts_from timestamptz := (
            SELECT d.before FROM telemetry.dropped d WHERE relation = 'verdict');
        summing timestamptz;
    BEGIN
        SELECT * INTO before FROM telemetry.summed FOR UPDATE;
        -- A transaction ends a while after the moment it records.
        before.seen := before.seen - INTERVAL '10 minutes';
        FOR summing IN
            SELECT DISTINCT date_trunc('hour', at, 'UTC') FROM telemetry.verdict
            WHERE at >= verdicts_from AND at < sum_up.through
              AND (recorded_at >= before.seen OR at >= before.through)
        LOOP
            CALL telemetry.sum_zone_hour(summing);
        END LOOP;
        FOR summing IN
            SELECT DISTINCT date_trunc('hour', at, 'UTC') FROM telemetry.observation
            WHERE at >= positions_from AND at < sum_up.through
              AND (recorded_at >= before.seen OR at >= before.through)
        LOOP
            CALL telemetry.sum_layer_hour(summing);
        END LOOP;
        UPDATE telemetry.summed SET seen = asked_at,
            through = greatest(before.through, sum_up.through);
    END $of$;
END $$;
