"""What permits hold in the database: their places now, and since when and until when they did."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from permits.documents import application_from
from permits.life.holdings import Held, Holding, within
from permits.life.transitions import AUTHORISING, PLACED
from permits.model import Application, Move, Permit, PermitId
from permits.store import volumes
from permits.store.permits import (
    ADD_PERMIT,
    ADD_VERSION,
    CHANGED,
    Connection,
    changed,
    recording,
)
from zones.periods import Window

# A version begins to authorise.
OPEN = """
INSERT INTO permits.holding (permit, version, since, ends)
VALUES (%(permit)s::uuid, %(version)s, %(since)s, %(ends)s)
"""
# Whatever a permit authorises ends.
CLOSE = """
UPDATE permits.holding SET until = greatest(since, %(at)s)
WHERE permit = %(permit)s AND until IS NULL
"""
# Which versions authorised at some time after an instant, and when.
HELD = """
SELECT h.permit, h.version, h.since, h.until FROM permits.holding h
WHERE h.ends > %(since)s AND (h.until IS NULL OR h.until > greatest(h.since, %(since)s))
"""
# What some permits authorised at some time after an instant.
HELD_BY = """
SELECT h.permit, h.version, h.since, h.until, v.document -> 'application' FROM permits.holding h
JOIN permits.version v ON (v.permit, v.version) = (h.permit, h.version)
WHERE h.permit = ANY(%(permits)s) AND h.ends > %(since)s
  AND (h.until IS NULL OR h.until > greatest(h.since, %(since)s))
"""


def begin(connection: Connection, permit: Permit) -> None:
    """Record a new permit with what it holds, and tell those who keep copies of that."""
    steps, values = [ADD_VERSION, ADD_PERMIT], recording(permit)
    if _placed(permit):
        steps += [volumes.ADD, volumes.ENGAGE]
        values |= volumes.placing(permit)
    if _authorised(permit):
        steps += [OPEN, CHANGED]
        values |= _opening(permit)
    connection.execute(_at_once(*steps), values)


def follow(connection: Connection, before: Permit, after: Permit) -> None:
    """Keep what is held in step with a new version, and tell those who keep copies."""
    was, now = _placed(before), _placed(after)
    if was is not None and was != now:
        volumes.free(connection, after)
    if now is not None and was != now:
        volumes.place(connection, after)
    was, now = _authorised(before), _authorised(after)
    if was == now:
        return
    if was is not None:
        connection.execute(CLOSE, {"permit": after.id, "at": after.recorded_at})
    if now is not None:
        connection.execute(OPEN, _opening(after))
    changed(connection, after)


def held(connection: Connection, since: datetime) -> frozenset[Held]:
    """Return which versions authorised after an instant, and when."""
    return frozenset(
        (permit, version, Window(start=start, end=end))
        for permit, version, start, end in connection.execute(HELD, {"since": since})
    )


def held_by(
    connection: Connection, permits: Collection[PermitId], since: datetime
) -> Iterator[Holding]:
    """Yield what some permits authorised after an instant, as far as and while it did."""
    values = {"permits": list(permits), "since": since}
    for permit, version, start, end, document in connection.execute(HELD_BY, values):
        span = Window(start=start, end=end)
        if asked := within(application_from(document), span):
            yield Holding(id=permit, version=version, application=asked, held=span)


@cache
def _at_once(*steps: str) -> str:
    """Join statements that do not read what the others write: each costs a way to the server."""
    *first, last = steps
    named = ", ".join(f"step_{number} AS ({each})" for number, each in enumerate(first))
    return f"WITH {named} {last}"


def _placed(permit: Permit) -> Application | None:
    return permit.application if permit.state in PLACED else None


def _authorised(permit: Permit) -> Application | None:
    return permit.application if permit.state in AUTHORISING else None


def _opening(permit: Permit) -> Mapping[str, Any]:
    # What is replayed was decided in the past, and is written down now.
    first = permit.move is Move.APPLY
    return {
        "permit": permit.id,
        "version": permit.version,
        "since": permit.decided_at if first else permit.recorded_at,
        "ends": max(each.end for each in permit.application.volumes),
    }
