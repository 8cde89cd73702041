-- An admission en non-valeur leaves the debt: what comes in for it takes the admission back before
-- anything is paid too much. Refunds have a journal of their own: the bank may name one as a payment.
ALTER TABLE billing.posting
    DISABLE TRIGGER kept,
    DROP CONSTRAINT posting_pkey,
    ADD PRIMARY KEY (document, journal, position),
    DROP CONSTRAINT posting_journal_check,
    ADD CONSTRAINT posting_journal_check
        CHECK (journal IN ('sales', 'credits', 'cash', 'refunds', 'write_offs'));
UPDATE billing.posting SET journal = 'refunds', document = refund.transaction
FROM billing.refund
WHERE posting.document = 'R-' || refund.transaction AND posting.journal = 'cash'
  AND posting.invoice = refund.invoice;
ALTER TABLE billing.posting ENABLE TRIGGER kept;

CREATE OR REPLACE FUNCTION billing.refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(debit) <> sum(credit) FROM billing.posting
        WHERE document = NEW.document AND journal = NEW.journal) THEN
        RAISE EXCEPTION 'the entry of % does not balance', NEW.document
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- Where what was issued stands: `admitted` is what is left of its admissions en non-valeur.
CREATE OR REPLACE VIEW billing.standing WITH (security_invoker) AS
SELECT claim.id, claim.number, claim.operator, claim.total AS invoiced, claim.currency, claim.due_on,
    sums.credited, sums.paid, sums.forgiven + rest.admitted AS written_off,
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
    sums.refunded, rest.admitted
FROM billing.invoice AS claim
CROSS JOIN LATERAL (SELECT
    coalesce((SELECT sum(total) FROM billing.credit_note WHERE invoice = claim.id), 0) AS credited,
    coalesce((SELECT sum(amount) FROM billing.payment WHERE invoice = claim.id), 0) AS paid,
    coalesce((SELECT sum(amount) FROM billing.refund WHERE invoice = claim.id), 0) AS refunded,
    coalesce((SELECT sum(amount) FROM billing.write_off
        WHERE invoice = claim.id AND kind = 'remise'), 0) AS forgiven,
    coalesce((SELECT sum(amount) FROM billing.write_off
        WHERE invoice = claim.id AND kind = 'non_valeur'), 0) AS given_up
    OFFSET 0) AS sums
CROSS JOIN LATERAL (SELECT greatest(least(sums.given_up, claim.total - sums.credited - sums.paid
    + sums.refunded - sums.forgiven), 0) AS admitted OFFSET 0) AS rest
WHERE claim.state = 'issued';

-- What came in for admissions before it was held against them, and where that leads.
CREATE TEMPORARY TABLE recovered ON COMMIT DROP AS
SELECT id, number, amount - admitted AS amount, written_off, disputed, credited < invoiced AS claimed
FROM billing.standing JOIN LATERAL (SELECT sum(amount) AS amount FROM billing.write_off
    WHERE invoice = standing.id AND kind = 'non_valeur') AS given_up ON TRUE
WHERE amount > admitted;
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
SELECT 'recovered ' || number, 1, 'write_offs', now(), id, 'overpaid', amount, 0 FROM recovered;
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
SELECT 'recovered ' || number, 2, 'write_offs', now(), id, 'write_off:non_valeur', 0, amount
FROM recovered;
INSERT INTO billing.invoice_move (invoice, position, move, state, reason, recorded_by, recorded_at)
SELECT id, (SELECT 1 + count(*) FROM billing.invoice_move WHERE invoice = recovered.id), 'pay', 'paid',
    '', 'migration', now()
FROM recovered WHERE claimed AND disputed = 0 AND written_off = 0;
