"""What do moves, disputes, write-offs and corrections look like on the wire?"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from billing.life.corrections import Contradiction
from billing.life.disputes import Dispute, DisputeOutcome
from billing.life.states import InvoiceMove, Step
from billing.life.writing_off import WriteOff, WriteOffKind
from billing.model import InvoiceState, Usage
from billing.money import cents
from billing.schemas.accounts import CreditDraftOut
from billing.schemas.invoices import UsageOut
from billing.schemas.wire import Wire

Reason = Annotated[str, Field(min_length=1, max_length=500)]


class MoveIn(Wire):
    """Why an invoice is moved; who sends it back has to say."""

    reason: Annotated[str, Field(max_length=500)] = ""


class StepOut(Wire):
    """What was done with an invoice, by whom, when, why, and where it led."""

    move: InvoiceMove
    state: InvoiceState
    by: str
    at: datetime
    reason: str


class HistoryOut(Wire):
    """All that was done with an invoice, in order."""

    items: list[StepOut]

    @classmethod
    def of(cls, steps: tuple[Step, ...]) -> Self:
        """Write a history."""
        names = StepOut.model_fields
        told = [{name: getattr(each, name) for name in names} for each in steps]
        return cls(items=[StepOut.model_validate(each) for each in told])


class DisputeIn(Wire):
    """Which line is objected to, and why."""

    line: Annotated[int, Field(ge=1)]
    reason: Reason


class ConfirmIn(Wire):
    """Why the line is right."""

    reason: Reason


class CreditDisputeIn(Wire):
    """Why the line is credited, and how much of it; without `amount` all that is disputed.

    Amounts of lines are without tax: the tax follows.
    """

    reason: Reason
    amount: Annotated[Decimal | None, Field(examples=["3.50"])] = None


class DisputeOut(Wire):
    """An objection to a line and what became of it; `outcome` is null while it is open."""

    id: UUID
    number: str
    operator: str
    line: int
    amount: str
    reason: str
    evidence_hash: str
    opened_by: str
    opened_at: datetime
    outcome: DisputeOutcome | None
    answer: str
    credit_note: str | None
    ended_by: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, dispute: Dispute) -> Self:
        """Write a dispute."""
        return cls.model_validate(_told(dispute))


class DisputeProofOut(DisputeOut):
    """A dispute with the evidence of its line as it was when it was opened."""

    evidence: Annotated[
        dict[str, Any], Field(description="As /v1/invoices/{number}/lines/{line}/evidence was.")
    ]

    @classmethod
    def proven(cls, dispute: Dispute) -> Self:
        """Write a dispute with its evidence."""
        return cls.model_validate({**_told(dispute), "evidence": json.loads(dispute.evidence)})


class DisputesOut(Wire):
    """Disputes, the newest first."""

    items: list[DisputeOut]


class WriteOffIn(Wire):
    """What is no longer collected, by which act, why; without `amount` all that is due."""

    kind: WriteOffKind
    act: Annotated[str, Field(min_length=1, max_length=500, examples=["délibération 2026 DFA 12"])]
    reason: Reason
    amount: Annotated[Decimal | None, Field(examples=["3.50"])] = None


class WriteOffOut(Wire):
    """So much of an invoice is not collected, by an act."""

    id: UUID
    number: str
    kind: WriteOffKind
    amount: str
    act: str
    reason: str
    by: str
    at: datetime

    @classmethod
    def of(cls, gone: WriteOff) -> Self:
        """Write a write-off."""
        told = {name: getattr(gone, name) for name in cls.model_fields}
        return cls.model_validate({**told, "amount": cents(gone.amount)})


class WriteOffsOut(Wire):
    """What of an invoice is no longer collected."""

    items: list[WriteOffOut]


class ContradictionOut(Wire):
    """What came under a known key with other content; `usage` is what it would be."""

    key: str
    fingerprint: str
    usage: UsageOut
    recorded_at: datetime

    @classmethod
    def of(cls, found: Contradiction) -> Self:
        """Write a contradiction."""
        return cls(
            key=found.key,
            fingerprint=found.fingerprint,
            usage=UsageOut.of(found.usage),
            recorded_at=found.recorded_at,
        )


class ContradictionsOut(Wire):
    """What contradicts known usage, the oldest first."""

    items: list[ContradictionOut]


class CorrectionIn(Wire):
    """Which usage was metered wrong, and why.

    What contradicts it takes its place, the one with `fingerprint` if there are several; with
    `withdraw` nothing does.
    """

    key: Annotated[str, Field(min_length=1, max_length=300)]
    reason: Reason
    fingerprint: Annotated[str | None, Field(max_length=64)] = None
    withdraw: bool = False


class CorrectionOut(Wire):
    """What was corrected, and what took its place: null where the usage never was."""

    key: str
    replacement: UsageOut | None

    @classmethod
    def of(cls, key: str, usage: Usage | None) -> Self:
        """Write a correction."""
        return cls(key=key, replacement=UsageOut.of(usage) if usage else None)


class CreditDraftsOut(Wire):
    """Credits that corrections of invoiced usage call for."""

    items: list[CreditDraftOut]


def _told(dispute: Dispute) -> dict[str, Any]:
    told = {name: getattr(dispute, name) for name in DisputeOut.model_fields}
    return {**told, "amount": cents(dispute.amount)}
