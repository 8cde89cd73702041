-- What a decision asks of the database, asked at once: who applies, and who is beside. The plans are
-- kept whatever is asked for: to make them anew took longer than to carry them out.

-- From where to where, by when until when, in seconds: what tells volumes apart best, because in one
-- place many are granted one after the other.
CREATE FUNCTION permits.slot(bounds box, during tstzrange) RETURNS box
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT box(
        point((bounds[0])[0],
            extract(epoch FROM lower(during) - timestamptz '1970-01-01 00:00+00')::float8),
        point((bounds[1])[0],
            extract(epoch FROM upper(during) - timestamptz '1970-01-01 00:00+00')::float8))
$$;

-- `placed` is never twice the same: who has seen one knows it again.
ALTER TABLE permits.volume
    ADD placed bigint GENERATED ALWAYS AS IDENTITY,
    ADD slot box GENERATED ALWAYS AS (permits.slot(bounds, during)) STORED;
DROP INDEX permits.volume_by_place;
CREATE INDEX volume_by_place ON permits.volume USING gist (slot, bounds);

-- The volumes that are granted in any of some boxes during their spans, in a layer; then those of
-- some vehicles of an operator, wherever they are, while the permit is asked for.
CREATE FUNCTION permits.beside(
    of_layer text, reading json, who text, named text[], meanwhile tstzmultirange
) RETURNS TABLE (placed bigint, permit uuid, vehicles integer, engaged text[], document text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (v.permit, v.number)
        v.placed, v.permit, v.vehicles, NULL::text[], v.document
    FROM json_to_recordset(reading) AS asked (bounds box, during tstzrange)
    JOIN permits.volume v ON v.slot && permits.slot(asked.bounds, asked.during)
        AND v.bounds && asked.bounds AND v.during && asked.during AND v.layer = of_layer
    ORDER BY v.permit, v.number;
    IF cardinality(named) > 0 THEN
        RETURN QUERY
        SELECT v.placed, v.permit, v.vehicles, array_agg(e.vehicle), v.document
        FROM permits.engagement e JOIN permits.volume v ON v.permit = e.permit
        WHERE e.operator = who AND e.vehicle = ANY (named)
            AND e.during && meanwhile AND v.during && meanwhile
        GROUP BY v.permit, v.number ORDER BY v.permit, v.number;
    END IF;
END $$;

-- Wait until nobody else decides about these, and keep them until the transaction ends: keys, one
-- after the other in their order, and the layer with all others who have keys; without keys the
-- layer alone.
CREATE FUNCTION permits.hold(of_layer text, keys bigint[], apart boolean[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    layer_key bigint := hashtextextended('permits/' || of_layer, 0);
BEGIN
    IF keys IS NULL THEN
        PERFORM pg_advisory_xact_lock(layer_key);
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(layer_key);
    FOR place IN 1 .. cardinality(keys) LOOP
        IF apart[place] THEN
            PERFORM pg_advisory_xact_lock(keys[place]);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(keys[place]);
        END IF;
    END LOOP;
END $$;

-- Hold, and then look whether those beside are still those who were seen: until the transaction ends
-- they are.
CREATE FUNCTION permits.still_beside(
    of_layer text, keys bigint[], apart boolean[],
    reading json, who text, named text[], meanwhile tstzmultirange, seen bigint[]
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM permits.hold(of_layer, keys, apart);
    -- A statement of its own: it sees what was done while the one before waited.
    RETURN seen = ARRAY(
        SELECT DISTINCT found.placed
        FROM permits.beside(of_layer, reading, who, named, meanwhile) AS found ORDER BY 1
    );
END $$;

-- Who applies: the operator, those of its vehicles that are named, and the documents of both.
CREATE FUNCTION permits.registered(who text, named text[]) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN json_build_object(
        'operator', (SELECT to_json(o) FROM permits.operator o WHERE o.id = who),
        'vehicles', ARRAY(
            SELECT to_json(v) FROM permits.vehicle v
            WHERE v.operator = who AND v.id = ANY (named) ORDER BY v.id),
        'documents', ARRAY(
            SELECT json_build_object('operator', d.operator, 'vehicle', d.vehicle, 'kind', d.kind,
                'number', d.number, 'issuer', d.issuer, 'valid_from', lower(d.valid),
                'valid_until', upper(d.valid), 'attached_by', d.attached_by,
                'attached_at', d.attached_at)
            FROM permits.document d
            WHERE d.operator = who AND (d.vehicle IS NULL OR d.vehicle = ANY (named))
            ORDER BY d.vehicle NULLS FIRST, d.kind, lower(d.valid), d.issuer, d.number));
END $$;

-- The same, read behind the wall, and then before it again: deciding looks at everybody's volumes.
CREATE FUNCTION permits.applicant(who text, named text[]) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    found json;
BEGIN
    PERFORM set_config('octroi.operator', who, true);
    IF permits.wall_stands() THEN
        PERFORM set_config('role', 'octroi_operator', true);
    END IF;
    found := permits.registered(who, named);
    PERFORM set_config('role', 'none', true);
    RETURN found;
END $$;

-- Asked with every application: by the role's own entry, and not through the view of all roles.
CREATE OR REPLACE FUNCTION permits.wall_stands() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(pg_has_role(to_regrole('octroi_operator'),
        CASE WHEN current_setting('server_version_num')::integer < 160000
            THEN 'MEMBER' ELSE 'SET' END), false)
$$;
