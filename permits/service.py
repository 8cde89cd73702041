"""Applies for permits, and leads them through their life: fetch, ask the verb, record, announce."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from permits.admission import refuse_undecidable
from permits.decisions import Answer, decide
from permits.kinds import DocumentKind
from permits.life import Act, moved
from permits.model import (
    Application,
    Case,
    InvalidApplication,
    Move,
    OperationVolume,
    Permit,
    PermitId,
    PermitState,
    Quote,
)
from permits.parties import Operator, OperatorId, SizeClass
from permits.reaches import reaches
from permits.requests import Request
from permits.rules import permit_needed
from permits.search import Page, Search
from permits.sharing import refuse_full
from permits.store import documents, registry, volumes
from permits.store import permits as store
from zones.heights.vertical import Datum, paris_datum
from zones.model import Layer, Zone
from zones.periods import NO_SWITCHES, Switches

# Somebody unknown is quoted the full price: reliefs by size are for those who are registered.
ANYBODY = Operator(id=OperatorId(""), name="", siren="", size=SizeClass.LARGE)


class UnknownPermit(LookupError):
    """A permit that does not exist, or not for this caller."""


class StaleVersion(Exception):
    """A change of a version that is no longer the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What permits ask of the rest of the city, and tell it.

    `documents_needed` are the kinds of documents that each layer asks for.
    """

    zones_touching: Callable[[OperationVolume, Layer], tuple[Zone, ...]]
    quote: Callable[[Application, Operator, tuple[Zone, ...]], Quote]
    announce: Callable[[Permit], None]
    documents_needed: Mapping[Layer, frozenset[DocumentKind]] = field(default_factory=dict)
    datum: Callable[[], Datum] = paris_datum
    switches: Callable[[], Switches] = lambda: NO_SWITCHES


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
        self._city = city
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
        case = self._admitted(application, at)
        # Quoted outside the transaction: tariffs may need a connection of their own.
        quote = self._quote(case)
        with self._pool.connection() as connection:
            if request and (earlier := store.claim(connection, request, at)):
                return earlier
            # Whoever could be in the way waits here, and then reads what was granted.
            volumes.hold(connection, reaches(case))
            permit = self._decided(_beside(connection, case), quote)
            with connection.pipeline():  # one way to the server and back
                store.add(connection, permit)
                if permit.state is PermitState.GRANTED:
                    volumes.follow(connection, permit)
                    store.changed(connection, permit)
                self._settle(connection, permit, request)
        self._city.announce(permit)
        return permit

    def advise(self, application: Application) -> Advice:
        """Say what an application would be answered; an empty operator stands for anybody."""
        case = self._admitted(application, self._clock())
        with self._pool.connection() as connection:
            case = _beside(connection, case)
        return Advice(
            permit_needed=permit_needed(case), answer=decide(case), quote=self._quote(case)
        )

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
                case = self._case(connection, before.application, act.at)
                volumes.hold(connection, reaches(case))
                refuse_full(_beside(connection, case))
            if not store.turn(connection, after):
                raise _stale(permit_id, after.version)
            volumes.follow(connection, after)
            self._settle(connection, after, request)
            if PermitState.GRANTED in {before.state, after.state}:
                store.changed(connection, after)
        self._city.announce(after)
        return after

    def get(self, permit_id: UUID) -> Permit:
        """Return a permit as it stands."""
        with self._pool.connection() as connection:
            return _found(store.latest(connection, permit_id), permit_id)

    def listing(self, wanted: Search) -> Page:
        """Return a page of permits, newest first."""
        with self._pool.connection() as connection:
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

    def now(self) -> datetime:
        """Return the instant at which a move is made."""
        return self._clock()

    def _answered(self, request: Request) -> Permit | None:
        with self._pool.connection() as connection:
            return store.answered(connection, request)

    def _admitted(self, application: Application, now: datetime) -> Case:
        """Return the case without those beside it, or refuse what cannot be decided at all."""
        with self._pool.connection() as connection:
            case = self._case(connection, application, now)
        refuse_undecidable(case)
        return case

    def _case(self, connection: store.Connection, application: Application, now: datetime) -> Case:
        found = registry.operators(connection, application.operator)
        vehicles = registry.vehicles_named(connection, application.operator, application.vehicles)
        held = documents.held(connection, application.operator, application.vehicles)
        touched = {
            (zone.id, zone.version): zone
            for volume in application.volumes
            for zone in self._city.zones_touching(volume, application.layer)
        }
        return Case(
            application=application,
            operator=_operator(found, application),
            vehicles=vehicles,
            zones=tuple(touched[key] for key in sorted(touched)),
            now=now,
            datum=self._city.datum(),
            switches=self._city.switches(),
            documents=held,
            documents_needed=self._city.documents_needed.get(application.layer, frozenset()),
        )

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

    def _quote(self, case: Case) -> Quote:
        return self._city.quote(case.application, case.operator, case.zones)

    def _settle(
        self, connection: store.Connection, permit: Permit, request: Request | None
    ) -> None:
        if request:
            store.settle(connection, request, permit)


def _beside(connection: store.Connection, case: Case) -> Case:
    """Return the case with those it could meet, as they are granted now."""
    return replace(case, neighbours=volumes.near(connection, reaches(case)))


def _found(permit: Permit | None, permit_id: UUID) -> Permit:
    if permit is None:
        msg = f"no permit {permit_id} is known"
        raise UnknownPermit(msg)
    return permit


def _stale(permit_id: UUID, version: int) -> StaleVersion:
    return StaleVersion(f"permit {permit_id} has changed since: its latest version is {version}")


def _operator(found: tuple[Operator, ...], application: Application) -> Operator:
    if not application.operator:
        return ANYBODY
    if not found:
        msg = f"operator: {application.operator!r} is not registered"
        raise InvalidApplication(msg)
    return found[0]
