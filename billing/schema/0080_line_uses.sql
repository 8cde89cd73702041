-- What each line stands for, told on paper as it was known when the line was drafted. Lines before
-- were sealed without it, and stay as they were sealed.
ALTER TABLE billing.invoice_line
    ADD COLUMN zone_versions integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN vehicles text[] NOT NULL DEFAULT '{}',
    ADD COLUMN first_at timestamptz,
    ADD COLUMN last_at timestamptz,
    ADD CHECK ((first_at IS NULL) = (last_at IS NULL));
