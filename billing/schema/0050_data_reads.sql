-- How often each operator's keys for trade read the city's data, a row a day of the city's calendar.
CREATE TABLE billing.data_read (
    operator text NOT NULL,
    day date NOT NULL,
    calls bigint NOT NULL CHECK (calls > 0),
    PRIMARY KEY (operator, day)
);
CREATE INDEX reads_of_a_month ON billing.data_read (day);
ALTER TABLE billing.data_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON billing.data_read USING (operator = current_setting('octroi.operator', true));
