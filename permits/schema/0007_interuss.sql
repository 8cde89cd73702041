-- Flight plans of InterUSS's tests: a permit of the tests' operator is found by its plan.
CREATE INDEX version_by_plan ON permits.version ((document #>> '{application,reference}'))
    WHERE move = 'apply' AND by = 'interuss';

-- What the tests said of an aircraft in use that does not do as it should.
CREATE TABLE permits.interuss_aircraft (
    permit uuid PRIMARY KEY REFERENCES permits.permit,
    state text NOT NULL,
    recorded_at timestamptz NOT NULL
);

-- Requests of the tests that were answered: the same again gets the same answer.
CREATE TABLE permits.interuss_request (
    id text PRIMARY KEY CHECK (id <> ''),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    answer jsonb NOT NULL,
    recorded_at timestamptz NOT NULL
);
