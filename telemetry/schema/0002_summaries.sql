-- What is kept for long: sums by hour that name no vehicle, and the positions that are evidence.

-- A verdict says whose it is, so that it is summed and found without its observation, which goes
-- earlier.
ALTER TABLE telemetry.verdict
    ADD COLUMN operator text, ADD COLUMN vehicle text, ADD COLUMN layer smallint;
UPDATE telemetry.verdict v SET operator = o.operator, vehicle = o.vehicle, layer = o.layer
FROM telemetry.observation o WHERE o.id = v.observation_id AND o.at = v.at;
ALTER TABLE telemetry.verdict ALTER COLUMN operator SET NOT NULL,
    ALTER COLUMN vehicle SET NOT NULL, ALTER COLUMN layer SET NOT NULL;

-- Found by vehicle and time, as observations are: an id alone finds nothing in compressed chunks.
DROP INDEX telemetry.verdict_observation;
CREATE INDEX verdict_track ON telemetry.verdict (operator, vehicle, at);
-- Rows lie in the order they came: a few bytes a hundred pages tell which hours and days they are.
CREATE INDEX observation_came ON telemetry.observation USING brin (at, recorded_at);
CREATE INDEX verdict_came ON telemetry.verdict USING brin (at, recorded_at);

-- Of each operator in each zone, or layer, and hour. A vehicle has one operator, so vehicles add
-- up over operators; they do not over hours. With TimescaleDB continuous aggregates; else a table
-- of the hours summed, and a view that adds those that are not. Both show all there is.
DO $$
DECLARE
    timescale boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
    bucket text := CASE WHEN timescale THEN 'time_bucket(INTERVAL ''1 hour'', at)'
                        ELSE 'date_trunc(''hour'', at, ''UTC'')' END;
    of_zones text := format(
        'SELECT %s AS hour, zone_id, layer, operator,
            count(DISTINCT observation_id) AS observations, count(DISTINCT vehicle) AS vehicles,
            count(DISTINCT observation_id) FILTER (WHERE kind = 2) AS violations,
            count(DISTINCT observation_id) FILTER (WHERE kind = 3) AS uncertain
         FROM telemetry.verdict', bucket);
    of_layers text := format(
        'SELECT %s AS hour, layer, operator,
            count(*) AS observations, count(DISTINCT vehicle) AS vehicles
         FROM telemetry.observation', bucket);
BEGIN
    IF timescale THEN
        EXECUTE 'CREATE MATERIALIZED VIEW telemetry.zone_hour
            WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS '
            || of_zones || ' GROUP BY 1, 2, 3, 4 WITH NO DATA';
        EXECUTE 'CREATE MATERIALIZED VIEW telemetry.layer_hour
            WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS '
            || of_layers || ' GROUP BY 1, 2, 3 WITH NO DATA';
        ALTER TABLE telemetry.observation SET (timescaledb.compress,
            timescaledb.compress_segmentby = 'operator, vehicle',
            timescaledb.compress_orderby = 'at, id');
        ALTER TABLE telemetry.verdict SET (timescaledb.compress,
            timescaledb.compress_segmentby = 'operator, vehicle',
            timescaledb.compress_orderby = 'at, observation_id');
        -- What is late comes within days, mostly; a compressed day still takes what comes later.
        PERFORM add_compression_policy('telemetry.observation', INTERVAL '7 days');
        PERFORM add_compression_policy('telemetry.verdict', INTERVAL '7 days');
    ELSE
        CREATE TABLE telemetry.zone_hour_summed (
            hour timestamptz NOT NULL,
            zone_id text NOT NULL,
            layer smallint NOT NULL,
            operator text NOT NULL,
            observations bigint NOT NULL,
            vehicles bigint NOT NULL,
            violations bigint NOT NULL,
            uncertain bigint NOT NULL,
            PRIMARY KEY (hour, zone_id, layer, operator)
        );
        CREATE TABLE telemetry.layer_hour_summed (
            hour timestamptz NOT NULL,
            layer smallint NOT NULL,
            operator text NOT NULL,
            observations bigint NOT NULL,
            vehicles bigint NOT NULL,
            PRIMARY KEY (hour, layer, operator)
        );
        -- Until which hour all is summed, and until when what was recorded has been looked at.
        CREATE TABLE telemetry.summed (through timestamptz NOT NULL, seen timestamptz NOT NULL);
        INSERT INTO telemetry.summed VALUES ('-infinity', '-infinity');
        EXECUTE 'CREATE VIEW telemetry.zone_hour AS SELECT * FROM telemetry.zone_hour_summed
            UNION ALL ' || of_zones
            || ' WHERE at >= (SELECT through FROM telemetry.summed) GROUP BY 1, 2, 3, 4';
        EXECUTE 'CREATE VIEW telemetry.layer_hour AS SELECT * FROM telemetry.layer_hour_summed
            UNION ALL ' || of_layers
            || ' WHERE at >= (SELECT through FROM telemetry.summed) GROUP BY 1, 2, 3';
        -- Sum one hour anew from what there is of it.
        EXECUTE 'CREATE PROCEDURE telemetry.sum_zone_hour(summing timestamptz) LANGUAGE sql AS $of$
            DELETE FROM telemetry.zone_hour_summed WHERE hour = summing;
            INSERT INTO telemetry.zone_hour_summed ' || of_zones || '
            WHERE at >= summing AND at < summing + INTERVAL ''1 hour'' GROUP BY 1, 2, 3, 4 $of$';
        EXECUTE 'CREATE PROCEDURE telemetry.sum_layer_hour(summing timestamptz) LANGUAGE sql AS $of$
            DELETE FROM telemetry.layer_hour_summed WHERE hour = summing;
            INSERT INTO telemetry.layer_hour_summed ' || of_layers || '
            WHERE at >= summing AND at < summing + INTERVAL ''1 hour'' GROUP BY 1, 2, 3 $of$';
    END IF;
END $$;

-- Sum every hour before `through` that has not been, or that something new came for; nothing
-- before the first day that is kept, of which the sums are all that is left. `asked_at` is now.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        CREATE PROCEDURE telemetry.sum_up(positions_from timestamptz, verdicts_from timestamptz,
            through timestamptz, asked_at timestamptz) LANGUAGE plpgsql AS $of$
        BEGIN
            CALL refresh_continuous_aggregate('telemetry.zone_hour', verdicts_from, through);
            CALL refresh_continuous_aggregate('telemetry.layer_hour', positions_from, through);
        END $of$;
    ELSE
        CREATE PROCEDURE telemetry.sum_up(positions_from timestamptz, verdicts_from timestamptz,
            through timestamptz, asked_at timestamptz) LANGUAGE plpgsql AS $of$
        DECLARE
            before telemetry.summed;
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
    END IF;
END $$;

-- What an alert or a fee rests on, for as long as that lasts; all else goes with its day.
CREATE TABLE telemetry.evidence_observation (LIKE telemetry.observation, PRIMARY KEY (id));
CREATE INDEX evidence_observation_track
    ON telemetry.evidence_observation (operator, vehicle, at);
CREATE TABLE telemetry.evidence_verdict (
    LIKE telemetry.verdict, PRIMARY KEY (observation_id, zone_id, zone_version, recorded_at));
CREATE INDEX evidence_verdict_track ON telemetry.evidence_verdict (operator, vehicle, at);

-- Let go of the days before an instant: at once, whatever they hold.
CREATE FUNCTION telemetry.drop_days(relation text, before timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    day regclass;
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        PERFORM drop_chunks(format('telemetry.%I', relation)::regclass, older_than => before);
        RETURN;
    END IF;
    FOR day IN
        SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = format('telemetry.%I', relation)::regclass
          AND relname ~ '_[0-9]{8}$'
          AND to_date(right(relname, 8), 'YYYYMMDD') < (before AT TIME ZONE 'UTC')::date
    LOOP
        EXECUTE format('DROP TABLE %s', day);
    END LOOP;
    EXECUTE format('DELETE FROM telemetry.%I WHERE at < $1', relation || '_default') USING before;
END $$;

-- Let go of the sums before an instant.
CREATE FUNCTION telemetry.drop_sums(before timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        PERFORM drop_chunks('telemetry.zone_hour', older_than => before);
        PERFORM drop_chunks('telemetry.layer_hour', older_than => before);
    ELSE
        DELETE FROM telemetry.zone_hour_summed WHERE hour < before;
        DELETE FROM telemetry.layer_hour_summed WHERE hour < before;
    END IF;
END $$;
