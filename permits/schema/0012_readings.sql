-- What the city's staff asked to see of operators: never changed nor removed.
CREATE TABLE permits.reading (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    operators text[] CHECK (cardinality(operators) > 0),
    reason text NOT NULL
);
CREATE INDEX reading_of_operator ON permits.reading USING gin (operators);
CREATE FUNCTION permits.refuse_reading_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'readings are never changed nor removed';
END $$;
CREATE TRIGGER reading_is_immutable BEFORE UPDATE OR DELETE ON permits.reading
    FOR EACH ROW EXECUTE FUNCTION permits.refuse_reading_change();
CREATE TRIGGER readings_are_kept BEFORE TRUNCATE ON permits.reading
    FOR EACH STATEMENT EXECUTE FUNCTION permits.refuse_reading_change();
