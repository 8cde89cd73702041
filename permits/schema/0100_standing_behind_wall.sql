-- Whoever owes an invoice reads how it stands: of its own rows only, as who asks reads them.
CREATE OR REPLACE FUNCTION permits.open_behind_wall() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    views text[] := ARRAY['own_observation', 'known_observation', 'known_verdict', 'standing'];
    relation text;
BEGIN
    FOR relation IN
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('telemetry', 'billing') AND NOT c.relispartition
          AND (c.relkind = 'v' AND c.relname = ANY (views)
            OR c.relkind IN ('r', 'p') AND (c.relrowsecurity OR NOT EXISTS (
                SELECT FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attname IN ('operator', 'sender'))))
    LOOP
        IF NOT has_table_privilege('octroi_operator', relation, 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON %s TO octroi_operator', relation);
        END IF;
    END LOOP;
    IF to_regnamespace('telemetry') IS NOT NULL AND to_regnamespace('billing') IS NOT NULL
        AND NOT has_schema_privilege('octroi_operator', 'billing', 'USAGE') THEN
        GRANT USAGE ON SCHEMA telemetry, billing TO octroi_operator;
    END IF;
END $$;
