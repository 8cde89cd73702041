"""What does an operator object to? A line, frozen with its evidence until finance has answered."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from billing.model import Invoice


class InvalidDispute(ValueError):
    """A dispute that says not enough, or is about a line that is not there."""


class DisputeConflict(Exception):
    """A line that is disputed already, a dispute that has ended, or nothing left to dispute."""


class NoSuchDispute(LookupError):
    """A dispute that is not there."""


class DisputeOutcome(StrEnum):
    """How a dispute ends."""

    CONFIRMED = "confirmed"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """An objection to a line, with the evidence as it was; `outcome` is None while it is open.

    `evidence` is the text that was sealed, `evidence_hash` its SHA-256.
    """

    id: UUID
    number: str
    operator: str
    line: int
    amount: Decimal
    reason: str
    evidence: str
    evidence_hash: str
    opened_by: str
    opened_at: datetime
    outcome: DisputeOutcome | None = None
    answer: str = ""
    credit_note: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


def sealed(evidence: str) -> str:
    """Return the hash of a line's evidence."""
    return hashlib.sha256(evidence.encode()).hexdigest()


def amount_disputed(
    invoice: Invoice, line: int, left: Mapping[int, Decimal], frozen: Collection[int]
) -> Decimal:
    """Return how much a dispute of a line is about: what credit notes left of it."""
    if all(each.number != line for each in invoice.lines):
        msg = f"line: {invoice.number} has no line {line}, it has {len(invoice.lines)}"
        raise InvalidDispute(msg)
    if line in frozen:
        msg = f"line: line {line} of {invoice.number} is disputed already"
        raise DisputeConflict(msg)
    if line not in left:
        msg = f"line: line {line} of {invoice.number} is credited already, nothing of it is owed"
        raise DisputeConflict(msg)
    return left[line]


def require_reason(reason: str) -> str:
    """Return why, or refuse silence."""
    if not reason.strip():
        msg = "reason: say why"
        raise InvalidDispute(msg)
    return reason.strip()


def require_open(dispute: Dispute) -> None:
    """Refuse to answer twice."""
    if dispute.outcome is not None:
        msg = f"dispute {dispute.id} has ended: {dispute.outcome} by {dispute.ended_by}"
        raise DisputeConflict(msg)


def as_json(dispute: Dispute) -> dict[str, Any]:
    """Return who disputed what, and what became of it, for a document; not the evidence."""
    shown = {name: getattr(dispute, name) for name in Dispute.__dataclass_fields__}
    del shown["evidence"]
    return shown
