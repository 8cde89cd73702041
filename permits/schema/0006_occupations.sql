-- What occupies a place brings no vehicle to it.
ALTER TABLE permits.volume DROP CONSTRAINT volume_vehicles_check;
ALTER TABLE permits.volume ADD CONSTRAINT volume_vehicles_check CHECK (vehicles >= 0);
