-- What is in force and waits for an officer: an extension, an amendment, a second look.
ALTER TABLE permits.permit ADD asks_officer boolean NOT NULL DEFAULT false;
CREATE INDEX permit_that_waits ON permits.permit (number DESC)
    WHERE asks_officer OR state = 'needs_review';
