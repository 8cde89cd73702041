-- Messages go out in the order they were put into the outbox; instants alone do not tell it.
ALTER TABLE telemetry.delivery ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
DROP INDEX telemetry.delivery_due;
CREATE INDEX delivery_due ON telemetry.delivery (webhook, number) WHERE next_at IS NOT NULL;
