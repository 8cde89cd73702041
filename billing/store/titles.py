"""What was issued in a window, and on which days of a year? What titles are numbered by."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg

from billing.periods import CITY
from zones.periods import Window

Connection = psycopg.Connection[Any]

# The invoices issued in a window, in the order of their numbers.
ISSUED = """
SELECT number FROM billing.invoice
WHERE state = 'issued' AND issued_at >= %(start)s AND issued_at < %(end)s
ORDER BY series, series_year, ordinal
"""
# The days of a window on which invoices were issued.
INVOICE_DAYS = """
SELECT DISTINCT (issued_at AT TIME ZONE %(zone)s)::date AS day FROM billing.invoice
WHERE state = 'issued' AND issued_at >= %(start)s AND issued_at < %(end)s ORDER BY day
"""
# The days on which credit notes were issued on invoices of the same year: others are no titles.
NOTE_DAYS = """
SELECT DISTINCT (note.issued_at AT TIME ZONE %(zone)s)::date AS day
FROM billing.credit_note AS note JOIN billing.invoice ON invoice.id = note.invoice
WHERE note.issued_at >= %(start)s AND note.issued_at < %(end)s
  AND invoice.issued_at >= %(start)s ORDER BY day
"""


def issued(connection: Connection, window: Window) -> Sequence[str]:
    """Return the numbers of the invoices issued in a window."""
    return [row[0] for row in connection.execute(ISSUED, _values(window))]


def invoice_days(connection: Connection, year: Window) -> tuple[date, ...]:
    """Return the days of a year on which invoices were issued."""
    return tuple(row[0] for row in connection.execute(INVOICE_DAYS, _values(year)))


def note_days(connection: Connection, year: Window) -> tuple[date, ...]:
    """Return the days of a year on which its own invoices were credited."""
    return tuple(row[0] for row in connection.execute(NOTE_DAYS, _values(year)))


def _values(window: Window) -> dict[str, object]:
    return {"start": window.start, "end": window.end, "zone": str(CITY)}
