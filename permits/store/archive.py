"""What was granted as it was known then? Read from versions, which are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from permits.beside.reaches import Reaches
from permits.case import Engagement, Neighbour
from permits.documents import from_document
from permits.life.transitions import PLACED
from permits.model import Permit
from permits.store.columns import union
from permits.store.permits import Connection
from zones.space.coordinates import Bounds

# Every version of a permit, in order, with the permit's place in the order of arrival.
VERSIONS = """
SELECT p.number, v.document FROM permits.version v JOIN permits.permit p ON p.id = v.permit
WHERE v.permit = %(permit)s ORDER BY v.version
"""
# Permits of a layer that held a place then, by the version that was the latest. Those that moved
# since are looked at wherever they are now; of two of one instant the earlier was known.
PLACED_THEN = """
SELECT known.document FROM (
    SELECT DISTINCT ON (v.permit) v.permit, v.state, v.document
    FROM permits.permit p JOIN permits.version v ON v.permit = p.id
    WHERE p.layer = %(layer)s AND p.id <> %(permit)s
      AND (v.recorded_at < %(known_at)s
           OR (v.recorded_at = %(known_at)s AND p.number < %(number)s))
      AND (EXISTS (
              SELECT FROM unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[],
                  %(north)s::float8[], %(during)s::tstzrange[])
                  AS asked (west, south, east, north, during)
              WHERE p.during && asked.during
                AND p.bounds && box(point(asked.west, asked.south), point(asked.east, asked.north)))
          OR EXISTS (
              SELECT FROM permits.version w
              WHERE w.permit = p.id AND w.move IN ('extend', 'amend')))
    ORDER BY v.permit, v.version DESC
) AS known WHERE known.state = ANY(%(states)s) ORDER BY known.permit
"""
# Permits of some vehicles of an operator that held a place then, likewise.
ENGAGED_THEN = """
SELECT known.document FROM (
    SELECT DISTINCT ON (v.permit) v.permit, v.state, v.document
    FROM permits.permit p JOIN permits.version v ON v.permit = p.id
    WHERE p.operator = %(operator)s AND p.id <> %(permit)s
      AND (v.recorded_at < %(known_at)s
           OR (v.recorded_at = %(known_at)s AND p.number < %(number)s))
      AND (p.during && %(asked)s::tstzmultirange
          OR EXISTS (
              SELECT FROM permits.version w
              WHERE w.permit = p.id AND w.move IN ('extend', 'amend')))
    ORDER BY v.permit, v.version DESC
) AS known WHERE known.state = ANY(%(states)s)
  AND known.document -> 'application' -> 'vehicles' ?| %(vehicles)s
ORDER BY known.permit
"""


def versions(connection: Connection, permit: UUID) -> tuple[int, tuple[Permit, ...]]:
    """Return every version of a permit, and its place in the order of arrival."""
    rows = connection.execute(VERSIONS, {"permit": permit}).fetchall()
    return (rows[0][0] if rows else 0), tuple(from_document(document) for _, document in rows)


def near_then(
    connection: Connection, wanted: Reaches, permit: Permit, number: int, known_at: datetime
) -> tuple[Neighbour, ...]:
    """Return the volumes in reach that were granted when a permit was decided."""
    if not wanted.reading:
        return ()
    values = {
        "layer": wanted.layer,
        "permit": permit.id,
        "number": number,
        "known_at": known_at,
        "states": [each.value for each in PLACED],
        "west": [each.box[0] for each in wanted.reading],
        "south": [each.box[1] for each in wanted.reading],
        "east": [each.box[2] for each in wanted.reading],
        "north": [each.box[3] for each in wanted.reading],
        "during": [TimestamptzRange(each.start, each.end) for each in wanted.reading],
    }
    rows: Sequence[Any] = connection.execute(PLACED_THEN, values).fetchall()
    return tuple(
        neighbour
        for (document,) in rows
        for neighbour in _neighbours(from_document(document), wanted)
    )


def engaged_then(
    connection: Connection, permit: Permit, number: int, known_at: datetime
) -> tuple[Engagement, ...]:
    """Return what the vehicles of a permit were granted elsewhere when it was decided."""
    asked = permit.application
    if not asked.vehicles:
        return ()
    values = {
        "operator": asked.operator,
        "vehicles": list(asked.vehicles),
        "asked": union(asked.volumes),
        "permit": permit.id,
        "number": number,
        "known_at": known_at,
        "states": [each.value for each in PLACED],
    }
    rows: Sequence[Any] = connection.execute(ENGAGED_THEN, values).fetchall()
    others = [from_document(document) for (document,) in rows]
    return tuple(
        Engagement(permit=other.id, volume=volume, vehicles=named)
        for other in others
        if (named := frozenset(asked.vehicles) & frozenset(other.application.vehicles))
        for volume in other.application.volumes
    )


def _neighbours(permit: Permit, wanted: Reaches) -> list[Neighbour]:
    """Return the volumes of a permit that are in one of the boxes while it is read, as then."""
    return [
        Neighbour(permit=permit.id, volume=volume, vehicles=permit.application.counted)
        for volume in permit.application.volumes
        if any(
            volume.start < each.end
            and each.start < volume.end
            and _meet(volume.footprint.bounds, each.box)
            for each in wanted.reading
        )
    ]


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
