-- VAT: of a line its category and rate, of a document a subtotal a rate. What was drafted and issued
-- before is outside of VAT.
ALTER TABLE billing.invoice_line
    ADD COLUMN vat_category text NOT NULL DEFAULT 'O' CHECK (vat_category IN ('O', 'S')),
    ADD COLUMN vat_rate_percent numeric NOT NULL DEFAULT 0,
    ADD CHECK ((vat_category = 'O') = (vat_rate_percent = 0) AND vat_rate_percent >= 0);
ALTER TABLE billing.invoice ADD COLUMN taxes jsonb NOT NULL DEFAULT '[]';
ALTER TABLE billing.credit_note ADD COLUMN taxes jsonb NOT NULL DEFAULT '[]';

-- What is taxed has a document of its own: two drafts an operator and month.
DROP INDEX billing.one_draft_per_operator_and_period;
CREATE UNIQUE INDEX one_draft_per_operator_and_period
    ON billing.invoice (operator, year, month, (taxes <> '[]')) WHERE state = 'draft';

-- The tax on a sum, by another path than Python's.
CREATE FUNCTION billing.tax_on(taxable numeric, rate_percent numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$ SELECT round(taxable * rate_percent * 0.01, 2) $$;

-- What is left of a line is asked for by invoice and line.
CREATE INDEX credits_of_a_line ON billing.credit_line (invoice, line);

-- Where what was issued stands: `disputed` with the tax on it, as `invoiced` and `credited` are.
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
        (SELECT max(paid_on) FROM billing.payment WHERE invoice = claim.id)) AS acknowledged_on
FROM billing.invoice AS claim WHERE claim.state = 'issued';
