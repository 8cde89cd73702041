"""Which versions are, were or will be the law, as known now or at an instant of the past?

Reading takes no lock, and one snapshot for all that is read in a transaction. What was known at
a named instant waits for a publication in progress, so that it is the same whenever it is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zones.editions import AsOf, Edition, Withdrawal
from zones.model import Layer, ZoneId
from zones.store.rows import COLUMNS, Rows, believed, editions, utc

Bounds = tuple[float, float, float, float]

# As it was known then, what was superseded later was not superseded yet.
THEN = """
CASE WHEN superseded_at <= coalesce(%(known_at)s::timestamptz, superseded_at) THEN superseded_at END
AS superseded_at
"""
# What follows in this transaction is of one moment.
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
# When the last publication was recorded.
KNOWN = "SELECT at FROM zones.revision"
# Wait for a publication in progress, and keep the next one waiting for this reader.
SETTLE = "SELECT at FROM zones.revision FOR SHARE"
# How often anything was published.
REVISION = "SELECT number FROM zones.revision"
# The newest version of each of these zones, whatever its validity.
NEWEST = f"""
SELECT DISTINCT ON (zone_id) {COLUMNS} FROM zones.zone_version
WHERE zone_id = ANY(%(zone_ids)s) ORDER BY zone_id, version DESC, edition DESC
"""  # noqa: S608 - the columns are ours
# The newest record about a zone: any publication or withdrawal makes a newer one.
LATEST_EDITION = """
SELECT greatest(
    (SELECT max(edition) FROM zones.zone_version WHERE zone_id = %(zone_id)s),
    (SELECT max(edition) FROM zones.withdrawal WHERE zone_id = %(zone_id)s)
)
"""
# Which of these zones were withdrawn and not published again.
WITHDRAWN = """
SELECT zone_id FROM zones.withdrawal WHERE zone_id = ANY(%(zone_ids)s)
GROUP BY zone_id
HAVING max(edition) > (
    SELECT max(edition) FROM zones.zone_version WHERE zone_version.zone_id = withdrawal.zone_id
)
"""
# One page of the zones that are the law at an instant.
PAGE = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE {{believed}} AND valid @> %(at)s::timestamptz
  AND zone_id > %(after)s
  AND (%(layer)s::text IS NULL OR layer IS NULL OR layer = %(layer)s)
  AND (%(west)s::float8 IS NULL
       OR bounds && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)))
ORDER BY zone_id LIMIT %(limit)s
"""  # noqa: S608 - the columns are ours
# All zones that are the law at an instant.
ALL = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE {{believed}} AND valid @> %(at)s::timestamptz ORDER BY zone_id
"""  # noqa: S608 - the columns are ours
# The version of a zone in force at an instant, else the next to come, else the last there was.
AT = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE zone_id = %(zone_id)s AND {{believed}}
ORDER BY valid @> %(at)s::timestamptz DESC, coalesce(lower(valid) > %(at)s, false) DESC,
         CASE WHEN lower(valid) > %(at)s THEN lower(valid) END, upper(valid) DESC NULLS LAST LIMIT 1
"""  # noqa: S608 - the columns are ours
# The versions of a zone that are or will be the law after an instant, in their order.
AHEAD = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE zone_id = %(zone_id)s AND {{believed}} AND (upper_inf(valid) OR upper(valid) > %(at)s)
ORDER BY lower(valid) NULLS FIRST
"""  # noqa: S608 - the columns are ours
# Everything recorded about a zone until an instant, newest first.
HISTORY = f"""
SELECT {COLUMNS.replace("superseded_at", THEN)} FROM zones.zone_version
WHERE zone_id = %(zone_id)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
ORDER BY edition DESC
"""  # noqa: S608 - the columns are ours
# The withdrawals of a zone recorded until an instant, newest first.
WITHDRAWALS = """
SELECT takes_effect_at, act, recorded_at, recorded_by FROM zones.withdrawal
WHERE zone_id = %(zone_id)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
ORDER BY edition DESC
"""
# Which records hold versions that were, are or will be the law after an instant.
SINCE = """
SELECT edition FROM zones.zone_version
WHERE superseded_at IS NULL AND (upper_inf(valid) OR upper(valid) > %(since)s)
ORDER BY zone_id, lower(valid)
"""
# These records.
EDITIONS = f"SELECT {COLUMNS} FROM zones.zone_version WHERE edition = ANY(%(editions)s)"  # noqa: S608 - the columns are ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a page of zones shows; `after` is the last id of the page before."""

    at: datetime
    known_at: datetime | None = None
    layer: Layer | None = None
    bounds: Bounds | None = None
    after: str = ""
    limit: int = 100


