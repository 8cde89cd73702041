"""What do the books say? Every document is one entry, whose debits equal its credits.

An invoice is owed (`receivable`, with tax) and earned (`revenue`, by layer and tariff, without);
its tax (`vat_collected`, by rate) is the state's. A credit note is lost (`credit`), its tax is the
state's no more, and both are no longer owed; a payment is received (`cash`) and no longer owed;
what is written off (`write_off`, by kind) is lost and no longer collected. What is paid or credited
beyond what is due takes back what was admitted en non-valeur, for that debt remained; beyond that,
too, it is the debtor's (`overpaid`) until it is paid back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from dateutil.relativedelta import relativedelta

from billing.model import CreditNote, Fault, Invoice
from billing.money import NOTHING, cents, plain, total

RECEIVABLE, CREDIT, CASH, REVENUE = "receivable", "credit", "cash", "revenue"
WRITE_OFF, VAT, OVERPAID = "write_off", "vat_collected", "overpaid"
ADMITTED = f"{WRITE_OFF}:non_valeur"
SALES, CREDITS, PAYMENTS, REFUNDS = "sales", "credits", "cash", "refunds"
WRITE_OFFS = "write_offs"
# What is settled between the city and a debtor, invoice by invoice.
LETTERED = (RECEIVABLE, OVERPAID)
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
class Refund:
    """Money that was paid too much on an invoice and paid back; `transaction` is the bank's."""

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
    """Where an issued invoice stands: credited, paid, paid back, written off, disputed, still due.

    `acknowledged_on` is the day of issue, or of the last payment: who pays a part acknowledges.
    `admitted` is what of `written_off` is an admission en non-valeur that nothing came in for.
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
    refunded: Decimal = NOTHING
    admitted: Decimal = NOTHING

    @property
    def due(self) -> Decimal:
        """Return what is still owed; below zero, what was paid too much."""
        return self.invoiced - self.credited - self.paid + self.refunded - self.written_off

    @property
    def limitation_on(self) -> date:
        """Return the day from which it can no longer be collected."""
        return self.acknowledged_on + relativedelta(years=YEARS_TO_COLLECT)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the sides of an entry share; called, it makes one."""

    document: str
    journal: str
    at: datetime
    invoice: UUID

    def __call__(
        self, account: str, *, debit: Decimal = NOTHING, credit: Decimal = NOTHING
    ) -> Posting:
        return Posting(
            document=self.document,
            journal=self.journal,
            at=self.at,
            invoice=self.invoice,
            account=account,
            debit=debit,
            credit=credit,
        )


def of_invoice(invoice: Invoice, at: datetime) -> tuple[Posting, ...]:
    """Enter an issued invoice."""
    side = _Entry(str(invoice.number), SALES, at, invoice.id)

    def account(line: tuple[str, Decimal]) -> str:
        return line[0]

    earned = sorted(
        (f"{REVENUE}:{each.layer}:{each.tariff}", each.amount) for each in invoice.lines
    )
    revenue = [
        side(name, credit=total(amount for _, amount in group))
        for name, group in groupby(earned, key=account)
    ]
    tax = [side(vat_account(each.vat.rate_percent), credit=each.tax) for each in invoice.taxes]
    sides = (side(RECEIVABLE, debit=invoice.total), *revenue, *tax)
    return tuple(each for each in sides if each.debit or each.credit)


def of_credit(note: CreditNote, due: Decimal, admitted: Decimal = NOTHING) -> tuple[Posting, ...]:
    """Enter a credit note on an invoice of which so much was due, and so much admitted."""
    side = _Entry(note.number, CREDITS, note.issued_at, note.invoice.id)
    tax = (side(vat_account(each.vat.rate_percent), debit=each.tax) for each in note.taxes)
    sides = (side(CREDIT, debit=note.net), *tax, *_settled(side, note.total, due, admitted))
    return tuple(each for each in sides if each.debit or each.credit)


def of_payment(
    payment: Payment, invoice: UUID, at: datetime, due: Decimal, admitted: Decimal = NOTHING
) -> tuple[Posting, ...]:
    """Enter a payment for an invoice of which so much was due, and so much admitted."""
    side = _Entry(payment.transaction, PAYMENTS, at, invoice)
    return (side(CASH, debit=payment.amount), *_settled(side, payment.amount, due, admitted))


def of_refund(refund: Refund, invoice: UUID, at: datetime) -> tuple[Posting, ...]:
    """Enter what was paid back."""
    side = _Entry(refund.transaction, REFUNDS, at, invoice)
    return (side(OVERPAID, debit=refund.amount), side(CASH, credit=refund.amount))


def of_write_off(
    document: str, kind: str, amount: Decimal, invoice: UUID, at: datetime
) -> tuple[Posting, ...]:
    """Enter what is no longer collected."""
    side = _Entry(document, WRITE_OFFS, at, invoice)
    return (side(f"{WRITE_OFF}:{kind}", debit=amount), side(RECEIVABLE, credit=amount))


def vat_account(rate_percent: Decimal) -> str:
    """Return the account of the tax of a rate."""
    return f"{VAT}:{plain(rate_percent)}"


def disagreements(balances: Iterable[Balance], documents: Mapping[str, Decimal]) -> Sequence[Fault]:
    """Tell where the books do not say what the documents say.

    `documents` holds the sums of what was invoiced (`revenue`), credited (`credit`), paid and not
    paid back (`cash`), paid too much (`overpaid`) and written off (`write_off`), and of the tax on
    what was invoiced and not credited, by rate (`vat_collected:20`); what is receivable follows.
    """
    told = dict.fromkeys((REVENUE, CREDIT, CASH, WRITE_OFF, OVERPAID), NOTHING) | dict(documents)
    kinds = dict.fromkeys((*told, RECEIVABLE), NOTHING)
    for each in balances:
        kind = each.account.partition(":")[0]
        name = each.account if kind == VAT else kind
        kinds[name] = kinds.get(name, NOTHING) + each.debit - each.credit
    earned = {name for name in kinds if name in {REVENUE, OVERPAID} or name.startswith(VAT)}
    expected = {
        name: -told.get(name, NOTHING) if name in earned else told.get(name, NOTHING)
        for name in kinds
    }
    expected[RECEIVABLE] = -total(expected[name] for name in expected if name != RECEIVABLE)
    return [
        Fault(
            number=f"ledger: {kind}",
            reason=f"the books say {cents(kinds.get(kind, NOTHING))}, the documents {cents(sum_)}",
        )
        for kind, sum_ in expected.items()
        if kinds.get(kind, NOTHING) != sum_
    ]


def _settled(side: _Entry, amount: Decimal, due: Decimal, admitted: Decimal) -> Iterator[Posting]:
    """Yield what an amount settles of what is due, takes back, and what the debtor is owed."""
    settled = min(amount, max(due, NOTHING))
    taken_back = min(amount - settled, admitted)
    overpaid = amount - settled - taken_back
    told = ((RECEIVABLE, settled), (ADMITTED, taken_back), (OVERPAID, overpaid))
    yield from (side(account, credit=part) for account, part in told if part)
