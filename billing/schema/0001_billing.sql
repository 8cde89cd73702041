-- What operators owe. Facts (usage), their price (fee), and claims (invoice) are append-only;
-- an issued invoice cannot be changed or removed, not even by its owner's mistake.

CREATE TABLE billing.tariff (
    id text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
    document jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (id, version),
    CONSTRAINT tariff_versions_do_not_overlap EXCLUDE USING gist (id WITH =, valid WITH &&)
);

CREATE TABLE billing.usage (
    id uuid PRIMARY KEY,
    key text NOT NULL UNIQUE,
    fingerprint text NOT NULL,
    operator text NOT NULL,
    vehicle text NOT NULL,
    layer text NOT NULL,
    zone text,
    zone_version integer,
    permit uuid,
    permit_version integer,
    purpose text,
    size text NOT NULL,
    source text NOT NULL,
    visit uuid,
    at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    entries integer NOT NULL CHECK (entries >= 0),
    certain_ms bigint NOT NULL CHECK (certain_ms >= 0),
    distance_m bigint NOT NULL CHECK (distance_m >= 0),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX usage_by_period ON billing.usage (at, operator);
CREATE INDEX usage_by_operator ON billing.usage (operator, at, id);

-- The same key with other content: kept to be looked at, never billed.
CREATE TABLE billing.usage_conflict (
    key text NOT NULL,
    fingerprint text NOT NULL,
    content jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (key, fingerprint)
);

CREATE TABLE billing.fee (
    id uuid PRIMARY KEY,
    usage uuid NOT NULL REFERENCES billing.usage (id),
    operator text NOT NULL,
    layer text NOT NULL,
    zone text,
    permit uuid,
    tariff text NOT NULL,
    tariff_version integer NOT NULL,
    quantity numeric NOT NULL CHECK (quantity >= 0),
    unit text NOT NULL,
    unit_price numeric NOT NULL CHECK (unit_price >= 0),
    factor numeric NOT NULL CHECK (factor >= 0),
    amount numeric NOT NULL CHECK (amount = quantity * unit_price * factor),
    currency text NOT NULL,
    recorded_at timestamptz NOT NULL,
    FOREIGN KEY (tariff, tariff_version) REFERENCES billing.tariff (id, version),
    CONSTRAINT a_usage_is_priced_once_by_a_tariff UNIQUE (usage, tariff)
);

-- The end of each series' chain; its row is locked while a number is taken.
CREATE TABLE billing.chain (
    series text PRIMARY KEY,
    head text NOT NULL DEFAULT '',
    issued_at timestamptz
);

CREATE TABLE billing.counter (
    series text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (series, year)
);

CREATE TABLE billing.invoice (
    id uuid PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('draft', 'issued')),
    operator text NOT NULL,
    year integer NOT NULL,
    month integer NOT NULL CHECK (month BETWEEN 1 AND 12),
    debtor jsonb NOT NULL,
    seller jsonb NOT NULL,
    total numeric NOT NULL CHECK (total > 0),
    currency text NOT NULL,
    series text,
    series_year integer,
    ordinal integer,
    number text UNIQUE,
    issued_at timestamptz,
    due_on date,
    previous_hash text NOT NULL DEFAULT '',
    hash text NOT NULL DEFAULT '',
    issued_by text,
    issue_key text,
    recorded_at timestamptz NOT NULL,
    UNIQUE (series, series_year, ordinal),
    CONSTRAINT what_is_issued_is_whole CHECK (
        (state = 'issued') = (number IS NOT NULL) AND (state = 'issued') = (hash <> '')
        AND (state = 'issued') = (issued_at IS NOT NULL AND due_on IS NOT NULL)
        AND (state = 'issued') = (ordinal IS NOT NULL AND series IS NOT NULL)
    )
);
CREATE UNIQUE INDEX one_draft_per_operator_and_period ON billing.invoice (operator, year, month)
    WHERE state = 'draft';

CREATE TABLE billing.invoice_line (
    invoice uuid NOT NULL REFERENCES billing.invoice (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    tariff text NOT NULL,
    tariff_version integer NOT NULL,
    act text NOT NULL,
    text jsonb NOT NULL,
    layer text NOT NULL,
    zone text,
    zone_name text NOT NULL,
    permit uuid,
    quantity numeric NOT NULL,
    unit text NOT NULL,
    unit_price numeric NOT NULL,
    factor numeric NOT NULL,
    exact numeric NOT NULL CHECK (exact = quantity * unit_price * factor),
    amount numeric NOT NULL CHECK (amount = round(exact, 2)),
    PRIMARY KEY (invoice, number),
    FOREIGN KEY (tariff, tariff_version) REFERENCES billing.tariff (id, version)
);

-- A fee stands on one line at most, of one invoice: nothing is billed twice.
CREATE TABLE billing.line_fee (
    fee uuid PRIMARY KEY REFERENCES billing.fee (id),
    invoice uuid NOT NULL,
    line integer NOT NULL,
    FOREIGN KEY (invoice, line) REFERENCES billing.invoice_line (invoice, number)
        ON DELETE CASCADE
);
CREATE INDEX fees_of_a_line ON billing.line_fee (invoice, line);

CREATE FUNCTION billing.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on billing.%: what is recorded here is never changed or removed',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION billing.refuse_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'invoice % is issued; only a credit note corrects it', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION billing.refuse_part_of_issued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.invoice]
        WHEN 'DELETE' THEN ARRAY[OLD.invoice]
        ELSE ARRAY[OLD.invoice, NEW.invoice]
    END;
BEGIN
    IF EXISTS (SELECT FROM billing.invoice WHERE id = ANY (touched) AND state = 'issued') THEN
        RAISE EXCEPTION 'the lines of an issued invoice are never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- Only the end of a tariff version's validity may still be set, once, and nothing else of it.
CREATE FUNCTION billing.refuse_rewriting_a_tariff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.version, OLD.document, OLD.recorded_at)
            IS DISTINCT FROM (NEW.id, NEW.version, NEW.document, NEW.recorded_at)
        OR lower(OLD.valid) IS DISTINCT FROM lower(NEW.valid)
        OR upper(OLD.valid) IS NOT NULL
    THEN
        RAISE EXCEPTION 'tariff % version % is published; publish another version',
            OLD.id, OLD.version USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER published BEFORE UPDATE ON billing.tariff
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_rewriting_a_tariff();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON billing.tariff
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.usage
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.fee
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER issued BEFORE UPDATE OR DELETE ON billing.invoice
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_issued();
CREATE TRIGGER issued BEFORE INSERT OR UPDATE OR DELETE ON billing.invoice_line
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_part_of_issued();
CREATE TRIGGER issued BEFORE INSERT OR UPDATE OR DELETE ON billing.line_fee
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_part_of_issued();
CREATE TRIGGER kept BEFORE TRUNCATE ON billing.invoice
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE TRUNCATE ON billing.invoice_line
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE TRUNCATE ON billing.line_fee
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON billing.counter
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
