-- Since when and until when a version of a permit authorised what it says; open while it does.
CREATE TABLE permits.holding (
    permit uuid NOT NULL,
    version integer NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz CHECK (until >= since),
    ends timestamptz NOT NULL,
    PRIMARY KEY (permit, version),
    FOREIGN KEY (permit, version) REFERENCES permits.version
);
CREATE INDEX holding_by_end ON permits.holding (ends);
CREATE UNIQUE INDEX holding_that_is_open ON permits.holding (permit) WHERE until IS NULL;
INSERT INTO permits.holding (permit, version, since, until, ends)
SELECT told.permit, told.version, told.since, greatest(told.since, told.until), p.ends
FROM (
    SELECT v.permit, v.version, v.state,
        CASE WHEN v.move = 'apply' THEN (v.document ->> 'decided_at')::timestamptz
            ELSE v.recorded_at END AS since,
        lead(v.recorded_at) OVER (PARTITION BY v.permit ORDER BY v.version) AS until
    FROM permits.version v
) AS told
JOIN permits.permit p ON p.id = told.permit
WHERE told.state = 'granted';
-- A draft is not decided.
ALTER TABLE permits.permit ALTER COLUMN decision DROP NOT NULL;
