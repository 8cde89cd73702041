"""Applies for permits and finds them: fetch, ask the verb, record, announce."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from psycopg_pool import ConnectionPool

from permits.answers.sealing import opened, seal
from permits.case import Case
from permits.cases import Cases, City, Quoted, basis_of
from permits.decisions import Answer, decide
from permits.life.holdings import Held, Holding
from permits.model import Application, Decision, Finding, Permit, PermitId, PermitState, Quote
from permits.offering import Offers
from permits.offers import Alternative
from permits.parties import Operator, OperatorId, SizeClass
from permits.requests import Request
from permits.rules.asked import permit_needed
from permits.search import Page, Search
from permits.store import grounds, holdings, occupations, registry
from permits.store import permits as store
from permits.store.reading import reading
from permits.store.walls import walled


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What would be answered to an application, without applying.

    `by_size` is what a company of each size would pay, where it is not known who asks.
    """

    case: Case
    permit_needed: bool
    answer: Answer
    quote: Quote
    by_size: Mapping[SizeClass, Quote]
    alternatives: tuple[Alternative, ...] | None = None

    @property
    def application(self) -> Application:
        """Return what was asked."""
        return self.case.application

    @property
    def decision(self) -> Decision:
        """Return what would be decided."""
        return self.answer.decision

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what every rule would find."""
        return self.answer.findings


class PermitService:
    """The city's permits."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], city: City) -> None:
        self._pool = pool
        self._clock = clock
        self._cases = Cases(city)
        self._law = city.law
        self._offers = Offers(pool, city)
        self._software = city.software
        self._secret = city.secret
        self._announce = city.announce

    def apply(
        self,
        application: Application,
        *,
        now: datetime | None = None,
        request: Request | None = None,
    ) -> Permit:
        """Decide an application and write the permit down; `now` tells the past of a replay."""
        return self._law.by(lambda: self._applied(application, now, request))

    def advise(self, application: Application) -> Advice:
        """Say what an application would be answered; an empty operator stands for anybody."""
        return self._law.by(lambda: self._advised(application))

    def seal(self, content: Mapping[str, Any]) -> str:
        """Seal what was advised, for whoever asked to apply with."""
        return seal(content, self._clock(), self._secret)

    def advised(self, sealed: str) -> dict[str, Any]:
        """Return what was advised."""
        return opened(sealed, self._clock(), self._secret)

    def listing(self, wanted: Search) -> Page:
        """Return a page of permits, newest first."""
        with walled(self._pool, wanted.operator) as connection:
            return store.search(connection, wanted)

    def register(self, wanted: Search) -> tuple[Page, Mapping[OperatorId, Operator]]:
        """Return a page of permits with the operators that hold them."""
        with self._pool.connection() as connection:
            page = store.search(connection, replace(wanted, decided=True))
            return page, {each.id: each for each in registry.operators(connection)}

    def held(self, since: datetime) -> frozenset[Held]:
        """Return which versions of permits authorised after an instant, and when."""
        with self._pool.connection() as connection:
            return holdings.held(connection, since)

    def held_by(self, permits: Collection[PermitId], since: datetime) -> tuple[Holding, ...]:
        """Return what some permits authorised after an instant, as far as and while they did."""
        with self._pool.connection() as connection:
            return tuple(holdings.held_by(connection, permits, since))

    def granted_between(self, start: datetime, end: datetime) -> tuple[Permit, ...]:
        """Return the versions that granted a permit in [start, end)."""
        with self._pool.connection() as connection:
            return store.granted_between(connection, start, end)

    def occupying(self, start: datetime, end: datetime) -> tuple[Permit, ...]:
        """Return the permits granted to occupy a place at some time of [start, end)."""
        with self._pool.connection() as connection:
            return occupations.occupying(connection, start, end)

    def on_grounds(self, permits: Collection[PermitId]) -> frozenset[PermitId]:
        """Return those of some permits that an experimentation ground grants: they are free."""
        with self._pool.connection() as connection:
            return grounds.granted(connection, permits)

    def _advised(self, application: Application) -> Advice:
        with reading(self._pool) as connection:
            case = self._cases.looked(connection, application, self._clock()).case
        answer, quoted = decide(case), self._cases.quoting()
        return Advice(
            case=case,
            permit_needed=permit_needed(case),
            answer=answer,
            quote=quoted(case),
            by_size=_by_size(case, quoted),
            alternatives=self._offers.instead(case, answer, quoted),
        )

    def _applied(
        self, application: Application, now: datetime | None, request: Request | None
    ) -> Permit:
        at = now or self._clock()
        if request and (earlier := self._answered(request)):
            return earlier
        with reading(self._pool) as connection:
            looked = self._cases.looked(connection, application, at)
        # Quoted outside the database: tariffs may need a connection of their own.
        case, quoted = looked.case, self._cases.quoting()
        answer = decide(case)
        permit = self._permit(case, answer, quoted(case))
        if answer.decision is Decision.REFUSED:
            permit = replace(permit, alternatives=self._offers.instead(case, answer, quoted))
        with reading(self._pool) as connection:
            recorded = holdings.begin(connection, permit, request, looked.sight)
        if not recorded:
            if request and (earlier := self._answered(request)):
                return earlier
            # Somebody was quicker, here or where the law is made.
            return self._applied_alone(case, quoted, request)
        self._announce(permit)
        return permit

    def _applied_alone(self, case: Case, quoted: Quoted, request: Request | None) -> Permit:
        """Decide while whoever could be in the way waits, and then reads what was granted."""
        quote = quoted(case)
        with self._pool.connection() as connection:
            case = self._cases.alone_beside(connection, case)
            answer = decide(case)
            permit = self._permit(case, answer, quote)
            refused = answer.decision is Decision.REFUSED
            recorded = not refused and holdings.begin(connection, permit, request)
        if refused:
            # A refusal takes no place: nobody waits while alternatives are looked for.
            permit = replace(permit, alternatives=self._offers.instead(case, answer, quoted))
            with reading(self._pool) as connection:
                recorded = holdings.begin(connection, permit, request)
        if not recorded and request and (earlier := self._answered(request)):
            return earlier
        self._announce(permit)
        return permit

    def _answered(self, request: Request) -> Permit | None:
        with reading(self._pool) as connection:
            return store.answered(connection, request)

    def _permit(self, case: Case, answer: Answer, quote: Quote) -> Permit:
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
            basis=basis_of(case, self._software),
        )


def _by_size(case: Case, quoted: Quoted) -> Mapping[SizeClass, Quote]:
    if case.operator.id:
        return {}
    return {
        size: quoted(replace(case, operator=replace(case.operator, size=size)))
        for size in SizeClass
    }
