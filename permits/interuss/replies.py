"""What is a request about a flight plan answered, once it is known what became of it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from uas_standards.astm.f3548.v21.constants import OiMaxPlanHorizonDays

from permits.decisions import Answer as Decided
from permits.interuss.impacts import Impact, advice_of, impact_of
from permits.interuss.plans import (
    STANDING,
    Aircraft,
    Answer,
    Result,
    Standing,
    Status,
    Usage,
    Wanted,
    objections_told,
    status_of,
)
from permits.model import (
    Application,
    Decision,
    Finding,
    InvalidApplication,
    Permit,
    PermitState,
)
from permits.texts.catalogue import condition_texts, finding_texts

HORIZON = timedelta(days=OiMaxPlanHorizonDays)
MOST_TOLD = 10
FIELDS = MappingProxyType(
    {
        "volumes/": "area/",
        "/end: ": "/time_end: ",
        "/footprint: ": "/volume: ",
        "volumes: ": "area: ",
    }
)
USED = "A flight in use is ended, and not planned again."
CONTINGENT = "A contingent flight is ended, and does not become nominal again."
UNUSED = "An aircraft that is not in use cannot stray."
UNPLANNED = "There is no flight plan of this id: it was not planned, or it is closed."
NOWHERE = "area: a flight plan needs at least one volume."
STRAYED = "The permit stays as it is: telemetry is held against what it grants."


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What would be asked for at an instant, and what would be answered.

    `lead` is how long before it begins it could be activated.
    """

    application: Application
    decided: Decided
    at: datetime
    lead: timedelta


def refused(wanted: Wanted, standing: Standing, now: datetime) -> Answer | None:
    """Return the answer to what cannot be done with the plan as it stands."""
    if wanted.refused is not None:
        result, reason = wanted.refused
        return Answer(result=result, status=standing.status, notes=reason)
    reason = _impossible(wanted, standing) or _too_far_away(wanted, now)
    return rejected(standing, reason) if reason else None


def rejected(standing: Standing, reason: str) -> Answer:
    """Return the answer to what is not allowed: the plan stays where it stood."""
    return Answer(result=Result.REJECTED, status=standing.status, notes=reason)


def not_allowed(standing: Standing, reason: Exception) -> Answer:
    """Return the answer to what the city does not do; fields are called as the interface does."""
    told = str(reason)
    if isinstance(reason, InvalidApplication):
        for ours, theirs in FIELDS.items():
            told = told.replace(ours, theirs, 1)
    return rejected(standing, told)


def strayed(permit: Permit) -> Answer:
    """Return the answer to an aircraft that does not do as it should."""
    return Answer(
        result=Result.COMPLETED,
        status=Status.OFF_NOMINAL,
        notes=f"{_told(permit.findings, f'Permit {permit.id}.')} {STRAYED}",
        advised=True,
    )


def concluded(permit: Permit, standing: Standing, wanted: Wanted) -> Answer:
    """Return the answer to what was asked for: done, or not granted."""
    if permit.attempt is not None:
        return rejected(standing, objections_told(permit.attempt.findings))
    if permit.state not in STANDING:
        return rejected(standing, objections_told(permit.findings))
    planned = permit.application.volumes
    return Answer(
        result=Result.COMPLETED,
        status=status_of(permit),
        notes=_told(permit.findings, f"Permit {permit.id} is {permit.state.value}."),
        advised=impact_of(permit.findings) is not Impact.NOTHING,
        volumes=planned if wanted.volumes and planned != wanted.volumes else None,
    )


def foreseen_without_asking(wanted: Wanted, standing: Standing) -> Answer | None:
    """Return the answer to what would need no decision."""
    if wanted.usage is Usage.CLOSED:
        return Answer(result=Result.COMPLETED, status=Status.CLOSED, advised=False)
    if standing.permit is not None and wanted.aircraft.astray:
        return strayed(standing.permit)
    return None


def foreseen(foresight: Foresight, standing: Standing, wanted: Wanted) -> Answer:
    """Return the answer to what would be granted, and activated where its time is near."""
    decided = foresight.decided
    if decided.decision is not Decision.GRANTED:
        return rejected(standing, objections_told(decided.findings))
    opens = min(each.start for each in foresight.application.volumes) - foresight.lead
    using = wanted.usage is Usage.IN_USE
    if using and foresight.at < opens:
        return rejected(standing, f"It could be activated from {opens.isoformat()} on.")
    return Answer(
        result=Result.COMPLETED,
        status=Status.OK_TO_FLY if using else Status.PLANNED,
        notes=_told(decided.findings, "It would be granted."),
        advised=impact_of(decided.findings) is not Impact.NOTHING,
    )


def _too_far_away(wanted: Wanted, now: datetime) -> str:
    """Say what of a plan begins beyond the horizon of planning (ASTM F3548-21, OPIN0030)."""
    furthest = now + HORIZON
    starts = [each.start for each in wanted.volumes if each.start > furthest]
    if not starts or wanted.usage is Usage.CLOSED:
        return ""
    return (
        f"The flight begins {max(starts).isoformat()}: flights are planned at most "
        f"{OiMaxPlanHorizonDays} days ahead, until {furthest.isoformat()} now."
    )


def _impossible(wanted: Wanted, standing: Standing) -> str:
    permit = standing.permit
    ending = wanted.usage is Usage.CLOSED
    planning = wanted.usage is Usage.PLANNED
    astray = wanted.aircraft.astray
    contingent = standing.aircraft is Aircraft.CONTINGENT
    reasons = {
        UNPLANNED: permit is None and (ending or astray),
        NOWHERE: permit is None and not wanted.volumes,
        USED: permit is not None and planning and permit.state is PermitState.ACTIVE,
        UNUSED: planning and astray,
        CONTINGENT: permit is not None and contingent and not ending and not astray,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _told(findings: Sequence[Finding], first: str) -> str:
    """Say first what became of a plan, then each advice: its conditions, else what was found.

    That a permit is activated before its use is no advice: the tests activate it by `InUse`.
    """
    told = [text for each in advice_of(findings) for text in _advice(each)]
    return " ".join([first, *list(dict.fromkeys(told))[:MOST_TOLD]])


def _advice(finding: Finding) -> list[str]:
    conditions = [condition_texts(each)["en"] for each in finding.conditions]
    return conditions or [finding_texts(finding)["en"]]
