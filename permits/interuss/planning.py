"""Leads the flight plans of the tests: as permits, asked for and led as any operator's."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg_pool import ConnectionPool

from permits.cases import Cases, City, beside
from permits.decisions import Answer as Decided
from permits.decisions import decide
from permits.interuss import store
from permits.interuss.plans import (
    STANDING,
    TESTER,
    WAITS,
    Aircraft,
    Answer,
    Result,
    Standing,
    Status,
    Style,
    Usage,
    Wanted,
    application_of,
    begun,
    status_of,
)
from permits.interuss.replies import (
    Foresight,
    concluded,
    foreseen,
    foreseen_without_asking,
    not_allowed,
    refused,
    strayed,
)
from permits.interuss.volumes import Extent
from permits.life.activation import Untimely, refuse_untimely
from permits.life.attempts import waits
from permits.life.standing import rules_for, without
from permits.life.states import Act, IllegalMove
from permits.living import LifeService, Objected
from permits.model import Application, InvalidApplication, Move, Permit, PermitState
from permits.registration import RegistryService
from permits.rules.sharing import Full
from permits.service import PermitService
from permits.store.walls import walled
from permits.versions import StaleVersion
from zones.catalogue import bands_meet

NOT_ALLOWED = (Full, IllegalMove, InvalidApplication, Objected, StaleVersion, Untimely)
MOST_NOTICES = 1_000
CLEARED = "the tests' area is cleared"


class UnknownPlan(LookupError):
    """A flight plan that does not exist, or no longer."""


class RequestReused(Exception):
    """A request's id that was used for another request."""


