"""Where are zone versions kept? In `zones.zone_version`, append-only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from zones.editions import Edition
from zones.model import Layer, Zone, ZoneId
from zones.periods import Window

Rows = Connection[Any]
Bounds = tuple[float, float, float, float]

COLUMNS = "edition, zone_id, version, feature, valid, recorded_at, recorded_by, superseded_at"
# One publication at a time.
LOCK = "SELECT number FROM zones.revision FOR UPDATE"
# How often anything was published.
REVISION = "SELECT number FROM zones.revision"
# Count this publication and tell everyone, at commit.
ANNOUNCE = """
WITH counted AS (UPDATE zones.revision SET number = number + 1 RETURNING number)
SELECT number, pg_notify('octroi_zones', number::text) FROM counted
"""
# The newest version of each of these zones, whatever its validity.
NEWEST = f"""
SELECT DISTINCT ON (zone_id) {COLUMNS} FROM zones.zone_version
WHERE zone_id = ANY(%(zone_ids)s) ORDER BY zone_id, version DESC, edition DESC
"""  # noqa: S608 - the columns are ours
# The newest record about a zone: any publication of it makes a newer one.
LATEST_EDITION = "SELECT max(edition) FROM zones.zone_version WHERE zone_id = %(zone_id)s"
# Supersede what a new validity overlaps, and keep what is left of it on either side.
CUT = """
WITH cut AS (
    UPDATE zones.zone_version SET superseded_at = %(at)s
    WHERE zone_id = %(zone_id)s AND superseded_at IS NULL AND valid && %(valid)s
    RETURNING *
)
INSERT INTO zones.zone_version
    (zone_id, version, layer, restriction, feature, bounds, valid, recorded_at, recorded_by)
SELECT zone_id, version, layer, restriction, feature, bounds,
       unnest(tstzmultirange(valid) - tstzmultirange(%(valid)s)), %(at)s, %(by)s
FROM cut
"""
# Record a version.
INSERT = """
INSERT INTO zones.zone_version
    (zone_id, version, layer, restriction, feature, bounds, valid, recorded_at, recorded_by)
VALUES (%(zone_id)s, %(version)s, %(layer)s, %(restriction)s, %(feature)s,
        box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)), %(valid)s, %(at)s, %(by)s)
"""
# One page of the zones that are the law at an instant.
PAGE = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE superseded_at IS NULL AND valid @> %(at)s::timestamptz
  AND zone_id > %(after)s
  AND (%(layer)s::text IS NULL OR layer IS NULL OR layer = %(layer)s)
  AND (%(west)s::float8 IS NULL
       OR bounds && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)))
ORDER BY zone_id LIMIT %(limit)s
"""  # noqa: S608 - the columns are ours
# All zones that are the law at an instant.
ALL = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE superseded_at IS NULL AND valid @> %(at)s::timestamptz ORDER BY zone_id
"""  # noqa: S608 - the columns are ours
# The version of a zone in force at an instant, else the next to come, else the last there was.
AT = f"""
SELECT {COLUMNS} FROM zones.zone_version
WHERE zone_id = %(zone_id)s AND superseded_at IS NULL
ORDER BY valid @> %(at)s::timestamptz DESC, coalesce(lower(valid) > %(at)s, false) DESC,
         CASE WHEN lower(valid) > %(at)s THEN lower(valid) END, upper(valid) DESC NULLS LAST LIMIT 1
"""  # noqa: S608 - the columns are ours
# Everything ever recorded about a zone, newest first.
HISTORY = f"""
SELECT {COLUMNS} FROM zones.zone_version WHERE zone_id = %(zone_id)s ORDER BY edition DESC
"""  # noqa: S608 - the columns are ours
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
    layer: Layer | None = None
    bounds: Bounds | None = None
    after: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A zone version about to be recorded: what its author stated, and what became of it."""

    zone: Zone
    version: int
    feature: dict[str, Any]
    valid: Window


