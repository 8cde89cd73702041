"""Which permits does the city's own clock have to look at? Found in the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from permits.documents import from_document
from permits.life.attempts import asks_officer
from permits.model import Permit, PermitId
from permits.store.permits import Connection
from zones.model import Layer
from zones.space.coordinates import Bounds

# Permits whose last window has passed, and that have not come to an end.
PASSED = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE p.state IN ('draft', 'needs_review', 'granted', 'active', 'on_hold') AND p.ends <= %(now)s
ORDER BY p.ends LIMIT %(most)s
"""
# What has been waiting for an officer since before an instant: applications, and attempts.
WAITING = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE (p.asks_officer OR p.state = 'needs_review')
  AND coalesce(v.document #>> '{attempt,asked_at}', v.document ->> 'decided_at')::timestamptz
      <= %(before)s
LIMIT %(most)s
"""
# Let what is in force be found where officers look for work, or no longer.
QUEUE = """
UPDATE permits.permit p SET asks_officer = turned.asks
FROM unnest(%(permits)s::uuid[], %(asks)s::boolean[]) AS turned (permit, asks)
WHERE p.id = turned.permit
"""
# What is on hold for what a zone said, in the order of its ids; what an officer put on hold says no
# more than a reason.
HELD = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE p.state = 'on_hold' AND jsonb_array_length(v.document -> 'hold') > 0 AND p.ends > %(now)s
  AND (%(after)s::uuid IS NULL OR p.id > %(after)s)
ORDER BY p.id LIMIT %(most)s
"""
# What authorises in any of some boxes, in a layer or in all, at some time of a span, as recorded
# before an instant; what is used now first. "IS TRUE" keeps from looking by the index of time
# through all that lasts then: those in a box are few.
IN_FORCE = """
SELECT v.document FROM (
    SELECT DISTINCT p.id, p.version, p.state
    FROM unnest(%(layers)s::text[], %(west)s::float8[], %(south)s::float8[],
        %(east)s::float8[], %(north)s::float8[], %(ends)s::timestamptz[], %(before)s::timestamptz[])
        AS zone (layer, west, south, east, north, ends, before)
    JOIN permits.permit p
        ON p.bounds && box(point(zone.west, zone.south), point(zone.east, zone.north))
    JOIN permits.version w ON (w.permit, w.version) = (p.id, p.version)
    WHERE p.state IN ('granted', 'active') AND p.ends > %(now)s
      AND (zone.layer IS NULL OR p.layer = zone.layer)
      AND (p.during && tstzmultirange(tstzrange(%(now)s, zone.ends))) IS TRUE
      AND (zone.before IS NULL OR w.recorded_at < zone.before)
) AS met JOIN permits.version v ON (v.permit, v.version) = (met.id, met.version)
ORDER BY met.state = 'active' DESC, met.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and until when something is looked for, as recorded before an instant.

    `layer` None is every layer; `end` and `before` None are no limit.
    """

    layer: Layer | None
    box: Bounds
    end: datetime | None
    before: datetime | None


def passed(connection: Connection, now: datetime, most: int) -> Sequence[Permit]:
    """Return permits whose last window has passed."""
    return tuple(_permits(connection, PASSED, {"now": now, "most": most}))


def waiting(connection: Connection, before: datetime, most: int) -> Sequence[Permit]:
    """Return what has been waiting for an officer since before an instant."""
    return tuple(_permits(connection, WAITING, {"before": before, "most": most}))


def queue(connection: Connection, permits: Sequence[Permit]) -> None:
    """Put what is in force among what waits for an officer, or take it from there."""
    if permits:
        asks = [asks_officer(each) for each in permits]
        connection.execute(QUEUE, {"permits": [each.id for each in permits], "asks": asks})


def held(
    connection: Connection, now: datetime, most: int, after: PermitId | None = None
) -> Sequence[Permit]:
    """Return permits that are on hold for what a zone said, in order, from after one of them on."""
    return tuple(_permits(connection, HELD, {"now": now, "most": most, "after": after}))


def in_force(connection: Connection, places: Sequence[Place], now: datetime) -> Sequence[Permit]:
    """Return what authorises in any of some places, now or later."""
    west, south, east, north = zip(*(each.box for each in places), strict=True)
    asked = {
        "now": now,
        "layers": [each.layer for each in places],
        "west": list(west),
        "south": list(south),
        "east": list(east),
        "north": list(north),
        "ends": [each.end for each in places],
        "before": [each.before for each in places],
    }
    return tuple(_permits(connection, IN_FORCE, asked))


def _permits(
    connection: Connection, statement: str, values: Mapping[str, object]
) -> Iterator[Permit]:
    for (document,) in connection.execute(statement, values):
        yield from_document(document)
