"""What will the city not collect? Written off by an act, in the books, and never more than is due.

An admission en non-valeur gives up pursuing a debtor who cannot be made to pay (the debt remains);
a remise gracieuse forgives. Both are decided by the council.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from billing.ledger import Standing
from billing.money import CENT, cents


class NotWrittenOff(ValueError):
    """A write-off that is refused: of more than is due, of nothing, or without an act."""


class WriteOffKind(StrEnum):
    """Why something is not collected."""

    NON_VALEUR = "non_valeur"
    REMISE = "remise"


REFERENCES = {WriteOffKind.NON_VALEUR: "NV", WriteOffKind.REMISE: "RG"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """So much of an invoice is not collected, by an act."""

    id: UUID
    number: str
    kind: WriteOffKind
    amount: Decimal
    act: str
    reason: str
    by: str
    at: datetime


def amount_written_off(standing: Standing, wanted: Decimal | None) -> Decimal:
    """Return how much is written off: what is wanted, else all that is due."""
    if standing.due <= 0:
        msg = f"amount: nothing of {standing.number} is due"
        raise NotWrittenOff(msg)
    amount = standing.due if wanted is None else wanted
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(CENT):
        msg = f"amount: {amount} is not an amount in cents above zero"
        raise NotWrittenOff(msg)
    if amount > standing.due:
        msg = f"amount: {cents(amount)} is more than the {cents(standing.due)} that are due"
        raise NotWrittenOff(msg)
    return amount


def reference(number: str, kind: WriteOffKind, ordinal: int) -> str:
    """Return what the books call a write-off: the invoice's, of a kind, so many were before it."""
    return f"{number}-{REFERENCES[kind]}{ordinal}"


def require_act(act: str, reason: str) -> None:
    """Refuse what nobody decided, or gave no reason for."""
    for name, told in (("act", act), ("reason", reason)):
        if not told.strip():
            msg = f"{name}: a write-off cites its act and says why"
            raise NotWrittenOff(msg)
