-- Where a vehicle was by its own word, and by that of a receiver that hears it.
ALTER TABLE telemetry.track ADD COLUMN accounts text;
