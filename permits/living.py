"""Leads permits through their life: fetch, ask the verb, record, announce."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from psycopg_pool import ConnectionPool

from permits.cases import Cases, City, beside
from permits.life import Act, moved
from permits.model import Move, Permit, PermitState
from permits.reaches import reaches
from permits.requests import Request
from permits.sharing import refuse_full
from permits.store import permits as store
from permits.store import volumes
from permits.store.walls import walled


class UnknownPermit(LookupError):
    """A permit that does not exist, or not for this caller."""


class StaleVersion(Exception):
    """A change of a version that is no longer the latest."""


class LifeService:
    """What happens to the city's permits after they were asked for."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], city: City) -> None:
        self._pool = pool
        self._clock = clock
        self._city = city
        self._cases = Cases(city)

    def get(self, permit_id: UUID, operator: str | None = None) -> Permit:
        """Return a permit as it stands; an operator's own only, where one is named."""
        with walled(self._pool, operator) as connection:
            return _found(store.latest(connection, permit_id), permit_id)

    def move(
        self,
        permit_id: UUID,
        act: Act,
        *,
        version: int | None = None,
        request: Request | None = None,
    ) -> Permit:
        """Make a move in a permit's life; `version` is the one the caller has seen."""
        with self._pool.connection() as connection:
            if request and (earlier := store.claim(connection, request, act.at)):
                return earlier
            before = _found(store.latest(connection, permit_id), permit_id)
            if version not in {None, before.version}:
                raise _stale(permit_id, before.version)
            after = moved(before, act)
            if act.move is Move.GRANT and before.state is not PermitState.GRANTED:
                case = self._cases.case(connection, before.application, act.at)
                volumes.hold(connection, reaches(case))
                refuse_full(beside(connection, case))
            if not store.turn(connection, after):
                raise _stale(permit_id, after.version)
            volumes.follow(connection, after)
            if request:
                store.settle(connection, request, after)
            if PermitState.GRANTED in {before.state, after.state}:
                store.changed(connection, after)
        self._city.announce(after)
        return after

    def now(self) -> datetime:
        """Return the instant at which a move is made."""
        return self._clock()


def _found(permit: Permit | None, permit_id: UUID) -> Permit:
    if permit is None:
        msg = f"no permit {permit_id} is known"
        raise UnknownPermit(msg)
    return permit


def _stale(permit_id: UUID, version: int) -> StaleVersion:
    return StaleVersion(f"permit {permit_id} has changed since: its latest version is {version}")
