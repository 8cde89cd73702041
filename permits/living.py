"""Leads permits through their life: fetch, ask the verb, record, announce."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from permits.beside.reaches import reaches
from permits.cases import Cases, City, basis_of, beside
from permits.decisions import decide
from permits.life.activation import LEAD, refuse_untimely
from permits.life.deadlines import SERVICE_LEVEL, Waiting, waiting
from permits.life.holdings import within
from permits.life.movers import BY_ITSELF
from permits.life.standing import objections, prohibitions, rules_for, without
from permits.life.states import Act, Revision, moved, possible, redrafted, revised
from permits.model import (
    Application,
    Case,
    Finding,
    Move,
    Permit,
    PermitId,
    PermitState,
)
from permits.requests import Request
from permits.rules.asked import RULES
from permits.rules.sharing import refuse_full
from permits.store import holdings, volumes
from permits.store import permits as store
from permits.store.permits import Connection
from permits.store.walls import walled
from zones.periods import Window


class UnknownPermit(LookupError):
    """A permit that does not exist, or not for this caller."""


class StaleVersion(Exception):
    """A change of a version that is no longer the latest."""


class Objected(Exception):
    """A permit that would not be granted any more: what stands against it, and as it stands now."""

    def __init__(self, permit: Permit, findings: tuple[Finding, ...]) -> None:
        self.permit = permit
        self.findings = findings
        rules = ", ".join(dict.fromkeys(each.rule for each in findings))
        super().__init__(f"permit {permit.id} would not be granted any more: {rules}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a caller says of a request: the version it saw, and how to tell it from another."""

    version: int | None = None
    request: Request | None = None


UNSEEN = Seen()


