-- What a vehicle runs on and gives off, by the class that its papers state; NULL is not known.
ALTER TABLE permits.vehicle ADD energy_class text;
