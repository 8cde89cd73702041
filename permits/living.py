"""Leads permits through their life: fetch, ask the verb, record, announce."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from permits.case import Case
from permits.cases import Cases, City, Quoted, basis_of, beside
from permits.decisions import decide
from permits.life.activation import LEAD, refuse_untimely
from permits.life.deadlines import SERVICE_LEVEL, Waiting, waiting
from permits.life.holdings import ahead
from permits.life.movers import BY_ITSELF
from permits.life.standing import objections, prohibitions, refusals, rules_for, without
from permits.life.states import Act, Revision, moved, possible, redrafted, revised
from permits.model import Application, Decision, Finding, Move, Permit, PermitId, PermitState, Quote
from permits.offering import Offers
from permits.rules.admission import refuse_past
from permits.rules.asked import RULES
from permits.rules.sharing import refuse_full
from permits.store import archive, holdings
from permits.store import permits as store
from permits.store.permits import Connection
from permits.store.walls import walled
from permits.versions import UNSEEN, Seen, claimed, latest, record, stood


class Objected(Exception):
    """A permit that would not be granted any more: what stands against it, and as it stands now."""

    def __init__(self, permit: Permit, findings: tuple[Finding, ...]) -> None:
        self.permit = permit
        self.findings = findings
        rules = ", ".join(dict.fromkeys(each.rule for each in findings))
        super().__init__(f"permit {permit.id} would not be granted any more: {rules}")


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
        self._law = city.law
        self._offers = Offers(pool, city)
        self._software = city.software
        self._lead = lead
        self._service_level = service_level

    def get(
        self, permit_id: UUID, operator: str | None = None, version: int | None = None
    ) -> Permit:
        """Return a permit as it stands, or as a version stood; an operator's own, if named."""
        with walled(self._pool, operator) as connection:
            if version is None:
                return latest(connection, permit_id)
            return stood(connection, permit_id, version)

    def versions(self, permit_id: UUID, operator: str | None = None) -> tuple[Permit, ...]:
        """Return every version of a permit, the first one first; an operator's own, if named."""
        with walled(self._pool, operator) as connection:
            return archive.versions(connection, permit_id)[1]

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
            if earlier := claimed(connection, seen, at):
                return earlier
            holdings.begin(connection, permit)
            if seen.request:
                store.settle(connection, seen.request, permit)
        self._announce(permit)
        return permit

    def move(self, permit_id: UUID, act: Act, seen: Seen = UNSEEN) -> Permit:
        """Make a move that decides no application."""
        return self._law.by(lambda: self._moved(permit_id, act, seen))

    def activate(self, permit_id: UUID, act: Act, seen: Seen = UNSEEN) -> Permit:
        """Begin to use a permit, when all that it was granted upon still holds."""
        with self._pool.connection() as connection:
            if earlier := claimed(connection, seen, act.at):
                return earlier
            before = latest(connection, permit_id, seen)
            after = moved(before, act)
            refuse_untimely(before, act.at, self._lead)
            against = objections(self._beside(connection, before, act.at), before)
            if against and (forbidden := prohibitions(against)):
                hold = Act(move=Move.HOLD, by=BY_ITSELF, at=act.at, findings=forbidden)
                after = moved(before, hold)
            elif against:
                raise Objected(before, against)
            # What is put on hold is no answer to the request to activate it.
            record(connection, before, after, UNSEEN if against else seen)
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
        return self._law.by(lambda: self._amended(permit_id, act, wanted, seen))

    def waiting(self, permit: Permit) -> Waiting | None:
        """Return the clock of what waits for an officer: an application, or an attempt."""
        return waiting(permit, self._clock(), self._service_level)

    def now(self) -> datetime:
        """Return the instant at which a move is made."""
        return self._clock()

    @property
    def lead(self) -> timedelta:
        """Return how long before its window a permit may be activated."""
        return self._lead

    def _moved(self, permit_id: UUID, act: Act, seen: Seen) -> Permit:
        with self._pool.connection() as connection:
            if earlier := claimed(connection, seen, act.at):
                return earlier
            before = latest(connection, permit_id, seen)
            if act.move is Move.RELEASE and act.move in possible(before):
                act = self._released(connection, before, act)
            after = moved(before, act)
            self._refuse_unfit(connection, before, after)
            record(connection, before, after, seen)
        self._announce(after)
        return after

    def _amended(
        self, permit_id: UUID, act: Act, wanted: Callable[[Permit], Application], seen: Seen
    ) -> Permit:
        with self._pool.connection() as connection:
            if seen.request and (earlier := store.answered(connection, seen.request)):
                return earlier
            before = latest(connection, permit_id, seen)
            if act.move not in possible(before):
                moved(before, act)
            fetch = self._cases.case if act.move is Move.EXTEND else self._cases.admitted
            case = fetch(connection, wanted(before), act.at)
        # Quoted outside the transaction: tariffs may need a connection of their own.
        quoted = self._cases.quoting()
        if before.state is PermitState.DRAFT and act.move is Move.AMEND:
            return self._kept(before, redrafted(before, act, case.application, quoted(case)), seen)
        return self._decided(before, act, (case, quoted), seen)

    def _decided(self, before: Permit, act: Act, asked: tuple[Case, Quoted], seen: Seen) -> Permit:
        case, quoted = asked
        priced = case, quoted(case)
        with self._pool.connection() as connection:
            if earlier := claimed(connection, seen, act.at):
                return earlier
            revision = self._answered(connection, before, priced)
            after = revised(before, act, revision)
            refused = _elsewhere(act, revision)
            if refused:
                # A refusal takes no place: nobody waits while alternatives are looked for.
                connection.rollback()
            else:
                record(connection, before, after, seen)
        if refused:
            offered = self._offers.instead(case, revision.answer, quoted, of=before)
            revision = replace(revision, alternatives=offered)
            return self._kept(before, revised(before, act, revision), seen)
        self._announce(after)
        return after

    def _kept(self, before: Permit, after: Permit, seen: Seen) -> Permit:
        with self._pool.connection() as connection:
            if earlier := claimed(connection, seen, after.recorded_at):
                return earlier
            record(connection, before, after, seen)
        self._announce(after)
        return after

    def _beside(self, connection: Connection, permit: Permit, at: datetime) -> Case:
        return without(beside(connection, self._ahead(connection, permit, at)), permit)

    def _ahead(self, connection: Connection, permit: Permit, at: datetime) -> Case:
        # What is over is no matter any more, nor a zone that was in force only then.
        return self._cases.case(connection, ahead(permit.application, at), at)

    def _answered(
        self, connection: Connection, before: Permit, priced: tuple[Case, Quote]
    ) -> Revision:
        """Decide what is asked for instead of a permit, alone among those beside it."""
        case, quote = priced
        alone = without(self._cases.alone_beside(connection, case), before)
        rules = rules_for(before, alone)
        return Revision(
            application=case.application,
            answer=decide(alone, rules),
            quote=quote,
            # What goes on as it began is decided by fewer rules, and so not taken again.
            basis=basis_of(alone, self._software) if rules is RULES else None,
        )

    def _released(self, connection: Connection, before: Permit, act: Act) -> Act:
        """Refuse to release what stands on hold for a reason still.

        What only an officer may answer, an officer who releases it has answered.
        """
        alone = self._cases.alone_beside(connection, self._ahead(connection, before, act.at))
        against = objections(without(alone, before), before)
        standing = against if act.by == BY_ITSELF else refusals(against)
        if standing:
            raise Objected(before, standing)
        return replace(act, findings=against)

    def _refuse_unfit(self, connection: Connection, before: Permit, after: Permit) -> None:
        """Refuse to let into force what has no room, lies behind, or is forbidden by now.

        What stood against it when it was decided, whoever grants it has seen.
        """
        awaited = before.state is PermitState.NEEDS_REVIEW and after.state is PermitState.GRANTED
        if awaited or after.application is not before.application:
            case = self._cases.case(connection, after.application, after.recorded_at)
            refuse_past(case)
            alone = without(self._cases.alone_beside(connection, case), before)
            refuse_full(alone)
            if awaited and (since := refusals(objections(alone, before))):
                raise Objected(before, since)


def _elsewhere(act: Act, revision: Revision) -> bool:
    """Tell whether another hour or height is looked for: going on for longer is at its own."""
    return revision.answer.decision is Decision.REFUSED and act.move is not Move.EXTEND
