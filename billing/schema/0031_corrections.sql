-- What takes the place of a usage that was metered wrong, by an officer's word; and the credit note
-- that answers it where the wrong one was invoiced.

CREATE TABLE billing.correction (
    key text NOT NULL,
    position integer NOT NULL CHECK (position > 0),
    usage uuid NOT NULL UNIQUE REFERENCES billing.usage (id),
    replacement uuid UNIQUE REFERENCES billing.usage (id),
    fingerprint text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (key, position)
);

CREATE TABLE billing.correction_answer (
    usage uuid NOT NULL REFERENCES billing.correction (usage),
    invoice uuid NOT NULL REFERENCES billing.invoice (id),
    credit_note uuid NOT NULL REFERENCES billing.credit_note (id),
    PRIMARY KEY (usage, invoice)
);

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.correction
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.correction_answer
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse();

ALTER TABLE billing.correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.correction_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.correction
    USING (EXISTS (SELECT FROM billing.usage u WHERE u.id = correction.usage));
CREATE POLICY own ON billing.correction_answer
    USING (EXISTS (SELECT FROM billing.invoice i WHERE i.id = correction_answer.invoice));
