"""Where are the lines of a month, to be written in tables? Read as rows, a page at a time.

No page holds a connection while its reader is slow: what is issued does not change between two.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from billing.model import BillingPeriod
from billing.periods import CITY
from permits.parties import OperatorId

Row = tuple[Any, ...]
PAGE_LINES = 5_000

# Issued lines of a month after one, in the order of numbers, in that of the columns of exports;
# one invoice more than lines are wanted, as of the first all may have been told.
LINES = """
SELECT invoice.number, invoice.issued_at, invoice.due_on, %(period)s AS period, invoice.operator,
    invoice.debtor ->> 'name' AS debtor, invoice.debtor ->> 'siren' AS siren, line.number AS line,
    line.tariff, line.tariff_version, line.act, line.text ->> 'fr' AS text_fr,
    line.text ->> 'en' AS text_en, line.layer, line.zone, line.zone_name,
    CASE WHEN line.first_at IS NOT NULL
        THEN nullif(array_to_string(line.zone_versions, ' '), '') END AS zone_versions,
    line.permit::text, CASE WHEN line.first_at IS NOT NULL
        THEN array_to_string(line.vehicles, ' ') END AS vehicles, line.first_at, line.last_at,
    line.quantity, line.unit, line.unit_price, line.factor, line.exact, line.amount,
    invoice.currency, line.vat_category, nullif(line.vat_rate_percent, 0) AS vat_rate_percent,
    invoice.total - invoice.tax AS invoice_net, invoice.tax AS invoice_tax,
    invoice.total AS invoice_total, invoice.id::text AS invoice_id,
    invoice.hash AS invoice_hash
FROM (
    SELECT *, CASE WHEN taxes = '[]' THEN 0 ELSE
            (SELECT sum((each ->> 'tax')::numeric) FROM jsonb_array_elements(taxes) AS each)
        END AS tax
    FROM billing.invoice
    WHERE state = 'issued' AND year = %(year)s AND month = %(month)s AND number >= %(number)s
      AND (%(operator)s::text IS NULL OR operator = %(operator)s)
    ORDER BY number LIMIT %(limit)s + 1
) AS invoice CROSS JOIN LATERAL (
    SELECT * FROM billing.invoice_line AS line
    WHERE line.invoice = invoice.id
      AND (invoice.number > %(number)s OR line.number > %(line)s)
    ORDER BY line.number LIMIT %(limit)s
) AS line
ORDER BY invoice.number, line.number LIMIT %(limit)s
"""
# The months of the city in which something was entered into the books.
ENTERED = """
SELECT DISTINCT to_char(at AT TIME ZONE %(city)s, 'YYYY-MM') AS label FROM billing.posting
ORDER BY label
"""


def entered(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return the months in which something was entered into the books."""
    rows = connection.execute(ENTERED, {"city": CITY.key}).fetchall()
    return tuple(label for (label,) in rows)


def lines(
    pool: ConnectionPool,
    period: BillingPeriod,
    operator: OperatorId | None = None,
    *,
    page_lines: int = PAGE_LINES,
) -> Iterator[Row]:
    """Go through the lines issued for a month, of everybody or of one operator."""
    values: dict[str, object] = {
        "period": period.label,
        "year": period.year,
        "month": period.month,
        "operator": operator,
        "number": "",
        "line": 0,
        "limit": page_lines,
    }
    page: list[Row] = [()]
    while page:
        with pool.connection() as connection:
            cursor = connection.execute(LINES, values, binary=True)
            page, columns = cursor.fetchall(), cursor.description or ()
        yield from page
        if page:
            last = dict(zip((each.name for each in columns), page[-1], strict=True))
            values |= {"number": last["number"], "line": last["line"]}
