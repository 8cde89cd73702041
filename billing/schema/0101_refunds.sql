-- What was paid too much is the debtor's: an account of its own, until the accountant pays it back.
CREATE TABLE billing.refund (
    transaction text PRIMARY KEY,
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    amount numeric NOT NULL CHECK (amount > 0 AND amount = round(amount, 2)),
    paid_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX refunds_of_an_invoice ON billing.refund (invoice);
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.refund
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
ALTER TABLE billing.refund ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.refund
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = refund.invoice));

-- Where what was issued stands, with what was paid back.
CREATE OR REPLACE VIEW billing.standing WITH (security_invoker) AS
SELECT claim.id, claim.number, claim.operator, claim.total AS invoiced, claim.currency, claim.due_on,
    coalesce((SELECT sum(total) FROM billing.credit_note WHERE invoice = claim.id), 0) AS credited,
    coalesce((SELECT sum(amount) FROM billing.payment WHERE invoice = claim.id), 0) AS paid,
    coalesce((SELECT sum(amount) FROM billing.write_off WHERE invoice = claim.id), 0) AS written_off,
    coalesce((
        SELECT sum(disputed + billing.tax_on(before + disputed, rate) - billing.tax_on(before, rate))
        FROM (
            SELECT line.vat_rate_percent AS rate, sum(dispute.amount) AS disputed,
                (SELECT coalesce(sum(taken.amount), 0) FROM billing.credit_line AS taken
                    JOIN billing.invoice_line AS same
                        ON same.invoice = taken.invoice AND same.number = taken.line
                    WHERE taken.invoice = claim.id
                      AND same.vat_rate_percent = line.vat_rate_percent) AS before
            FROM billing.dispute JOIN billing.invoice_line AS line
                ON line.invoice = dispute.invoice AND line.number = dispute.line
            WHERE dispute.invoice = claim.id AND NOT EXISTS
                (SELECT FROM billing.dispute_end WHERE dispute_end.dispute = dispute.id)
            GROUP BY line.vat_rate_percent
        ) AS rates), 0) AS disputed,
    greatest((claim.issued_at AT TIME ZONE 'Europe/Paris')::date,
        (SELECT max(paid_on) FROM billing.payment WHERE invoice = claim.id)) AS acknowledged_on,
    coalesce((SELECT sum(amount) FROM billing.refund WHERE invoice = claim.id), 0) AS refunded
FROM billing.invoice AS claim WHERE claim.state = 'issued';

-- What was paid too much before there was such an account.
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
SELECT 'overpaid ' || number, 1, 'cash', now(), id, 'receivable',
    credited + paid + written_off - invoiced, 0
FROM billing.standing WHERE credited + paid + written_off > invoiced;
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
SELECT 'overpaid ' || number, 2, 'cash', now(), id, 'overpaid', 0,
    credited + paid + written_off - invoiced
FROM billing.standing WHERE credited + paid + written_off > invoiced;