class LifeService:
    """What happens to the city's permits after they were asked for.

    `lead` is how long before its window a permit may be activated, `service_level` how long an
    application may wait for an officer before it is escalated.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        city: City,
        *,
        lead: timedelta = LEAD,
        service_level: timedelta = SERVICE_LEVEL,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._announce = city.announce
        self._cases = Cases(city)
        self._software = city.software
        self._lead = lead
        self._service_level = service_level

    def get(self, permit_id: UUID, operator: str | None = None) -> Permit:
        """Return a permit as it stands; an operator's own only, where one is named."""
        with walled(self._pool, operator) as connection:
            return _found(store.latest(connection, permit_id), permit_id)

    def draft(self, application: Application, *, by: str, seen: Seen = UNSEEN) -> Permit:
        """Keep an application without deciding it."""
        at = self._clock()
        with self._pool.connection() as connection:
            case = self._cases.admitted(connection, application, at)
        permit = Permit(
            id=PermitId(uuid4()),
            version=1,
            application=application,
            state=PermitState.DRAFT,
            decision=None,
            automated=True,
            findings=(),
            conditions=(),
            quote=self._cases.quote(case),
            decided_at=at,
            recorded_at=at,
            move=Move.DRAFT,
            by=by,
        )
        with self._pool.connection() as connection:
            if earlier := _claimed(connection, seen, at):
                return earlier
            store.add(connection, permit)
            if seen.request:
                store.settle(connection, seen.request, permit)
        self._announce(permit)
        return permit

    def move(self, permit_id: UUID, act: Act, seen: Seen = UNSEEN) -> Permit:
        """Make a move that decides no application."""
        with self._pool.connection() as connection:
            if earlier := _claimed(connection, seen, act.at):
                return earlier
            before = _latest(connection, permit_id, seen)
            after = moved(before, act)
            self._refuse_unfit(connection, before, after)
            self._record(connection, before, after, seen)
        self._announce(after)
        return after

    def activate(self, permit_id: UUID, act: Act, seen: Seen = UNSEEN) -> Permit:
        """Begin to use a permit, when all that it was granted upon still holds."""
        with self._pool.connection() as connection:
            if earlier := _claimed(connection, seen, act.at):
                return earlier
            before = _latest(connection, permit_id, seen)
            after = moved(before, act)
            refuse_untimely(before, act.at, self._lead)
            against = objections(self._beside(connection, before, act.at), before)
            if against and (forbidden := prohibitions(against)):
                hold = Act(move=Move.HOLD, by=BY_ITSELF, at=act.at, findings=forbidden)
                after = moved(before, hold)
            elif against:
                raise Objected(before, against)
            # What is put on hold is no answer to the request to activate it.
            self._record(connection, before, after, UNSEEN if against else seen)
        self._announce(after)
        if against:
            raise Objected(after, against)
        return after

    def submit(self, permit_id: UUID, act: Act, seen: Seen = UNSEEN) -> Permit:
        """Have a draft decided."""
        return self.amend(permit_id, act, lambda permit: permit.application, seen)

    def amend(
        self,
        permit_id: UUID,
        act: Act,
        wanted: Callable[[Permit], Application],
        seen: Seen = UNSEEN,
    ) -> Permit:
        """Decide another application for a permit; what is in force stays where it is refused."""
        with self._pool.connection() as connection:
            if seen.request and (earlier := store.answered(connection, seen.request)):
                return earlier
            before = _latest(connection, permit_id, seen)
            if act.move not in possible(before):
                moved(before, act)
            application = wanted(before)
            fetch = self._cases.case if act.move is Move.EXTEND else self._cases.admitted
            case = fetch(connection, application, act.at)
        # Quoted outside the transaction: tariffs may need a connection of their own.
        quote = self._cases.quote(case)
        with self._pool.connection() as connection:
            if earlier := _claimed(connection, seen, act.at):
                return earlier
            if before.state is PermitState.DRAFT and act.move is Move.AMEND:
                after = redrafted(before, act, application, quote)
            else:
                volumes.hold(connection, reaches(case))
                alone = without(beside(connection, case), before)
                rules = rules_for(before, alone)
                revision = Revision(
                    application=application,
                    answer=decide(alone, rules),
                    quote=quote,
                    # What goes on as it began is decided by fewer rules, and so not taken again.
                    basis=basis_of(alone, self._software) if rules is RULES else None,
                )
                after = revised(before, act, revision)
            self._record(connection, before, after, seen)
        self._announce(after)
        return after

    def waiting(self, permit: Permit) -> Waiting | None:
        """Return the clock of an application that waits for an officer."""
        return waiting(permit, self._clock(), self._service_level)

    def against(self, permit: Permit) -> tuple[Finding, ...]:
        """Return what stands against a permit now that did not when it was granted."""
        with self._pool.connection() as connection:
            return objections(self._beside(connection, permit, self._clock()), permit)

    def now(self) -> datetime:
        """Return the instant at which a move is made."""
        return self._clock()

    def _beside(self, connection: Connection, permit: Permit, at: datetime) -> Case:
        # What is over is no matter any more, nor a zone that was in force only then.
        asked = permit.application
        ahead = within(asked, Window(start=at, end=None)) or asked
        case = self._cases.case(connection, ahead, at)
        return without(beside(connection, case), permit)

    def _refuse_unfit(self, connection: Connection, before: Permit, after: Permit) -> None:
        """Refuse to let into force what has no room, or what stands on hold for a reason still."""
        if before.state is PermitState.ON_HOLD and after.move is Move.RELEASE:
            against = objections(self._beside(connection, before, after.recorded_at), before)
            if against:
                raise Objected(before, against)
        if before.state is PermitState.NEEDS_REVIEW and after.state is PermitState.GRANTED:
            case = self._cases.case(connection, before.application, after.recorded_at)
            volumes.hold(connection, reaches(case))
            refuse_full(beside(connection, case))

    def _record(self, connection: Connection, before: Permit, after: Permit, seen: Seen) -> None:
        if not store.turn(connection, after):
            raise _stale(after.id, after.version)
        holdings.follow(connection, before, after)
        if seen.request:
            store.settle(connection, seen.request, after)


def _claimed(connection: Connection, seen: Seen, at: datetime) -> Permit | None:
    return store.claim(connection, seen.request, at) if seen.request else None


def _latest(connection: Connection, permit_id: UUID, seen: Seen) -> Permit:
    permit = _found(store.latest(connection, permit_id), permit_id)
    if seen.version not in {None, permit.version}:
        raise _stale(permit_id, permit.version)
    return permit


def _found(permit: Permit | None, permit_id: UUID) -> Permit:
    if permit is None:
        msg = f"no permit {permit_id} is known"
        raise UnknownPermit(msg)
    return permit


def _stale(permit_id: UUID, version: int) -> StaleVersion:
    return StaleVersion(f"permit {permit_id} has changed since: its latest version is {version}")
