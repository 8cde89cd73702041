"""How are many permits moved at once? Asked together, written down together, then announced.

Whoever else moves one of them meanwhile wins: that one is left out, and the others are moved.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import structlog
from psycopg_pool import ConnectionPool

from permits.beside.capacity import counting
from permits.case import Case
from permits.cases import Cases, City, each_beside
from permits.life.holdings import ahead
from permits.life.standing import objections, without
from permits.life.states import Act, IllegalMove, moved
from permits.model import Finding, Permit
from permits.store.holdings import Turn
from permits.store.permits import Connection
from permits.versions import recorded
from zones.model import Zone

log = structlog.get_logger()

Asked = tuple[Permit, Case]


class MoveService:
    """What stands against many permits, and moves of many of them that decide no application."""

    def __init__(self, pool: ConnectionPool, city: City) -> None:
        self._pool = pool
        self._announce = city.announce
        self._cases = Cases(city)
        self._law = city.law

    def move(self, moves: Iterable[tuple[Permit, Act]]) -> tuple[Permit, ...]:
        """Make moves, all in one transaction; return the permits that were moved."""
        turns = tuple(_turns(moves))
        with self._pool.connection() as connection:
            made = recorded(connection, turns)
        return self._told(made)

    def against(
        self, permits: Sequence[Permit], zones: Sequence[Zone], now: datetime
    ) -> Iterator[tuple[Permit, tuple[Finding, ...]]]:
        """Yield the permits that some zones say something against, with what they say."""
        named = {zone.id for zone in zones}
        with self._pool.connection() as connection:
            asked = [
                (permit, case)
                for permit, case in self._asked(connection, permits, now)
                if not named.isdisjoint(zone.id for zone in case.zones)
            ]
            if counting(zones):
                # Of what zones say only a count of vehicles is about other permits.
                asked = _beside(connection, asked)
        for permit, case in asked:
            if said := tuple(each for each in objections(case, permit) if each.zone in named):
                yield permit, said

    def release(self, permits: Sequence[Permit], act: Act) -> tuple[Permit, ...]:
        """Release permits that nothing stands against any more; return those."""
        return self._law.by(lambda: self._released(permits, act))

    def _released(self, permits: Sequence[Permit], act: Act) -> tuple[Permit, ...]:
        with self._pool.connection() as connection:
            # What zones forbid needs no look at other permits.
            free = [
                (permit, case)
                for permit, case in self._asked(connection, permits, act.at)
                if not objections(case, permit)
            ]
        with self._pool.connection() as connection:
            self._cases.keep_law(connection, [case for _, case in free])
            beside = _beside(connection, free)
            moves = [(permit, act) for permit, case in beside if not objections(case, permit)]
            made = recorded(connection, tuple(_turns(moves)))
        return self._told(made)

    def _asked(
        self, connection: Connection, permits: Sequence[Permit], now: datetime
    ) -> Iterator[Asked]:
        left = [ahead(permit.application, now) for permit in permits]
        return zip(permits, self._cases.each(connection, left, now), strict=True)

    def _told(self, made: tuple[Permit, ...]) -> tuple[Permit, ...]:
        for permit in made:
            try:
                self._announce(permit)
            except Exception:
                log.exception("permit.not-announced", permit=str(permit.id))
        return made


def _beside(connection: Connection, asked: Sequence[Asked]) -> list[Asked]:
    cases = each_beside(connection, [case for _, case in asked])
    return [(permit, without(case, permit)) for (permit, _), case in zip(asked, cases, strict=True)]


def _turns(moves: Iterable[tuple[Permit, Act]]) -> Iterator[Turn]:
    for permit, act in moves:
        try:
            yield permit, moved(permit, act)
        except IllegalMove as reason:
            log.info("permit.not-moved", permit=str(permit.id), reason=str(reason))
