-- What a price can depend on and be made of: the vehicle and its load, data read, parts of a price.
ALTER TABLE billing.usage
    ADD COLUMN vehicle_class text,
    ADD COLUMN noise text,
    ADD COLUMN cargo_kg bigint NOT NULL DEFAULT 0 CHECK (cargo_kg >= 0),
    ADD COLUMN passengers integer NOT NULL DEFAULT 0 CHECK (passengers >= 0),
    ADD COLUMN calls bigint NOT NULL DEFAULT 0 CHECK (calls >= 0);

-- A usage is priced once by a tariff: once for each part of the price.
ALTER TABLE billing.fee
    ADD COLUMN part text NOT NULL DEFAULT '',
    DROP CONSTRAINT a_usage_is_priced_once_by_a_tariff,
    ADD CONSTRAINT a_usage_is_priced_once_by_a_tariff UNIQUE (usage, tariff, part);
