"""What can still happen to an invoice? A state machine: what is not possible is told.

Before it is issued officers move it; afterwards its state follows from what was credited, paid,
disputed and written off, so that state and books cannot tell two stories.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from billing.ledger import Standing
from billing.model import BillingPeriod, Fault, Invoice, InvoiceState
from billing.periods import CITY


class InvoiceMove(StrEnum):
    """What can be done with an invoice."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    ISSUE = "issue"
    DISPUTE = "dispute"
    CONFIRM = "confirm"
    CREDIT = "credit"
    PAY = "pay"
    REFUND = "refund"
    WRITE_OFF = "write_off"


# Where each move leads before the issue; afterwards the books tell.
LEADS: Mapping[InvoiceMove, InvoiceState] = MappingProxyType(
    {
        InvoiceMove.SUBMIT: InvoiceState.REVIEW,
        InvoiceMove.RETURN: InvoiceState.DRAFT,
        InvoiceMove.APPROVE: InvoiceState.APPROVED,
        InvoiceMove.ISSUE: InvoiceState.ISSUED,
    }
)
MOVES: Mapping[InvoiceState, tuple[InvoiceMove, ...]] = MappingProxyType(
    {
        InvoiceState.DRAFT: (InvoiceMove.SUBMIT,),
        InvoiceState.REVIEW: (InvoiceMove.APPROVE, InvoiceMove.RETURN),
        InvoiceState.APPROVED: (InvoiceMove.ISSUE, InvoiceMove.RETURN),
        InvoiceState.ISSUED: (
            InvoiceMove.DISPUTE,
            InvoiceMove.CREDIT,
            InvoiceMove.PAY,
            InvoiceMove.WRITE_OFF,
        ),
        InvoiceState.DISPUTED: (
            InvoiceMove.DISPUTE,
            InvoiceMove.CONFIRM,
            InvoiceMove.CREDIT,
            InvoiceMove.PAY,
            InvoiceMove.REFUND,
        ),
        InvoiceState.PAID: (
            InvoiceMove.DISPUTE,
            InvoiceMove.CREDIT,
            InvoiceMove.PAY,
            InvoiceMove.REFUND,
        ),
        # Money that comes in all the same is written down: it is to be given back.
        InvoiceState.CREDITED: (InvoiceMove.PAY, InvoiceMove.REFUND),
        # Writing off ends the city's pursuit and not the debt (Cour des comptes on non-valeurs).
        InvoiceState.WRITTEN_OFF: (InvoiceMove.CREDIT, InvoiceMove.PAY, InvoiceMove.REFUND),
    }
)
# What is left to do until a draft can be issued.
MISSING: Mapping[InvoiceState, tuple[InvoiceMove, ...]] = MappingProxyType(
    {
        InvoiceState.DRAFT: (InvoiceMove.SUBMIT, InvoiceMove.APPROVE),
        InvoiceState.REVIEW: (InvoiceMove.APPROVE,),
    }
)


class IllegalInvoiceMove(Exception):
    """A move that the invoice's state does not allow; the message names those it does."""


class StillInReview(Exception):
    """A draft approved before the grace period of its month is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that was done with an invoice: by whom, when, why, and where it led."""

    move: InvoiceMove
    state: InvoiceState
    by: str
    at: datetime
    reason: str = ""


def require_possible(invoice: Invoice, move: InvoiceMove) -> None:
    """Refuse what cannot be done with an invoice, and say what can."""
    if move not in MOVES[invoice.state]:
        possible = ", ".join(MOVES[invoice.state])
        name = invoice.number or invoice.id
        msg = f"{name} is {invoice.state}, it cannot {move}; possible moves: {possible}"
        raise IllegalInvoiceMove(msg)


def grace_ends(period: BillingPeriod, grace_days: int) -> datetime:
    """Return until when a month's drafts stay in review: late data may come as long."""
    ended = (period.window.end or datetime.max.replace(tzinfo=CITY)).astimezone(CITY)
    return ended + timedelta(days=grace_days)


def require_grace_over(invoice: Invoice, grace_days: int, now: datetime) -> None:
    """Refuse to approve a draft that late data may still change."""
    ends = grace_ends(invoice.period, grace_days)
    if now < ends:
        msg = f"{invoice.id} stays in review until {ends.date()}: late data may still change it"
        raise StillInReview(msg)


def on_the_way(invoice: Invoice, grace_days: int) -> Sequence[InvoiceMove]:
    """Return what issuing does first: nobody waits for an approval where no grace is given."""
    return () if grace_days else MISSING.get(invoice.state, ())


def settled(standing: Standing) -> InvoiceState:
    """Return the state of an issued invoice: what the books and its disputes say."""
    if standing.disputed:
        return InvoiceState.DISPUTED
    if standing.due > 0:
        return InvoiceState.ISSUED
    if standing.credited >= standing.invoiced:
        return InvoiceState.CREDITED
    return InvoiceState.WRITTEN_OFF if standing.written_off else InvoiceState.PAID


def is_overdue(standing: Standing, today: date) -> bool:
    """Tell whether something is owed after its day; what is disputed does not wait for payment."""
    return standing.due_on < today and standing.due > standing.disputed


def unsettled(told: Iterable[tuple[Standing, InvoiceState]]) -> Iterator[Fault]:
    """Tell which issued invoices are in another state than their books say."""
    for standing, state in told:
        if state is not settled(standing):
            reason = f"it is told to be {state}, the books say {settled(standing)}"
            yield Fault(number=standing.number, reason=reason)
