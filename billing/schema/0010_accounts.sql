-- What the judges said of what was issued, credit notes, payments, and the double-entry ledger.

-- The judges' word on a document, kept with it.
CREATE TABLE billing.judgement (
    document text PRIMARY KEY,
    report jsonb NOT NULL,
    recorded_at timestamptz NOT NULL
);

CREATE TABLE billing.credit_note (
    id uuid PRIMARY KEY,
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    series text NOT NULL,
    series_year integer NOT NULL,
    ordinal integer NOT NULL,
    number text NOT NULL UNIQUE,
    reason text NOT NULL CHECK (reason <> ''),
    total numeric NOT NULL CHECK (total > 0),
    issued_at timestamptz NOT NULL,
    issued_by text NOT NULL,
    issue_key text UNIQUE,
    previous_hash text NOT NULL,
    hash text NOT NULL CHECK (hash <> ''),
    UNIQUE (series, series_year, ordinal)
);
CREATE INDEX credit_notes_of_an_invoice ON billing.credit_note (invoice);

CREATE TABLE billing.credit_line (
    credit_note uuid NOT NULL REFERENCES billing.credit_note (id),
    invoice uuid NOT NULL,
    line integer NOT NULL,
    amount numeric NOT NULL CHECK (amount > 0 AND amount = round(amount, 2)),
    PRIMARY KEY (credit_note, line),
    FOREIGN KEY (invoice, line) REFERENCES billing.invoice_line (invoice, number)
);

-- What a bank's statement says was paid; the bank's own reference keeps it from counting twice.
CREATE TABLE billing.payment (
    transaction text PRIMARY KEY,
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    amount numeric NOT NULL CHECK (amount > 0 AND amount = round(amount, 2)),
    paid_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX payments_of_an_invoice ON billing.payment (invoice);

-- Every document is one entry of two postings or more that balance. `invoice` is the claim it is
-- about; an entry is dated when its document was made.
CREATE TABLE billing.posting (
    document text NOT NULL,
    position integer NOT NULL,
    journal text NOT NULL CHECK (journal IN ('sales', 'credits', 'cash')),
    at timestamptz NOT NULL,
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    account text NOT NULL,
    debit numeric NOT NULL CHECK (debit >= 0),
    credit numeric NOT NULL CHECK (credit >= 0),
    CHECK ((debit = 0) <> (credit = 0)),
    PRIMARY KEY (document, position)
);
CREATE INDEX postings_of_an_account ON billing.posting (account, at);
CREATE INDEX postings_of_an_invoice ON billing.posting (invoice);

-- What was issued before there was a ledger.
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
SELECT number, 1, 'sales', issued_at, id, 'receivable', total, 0
FROM billing.invoice WHERE state = 'issued';
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
SELECT invoice.number, 1 + row_number() OVER (PARTITION BY invoice.id ORDER BY layer, tariff),
    'sales', invoice.issued_at, invoice.id, 'revenue:' || layer || ':' || tariff, 0, sum(amount)
FROM billing.invoice JOIN billing.invoice_line AS line ON line.invoice = invoice.id
WHERE state = 'issued' GROUP BY invoice.id, layer, tariff HAVING sum(amount) > 0;

CREATE FUNCTION billing.refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(debit) <> sum(credit) FROM billing.posting WHERE document = NEW.document) THEN
        RAISE EXCEPTION 'the entry of % does not balance', NEW.document
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON billing.posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.refuse_unbalanced();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.posting
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.judgement
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.credit_note
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.credit_line
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.payment
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
