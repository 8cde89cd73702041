"""Issue, credit, receive: every claim judged before it is made, numbered and booked as it is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from billing import ledger
from billing.claims import Claims
from billing.judging.report import Judge, Written, require_accepted
from billing.ledger import Balance, Payment, Posting, Refund, Standing
from billing.life.refunding import Refunded, amount_refunded, require_made
from billing.life.states import (
    InvoiceMove,
    is_overdue,
    require_possible,
    unsettled,
)
from billing.life.writing_off import (
    WriteOff,
    WriteOffKind,
    amount_written_off,
    reference,
    require_act,
)
from billing.model import CreditNote, Fault, Invoice
from billing.money import cents
from billing.moving import (
    Connection,
    NoSuchInvoice,
    moved,
    numbered,
    standing,
    working,
)
from billing.periods import CITY
from billing.store import accounts as account_store
from billing.store import invoices as invoice_store
from billing.store import life as life_store
from billing.store import refunds as refund_store
from billing.transfers import InvalidTransfers
from zones.periods import ALWAYS, Window


class ConflictingPayment(Exception):
    """A bank's reference that is known with another amount, day or invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a statement brought: payments that are new, and those that were known.

    `refunds` are the invoices on which it paid more than was owed.
    """

    new: tuple[Payment, ...]
    known: int
    refunds: tuple[Standing, ...] = ()


class Accounts:
    """Makes claims and their corrections, takes payments in, and keeps the books."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        judge: Judge,
        *,
        grace_days: int = 0,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._judge = judge
        self.claims = Claims(clock, judge, grace_days=grace_days)

    def issue(
        self, drafts: Sequence[UUID], *, by: str, key: str = "", dry: bool = False
    ) -> tuple[Invoice, ...]:
        """Give drafts their numbers, all or none; the same idempotency key may ask again.

        Where the city gives no grace period, drafts are submitted and approved on the way.
        """
        with working(self._pool, dry=dry) as connection:
            return self.claims.issue(connection, drafts, by=by, key=key)

    def credit(
        self,
        number: str,
        wanted: Mapping[int, Decimal] | None,
        *,
        reason: str,
        by: str,
        key: str = "",
        dry: bool = False,
    ) -> CreditNote:
        """Take back what is wanted of each line of an invoice, else all that is left of it."""
        with working(self._pool, dry=dry) as connection:
            again = account_store.credit_notes(connection, key=key) if key else ()
            if again:
                return again[0]
            return self.claims.credit(connection, number, wanted, reason=reason, by=by, key=key)

    def receive(self, payments: Sequence[Payment], *, by: str, dry: bool = False) -> Received:
        """Take a statement in, all or nothing; what is known already counts once."""
        now = self._clock()
        with working(self._pool, dry=dry) as connection:
            transactions = [each.transaction for each in payments]
            known = account_store.known_payments(connection, transactions)
            new = []
            for row, each in enumerate(payments, start=2):
                if each.transaction in known:
                    _require_same(each, known[each.transaction], row)
                    continue
                _require_past(each, row, now)
                invoice = _paid(connection, each, row)
                before = standing(connection, each.number)
                account_store.insert_payment(connection, each, invoice.id, by=by, now=now)
                entry = ledger.of_payment(each, invoice.id, now, before.due, before.admitted)
                account_store.post(connection, entry)
                told = f"{each.transaction}: {cents(each.amount)}"
                moved(connection, invoice, InvoiceMove.PAY, by=by, at=now, reason=told)
                new.append(each)
            paid = [standing(connection, number) for number in sorted({one.number for one in new})]
        refunds = tuple(each for each in paid if each.due < 0)
        return Received(new=tuple(new), known=len(payments) - len(new), refunds=refunds)

    def refund(
        self,
        number: str,
        amount: Decimal | None = None,
        *,
        transaction: str,
        paid_on: date | None = None,
        by: str,
        dry: bool = False,
    ) -> Refunded:
        """Write down that an amount, else all that was paid too much, was paid back."""
        now = self._clock()
        today = now.astimezone(CITY).date()
        require_made(transaction, paid_on or today, today)
        with working(self._pool, dry=dry) as connection:
            invoice = numbered(connection, number)
            known = refund_store.known_refund(connection, transaction.strip())
            if known is not None:
                _require_same_refund(known, number, amount, paid_on)
                return Refunded(refund=known, known=True)
            made = Refund(
                transaction=transaction.strip(),
                number=number,
                amount=amount_refunded(standing(connection, number), amount),
                paid_on=paid_on or today,
            )
            refund_store.insert_refund(connection, made, invoice.id, by=by, now=now)
            account_store.post(connection, ledger.of_refund(made, invoice.id, now))
            told = f"{made.transaction}: {cents(made.amount)}"
            moved(connection, invoice, InvoiceMove.REFUND, by=by, at=now, reason=told)
        return Refunded(refund=made, known=False)

    def write_off(
        self,
        number: str,
        kind: WriteOffKind,
        amount: Decimal | None = None,
        *,
        act: str,
        reason: str,
        by: str,
        dry: bool = False,
    ) -> WriteOff:
        """Give up collecting an amount, else all that is due, by an act of the council."""
        require_act(act, reason)
        now = self._clock()
        with working(self._pool, dry=dry) as connection:
            invoice = numbered(connection, number)
            require_possible(invoice, InvoiceMove.WRITE_OFF)
            given_up = WriteOff(
                id=uuid4(),
                number=number,
                kind=kind,
                amount=amount_written_off(standing(connection, number), amount),
                act=act.strip(),
                reason=reason.strip(),
                by=by,
                at=now,
            )
            before = len(life_store.write_offs(connection, number))
            life_store.insert_write_off(connection, invoice.id, given_up)
            document = reference(number, kind, before + 1)
            entry = ledger.of_write_off(document, kind, given_up.amount, invoice.id, now)
            account_store.post(connection, entry)
            told = f"{given_up.act}: {given_up.reason}"
            moved(connection, invoice, InvoiceMove.WRITE_OFF, by=by, at=now, reason=told)
        return given_up

    def credit_notes(self, window: Window = ALWAYS) -> tuple[CreditNote, ...]:
        """Return the credit notes issued in a window, in the order of their chain."""
        with self._pool.connection() as connection:
            return account_store.credit_notes(connection, start=window.start, end=window.end)

    def credit_note(self, number: str) -> CreditNote:
        """Return a credit note by its number."""
        with self._pool.connection() as connection:
            found = account_store.credit_notes(connection, number=number)
        if not found:
            msg = f"there is no credit note {number[:60]}"
            raise NoSuchInvoice(msg)
        return found[0]

    def standing(self, number: str) -> Standing:
        """Tell what of an issued invoice was credited, paid, written off, and is still due."""
        with self._pool.connection() as connection:
            return standing(connection, number)

    def overdue(self) -> tuple[Standing, ...]:
        """Return the invoices whose day is over, of which more is owed than is disputed."""
        today = self._clock().astimezone(CITY).date()
        with self._pool.connection() as connection:
            told = life_store.standings(connection)
        return tuple(each for each in told if is_overdue(each, today))

    def refunds(self) -> tuple[Standing, ...]:
        """Return the invoices on which more was paid than is owed."""
        with self._pool.connection() as connection:
            return tuple(each for each in life_store.standings(connection) if each.due < 0)

    def write_offs(self, number: str) -> tuple[WriteOff, ...]:
        """Return what of an invoice the city gave up collecting."""
        with self._pool.connection() as connection:
            return life_store.write_offs(connection, number)

    def balances(self) -> tuple[Balance, ...]:
        """Return the sums of every account."""
        with self._pool.connection() as connection:
            return tuple(account_store.balances(connection))

    def postings(self, window: Window = ALWAYS) -> tuple[Posting, ...]:
        """Return the books of a window of time, in order."""
        with self._pool.connection() as connection:
            return tuple(account_store.postings(connection, window.start, window.end))

    def lettering(self, invoices: Collection[UUID]) -> dict[tuple[UUID, str], datetime]:
        """Tell when what the debtors of some invoices owe, or are owed, evened out, if it did."""
        with self._pool.connection() as connection:
            return account_store.lettering(connection, invoices, ledger.LETTERED)

    def judgement(self, number: str) -> list[dict[str, object]]:
        """Return what the judges said of an issued document."""
        with self._pool.connection() as connection:
            return account_store.judgement(connection, number)

    def require_accepted(self, documents: Sequence[Written]) -> None:
        """Refuse documents that a judge objects to, before they are handed out."""
        for document, judgements in zip(documents, self._judge(documents), strict=True):
            require_accepted(document, judgements)

    def verify(self) -> tuple[Fault, ...]:
        """Hold the books against the documents."""
        with self._pool.connection() as connection:
            balances = account_store.balances(connection)
            wrong = ledger.disagreements(balances, account_store.documents(connection))
            return (*wrong, *unsettled(life_store.told_states(connection)))


def _paid(connection: Connection, payment: Payment, row: int) -> Invoice:
    found = invoice_store.by_number(connection, payment.number)
    if found is None:
        msg = f"row {row}, reference: there is no invoice {payment.number}"
        raise InvalidTransfers(msg)
    return found


def _require_past(payment: Payment, row: int, now: datetime) -> None:
    if payment.paid_on > now.astimezone(CITY).date():
        msg = f"row {row}, date: {payment.paid_on} is still to come"
        raise InvalidTransfers(msg)


def _require_same_refund(
    known: Refund, number: str, amount: Decimal | None, paid_on: date | None
) -> None:
    told = (
        number,
        known.amount if amount is None else amount,
        known.paid_on if paid_on is None else paid_on,
    )
    if told != (known.number, known.amount, known.paid_on):
        msg = f"transaction: {known.transaction} is known with other content"
        raise ConflictingPayment(msg)


def _require_same(payment: Payment, known: Payment, row: int) -> None:
    if payment != known:
        msg = f"row {row}, transaction: {payment.transaction} is known with other content"
        raise ConflictingPayment(msg)
