-- What was issued for a month, in the order of its numbers: tables are written page by page.
CREATE INDEX issued_of_a_month ON billing.invoice (year, month, number) WHERE state = 'issued';
