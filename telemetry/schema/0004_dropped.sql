-- Sums rest on rows of days that are whole: from when on they are is written down as days are
-- dropped, so that a row which comes for a day that went never takes the place of its sums.

CREATE TABLE telemetry.dropped (relation text PRIMARY KEY, before timestamptz NOT NULL);
INSERT INTO telemetry.dropped VALUES ('observation', '-infinity'), ('verdict', '-infinity');

ALTER TABLE telemetry.evidence_observation ADD COLUMN boot text, ADD COLUMN seq bigint;

-- Sum every hour before `through` that has not been, or that something new came for. `asked_at` is
-- now.
DROP PROCEDURE telemetry.sum_up;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        CREATE PROCEDURE telemetry.sum_up(through timestamptz, asked_at timestamptz)
        LANGUAGE plpgsql AS $of$
        DECLARE
            positions_from timestamptz := (
                SELECT before FROM telemetry.dropped WHERE relation = 'observation');
            verdicts_from timestamptz := (
                SELECT before FROM telemetry.dropped WHERE relation = 'verdict');
        BEGIN
            CALL refresh_continuous_aggregate('telemetry.zone_hour', verdicts_from, through);
            CALL refresh_continuous_aggregate('telemetry.layer_hour', positions_from, through);
        END $of$;
    ELSE
        CREATE PROCEDURE telemetry.sum_up(through timestamptz, asked_at timestamptz)
        LANGUAGE plpgsql AS $of$
        DECLARE
            before telemetry.summed;
            summing timestamptz;
        BEGIN
            SELECT * INTO before FROM telemetry.summed FOR UPDATE;
            -- A transaction ends a while after the moment it records.
            before.seen := before.seen - INTERVAL '10 minutes';
            FOR summing IN
                SELECT DISTINCT date_trunc('hour', at, 'UTC') FROM telemetry.verdict
                WHERE at >= (SELECT d.before FROM telemetry.dropped d WHERE relation = 'verdict')
                  AND at < sum_up.through
                  AND (recorded_at >= before.seen OR at >= before.through)
            LOOP
                CALL telemetry.sum_zone_hour(summing);
            END LOOP;
            FOR summing IN
                SELECT DISTINCT date_trunc('hour', at, 'UTC') FROM telemetry.observation
                WHERE at >= (
                        SELECT d.before FROM telemetry.dropped d WHERE relation = 'observation')
                  AND at < sum_up.through
                  AND (recorded_at >= before.seen OR at >= before.through)
            LOOP
                CALL telemetry.sum_layer_hour(summing);
            END LOOP;
            UPDATE telemetry.summed SET seen = asked_at,
                through = greatest(before.through, sum_up.through);
        END $of$;
    END IF;
END $$;

-- Let go of the days before an instant: at once, whatever they hold.
DROP FUNCTION telemetry.drop_days;
CREATE FUNCTION telemetry.drop_days(dropping text, until timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    day regclass;
BEGIN
    UPDATE telemetry.dropped SET before = greatest(before, until) WHERE relation = dropping;
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        PERFORM drop_chunks(format('telemetry.%I', dropping)::regclass, older_than => until);
        RETURN;
    END IF;
    FOR day IN
        SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = format('telemetry.%I', dropping)::regclass
          AND relname ~ '_[0-9]{8}$'
          AND to_date(right(relname, 8), 'YYYYMMDD') < (until AT TIME ZONE 'UTC')::date
    LOOP
        EXECUTE format('DROP TABLE %s', day);
    END LOOP;
    EXECUTE format('DELETE FROM telemetry.%I WHERE at < $1', dropping || '_default') USING until;
END $$;
