-- Every process asks each second what was told since: only that is to be read.
CREATE INDEX lodged_by_instant ON telemetry.lodged (told_at);
