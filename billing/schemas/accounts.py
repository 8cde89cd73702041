"""What do credit notes, payments and the books look like on the wire?"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from billing.canonical import instant
from billing.crediting import document
from billing.ledger import Balance, Payment, Refund, Standing
from billing.life.refunding import Refunded
from billing.life.states import settled
from billing.model import CreditNote, InvoiceState
from billing.money import cents
from billing.runs import CreditDraft
from billing.schemas.wire import Wire

AMOUNTS = ("invoiced", "credited", "paid", "refunded", "written_off", "disputed", "due")
LineNumber = Annotated[int, Field(ge=1)]


class VatOut(Wire):
    """A category of VAT, as EN 16931 names it, and its rate in percent."""

    category: str
    rate_percent: str


class TaxOut(VatOut):
    """The tax of one rate on a document: on the sum of its lines, rounded once."""

    taxable: str
    tax: str


class CreditIn(Wire):
    """What to credit and why; without `lines` all that is left of the invoice."""

    reason: Annotated[str, Field(min_length=1, max_length=500, examples=["Double facturation"])]
    lines: Annotated[
        dict[LineNumber, Decimal] | None,
        Field(description="Amounts by line, without tax.", examples=[{"1": "3.50"}]),
    ] = None


class CreditLineOut(Wire):
    """How much of a line is taken back."""

    number: int
    amount: str


class CreditNoteOut(Wire):
    """A credit note: what was sealed, and the seal."""

    id: str
    number: str
    issued_at: str
    invoice: str
    invoice_hash: str
    reason: str
    lines: list[CreditLineOut]
    currency: str
    net: str | None = Field(default=None, description="The sum of the lines, where it is taxed.")
    taxes: list[TaxOut] = Field(default_factory=list, description="The tax taken back, by rate.")
    total: str = Field(description="What is owed no more, tax included.")
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, note: CreditNote) -> Self:
        """Write a credit note."""
        told: dict[str, Any] = document(note)
        told["issued_at"] = instant(note.issued_at)
        return cls.model_validate({**told, "hash": note.hash})


class CreditDraftOut(Wire):
    """A credit that corrections of usage call for; its id follows its content."""

    id: UUID
    invoice: str
    lines: list[CreditLineOut]
    total: str = Field(description="With the tax that the credit note would take back now.")
    reason: str
    usages: list[UUID]

    @classmethod
    def of(cls, draft: CreditDraft) -> Self:
        """Write a proposed credit."""
        lines = [CreditLineOut(number=at.number, amount=cents(at.amount)) for at in draft.lines]
        return cls(
            id=draft.id,
            invoice=draft.number,
            lines=lines,
            total=cents(draft.total),
            reason=draft.reason,
            usages=list(draft.usages),
        )


class TransfersIn(Wire):
    """A bank's statement as CSV."""

    csv: Annotated[
        str,
        Field(
            max_length=900_000,
            description="Columns date, reference, amount, transaction; with , or ; between.",
            examples=["date,reference,amount,transaction\n2026-11-20,P-2026-000001,42.00,TX-1\n"],
        ),
    ]


class PaymentOut(Wire):
    """Money that came in, or was paid back."""

    transaction: str
    invoice: str
    amount: str
    paid_on: str

    @classmethod
    def of(cls, payment: Payment | Refund) -> Self:
        """Write a payment, or one back."""
        return cls(
            transaction=payment.transaction,
            invoice=payment.number,
            amount=cents(payment.amount),
            paid_on=payment.paid_on.isoformat(),
        )


class RefundOut(PaymentOut):
    """Money that was paid back; `known` tells that it had been told before, and counts once."""

    known: bool

    @classmethod
    def of_refund(cls, made: Refunded) -> Self:
        """Write a refund."""
        return cls(**PaymentOut.of(made.refund).model_dump(), known=made.known)


class RefundIn(Wire):
    """What was paid back under the bank's reference; without `amount` all that was paid too much.

    Without `paid_on` it is of today.
    """

    transaction: Annotated[str, Field(min_length=1, max_length=140, examples=["VIR-2026-118"])]
    amount: Annotated[Decimal | None, Field(examples=["3.50"])] = None
    paid_on: date | None = None


class StandingOut(Wire):
    """What of an invoice was credited, paid, paid back, written off, disputed, and is still due.

    After `limitation_on` it can no longer be collected (CGCT, art. L. 1617-5): four years from the
    issue, or from the last payment, which acknowledges it.
    """

    number: str
    operator: str
    state: InvoiceState
    invoiced: str
    credited: str
    paid: str
    refunded: str
    written_off: str
    disputed: str
    due: str
    currency: str
    due_on: str
    limitation_on: str

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """Write where an invoice stands."""
        amounts = {name: cents(getattr(standing, name)) for name in AMOUNTS}
        return cls(
            number=standing.number,
            operator=standing.operator,
            state=settled(standing),
            currency=standing.currency,
            due_on=standing.due_on.isoformat(),
            limitation_on=standing.limitation_on.isoformat(),
            **amounts,
        )


class ReceivedOut(Wire):
    """What a statement brought: what is new, and how many payments were known.

    `refunds` are the invoices on which it paid more than was owed: their `due` is below zero.
    """

    new: list[PaymentOut]
    known: int
    refunds: list[StandingOut]


class StandingsOut(Wire):
    """Invoices and where they stand."""

    items: list[StandingOut]


class BalanceOut(Wire):
    """The sums of an account."""

    account: str
    debit: str
    credit: str

    @classmethod
    def of(cls, balance: Balance) -> Self:
        """Write an account's sums."""
        debit, credit = cents(balance.debit), cents(balance.credit)
        return cls(account=balance.account, debit=debit, credit=credit)


class LedgerOut(Wire):
    """The sums of every account."""

    items: list[BalanceOut]


class JudgementOut(Wire):
    """One official judge's word on a document: how many rules it asked, and its objections."""

    judge: str
    rules: int
    objections: list[str]


class JudgementsOut(Wire):
    """What the judges said when a document was issued."""

    items: list[JudgementOut]
