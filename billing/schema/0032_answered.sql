-- Which contradictions of its key a correction answered: those that were known by then.
ALTER TABLE billing.correction ADD COLUMN answered text[] NOT NULL DEFAULT '{}';
