-- Every zone version ever published, bitemporal: `valid` is when it is the law, recorded_at to
-- superseded_at is when we believed that. Rows are only ever added; a version that another one
-- cuts short is superseded by copies of itself with what is left of its validity.

CREATE TABLE zones.zone_version (
    edition bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone_id text COLLATE "C" NOT NULL CHECK (zone_id <> ''),
    version integer NOT NULL CHECK (version >= 1),
    -- NULL is every layer.
    layer text CHECK (layer IN ('surface', 'subsoil', 'air', 'river')),
    restriction text NOT NULL CHECK (
        restriction IN ('PROHIBITED', 'REQ_AUTHORISATION', 'CONDITIONAL', 'NO_RESTRICTION')
    ),
    -- The GeoJSON feature as it was published, with the validity its author stated, if any.
    feature jsonb NOT NULL,
    bounds box NOT NULL,
    valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL CHECK (recorded_by <> ''),
    superseded_at timestamptz,
    CONSTRAINT one_version_at_a_time
        EXCLUDE USING gist (zone_id WITH =, valid WITH &&) WHERE (superseded_at IS NULL)
);

CREATE INDEX zone_version_by_id ON zones.zone_version (zone_id, version);
CREATE INDEX zone_version_by_place ON zones.zone_version USING gist (bounds)
    WHERE superseded_at IS NULL;

-- Counts publications; taking its lock lets one publication happen at a time.
CREATE TABLE zones.revision (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    number bigint NOT NULL
);
INSERT INTO zones.revision (number) VALUES (0);

CREATE FUNCTION zones.only_supersede() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL
       AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'zone versions are never changed or deleted, only superseded';
END
$$;

CREATE TRIGGER zone_version_is_append_only BEFORE UPDATE OR DELETE ON zones.zone_version
    FOR EACH ROW EXECUTE FUNCTION zones.only_supersede();
CREATE TRIGGER zone_version_is_never_truncated BEFORE TRUNCATE ON zones.zone_version
    FOR EACH STATEMENT EXECUTE FUNCTION zones.only_supersede();
