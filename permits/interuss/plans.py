"""What does a flight plan ask for, and where does it stand? The words of the interface, as verbs.

A plan is a permit of the tests' operator: planned when it is granted, fit to fly when it is active.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from permits.model import Application, Finding, OperationVolume, Outcome, Permit, PermitState
from permits.parties import Operator, OperatorId, SizeClass, Vehicle
from permits.texts.catalogue import finding_texts
from zones.model import Layer, Purpose
from zones.periods import Window

# Whose permits the plans of the tests are.
TESTER = Operator(
    id=OperatorId("interuss"), name="InterUSS automated tests", siren="", size=SizeClass.LARGE
)
STANDING = frozenset({PermitState.GRANTED, PermitState.ACTIVE, PermitState.ON_HOLD})
MOST_TOLD = 10
WAITS = "An officer would have to decide; tests do not wait for one."


class Usage(StrEnum):
    """What the user says to do with the plan."""

    PLANNED = "Planned"
    IN_USE = "InUse"
    CLOSED = "Closed"


class Aircraft(StrEnum):
    """How the user says that the aircraft does."""

    NOMINAL = "Nominal"
    OFF_NOMINAL = "OffNominal"
    CONTINGENT = "Contingent"
    NOT_SPECIFIED = "NotSpecified"

    @property
    def astray(self) -> bool:
        """Tell whether it does not do as it should."""
        return self in {Aircraft.OFF_NOMINAL, Aircraft.CONTINGENT}


class Style(StrEnum):
    """Whether to do it: in thought only, if it is allowed, or because it is so."""

    HYPOTHETICAL = "Hypothetical"
    IF_ALLOWED = "IfAllowed"
    IN_REALITY = "InReality"


class Result(StrEnum):
    """What became of a request."""

    COMPLETED = "Completed"
    REJECTED = "Rejected"
    FAILED = "Failed"
    NOT_SUPPORTED = "NotSupported"


class Status(StrEnum):
    """Where a plan stands."""

    NOT_PLANNED = "NotPlanned"
    PLANNED = "Planned"
    OK_TO_FLY = "OkToFly"
    OFF_NOMINAL = "OffNominal"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a plan; `refused` says why it cannot be asked for at all."""

    usage: Usage
    aircraft: Aircraft
    volumes: tuple[OperationVolume, ...]
    purpose: Purpose
    serial: str = ""
    refused: tuple[Result, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request is answered; `volumes` are those planned where they are not those asked."""

    result: Result
    status: Status
    notes: str = ""
    advised: bool | None = None
    volumes: tuple[OperationVolume, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a plan stands: its permit while that stands, and how its aircraft does."""

    permit: Permit | None = None
    aircraft: Aircraft = Aircraft.NOMINAL

    @property
    def status(self) -> Status:
        """Return the interface's word for it."""
        return status_of(self.permit, self.aircraft)


def status_of(permit: Permit | None, aircraft: Aircraft = Aircraft.NOMINAL) -> Status:
    """Tell where a plan stands, by its permit."""
    if permit is None:
        return Status.NOT_PLANNED
    match permit.state:
        case PermitState.DRAFT | PermitState.REFUSED | PermitState.NEEDS_REVIEW:
            status = Status.NOT_PLANNED
        case PermitState.GRANTED:
            status = Status.OFF_NOMINAL if aircraft.astray else Status.PLANNED
        case PermitState.ACTIVE:
            status = Status.OFF_NOMINAL if aircraft.astray else Status.OK_TO_FLY
        case PermitState.ON_HOLD:
            # Whoever was flying is where nobody may be any more.
            status = Status.OFF_NOMINAL if permit.activated_at else Status.PLANNED
        case PermitState.ENDED | PermitState.WITHDRAWN | PermitState.REVOKED | PermitState.EXPIRED:
            status = Status.CLOSED
    return status


def application_of(
    plan: str, wanted: Wanted, vehicles: Sequence[Vehicle], before: Permit | None
) -> Application:
    """Return the application that a plan is; without an area it stays where it is."""
    kept = before.application.volumes if before and not wanted.volumes else wanted.volumes
    named = tuple(each.id for each in vehicles if wanted.serial and each.serial == wanted.serial)
    return Application(
        operator=TESTER.id,
        purpose=wanted.purpose,
        layer=Layer.AIR,
        vehicles=named,
        volumes=kept,
        reference=plan,
    )


def begun(application: Application, before: Permit | None, now: datetime) -> Application:
    """Return the application of a flight that has begun: what lies behind needs no leave."""
    known = {each.start for each in before.application.volumes} if before else set()
    volumes = tuple(
        replace(each, window=Window(start=now, end=each.end))
        if each.start < now < each.end and each.start not in known
        else each
        for each in application.volumes
    )
    return replace(application, volumes=volumes)


def objections_told(findings: Sequence[Finding]) -> str:
    """Say in English what stands against a plan."""
    against = [each for each in findings if each.outcome is Outcome.OBJECTED or each.human]
    told = dict.fromkeys(finding_texts(each)["en"] for each in against[:MOST_TOLD])
    refused = any(each.outcome is Outcome.OBJECTED for each in against)
    return " ".join([*told, *([] if refused or not against else [WAITS])])


def conflicts(findings: Sequence[Finding]) -> str:
    """Say how many conflicts findings tell of, in the interface's word for it."""
    found = [
        each for each in findings if each.rule == "conflict" and each.outcome is Outcome.OBJECTED
    ]
    if not found:
        return "None"
    return "Single" if found[0].params.get("count") == "1" else "Multiple"


def notice(permit: Permit) -> tuple[str, str]:
    """Return what a version of a permit tells its user, and how many conflicts it tells of."""
    attempt = permit.attempt
    findings = attempt.findings if attempt else (*permit.hold, *permit.findings)
    state = "was not changed" if attempt else f"is {permit.state.value.replace('_', ' ')}"
    against = "" if permit.state in STANDING and not attempt else objections_told(findings)
    reason = "" if permit.reason in against else permit.reason
    parts = (f"Flight plan {permit.application.reference} {state}.", reason, against)
    told = " ".join(part for part in parts if part)
    return told, conflicts(findings) if attempt or permit.state not in STANDING else "None"