def settle(connection: Rows, known_at: datetime | None) -> datetime | None:
    """Begin to read what is known, or was known at an instant; return that instant.

    Nothing published yet is None.
    """
    if known_at is not None:
        connection.execute(SETTLE)
        return known_at
    connection.execute(SNAPSHOT)
    row = connection.execute(KNOWN).fetchone()
    return utc(row[0]) if row and row[0] else None


def revision(connection: Rows) -> int:
    """Return how often anything was published."""
    return _int(connection.execute(REVISION).fetchone())


def latest_edition(connection: Rows, zone_id: ZoneId) -> int:
    """Return the number of the newest record about a zone, 0 when there is none."""
    return _number(connection, LATEST_EDITION, {"zone_id": zone_id})


def newest(connection: Rows, zone_ids: Sequence[ZoneId]) -> dict[ZoneId, Edition]:
    """Return the newest version of each zone that has one."""
    found = editions(connection, NEWEST, {"zone_ids": list(zone_ids)})
    return {edition.zone_id: edition for edition in found}


def withdrawn(connection: Rows, zone_ids: Sequence[ZoneId]) -> frozenset[ZoneId]:
    """Return which of these zones were withdrawn and not published again."""
    found = connection.execute(WITHDRAWN, {"zone_ids": list(zone_ids)}).fetchall()
    return frozenset(ZoneId(zone_id) for (zone_id,) in found)


def page(connection: Rows, filters: Filters) -> list[Edition]:
    """Return one page of zones and, to tell that there are more, one beyond."""
    west, south, east, north = filters.bounds or (None, None, None, None)
    asked = {
        "at": filters.at,
        "known_at": filters.known_at,
        "layer": filters.layer and filters.layer.value,
        "after": filters.after,
        "limit": filters.limit + 1,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    return editions(connection, PAGE.format(believed=believed(filters.known_at)), asked)


def all_at(connection: Rows, asked: AsOf) -> list[Edition]:
    """Return every zone that is the law at an instant."""
    return _as_of(connection, ALL, asked)


def at_instant(connection: Rows, zone_id: ZoneId, asked: AsOf) -> Edition | None:
    """Return the version of a zone at an instant, else its next, else its last."""
    found = _as_of(connection, AT, asked, zone_id)
    return found[0] if found else None


def ahead(connection: Rows, zone_id: ZoneId, asked: AsOf) -> list[Edition]:
    """Return the versions of a zone that are or will be the law after an instant, in order."""
    return _as_of(connection, AHEAD, asked, zone_id)


def history(
    connection: Rows, zone_id: ZoneId, known_at: datetime | None = None
) -> tuple[list[Edition], list[Withdrawal]]:
    """Return everything recorded about a zone, newest first, and how it was withdrawn."""
    asked = {"zone_id": zone_id, "known_at": known_at}
    withdrawals = [
        Withdrawal(
            zone_id=zone_id,
            start=utc(start),
            act=act,
            recorded_at=utc(recorded_at),
            recorded_by=recorded_by,
        )
        for start, act, recorded_at, recorded_by in connection.execute(WITHDRAWALS, asked)
    ]
    return editions(connection, HISTORY, asked), withdrawals


def since(connection: Rows, instant: datetime) -> list[int]:
    """Return the records of versions valid after an instant."""
    return [number for (number,) in connection.execute(SINCE, {"since": instant}).fetchall()]


def these(connection: Rows, numbers: Iterable[int]) -> list[Edition]:
    """Return these records."""
    return editions(connection, EDITIONS, {"editions": list(numbers)})


def _as_of(
    connection: Rows, query: str, asked: AsOf, zone_id: ZoneId | None = None
) -> list[Edition]:
    limits = {"at": asked.at, "known_at": asked.known_at, "zone_id": zone_id}
    return editions(connection, query.format(believed=believed(asked.known_at)), limits)


def _number(connection: Rows, query: str, asked: dict[str, Any]) -> int:
    return _int(connection.execute(query, asked).fetchone())


def _int(row: Sequence[Any] | None) -> int:
    return int(row[0] or 0) if row else 0
