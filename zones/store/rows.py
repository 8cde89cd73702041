"""How does a row of `zones.zone_version` read, and which rows were believed when?"""

from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from zones.editions import Edition
from zones.model import ZoneId
from zones.periods import Window

Rows = Connection[Any]

COLUMNS = (
    "edition, zone_id, version, feature, valid, recorded_at, recorded_by, superseded_at, emergency"
)
# What is believed now: an index of its own finds it.
BELIEVED = "superseded_at IS NULL"
# What was believed at an instant of the past.
WAS_BELIEVED = (
    "recorded_at <= %(known_at)s AND (superseded_at IS NULL OR superseded_at > %(known_at)s)"
)


def believed(known_at: datetime | None) -> str:
    """Return the condition under which a row was believed at an instant, or is now."""
    return BELIEVED if known_at is None else WAS_BELIEVED


def editions(connection: Rows, query: str, asked: dict[str, Any]) -> list[Edition]:
    """Return the editions a query finds."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_from_row(row) for row in cursor.execute(query, asked).fetchall()]


def utc(instant: datetime) -> datetime:
    """Return the instant as UTC."""
    return instant.astimezone(UTC)


def _from_row(row: dict[str, Any]) -> Edition:
    return Edition(
        number=row["edition"],
        zone_id=ZoneId(row["zone_id"]),
        version=row["version"],
        feature=row["feature"],
        valid=Window(start=_utc(row["valid"].lower), end=_utc(row["valid"].upper)),
        recorded_at=utc(row["recorded_at"]),
        recorded_by=row["recorded_by"],
        superseded_at=_utc(row["superseded_at"]),
        emergency=row["emergency"],
    )


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else utc(instant)