def lock(connection: Rows) -> None:
    """Keep everybody else from publishing until this transaction ends."""
    connection.execute(LOCK)


def revision(connection: Rows) -> int:
    """Return how often anything was published."""
    return _number(connection, REVISION, {})


def latest_edition(connection: Rows, zone_id: ZoneId) -> int:
    """Return the number of the newest record about a zone, 0 when there is none."""
    return _number(connection, LATEST_EDITION, {"zone_id": zone_id})


def record(connection: Rows, publications: Sequence[Publication], *, by: str, at: datetime) -> int:
    """Record zone versions, cutting short what they replace; return the new revision."""
    rows = [_row(publication, by, at) for publication in publications]
    with connection.cursor() as cursor:
        cursor.executemany(CUT, [row for row in rows if row["version"] > 1])
        cursor.executemany(INSERT, rows)
    return _number(connection, ANNOUNCE, {})


def newest(connection: Rows, zone_ids: Sequence[ZoneId]) -> dict[ZoneId, Edition]:
    """Return the newest version of each zone that has one."""
    found = _editions(connection, NEWEST, {"zone_ids": list(zone_ids)})
    return {edition.zone_id: edition for edition in found}


def page(connection: Rows, filters: Filters) -> list[Edition]:
    """Return one page of zones and, to tell that there are more, one beyond."""
    west, south, east, north = filters.bounds or (None, None, None, None)
    asked = {
        "at": filters.at,
        "layer": filters.layer and filters.layer.value,
        "after": filters.after,
        "limit": filters.limit + 1,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    return _editions(connection, PAGE, asked)


def all_at(connection: Rows, at: datetime) -> list[Edition]:
    """Return every zone that is the law at an instant."""
    return _editions(connection, ALL, {"at": at})


def at_instant(connection: Rows, zone_id: ZoneId, at: datetime) -> Edition | None:
    """Return the version of a zone at an instant, else its next, else its last."""
    found = _editions(connection, AT, {"zone_id": zone_id, "at": at})
    return found[0] if found else None


def history(connection: Rows, zone_id: ZoneId) -> list[Edition]:
    """Return everything ever recorded about a zone, newest first."""
    return _editions(connection, HISTORY, {"zone_id": zone_id})


def since(connection: Rows, instant: datetime) -> list[int]:
    """Return the records of versions valid after an instant."""
    return [number for (number,) in connection.execute(SINCE, {"since": instant}).fetchall()]


def editions(connection: Rows, numbers: Iterable[int]) -> list[Edition]:
    """Return these records."""
    return _editions(connection, EDITIONS, {"editions": list(numbers)})


def _number(connection: Rows, query: str, asked: dict[str, Any]) -> int:
    row = connection.execute(query, asked).fetchone()
    return int(row[0] or 0) if row else 0


def _editions(connection: Rows, query: str, asked: dict[str, Any]) -> list[Edition]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_from_row(row) for row in cursor.execute(query, asked).fetchall()]


def _from_row(row: dict[str, Any]) -> Edition:
    return Edition(
        number=row["edition"],
        zone_id=ZoneId(row["zone_id"]),
        version=row["version"],
        feature=row["feature"],
        valid=Window(start=_utc(row["valid"].lower), end=_utc(row["valid"].upper)),
        recorded_at=row["recorded_at"].astimezone(UTC),
        recorded_by=row["recorded_by"],
        superseded_at=_utc(row["superseded_at"]),
    )


def _utc(instant: datetime | None) -> datetime | None:
    return instant and instant.astimezone(UTC)


def _row(publication: Publication, by: str, at: datetime) -> dict[str, Any]:
    zone, valid = publication.zone, publication.valid
    west, south, east, north = zone.footprint.bounds
    return {
        "zone_id": zone.id,
        "version": publication.version,
        "layer": zone.layer and zone.layer.value,
        "restriction": zone.restriction.value,
        "feature": Jsonb(publication.feature),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "valid": TimestamptzRange(valid.start, valid.end),
        "at": at,
        "by": by,
    }
