-- What was said of visits before positions that came late corrected it; how they stand now is in
-- `telemetry.visit`. `late` is the first of those positions. A visit that was none is only here.
CREATE TABLE telemetry.visit_before (
    id uuid NOT NULL,
    corrected_at timestamptz NOT NULL,
    late bigint NOT NULL,
    said jsonb NOT NULL,
    PRIMARY KEY (id, corrected_at)
);
CREATE INDEX visit_before_corrected ON telemetry.visit_before (corrected_at);
