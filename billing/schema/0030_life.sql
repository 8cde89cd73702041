-- The life of an invoice beside its immutable rows: who moved it when, disputes with the evidence as
-- it was, and what was written off.

ALTER TABLE billing.invoice ADD COLUMN supplements text[] NOT NULL DEFAULT '{}';

-- What was done with an invoice. Of a draft that a later run replaced its moves are kept, so there
-- is no reference; its id follows its content, and what was approved is what is issued.
CREATE TABLE billing.invoice_move (
    invoice uuid NOT NULL,
    position integer NOT NULL CHECK (position > 0),
    move text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'review', 'approved', 'issued', 'disputed', 'paid',
        'credited', 'written_off')),
    reason text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (invoice, position)
);

-- Where an invoice is in its life: where its last move led.
CREATE FUNCTION billing.state_of(claimed uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT state FROM billing.invoice_move WHERE invoice = claimed
        ORDER BY position DESC LIMIT 1), 'draft')
$$;

CREATE TABLE billing.dispute (
    id uuid PRIMARY KEY,
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    line integer NOT NULL,
    amount numeric NOT NULL CHECK (amount > 0),
    reason text NOT NULL CHECK (reason <> ''),
    evidence text NOT NULL,
    evidence_hash text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    FOREIGN KEY (invoice, line) REFERENCES billing.invoice_line (invoice, number)
);
CREATE INDEX disputes_of_an_invoice ON billing.dispute (invoice);

CREATE TABLE billing.dispute_end (
    dispute uuid PRIMARY KEY REFERENCES billing.dispute (id),
    outcome text NOT NULL CHECK (outcome IN ('confirmed', 'credited')),
    answer text NOT NULL CHECK (answer <> ''),
    credit_note uuid REFERENCES billing.credit_note (id),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CHECK ((outcome = 'credited') = (credit_note IS NOT NULL))
);

CREATE TABLE billing.write_off (
    id uuid PRIMARY KEY,
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    kind text NOT NULL CHECK (kind IN ('non_valeur', 'remise')),
    amount numeric NOT NULL CHECK (amount > 0 AND amount = round(amount, 2)),
    act text NOT NULL CHECK (act <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX write_offs_of_an_invoice ON billing.write_off (invoice);

ALTER TABLE billing.posting
    DROP CONSTRAINT posting_journal_check,
    ADD CONSTRAINT posting_journal_check
        CHECK (journal IN ('sales', 'credits', 'cash', 'write_offs'));

-- Where what was issued stands: the longest due first.
CREATE VIEW billing.standing WITH (security_invoker) AS
SELECT claim.id, claim.number, claim.operator, claim.total AS invoiced, claim.currency, claim.due_on,
    coalesce((SELECT sum(total) FROM billing.credit_note WHERE invoice = claim.id), 0) AS credited,
    coalesce((SELECT sum(amount) FROM billing.payment WHERE invoice = claim.id), 0) AS paid,
    coalesce((SELECT sum(amount) FROM billing.write_off WHERE invoice = claim.id), 0) AS written_off,
    coalesce((SELECT sum(amount) FROM billing.dispute WHERE invoice = claim.id
        AND NOT EXISTS (SELECT FROM billing.dispute_end WHERE dispute_end.dispute = dispute.id)), 0) AS disputed,
    greatest((claim.issued_at AT TIME ZONE 'Europe/Paris')::date,
        (SELECT max(paid_on) FROM billing.payment WHERE invoice = claim.id)) AS acknowledged_on
FROM billing.invoice AS claim WHERE claim.state = 'issued';

-- What was issued before its life was told.
INSERT INTO billing.invoice_move (invoice, position, move, state, reason, recorded_by, recorded_at)
SELECT id, 1, 'issue', 'issued', '', issued_by, issued_at FROM billing.invoice
WHERE state = 'issued';
INSERT INTO billing.invoice_move (invoice, position, move, state, reason, recorded_by, recorded_at)
SELECT id, 2, CASE WHEN credited >= invoiced THEN 'credit' ELSE 'pay' END,
    CASE WHEN credited >= invoiced THEN 'credited' ELSE 'paid' END, '', 'migration',
    greatest((SELECT max(recorded_at) FROM billing.payment WHERE invoice = standing.id),
        (SELECT max(issued_at) FROM billing.credit_note WHERE invoice = standing.id))
FROM billing.standing WHERE invoiced <= credited + paid;

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.invoice_move
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.dispute
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.dispute_end
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.write_off
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();

ALTER TABLE billing.invoice_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.dispute ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.dispute_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.write_off ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.invoice_move
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = invoice_move.invoice));
CREATE POLICY own ON billing.dispute
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = dispute.invoice));
CREATE POLICY own ON billing.dispute_end
    USING (EXISTS (SELECT FROM billing.dispute d WHERE d.id = dispute_end.dispute));
CREATE POLICY own ON billing.write_off
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = write_off.invoice));
