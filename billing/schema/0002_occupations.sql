-- What a permit occupied in a period: kind, size, and the days, months and years begun.
ALTER TABLE billing.usage ADD COLUMN occupied jsonb;
