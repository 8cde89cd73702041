-- Several processes may take observations in, each of its own operators: who takes a share has a turn
-- of its own, and counts by itself.
ALTER TABLE telemetry.intake
    ADD COLUMN share integer NOT NULL DEFAULT 1,
    ADD COLUMN shares integer NOT NULL DEFAULT 1,
    DROP CONSTRAINT intake_pkey;
ALTER TABLE telemetry.intake
    DROP COLUMN one,
    ALTER COLUMN share DROP DEFAULT,
    ALTER COLUMN shares DROP DEFAULT,
    ADD PRIMARY KEY (share),
    ADD CHECK (share BETWEEN 1 AND shares);

-- Which share an operator belongs to: of its name alone, the same everywhere and for ever.
CREATE FUNCTION telemetry.share_of(operator text, shares integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN shares = 1 THEN 1 ELSE
        1 + (('x' || substr(md5(operator), 1, 8))::bit(32)::bigint % shares)::integer END
$$;
