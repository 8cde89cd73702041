-- Where vehicles stand is written down now and then, no longer at every observation. What is kept
-- in `track` includes every observation up to `intake.standing_to`; those after it are gone
-- through again at a start. Until now, all were included.
ALTER TABLE telemetry.intake ADD COLUMN standing_to bigint NOT NULL DEFAULT 0;
UPDATE telemetry.intake SET standing_to = coalesce((SELECT max(id) FROM telemetry.observation), 0);
