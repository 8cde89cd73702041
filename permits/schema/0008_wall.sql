-- The second wall between operators: whoever acts as octroi_operator sees and writes the rows of
-- the operator that the transaction is for, whatever its WHERE says. The tables' owner sees all.
ALTER TABLE permits.operator ENABLE ROW LEVEL SECURITY;
ALTER TABLE permits.vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE permits.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE permits.permit ENABLE ROW LEVEL SECURITY;
ALTER TABLE permits.version ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON permits.operator USING (id = current_setting('octroi.operator', true));
CREATE POLICY own ON permits.vehicle USING (operator = current_setting('octroi.operator', true));
CREATE POLICY own ON permits.document USING (operator = current_setting('octroi.operator', true));
CREATE POLICY own ON permits.permit USING (operator = current_setting('octroi.operator', true));
-- Found by the permit's key: what is read from each document would be read from all of them.
CREATE POLICY own ON permits.version FOR SELECT
    USING (EXISTS (SELECT FROM permits.permit p WHERE p.id = version.permit));
CREATE POLICY added ON permits.version FOR INSERT
    WITH CHECK (document -> 'application' ->> 'operator' = current_setting('octroi.operator', true));

-- Whether this user can step behind the wall; up to PostgreSQL 15 every member can.
CREATE FUNCTION permits.wall_stands() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pg_roles
        WHERE rolname = 'octroi_operator' AND pg_has_role(oid,
            CASE WHEN current_setting('server_version_num')::integer < 160000
                THEN 'MEMBER' ELSE 'SET' END)
    )
$$;

-- Raise the wall where this user may: roles belong to the server, and not to the database.
CREATE FUNCTION permits.raise_wall() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT permits.wall_stands() THEN
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'octroi_operator') THEN
                CREATE ROLE octroi_operator NOLOGIN;
            END IF;
            GRANT octroi_operator TO CURRENT_USER;
        EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
            RETURN permits.wall_stands();
        END;
    END IF;
    IF NOT has_table_privilege('octroi_operator', 'permits.version', 'INSERT') THEN
        GRANT USAGE ON SCHEMA permits TO octroi_operator;
        GRANT SELECT ON permits.operator TO octroi_operator;
        GRANT SELECT, INSERT, UPDATE ON permits.vehicle, permits.permit TO octroi_operator;
        GRANT SELECT, INSERT ON permits.document, permits.version TO octroi_operator;
        GRANT SELECT, UPDATE ON permits.revision TO octroi_operator;
    END IF;
    RETURN permits.wall_stands();
END $$;
