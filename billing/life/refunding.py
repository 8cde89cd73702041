"""What of an invoice can be paid back? What was paid too much, and never more."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.ledger import Refund, Standing
from billing.money import CENT, cents


class NotRefunded(ValueError):
    """A refund of more than was paid too much, of nothing, or of a day still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """What was paid back, and whether it was known already: it counts once."""

    refund: Refund
    known: bool


def amount_refunded(standing: Standing, wanted: Decimal | None) -> Decimal:
    """Return how much is paid back: what is wanted, else all that was paid too much."""
    overpaid = -standing.due
    if overpaid <= 0:
        msg = f"amount: nothing of {standing.number} was paid too much"
        raise NotRefunded(msg)
    amount = overpaid if wanted is None else wanted
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(CENT):
        msg = f"amount: {amount} is not an amount in cents above zero"
        raise NotRefunded(msg)
    if amount > overpaid:
        msg = f"amount: {cents(amount)} is more than the {cents(overpaid)} paid too much"
        raise NotRefunded(msg)
    return amount


def require_made(transaction: str, paid_on: date, today: date) -> None:
    """Refuse what no bank names, or has not done yet."""
    if not transaction.strip():
        msg = "transaction: a refund is told with the bank's reference"
        raise NotRefunded(msg)
    if paid_on > today:
        msg = f"paid_on: {paid_on} is still to come"
        raise NotRefunded(msg)
