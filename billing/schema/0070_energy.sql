-- What the vehicle of a use ran on, as the registry knew it when it was metered.
ALTER TABLE billing.usage ADD COLUMN energy_class text;
