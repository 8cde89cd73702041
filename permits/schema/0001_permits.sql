-- Operators, vehicles and sensors: who may appear in the city's space, by the names they go by.
CREATE TABLE permits.operator (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text NOT NULL CHECK (name <> ''),
    siren text NOT NULL CHECK (siren ~ '^([0-9]{9})?$'),
    size text NOT NULL,
    address text NOT NULL,
    recorded_at timestamptz NOT NULL
);

CREATE TABLE permits.vehicle (
    operator text NOT NULL REFERENCES permits.operator,
    id text NOT NULL CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$'),
    layer text NOT NULL,
    kind text NOT NULL,
    serial text UNIQUE,
    mmsi integer UNIQUE CHECK (mmsi BETWEEN 1 AND 999999999),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (operator, id)
);

CREATE TABLE permits.sensor (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text NOT NULL CHECK (name <> ''),
    recorded_at timestamptz NOT NULL
);

-- Access keys: found by their prefix, proved by a keyed digest; the key itself is never kept.
CREATE TABLE permits.api_key (
    prefix text PRIMARY KEY,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    role text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz CHECK (expires_at > created_at),
    revoked_at timestamptz
);
CREATE INDEX api_key_by_name ON permits.api_key (role, name);

-- Permits: every version of every permit, whole, and never changed again.
CREATE TABLE permits.version (
    permit uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    move text NOT NULL,
    state text NOT NULL,
    by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (permit, version)
);

CREATE FUNCTION permits.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of permits are never changed nor removed';
END $$;
CREATE TRIGGER version_is_immutable BEFORE UPDATE OR DELETE ON permits.version
    FOR EACH ROW EXECUTE FUNCTION permits.refuse_change();
CREATE TRIGGER versions_are_kept BEFORE TRUNCATE ON permits.version
    FOR EACH STATEMENT EXECUTE FUNCTION permits.refuse_change();

-- What permits are searched by: the columns of each permit's latest version.
CREATE TABLE permits.permit (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    operator text NOT NULL REFERENCES permits.operator,
    layer text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    decision text NOT NULL,
    during tstzmultirange NOT NULL,
    ends timestamptz NOT NULL,
    bounds box NOT NULL,
    FOREIGN KEY (id, version) REFERENCES permits.version (permit, version)
);
CREATE INDEX permit_by_operator ON permits.permit (operator, number DESC);
CREATE INDEX permit_by_end ON permits.permit (state, ends);
CREATE INDEX permit_by_bounds ON permits.permit USING gist (bounds);
CREATE INDEX permit_by_time ON permits.permit USING gist (during);

-- Requests that were answered: the same key again gets the same version, another body a refusal.
CREATE TABLE permits.request (
    scope text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    digest bytea NOT NULL,
    permit uuid,
    version integer,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);

-- How often permits and the registry changed: whoever keeps a copy compares this number.
CREATE TABLE permits.revision (
    subject text PRIMARY KEY,
    revision bigint NOT NULL
);
INSERT INTO permits.revision VALUES ('permits', 0), ('registry', 0);
