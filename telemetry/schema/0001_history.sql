-- What vehicles did, and what that meant: observations, verdicts, visits, alerts.
-- Heights unknown are NULL; alt_ref 1 AGL, 2 AMSL, 3 WGS84, 0 unknown; layers count from 0:
-- surface, subsoil, air, river. No foreign key crosses a partition.

CREATE SEQUENCE telemetry.observation_id;

-- Positions and verdicts grow without end: hypertables where TimescaleDB is, else native
-- partitions by day. A default partition takes what no day was made for: nothing is ever lost.
DO $$
DECLARE
    timescale boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
    native text := CASE WHEN timescale THEN '' ELSE 'PARTITION BY RANGE (at)' END;
    name text;
BEGIN
    EXECUTE 'CREATE TABLE telemetry.observation (
        id bigint NOT NULL,
        operator text NOT NULL,
        vehicle text NOT NULL,
        sender text NOT NULL,
        layer smallint NOT NULL,
        at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        lon double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
        lat double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
        alt_m double precision,
        alt_ref smallint NOT NULL,
        h_acc_m double precision NOT NULL CHECK (h_acc_m >= 0),
        v_acc_m double precision NOT NULL CHECK (v_acc_m >= 0),
        speed_mps double precision,
        heading_deg double precision
    )' || native;
    EXECUTE 'CREATE TABLE telemetry.verdict (
        observation_id bigint NOT NULL,
        at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        zone_id text NOT NULL,
        zone_version integer NOT NULL,
        permit_id uuid,
        permit_version integer,
        kind smallint NOT NULL,
        reason smallint NOT NULL,
        relation smallint NOT NULL,
        margin_m double precision,
        rulebook_version bigint NOT NULL
    )' || native;
    FOREACH name IN ARRAY ARRAY['observation', 'verdict'] LOOP
        IF timescale THEN
            EXECUTE format(
                'SELECT create_hypertable(''telemetry.%I'', by_range(''at'', INTERVAL ''1 day''),
                 create_default_indexes => false)', name);
        ELSE
            EXECUTE format(
                'CREATE TABLE telemetry.%I PARTITION OF telemetry.%I DEFAULT',
                name || '_default', name);
        END IF;
    END LOOP;
END $$;

CREATE INDEX observation_track ON telemetry.observation (operator, vehicle, at);
CREATE INDEX observation_name ON telemetry.observation (id);
CREATE INDEX verdict_observation ON telemetry.verdict (observation_id);

-- Make a day's partitions before its first row; nothing to do under TimescaleDB. A day whose rows
-- already went to the default partition stays there.
CREATE FUNCTION telemetry.ensure_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('telemetry.ensure_day'));
    FOREACH name IN ARRAY ARRAY['observation', 'verdict'] LOOP
        IF to_regclass(format('telemetry.%I', name || to_char(day, '_YYYYMMDD'))) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE telemetry.%I PARTITION OF telemetry.%I FOR VALUES FROM (%L) TO (%L)',
                    name || to_char(day, '_YYYYMMDD'), name,
                    day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
            EXCEPTION WHEN check_violation THEN
                RAISE NOTICE '% of % stays in the default partition', name, day;
            END;
        END IF;
    END LOOP;
END $$;

-- An observation is known by its key, in one table without partitions: the same sequence number
-- under another time is still the same observation. `digest` is the SHA-256 of the content.
CREATE TABLE telemetry.observation_key (
    operator text NOT NULL,
    vehicle text NOT NULL,
    boot text NOT NULL,
    seq bigint NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    observation_id bigint NOT NULL DEFAULT nextval('telemetry.observation_id'),
    received_at timestamptz NOT NULL,
    PRIMARY KEY (operator, vehicle, boot, seq, key)
);

-- Unreadable, or not attributable to a registered vehicle of its sender; once for each content.
CREATE TABLE telemetry.refusal (
    digest bytea PRIMARY KEY,
    sender text NOT NULL,
    topic text NOT NULL,
    boot text NOT NULL,
    seq bigint,
    reason text NOT NULL,
    excerpt bytea NOT NULL,
    received_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX refusal_recorded ON telemetry.refusal (recorded_at);

-- Readable but not believed; `content` is what it said, as columns.
CREATE TABLE telemetry.quarantine (
    digest bytea PRIMARY KEY,
    sender text NOT NULL,
    operator text NOT NULL,
    vehicle text NOT NULL,
    boot text NOT NULL,
    seq bigint NOT NULL,
    key text NOT NULL,
    at timestamptz,
    reason text NOT NULL,
    content jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX quarantine_recorded ON telemetry.quarantine (recorded_at);

CREATE TABLE telemetry.visit (
    id uuid PRIMARY KEY,
    operator text NOT NULL,
    vehicle text NOT NULL,
    layer smallint NOT NULL,
    zone_id text NOT NULL,
    zone_version integer NOT NULL,
    permit_id uuid,
    permit_version integer,
    purpose text,
    entered_at timestamptz NOT NULL,
    left_at timestamptz NOT NULL CHECK (left_at >= entered_at),
    certain_ms bigint NOT NULL,
    uncertain_ms bigint NOT NULL,
    distance_m bigint NOT NULL,
    observations integer NOT NULL,
    violations integer NOT NULL,
    first_observation bigint NOT NULL,
    last_observation bigint NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX visit_left ON telemetry.visit (left_at);
CREATE INDEX visit_vehicle ON telemetry.visit (operator, vehicle, entered_at);

-- Where each vehicle stands: the state from which `advance` and `alert` go on after a restart.
CREATE TABLE telemetry.track (
    operator text NOT NULL,
    vehicle text NOT NULL,
    track text,
    situations text,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (operator, vehicle)
);

CREATE TABLE telemetry.alert (
    id uuid PRIMARY KEY,
    operator text NOT NULL,
    vehicle text NOT NULL,
    layer smallint NOT NULL,
    reason smallint NOT NULL,
    severity text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'assigned', 'closed')),
    zone_id text,
    zone_version integer,
    zone_name text NOT NULL,
    permit_id uuid,
    opened_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    count integer NOT NULL,
    assignee text,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX alert_opened ON telemetry.alert (opened_at);
CREATE INDEX alert_vehicle ON telemetry.alert (operator, vehicle, opened_at);

-- Who moved an alert through its life, and when.
CREATE TABLE telemetry.alert_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES telemetry.alert (id),
    at timestamptz NOT NULL,
    by text NOT NULL,
    state text NOT NULL,
    assignee text,
    note text NOT NULL DEFAULT ''
);
CREATE INDEX alert_event_alert ON telemetry.alert_event (alert_id, id);
