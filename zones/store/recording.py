"""How is a publication recorded? Rows are added, and what they cut short is superseded."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from zones.editions import Publication, Withdrawal
from zones.store.rows import Rows

# Two publications are never recorded at one instant.
TICK = timedelta(microseconds=1)

# One publication at a time, and when the one before was recorded.
LOCK = "SELECT at FROM zones.revision FOR UPDATE"
# Count this publication and tell everyone, at commit.
ANNOUNCE = """
WITH counted AS (
    UPDATE zones.revision SET number = number + 1, at = %(at)s RETURNING number
)
SELECT number, pg_notify('octroi_zones', number::text) FROM counted
"""
# Supersede what a validity overlaps, and keep what is left of it on either side.
CUT = """
WITH cut AS (
    UPDATE zones.zone_version SET superseded_at = %(at)s
    WHERE zone_id = %(zone_id)s AND superseded_at IS NULL AND valid && %(valid)s
    RETURNING *
)
INSERT INTO zones.zone_version
    (zone_id, version, layer, restriction, feature, bounds, valid, recorded_at, recorded_by,
     emergency)
SELECT zone_id, version, layer, restriction, feature, bounds,
       unnest(tstzmultirange(valid) - tstzmultirange(%(valid)s)), %(at)s, %(by)s, emergency
FROM cut
"""
# Record a version.
INSERT = """
INSERT INTO zones.zone_version
    (zone_id, version, layer, restriction, feature, bounds, valid, recorded_at, recorded_by,
     emergency)
VALUES (%(zone_id)s, %(version)s, %(layer)s, %(restriction)s, %(feature)s,
        box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)), %(valid)s, %(at)s, %(by)s,
        %(emergency)s)
"""
# Record why a zone is the law no more.
WITHDRAW = """
INSERT INTO zones.withdrawal (zone_id, takes_effect_at, act, recorded_at, recorded_by)
VALUES (%(zone_id)s, %(start)s, %(act)s, %(at)s, %(by)s)
"""


def lock(connection: Rows) -> datetime | None:
    """Keep everybody else from publishing until this transaction ends; return the last instant."""
    row = connection.execute(LOCK).fetchone()
    return row[0] if row else None


def moment(now: datetime, last: datetime | None) -> datetime:
    """Return when to record what is published now: later than all that is recorded."""
    return now if last is None else max(now, (last + TICK).astimezone(now.tzinfo))


def record(connection: Rows, publications: Sequence[Publication], *, by: str, at: datetime) -> int:
    """Record zone versions, cutting short what they replace; return the new revision."""
    rows = [_row(publication, by, at) for publication in publications]
    with connection.cursor() as cursor:
        cursor.executemany(CUT, [row for row in rows if row["version"] > 1])
        cursor.executemany(INSERT, rows)
    return announce(connection, at)


def withdraw(connection: Rows, withdrawal: Withdrawal) -> int:
    """End a zone from an instant on, and keep by which act; return the new revision."""
    asked = {
        "zone_id": withdrawal.zone_id,
        "valid": TimestamptzRange(withdrawal.start, None),
        "start": withdrawal.start,
        "act": withdrawal.act,
        "at": withdrawal.recorded_at,
        "by": withdrawal.recorded_by,
    }
    connection.execute(CUT, asked)
    connection.execute(WITHDRAW, asked)
    return announce(connection, withdrawal.recorded_at)


def announce(connection: Rows, at: datetime) -> int:
    """Count what was recorded, and wake at commit whoever keeps a copy."""
    row = connection.execute(ANNOUNCE, {"at": at}).fetchone()
    return int(row[0]) if row else 0


def _row(publication: Publication, by: str, at: datetime) -> Mapping[str, Any]:
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
        "emergency": publication.emergency,
    }