class PlanningService:
    """The flight plans of the tests' operator, one request after the other."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        *,
        city: City,
        permits: PermitService,
        life: LifeService,
        registry: RegistryService,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._city = city
        self._permits = permits
        self._life = life
        self._registry = registry
        self._alone = threading.RLock()

    def open(self) -> None:
        """Register the operator whose permits the plans are."""
        if self._registry.operator(TESTER.id) is None:
            self._registry.add_operator(TESTER)

    def once(self, request: str, digest: bytes, make: Callable[[], store.Said]) -> store.Said:
        """Answer a request, or what it was answered before; refuse its id for another one."""
        with self._alone:
            with self._pool.connection() as connection:
                earlier = store.answered(connection, request)
            if earlier is not None and earlier[0] != digest:
                msg = f"request_id: {request!r} was already used for another request"
                raise RequestReused(msg)
            if earlier is not None:
                return earlier[1]
            said = make()
            with self._pool.connection() as connection:
                store.answer(connection, request, digest, said, self._clock())
            return said

    def put(self, plan: UUID, wanted: Wanted, style: Style) -> Answer:
        """Do with a plan what is wanted, or tell what would be done."""
        if style is Style.HYPOTHETICAL:
            return self._foresee(plan, wanted, self._clock())
        with self._alone:
            now = self._clock()
            standing = self._standing(plan)
            answer = self._done(plan, wanted, standing, now)
            in_fact = style is Style.IN_REALITY and wanted.usage is Usage.IN_USE
            if in_fact and standing.permit and answer.result is Result.REJECTED:
                # It flies all the same: the plan says so, and why that is not allowed.
                self._say(standing.permit, Aircraft.OFF_NOMINAL, now)
                return replace(answer, result=Result.COMPLETED, status=Status.OFF_NOMINAL)
            return answer

    def delete(self, plan: UUID) -> Answer:
        """End a plan."""
        with self._alone:
            permit = self._standing(plan).permit
            if permit is None:
                msg = f"no flight plan {plan} is known"
                raise UnknownPlan(msg)
            return self._closed(permit, self._clock())

    def clear(self, extent: Extent) -> tuple[int, str]:
        """End all plans that meet a volume; return how many, and why others could not be ended."""
        states = [each.value for each in (*STANDING, PermitState.NEEDS_REVIEW)]
        with self._alone:
            with walled(self._pool, TESTER.id) as connection:
                found = store.near(connection, TESTER.id, states, extent.footprint.bounds)
            meeting = [each for each in found if self._meets(each, extent)]
            answers = [self._closed(each, self._clock(), CLEARED) for each in meeting]
        failed = [each.notes for each in answers if each.result is not Result.COMPLETED]
        return len(answers) - len(failed), " ".join(failed)

    def happened(self, after: datetime, before: datetime) -> tuple[Permit, ...]:
        """Return the versions of permits that the user of the tests was told of in a span."""
        with walled(self._pool, TESTER.id) as connection:
            return store.happened(connection, TESTER.id, (after, before), MOST_NOTICES)

    def now(self) -> datetime:
        """Return the instant of the city's clock."""
        return self._clock()

    def _standing(self, plan: UUID) -> Standing:
        """Return where a plan stands, as long as its permit does."""
        with walled(self._pool, TESTER.id) as connection:
            permit = store.planned(connection, plan)
        if permit is None or permit.state not in STANDING:
            return Standing()
        with self._pool.connection() as connection:
            said = store.aircraft(connection, permit.id)
        return Standing(permit=permit, aircraft=Aircraft(said) if said else Aircraft.NOMINAL)

    def _done(self, plan: UUID, wanted: Wanted, standing: Standing, now: datetime) -> Answer:
        settled = refused(wanted, standing, now) or self._settled(wanted, standing, now)
        if settled:
            return settled
        try:
            permit = self._flown(plan, wanted, standing.permit, now)
        except NOT_ALLOWED as reason:
            return not_allowed(self._standing(plan), reason)
        answer = concluded(permit, standing, wanted)
        if answer.result is Result.COMPLETED and standing.aircraft.astray:
            self._say(permit, Aircraft.NOMINAL, now)
        return answer

    def _settled(self, wanted: Wanted, standing: Standing, now: datetime) -> Answer | None:
        """Do what needs no decision: end a plan, or note that its aircraft strays."""
        permit = standing.permit
        if permit is not None and wanted.usage is Usage.CLOSED:
            return self._closed(permit, now)
        if permit is not None and wanted.aircraft.astray:
            self._say(permit, wanted.aircraft, now)
            return strayed(permit)
        return None

    def _flown(self, plan: UUID, wanted: Wanted, before: Permit | None, now: datetime) -> Permit:
        """Return the permit of a plan, asked for or amended, and activated where it is used."""
        application = self._asked(plan, wanted, before, now)
        using = wanted.usage is Usage.IN_USE
        if using and before:
            # Nothing is amended for a flight that may not begin yet.
            refuse_untimely(replace(before, application=application), now, self._life.lead)
        permit = self._planned(application, before, now)
        if not using or permit.state is not PermitState.GRANTED or permit.attempt:
            return permit
        try:
            return self._life.activate(permit.id, self._act(Move.ACTIVATE, now))
        except NOT_ALLOWED as reason:
            if before is None:
                self._life.move(permit.id, self._act(Move.WITHDRAW, now, str(reason)))
            raise

    def _planned(self, application: Application, before: Permit | None, now: datetime) -> Permit:
        if before is None:
            permit = self._permits.apply(application, now=now)
            if permit.state is PermitState.NEEDS_REVIEW:
                return self._life.move(permit.id, self._act(Move.WITHDRAW, now, WAITS))
            return permit
        if before.application == application:
            return replace(before, attempt=None)
        after = self._life.amend(before.id, self._act(Move.AMEND, now), lambda _: application)
        if waits(after):
            self._life.move(before.id, self._act(Move.RETRACT, now, WAITS))
        return after

    def _foresee(self, plan: UUID, wanted: Wanted, now: datetime) -> Answer:
        """Tell what would be done, and do nothing."""
        standing = self._standing(plan)
        settled = refused(wanted, standing, now) or foreseen_without_asking(wanted, standing)
        if settled:
            return settled
        application = self._asked(plan, wanted, standing.permit, now)
        try:
            decided = self._decided(application, standing.permit, now)
        except NOT_ALLOWED as reason:
            return not_allowed(standing, reason)
        return foreseen(
            Foresight(application=application, decided=decided, at=now, lead=self._life.lead),
            standing,
            wanted,
        )

    def _decided(self, application: Application, before: Permit | None, now: datetime) -> Decided:
        with self._pool.connection() as connection:
            cases = Cases(self._city)
            case = beside(connection, cases.admitted(connection, application, now))
        if before is None:
            return decide(case)
        alone = without(case, before)
        return decide(alone, rules_for(before, alone))

    def _asked(
        self, plan: UUID, wanted: Wanted, before: Permit | None, now: datetime
    ) -> Application:
        vehicles = self._registry.vehicles(TESTER.id)
        application = application_of(str(plan), wanted, vehicles, before)
        return begun(application, before, now)

    def _closed(self, permit: Permit, now: datetime, reason: str = "") -> Answer:
        used = permit.state is PermitState.ACTIVE or permit.activated_at is not None
        move = Move.END if used else Move.WITHDRAW
        try:
            closed = self._life.move(permit.id, self._act(move, now, reason))
        except NOT_ALLOWED as refusal:
            return not_allowed(Standing(permit=permit), refusal)
        return Answer(result=Result.COMPLETED, status=status_of(closed), advised=False)

    def _meets(self, permit: Permit, extent: Extent) -> bool:
        box = extent.footprint.bounds
        return any(
            each.window.overlaps(extent.window)
            and each.footprint.intersects(extent.footprint)
            and bands_meet(each.band, extent.band, box, self._city.datum())
            for each in permit.application.volumes
        )

    def _say(self, permit: Permit, aircraft: Aircraft, now: datetime) -> None:
        with self._pool.connection() as connection:
            store.say(connection, permit.id, aircraft.value, now)

    def _act(self, move: Move, now: datetime, reason: str = "") -> Act:
        return Act(move=move, by=TESTER.id, at=now, reason=reason)
