-- Who is in a zone that counts vehicles, or entered one within the hour: each process that takes a
-- share of the operators in tells the others of its own vehicles, so that all are counted.
CREATE TABLE telemetry.lodged (
    operator text NOT NULL,
    vehicle text NOT NULL,
    lodgings text NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (operator, vehicle)
);
