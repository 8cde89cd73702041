"""Which permits does the city's own clock have to look at? Found in the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from permits.documents import from_document
from permits.model import Permit
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
QUEUE = "UPDATE permits.permit SET asks_officer = %(asks)s WHERE id = %(permit)s"
# What is on hold for what a zone said; what an officer put on hold says no more than a reason.
HELD = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE p.state = 'on_hold' AND jsonb_array_length(v.document -> 'hold') > 0 AND p.ends > %(now)s
LIMIT %(most)s
"""
# What authorises in a box, in a layer or in all, at some time of a span.
IN_FORCE = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE p.state IN ('granted', 'active')
  AND (%(layer)s::text IS NULL OR p.layer = %(layer)s) AND p.ends > %(start)s
  AND p.bounds && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
  AND p.during && tstzmultirange(tstzrange(%(start)s, %(end)s))
  AND (%(after)s::timestamptz IS NULL OR v.recorded_at > %(after)s)
"""


def passed(connection: Connection, now: datetime, most: int) -> Sequence[Permit]:
    """Return permits whose last window has passed."""
    return tuple(_permits(connection, PASSED, {"now": now, "most": most}))


def waiting(connection: Connection, before: datetime, most: int) -> Sequence[Permit]:
    """Return what has been waiting for an officer since before an instant."""
    return tuple(_permits(connection, WAITING, {"before": before, "most": most}))


def queue(connection: Connection, permit: Permit, *, asks: bool) -> None:
    """Put what is in force among what waits for an officer, or take it from there."""
    connection.execute(QUEUE, {"permit": permit.id, "asks": asks})


def held(connection: Connection, now: datetime, most: int) -> Sequence[Permit]:
    """Return permits that are on hold for what a zone said."""
    return tuple(_permits(connection, HELD, {"now": now, "most": most}))


def in_force(
    connection: Connection,
    box: Bounds,
    layer: Layer | None,
    span: tuple[datetime, datetime | None],
    after: datetime | None = None,
) -> Sequence[Permit]:
    """Return what authorises in a box at some time of a span, as recorded after an instant."""
    west, south, east, north = box
    (start, end), named = span, {"west": west, "south": south, "east": east, "north": north}
    asked = {**named, "layer": layer, "start": start, "end": end, "after": after}
    return tuple(_permits(connection, IN_FORCE, asked))


def _permits(
    connection: Connection, statement: str, values: Mapping[str, object]
) -> Iterator[Permit]:
    for (document,) in connection.execute(statement, values):
        yield from_document(document)
