-- The second wall between operators, see permits/schema/0008_wall.sql: whoever acts as
-- octroi_operator sees its own use, fees and claims, and what belongs to these.
ALTER TABLE billing.usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.fee ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.invoice_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.line_fee ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.credit_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.credit_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.judgement ENABLE ROW LEVEL SECURITY;
-- Nobody's but the city's.
ALTER TABLE billing.usage_conflict ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.usage USING (operator = current_setting('octroi.operator', true));
CREATE POLICY own ON billing.fee USING (operator = current_setting('octroi.operator', true));
CREATE POLICY own ON billing.invoice USING (operator = current_setting('octroi.operator', true));
CREATE POLICY own ON billing.invoice_line
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = invoice_line.invoice));
CREATE POLICY own ON billing.line_fee
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = line_fee.invoice));
CREATE POLICY own ON billing.credit_note
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = credit_note.invoice));
CREATE POLICY own ON billing.credit_line
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = credit_line.invoice));
CREATE POLICY own ON billing.payment
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = payment.invoice));
CREATE POLICY own ON billing.posting
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = posting.invoice));
CREATE POLICY own ON billing.judgement
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.number = judgement.document)
        OR EXISTS (SELECT FROM billing.credit_note c WHERE c.number = judgement.document));
