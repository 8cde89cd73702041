-- An observation is known by the number its vehicle gave it, which now stands beside it. The numbers
-- a boot has used are a few ranges, so that what is new needs no look at what is stored.

-- NULL for observations without a number.
ALTER TABLE telemetry.observation ADD COLUMN boot text, ADD COLUMN seq bigint;
UPDATE telemetry.observation o SET boot = k.boot, seq = k.seq
FROM telemetry.observation_key k WHERE k.observation_id = o.id AND k.seq >= 0;

-- The numbers that each boot of each vehicle has used, up to the observation `intake.counted_to`.
CREATE TABLE telemetry.used_number (
    operator text NOT NULL,
    vehicle text NOT NULL,
    boot text NOT NULL,
    numbers int8multirange NOT NULL,
    PRIMARY KEY (operator, vehicle, boot)
);
INSERT INTO telemetry.used_number
SELECT operator, vehicle, boot, range_agg(int8range(seq, seq, '[]'))
FROM telemetry.observation_key WHERE seq >= 0 AND seq < 9223372036854775807
GROUP BY operator, vehicle, boot;

-- Whose turn it is to take observations in, and up to which of them `used_number` is complete.
CREATE TABLE telemetry.intake (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    turn bigint NOT NULL,
    counted_to bigint NOT NULL
);
INSERT INTO telemetry.intake (turn, counted_to)
SELECT 0, coalesce(max(id), 0) FROM telemetry.observation;

-- What has no number is known by a hash of what was said.
DELETE FROM telemetry.observation_key WHERE seq >= 0;
ALTER TABLE telemetry.observation_key DROP CONSTRAINT observation_key_pkey,
    DROP COLUMN boot, DROP COLUMN seq, DROP COLUMN digest, DROP COLUMN observation_id,
    ADD PRIMARY KEY (operator, vehicle, key);

-- Ids are handed out a thousand at a time.
ALTER SEQUENCE telemetry.observation_id INCREMENT BY 1000;
