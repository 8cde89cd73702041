-- Runs that nobody started: which month, due since when, and what they came to, or why not.
CREATE TABLE billing.scheduled_run (
    period text NOT NULL,
    due_at timestamptz NOT NULL,
    dry boolean NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL CHECK (ended_at >= began_at),
    outcome jsonb,
    failure text NOT NULL DEFAULT '',
    CHECK ((outcome IS NULL) = (failure <> ''))
);
-- Never twice.
CREATE UNIQUE INDEX scheduled_run_once ON billing.scheduled_run (period, due_at, dry)
    WHERE failure = '';
CREATE INDEX scheduled_run_by_time ON billing.scheduled_run (began_at);
ALTER TABLE billing.scheduled_run ENABLE ROW LEVEL SECURITY;
