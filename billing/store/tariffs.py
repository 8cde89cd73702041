"""Where are the published prices? Append-only versions; only an open end is ever closed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from billing.periods import month
from billing.prices import Tariff
from billing.tariffs import read, write
from zones.periods import Window

Connection = psycopg.Connection[Any]

# Every version there is, in the order of publication within its id.
ALL = """
SELECT document::text, lower(valid) AS start, upper(valid) AS "end"
FROM billing.tariff ORDER BY id, version
"""
# How many versions there are: more of them whenever any price becomes another.
COUNT = "SELECT count(*) FROM billing.tariff"
# Every version that was published until an instant, as it was published.
KNOWN = """
SELECT document FROM billing.tariff WHERE recorded_at <= %(known_at)s ORDER BY id, version
"""
# Write one version down.
INSERT = """
INSERT INTO billing.tariff (id, version, valid, document, recorded_by, recorded_at)
VALUES (%(id)s, %(version)s, tstzrange(%(start)s, %(end)s, '[)'), %(document)s, %(by)s, %(now)s)
"""
# End the version that had no end where the next one begins.
CLOSE = """
UPDATE billing.tariff SET valid = tstzrange(lower(valid), %(start)s, '[)')
WHERE id = %(id)s AND upper(valid) IS NULL AND lower(valid) < %(start)s
"""
# The last month that has a claim: prices before its end are settled.
LAST_BILLED = """
SELECT year, month FROM billing.invoice WHERE state = 'issued'
ORDER BY year DESC, month DESC LIMIT 1
"""


def all_versions(connection: Connection) -> tuple[Tariff, ...]:
    """Return every tariff version ever published."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return tuple(_from_row(row) for row in cursor.execute(ALL))


def count(connection: Connection) -> int:
    """Return how many tariff versions were ever published."""
    row = connection.execute(COUNT).fetchone()
    return row[0] if row else 0


def known(connection: Connection, known_at: datetime) -> tuple[Tariff, ...]:
    """Return every version published until an instant, as published: what followed is not told."""
    rows = connection.execute(KNOWN, {"known_at": known_at}).fetchall()
    return tuple(read(document) for (document,) in rows)


def insert(connection: Connection, tariff: Tariff, *, by: str, now: datetime) -> None:
    """Publish a version; the one before it ends where this begins."""
    start, end = tariff.valid.start, tariff.valid.end
    values = {"id": tariff.id, "version": tariff.version, "start": start, "end": end}
    connection.execute(CLOSE, values)
    connection.execute(INSERT, {**values, "document": Jsonb(write(tariff)), "by": by, "now": now})


def billed_until(connection: Connection) -> datetime | None:
    """Return the end of the last period with an issued invoice."""
    row = connection.execute(LAST_BILLED).fetchone()
    return month(*row).window.end if row else None


def _from_row(row: Mapping[str, Any]) -> Tariff:
    return replace(_published(row["document"]), valid=Window(start=row["start"], end=row["end"]))


# Every application is quoted by all of them, and what was published stays as it is.
@lru_cache(maxsize=4096)
def _published(document: str) -> Tariff:
    return read(json.loads(document))
