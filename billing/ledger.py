"""What do the books say? Every document is one entry, whose debits equal its credits.

An invoice is owed (`receivable`) and earned (`revenue`, by layer and tariff); a credit note is
lost (`credit`) and no longer owed; a payment is received (`cash`) and no longer owed; what is
written off (`write_off`, by kind) is lost and no longer collected.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from dateutil.relativedelta import relativedelta

from billing.model import CreditNote, Fault, Invoice
from billing.money import NOTHING, cents, total

RECEIVABLE, CREDIT, CASH, REVENUE = "receivable", "credit", "cash", "revenue"
WRITE_OFF = "write_off"
SALES, CREDITS, PAYMENTS, WRITE_OFFS = "sales", "credits", "cash", "write_offs"
YEARS_TO_COLLECT = 4  # CGCT, art. L. 1617-5, 3°: from taking charge, anew from an acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry: so much to one side of one account."""

    document: str
    journal: str
    at: datetime
    invoice: UUID
    account: str
    debit: Decimal = NOTHING
    credit: Decimal = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that a bank's statement says came in for an invoice; `transaction` is the bank's."""

    transaction: str
    number: str
    amount: Decimal
    paid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account's sums."""

    account: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an issued invoice stands: credited, paid, written off, disputed, and still due.

    `acknowledged_on` is the day of issue, or of the last payment: who pays a part acknowledges.
    """

    number: str
    operator: str
    invoiced: Decimal
    credited: Decimal
    paid: Decimal
    written_off: Decimal
    disputed: Decimal
    currency: str
    due_on: date
    acknowledged_on: date

    @property
    def due(self) -> Decimal:
        """Return what is still owed; below zero, what was paid too much."""
        return self.invoiced - self.credited - self.paid - self.written_off

    @property
    def limitation_on(self) -> date:
        """Return the day from which it can no longer be collected."""
        return self.acknowledged_on + relativedelta(years=YEARS_TO_COLLECT)


def of_invoice(invoice: Invoice, at: datetime) -> tuple[Posting, ...]:
    """Enter an issued invoice."""
    number = str(invoice.number)

    def side(account: str, debit: Decimal, credit: Decimal) -> Posting:
        return Posting(
            document=number,
            journal=SALES,
            at=at,
            invoice=invoice.id,
            account=account,
            debit=debit,
            credit=credit,
        )

    def account(line: tuple[str, Decimal]) -> str:
        return line[0]

    earned = sorted(
        (f"{REVENUE}:{each.layer}:{each.tariff}", each.amount) for each in invoice.lines
    )
    revenue = [
        side(name, NOTHING, total(amount for _, amount in group))
        for name, group in groupby(earned, key=account)
    ]
    return (side(RECEIVABLE, invoice.total, NOTHING), *(each for each in revenue if each.credit))


def of_credit(note: CreditNote) -> tuple[Posting, ...]:
    """Enter a credit note."""
    return _both(note.number, CREDITS, note.issued_at, note.invoice.id, CREDIT, note.total)


def of_payment(payment: Payment, invoice: UUID, at: datetime) -> tuple[Posting, ...]:
    """Enter a payment."""
    return _both(payment.transaction, PAYMENTS, at, invoice, CASH, payment.amount)


def of_write_off(
    ident: UUID, kind: str, amount: Decimal, invoice: UUID, at: datetime
) -> tuple[Posting, ...]:
    """Enter what is no longer collected."""
    return _both(f"W-{ident}", WRITE_OFFS, at, invoice, f"{WRITE_OFF}:{kind}", amount)


def disagreements(balances: Iterable[Balance], documents: Mapping[str, Decimal]) -> Sequence[Fault]:
    """Tell where the books do not say what the documents say.

    `documents` holds the sums of what was invoiced (`revenue`), credited (`credit`), paid (`cash`)
    and written off (`write_off`); what is receivable follows from them.
    """
    kinds: dict[str, Decimal] = {}
    for each in balances:
        kind = each.account.partition(":")[0]
        kinds[kind] = kinds.get(kind, NOTHING) + each.debit - each.credit
    invoiced = documents.get(REVENUE, NOTHING)
    credited, paid = documents.get(CREDIT, NOTHING), documents.get(CASH, NOTHING)
    written_off = documents.get(WRITE_OFF, NOTHING)
    expected = {
        REVENUE: -invoiced,
        CREDIT: credited,
        CASH: paid,
        WRITE_OFF: written_off,
        RECEIVABLE: invoiced - credited - paid - written_off,
    }
    return [
        Fault(
            number=f"ledger: {kind}",
            reason=f"the books say {cents(kinds.get(kind, NOTHING))}, the documents {cents(sum_)}",
        )
        for kind, sum_ in expected.items()
        if kinds.get(kind, NOTHING) != sum_
    ]


def _both(  # noqa: PLR0917 - one entry of two sides
    document: str, journal: str, at: datetime, invoice: UUID, debited: str, amount: Decimal
) -> tuple[Posting, ...]:
    def side(account: str, debit: Decimal, credit: Decimal) -> Posting:
        return Posting(
            document=document,
            journal=journal,
            at=at,
            invoice=invoice,
            account=account,
            debit=debit,
            credit=credit,
        )

    return (side(debited, amount, NOTHING), side(RECEIVABLE, NOTHING, amount))
