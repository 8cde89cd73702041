"""Applies for permits and finds them: fetch, ask the verb, record, announce."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from permits.cases import Cases, City, beside
from permits.decisions import Answer, decide
from permits.model import Application, Case, Permit, PermitId, PermitState, Quote
from permits.parties import Operator, OperatorId
from permits.reaches import reaches
from permits.requests import Request
from permits.rules import permit_needed
from permits.search import Page, Search
from permits.store import occupations, registry, volumes
from permits.store import permits as store
from permits.store.walls import walled


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What would be answered to an application, without applying."""

    permit_needed: bool
    answer: Answer
    quote: Quote


class PermitService:
    """The city's permits."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], city: City) -> None:
        self._pool = pool
        self._clock = clock
        self._cases = Cases(city)
        self._announce = city.announce
        self._read: Mapping[tuple[UUID, int], Permit] = {}

    def apply(
        self,
        application: Application,
        *,
        now: datetime | None = None,
        request: Request | None = None,
    ) -> Permit:
        """Decide an application and write the permit down; `now` tells the past of a replay."""
        at = now or self._clock()
        if request and (earlier := self._answered(request)):
            return earlier
        with self._pool.connection() as connection:
            case = self._cases.admitted(connection, application, at)
        # Quoted outside the transaction: tariffs may need a connection of their own.
        quote = self._cases.quote(case)
        with self._pool.connection() as connection:
            if request and (earlier := store.claim(connection, request, at)):
                return earlier
            # Whoever could be in the way waits here, and then reads what was granted.
            volumes.hold(connection, reaches(case))
            permit = self._decided(beside(connection, case), quote)
            with connection.pipeline():  # one way to the server and back
                store.add(connection, permit)
                if permit.state is PermitState.GRANTED:
                    volumes.follow(connection, permit)
                    store.changed(connection, permit)
                self._settle(connection, permit, request)
        self._announce(permit)
        return permit

    def advise(self, application: Application) -> Advice:
        """Say what an application would be answered; an empty operator stands for anybody."""
        with self._pool.connection() as connection:
            case = beside(connection, self._cases.admitted(connection, application, self._clock()))
        return Advice(
            permit_needed=permit_needed(case), answer=decide(case), quote=self._cases.quote(case)
        )

    def listing(self, wanted: Search) -> Page:
        """Return a page of permits, newest first."""
        with walled(self._pool, wanted.operator) as connection:
            return store.search(connection, wanted)

    def register(self, wanted: Search) -> tuple[Page, Mapping[OperatorId, Operator]]:
        """Return a page of permits with the operators that hold them."""
        with self._pool.connection() as connection:
            page = store.search(connection, wanted)
            return page, {each.id: each for each in registry.operators(connection)}

    def in_force(self, since: datetime) -> tuple[Permit, ...]:
        """Return the granted permits whose last window ends after an instant.

        Versions that were read before are not read again: they never change.
        """
        with self._pool.connection() as connection:
            wanted = store.in_force(connection, since)
            known = self._read
            missing = [each for each in wanted if each not in known]
            fresh: dict[tuple[UUID, int], Permit] = {
                (each.id, each.version): each
                for each in (store.these(connection, missing) if missing else ())
            }
        self._read = {each: known.get(each) or fresh[each] for each in wanted}
        return tuple(self._read.values())

    def granted_between(self, start: datetime, end: datetime) -> tuple[Permit, ...]:
        """Return the versions that granted a permit in [start, end)."""
        with self._pool.connection() as connection:
            return store.granted_between(connection, start, end)

    def occupying(self, start: datetime, end: datetime) -> tuple[Permit, ...]:
        """Return the permits granted to occupy a place at some time of [start, end)."""
        with self._pool.connection() as connection:
            return occupations.occupying(connection, start, end)

    def _answered(self, request: Request) -> Permit | None:
        with self._pool.connection() as connection:
            return store.answered(connection, request)

    def _decided(self, case: Case, quote: Quote) -> Permit:
        answer = decide(case)
        return Permit(
            id=PermitId(uuid4()),
            version=1,
            application=case.application,
            state=PermitState(answer.decision.value),
            decision=answer.decision,
            automated=True,
            findings=answer.findings,
            conditions=answer.conditions,
            quote=quote,
            decided_at=case.now,
            recorded_at=self._clock(),
            by=case.operator.id,
        )

    def _settle(
        self, connection: store.Connection, permit: Permit, request: Request | None
    ) -> None:
        if request:
            store.settle(connection, request, permit)
