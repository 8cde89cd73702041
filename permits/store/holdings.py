"""What permits hold in the database: their places now, and since when and until when they did."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from permits.documents import application_from
from permits.life.holdings import Held, Holding, within
from permits.life.transitions import AUTHORISING, PLACED
from permits.model import Application, Move, Permit, PermitId, PermitState
from permits.requests import Request
from permits.store import volumes
from permits.store.permits import (
    ADD_PERMIT,
    ADD_VERSION,
    CHANGED,
    CLAIM_SETTLED,
    Connection,
    changed,
    claiming,
    recording,
)
from permits.store.steps import DONE, FITS, in_steps
from zones.periods import Window

# A permit before and after a move.
Turn = tuple[Permit, Permit]

# A version begins to authorise.
OPEN = """
INSERT INTO permits.holding (permit, version, since, ends)
SELECT %(permit)s::uuid, %(version)s::integer, %(since)s::timestamptz, %(ends)s::timestamptz
FROM fits
"""
# Versions begin to authorise.
OPEN_MANY = """
INSERT INTO permits.holding (permit, version, since, ends)
SELECT * FROM unnest(%(permit)s::uuid[], %(version)s::integer[], %(since)s::timestamptz[],
    %(ends)s::timestamptz[])
"""
# Whatever permits authorise ends.
CLOSE_MANY = """
UPDATE permits.holding h SET until = greatest(h.since, closed.at)
FROM unnest(%(permit)s::uuid[], %(at)s::timestamptz[]) AS closed (permit, at)
WHERE h.permit = closed.permit AND h.until IS NULL
"""
# Which versions authorised at some time after an instant, and when.
HELD = """
SELECT h.permit, h.version, h.since, h.until FROM permits.holding h
WHERE h.ends > %(since)s AND (h.until IS NULL OR h.until > greatest(h.since, %(since)s))
"""
# What some permits authorised at some time after an instant, and how they stood when that ended.
HELD_BY = """
SELECT h.permit, h.version, h.since, h.until, v.document -> 'application', (
    SELECT n.state FROM permits.version n
    WHERE n.permit = h.permit AND n.version > h.version AND n.recorded_at = h.until
    ORDER BY n.version DESC LIMIT 1)
FROM permits.holding h
JOIN permits.version v ON (v.permit, v.version) = (h.permit, h.version)
WHERE h.permit = ANY(%(permits)s) AND h.ends > %(since)s
  AND (h.until IS NULL OR h.until > greatest(h.since, %(since)s))
"""


def begin(
    connection: Connection,
    permit: Permit,
    request: Request | None = None,
    sight: volumes.Sight | None = None,
) -> bool:
    """Record a new permit with what it holds, and tell those who keep copies of that.

    In one statement: False where its request was answered meanwhile, or where what its decision was
    taken in `sight` of no longer stands; then nothing was recorded.
    """
    steps, values = [ADD_VERSION, ADD_PERMIT], recording(permit)
    told = DONE
    if _placed(permit):
        steps += [volumes.ADD, volumes.ENGAGE]
        values |= volumes.placing(permit)
    if _authorised(permit):
        steps.append(OPEN)
        told = CHANGED
        values |= _opening(permit)
    if sight:
        values |= volumes.looking_again(sight)
    if request:
        values |= claiming(request, permit)
    fits = _unless(sight and sight.published, asked=request is not None)
    return connection.execute(in_steps(*steps, fits=fits, told=told), values).rowcount == 1


def follow(connection: Connection, turns: Sequence[Turn]) -> None:
    """Keep what is held in step with new versions, and tell those who keep copies."""
    freed, placed = _changes(turns, _placed)
    if freed:
        volumes.free(connection, freed)
    for permit in placed:
        volumes.place(connection, permit)
    closed, opened = _changes(turns, _authorised)
    if closed:
        ends = {"permit": [each.id for each in closed], "at": [each.recorded_at for each in closed]}
        connection.execute(CLOSE_MANY, ends)
    if opened:
        connection.execute(OPEN_MANY, _opening_many(opened))
    if closed or opened:
        changed(connection, {each.id: each for each in (*closed, *opened)}.values())


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
    for permit, version, start, end, document, state in connection.execute(HELD_BY, values):
        span, became = Window(start=start, end=end), None if state is None else PermitState(state)
        if asked := within(application_from(document), span):
            yield Holding(id=permit, version=version, application=asked, held=span, became=became)


@cache
def _unless(published: str | None, *, asked: bool) -> str:
    """Return what must hold for a permit to be recorded: nothing, a sight, a request, or both."""
    stands = volumes.standing(published) if published else FITS
    return f"WITH stands AS MATERIALIZED ({stands}) {CLAIM_SETTLED}" if asked else stands


def _changes(
    turns: Sequence[Turn], of: Callable[[Permit], Application | None]
) -> tuple[list[Permit], list[Permit]]:
    """Return which permits no longer hold something as before, and which hold something new."""
    differing = [(of(before), of(after), after) for before, after in turns]
    differing = [(was, now, after) for was, now, after in differing if was != now]
    return (
        [after for was, _, after in differing if was is not None],
        [after for _, now, after in differing if now is not None],
    )


def _placed(permit: Permit) -> Application | None:
    return permit.application if permit.state in PLACED else None


def _authorised(permit: Permit) -> Application | None:
    return permit.application if permit.state in AUTHORISING else None


def _opening_many(permits: Sequence[Permit]) -> Mapping[str, Any]:
    rows = [_opening(each) for each in permits]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _opening(permit: Permit) -> Mapping[str, Any]:
    # What is replayed was decided in the past, and is written down now.
    first = permit.move is Move.APPLY
    return {
        "permit": permit.id,
        "version": permit.version,
        "since": permit.decided_at if first else permit.recorded_at,
        "ends": max(each.end for each in permit.application.volumes),
    }
