"""What does the city's silence mean, and when? The legal delay of an application that waits.

Code des relations entre le public et l'administration (CRPA): two months of silence are consent
(art. L. 231-1), except where the law says that they are a refusal. Which exception is which
application's is this installation's reading of the law, for the city's counsel to confirm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from dateutil.relativedelta import relativedelta

from permits.model import Application, Move, Outcome, Permit, PermitState
from zones.model import Layer, Purpose
from zones.time.clocks import PARIS_TIME

DELAY = relativedelta(months=2)
# No month is shorter: what was received later than this before now is not due.
SHORTEST = timedelta(days=59)
SERVICE_LEVEL = timedelta(days=10)


class Silence(StrEnum):
    """What silence means once the delay has passed; a use that is over before that lapses."""

    CONSENT = "consent"
    REFUSAL = "refusal"
    LAPSE = "lapse"


class Ground(StrEnum):
    """Why silence means what it means."""

    RULE = "rule"
    APPEAL = "appeal"
    AIR = "air"
    DOMAIN = "domain"


ACTS: Mapping[Ground, str] = MappingProxyType(
    {
        Ground.RULE: "CRPA, art. L. 231-1",
        Ground.APPEAL: "CRPA, art. L. 231-4, 2°",
        # European law forbids to fly there unless authorised, which silence cannot do.
        Ground.AIR: "CRPA, art. L. 231-4, 4° ; règlement d'exécution (UE) 2019/947, art. 15",
        # An authorisation to occupy the public domain is never implied (CE, 21 mars 2003, 189191).
        Ground.DOMAIN: (
            "CRPA, art. L. 231-4, 4° ; décret n° 2015-1459 du 10 novembre 2015 ; "
            "code général de la propriété des personnes publiques, art. L. 2122-1"
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long an application has been waiting, until when, and what happens then.

    It waits until the delay of the law ends, or until its last window does where that is sooner.
    """

    since: datetime
    due_at: datetime
    legal_due_at: datetime
    silence: Silence
    act: str
    escalated: bool


def waiting(
    permit: Permit, now: datetime, service_level: timedelta = SERVICE_LEVEL
) -> Waiting | None:
    """Return the clock of what waits for an officer: an application, or an attempt; else None.

    It is escalated once it has waited for longer than the city wants anybody to wait.
    """
    asked = _asked(permit)
    if asked is None:
        return None
    since, ground = asked
    # Months are counted on the city's calendar.
    legal_due_at = since.astimezone(PARIS_TIME) + DELAY
    over_at = max(each.end for each in permit.application.volumes)
    meant = Silence.CONSENT if ground is Ground.RULE else Silence.REFUSAL
    return Waiting(
        since=since,
        due_at=min(legal_due_at, over_at),
        legal_due_at=legal_due_at,
        silence=Silence.LAPSE if over_at < legal_due_at else meant,
        act=ACTS[ground],
        escalated=now - since >= service_level,
    )


def _asked(permit: Permit) -> tuple[datetime, Ground] | None:
    """Return since when an officer is asked, and which rule says what silence means."""
    attempt = permit.attempt
    if attempt is not None and attempt.waits:
        appeal = any(each.outcome is Outcome.OBJECTED for each in attempt.findings)
        return attempt.asked_at, Ground.APPEAL if appeal else _ground(attempt.application)
    if permit.state is not PermitState.NEEDS_REVIEW:
        return None
    if permit.move is Move.REVIEW:
        return permit.recorded_at, Ground.APPEAL
    return permit.decided_at, _ground(permit.application)


def _ground(application: Application) -> Ground:
    """Return which rule an application is under: to go through is no occupation."""
    if application.layer is Layer.AIR:
        return Ground.AIR
    occupies = application.occupation is not None or application.purpose is Purpose.WORKS
    return Ground.DOMAIN if occupies or application.layer is Layer.SUBSOIL else Ground.RULE
