"""A permit and its reasons as they are answered, in both languages."""

from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from permits.documents import occupation_document, recurrence_document, volume_document
from permits.life.deadlines import Silence, Waiting
from permits.life.movers import Mover, addressed
from permits.life.states import possible
from permits.model import (
    Attempt,
    Condition,
    Decision,
    Move,
    Permit,
    PermitState,
)
from permits.schemas.findings import FindingOut
from permits.schemas.notices import appeal_of, notice_of
from permits.schemas.offers import AlternativeOut, remark
from permits.schemas.quotes import QuoteOut
from permits.schemas.told import InstantOut, TextOut, sentence, told_params
from zones.model import Layer, Purpose


class ConditionOut(BaseModel):
    """What the holder must keep to."""

    code: str
    params: dict[str, str]
    text: TextOut

    @classmethod
    def of(cls, condition: Condition) -> Self:
        """Tell a condition."""
        return cls(
            code=condition.code,
            params=told_params(condition.params),
            text=sentence(f"condition.{condition.code}", condition.params),
        )


def _kept_to(conditions: Sequence[Condition], *, refused: bool) -> list[ConditionOut]:
    """Tell what is to be kept to: of what is refused nothing."""
    return [] if refused else [ConditionOut.of(each) for each in conditions]


class AttemptOut(BaseModel):
    """What an extension or amendment asked for, and why it was not granted, or not yet.

    With `decision` `needs_review` it waits for an officer, as `waiting` of the permit says.
    """

    move: Move
    decision: Decision
    automated: bool
    asked_at: InstantOut
    purpose: Purpose
    vehicles: list[str]
    volumes: list[dict[str, Any]]
    findings: list[FindingOut]
    conditions: list[ConditionOut]
    quote: QuoteOut
    alternatives: list[AlternativeOut]
    alternatives_note: TextOut | None

    @classmethod
    def of(cls, attempt: Attempt, *, officer: bool = False) -> Self:
        """Tell an attempt."""
        asked, refused = attempt.application, attempt.decision is Decision.REFUSED
        return cls(
            move=attempt.move,
            decision=attempt.decision,
            automated=attempt.automated,
            asked_at=attempt.asked_at,
            purpose=asked.purpose,
            vehicles=list(asked.vehicles),
            volumes=[volume_document(each) for each in asked.volumes],
            findings=[FindingOut.of(each, officer=officer) for each in attempt.findings],
            conditions=_kept_to(attempt.conditions, refused=refused),
            quote=QuoteOut.of(attempt.quote, refused=refused),
            alternatives=[AlternativeOut.of(each, asked) for each in attempt.alternatives or ()],
            alternatives_note=remark(attempt) if attempt.automated else None,
        )


class WaitingOut(BaseModel):
    """Until when an application may wait for an officer, and what happens then.

    `due_at` is `legal_due_at`, the end of the law's delay, when silence means what `act` says; or
    the end of its last window where that is sooner, when it lapses undecided.
    """

    since: InstantOut
    due_at: InstantOut
    legal_due_at: InstantOut
    silence: Silence
    act: str
    escalated: bool
    text: TextOut

    @classmethod
    def of(cls, clock: Waiting) -> Self:
        """Tell the clock of an application that waits."""
        code = f"waiting.{clock.silence}"
        if clock.escalated:
            lapses = clock.silence is Silence.LAPSE
            code = "waiting.escalated_lapse" if lapses else "waiting.escalated"
        told = {"due_at": clock.due_at.isoformat(), "legal_at": clock.legal_due_at.isoformat()}
        return cls(
            since=clock.since,
            due_at=clock.due_at,
            legal_due_at=clock.legal_due_at,
            silence=clock.silence,
            act=clock.act,
            escalated=clock.escalated,
            text=sentence(code, told),
        )


class PermitOut(BaseModel):
    """A permit: what was asked, what was answered, why, at what price, and what can follow."""

    id: UUID
    version: int
    state: PermitState
    decision: Decision | None
    automated: bool
    operator: str
    purpose: Purpose
    layer: Layer
    vehicles: list[str]
    reference: str
    volumes: list[dict[str, Any]]
    occupation: dict[str, Any] | None
    recurrences: list[dict[str, Any]]
    findings: list[FindingOut]
    conditions: list[ConditionOut]
    alternatives: list[AlternativeOut]
    alternatives_note: TextOut | None
    review: str
    notice: TextOut
    appeal: TextOut
    moves: list[Move]
    quote: QuoteOut
    decided_at: InstantOut
    recorded_at: InstantOut
    move: Move
    reason: str
    activated_at: InstantOut | None
    attempt: AttemptOut | None
    hold: list[FindingOut]
    waiting: WaitingOut | None

    @classmethod
    def of(
        cls, permit: Permit, mover: Mover = Mover.HOLDER, waiting: Waiting | None = None
    ) -> Self:
        """Tell a permit, with what only an officer may know where it is told to one."""
        officer = mover in {Mover.OFFICER, Mover.EITHER}
        asked = permit.application
        review = f"/v1/permits/{permit.id}/review"
        return cls(
            id=permit.id,
            version=permit.version,
            state=permit.state,
            decision=permit.decision,
            automated=permit.automated,
            operator=asked.operator,
            purpose=asked.purpose,
            layer=asked.layer,
            vehicles=list(asked.vehicles),
            reference=asked.reference,
            volumes=[volume_document(each) for each in asked.volumes],
            occupation=occupation_document(asked.occupation),
            recurrences=[recurrence_document(each) for each in asked.recurrences],
            findings=[FindingOut.of(each, officer=officer) for each in permit.findings],
            conditions=_kept_to(permit.conditions, refused=permit.state is PermitState.REFUSED),
            alternatives=[AlternativeOut.of(each, asked) for each in permit.alternatives or ()],
            alternatives_note=remark(permit) if permit.automated else None,
            review=review,
            notice=notice_of(permit),
            appeal=appeal_of(permit, review),
            moves=list(addressed(possible(permit, mover))),
            quote=QuoteOut.of(permit.quote, refused=permit.decision is Decision.REFUSED),
            decided_at=permit.decided_at,
            recorded_at=permit.recorded_at,
            move=permit.move,
            reason=permit.reason,
            activated_at=permit.activated_at,
            attempt=attempt_of(permit, officer=officer),
            hold=[FindingOut.of(each, officer=officer) for each in permit.hold],
            waiting=None if waiting is None else WaitingOut.of(waiting),
        )


def attempt_of(permit: Permit, *, officer: bool) -> AttemptOut | None:
    """Tell what the last move asked for in vain, if it did."""
    return None if permit.attempt is None else AttemptOut.of(permit.attempt, officer=officer)


class PermitsOut(BaseModel):
    """A page of permits; `next` is the cursor of the next one."""

    items: list[PermitOut]
    next: str | None


class VersionOut(BaseModel):
    """One version of a permit: the move that made it, and how it stood from then on.

    `attempt` is what the decision was about an extension or amendment asked for in vain.
    """

    version: int
    recorded_at: InstantOut
    move: Move
    reason: str
    state: PermitState
    decision: Decision | None
    automated: bool
    attempt: Decision | None

    @classmethod
    def of(cls, permit: Permit) -> Self:
        """Tell a version."""
        return cls(
            version=permit.version,
            recorded_at=permit.recorded_at,
            move=permit.move,
            reason=permit.reason,
            state=permit.state,
            decision=permit.decision,
            automated=permit.automated,
            attempt=None if permit.attempt is None else permit.attempt.decision,
        )


class VersionsOut(BaseModel):
    """All versions of a permit, the first one first; each in full with `?version=`."""

    items: list[VersionOut]
