"""Where is it kept how often the city's data were read for trade? A count an operator and day."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import psycopg

from billing.model import BillingPeriod
from billing.periods import CITY
from billing.reads import DayRead
from permits.parties import OperatorId

Connection = psycopg.Connection[Any]
INSTANT = timedelta(microseconds=1)

# Add to the count of a day.
ADD = """
INSERT INTO billing.data_read AS known (operator, day, calls)
VALUES (%(operator)s, %(day)s, %(calls)s)
ON CONFLICT (operator, day) DO UPDATE SET calls = known.calls + excluded.calls
"""
# The counts of some days.
BETWEEN = """
SELECT operator, day, calls FROM billing.data_read
WHERE day BETWEEN %(first)s AND %(last)s ORDER BY day, operator
"""


def add(connection: Connection, reads: Iterable[DayRead]) -> None:
    """Add to the counts of some days."""
    rows = [{"operator": each.operator, "day": each.day, "calls": each.calls} for each in reads]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)


def of_period(connection: Connection, period: BillingPeriod) -> tuple[DayRead, ...]:
    """Return the counts of the days of a month."""
    start, end = period.window.start, period.window.end
    assert start is not None and end is not None  # noqa: S101, PT018 - a month has both
    first, last = start.astimezone(CITY).date(), (end - INSTANT).astimezone(CITY).date()
    values = {"first": first, "last": last}
    return tuple(
        DayRead(operator=OperatorId(name), day=day, calls=calls)
        for name, day, calls in connection.execute(BETWEEN, values).fetchall()
    )
