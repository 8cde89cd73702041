-- Operators by their establishment and, where they fly, by their European number: what is shown of
-- it, and a keyed digest of the whole.
ALTER TABLE permits.operator
    ADD siret text NOT NULL DEFAULT '' CHECK (siret ~ '^([0-9]{14})?$'),
    ADD uas_number text NOT NULL DEFAULT '' CHECK (uas_number ~ '^([A-Z]{3}[0-9a-z]{13})?$'),
    ADD uas_digest bytea CHECK (length(uas_digest) = 32),
    ADD CHECK ((uas_number = '') = (uas_digest IS NULL));
CREATE UNIQUE INDEX operator_by_uas_number ON permits.operator (uas_number) WHERE uas_number <> '';

-- Vehicles by the numbers of their layer, and what a zone may ask of them; NULL is not known.
ALTER TABLE permits.vehicle
    ADD eni text UNIQUE CHECK (eni ~ '^[0-9]{8}$'),
    ADD plate text UNIQUE,
    ADD ce_class text,
    ADD category text,
    ADD mass_kg double precision CHECK (mass_kg > 0),
    ADD length_m double precision CHECK (length_m > 0),
    ADD noise_db double precision CHECK (noise_db >= 0),
    ADD equipment text[];

-- Documents of an operator, or of one of its vehicles: only ever added.
CREATE TABLE permits.document (
    operator text NOT NULL REFERENCES permits.operator,
    vehicle text,
    kind text NOT NULL,
    number text NOT NULL CHECK (number <> ''),
    issuer text NOT NULL CHECK (issuer <> ''),
    valid tstzrange NOT NULL CHECK (
        NOT isempty(valid) AND NOT lower_inf(valid) AND NOT upper_inf(valid)
    ),
    attached_by text NOT NULL,
    attached_at timestamptz NOT NULL,
    FOREIGN KEY (operator, vehicle) REFERENCES permits.vehicle,
    UNIQUE NULLS NOT DISTINCT (operator, vehicle, kind, issuer, number, valid)
);
CREATE FUNCTION permits.refuse_document_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'documents are never changed nor removed';
END $$;
CREATE TRIGGER document_is_immutable BEFORE UPDATE OR DELETE ON permits.document
    FOR EACH ROW EXECUTE FUNCTION permits.refuse_document_change();
CREATE TRIGGER documents_are_kept BEFORE TRUNCATE ON permits.document
    FOR EACH STATEMENT EXECUTE FUNCTION permits.refuse_document_change();
