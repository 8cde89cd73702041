"""Issue, credit, receive: every claim judged before it is made, numbered and booked as it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from psycopg_pool import ConnectionPool

from billing import ledger
from billing.crediting import credit, lines_to_credit
from billing.export import cii
from billing.export.claim import of_credit, of_invoice
from billing.invoices import AlreadyIssued, issue, number_of
from billing.judging.report import DocumentRefused, Judge, Syntax, Written, require_accepted
from billing.ledger import Balance, Payment, Posting, Standing
from billing.model import CreditNote, Fault, Invoice
from billing.periods import CITY
from billing.store import accounts as account_store
from billing.store import invoices as invoice_store
from billing.store.accounts import Connection
from billing.transfers import InvalidTransfers
from zones.periods import ALWAYS, Window

SERIES = "P"
CREDIT_SERIES = "A"  # avoir


class NoSuchInvoice(LookupError):
    """An invoice or line that is not there."""


class ClockWentBack(Exception):
    """An instant before the last issued invoice's: numbers would not follow time."""


class ConflictingPayment(Exception):
    """A bank's reference that is known with another amount, day or invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a statement brought: payments that are new, and those that were known."""

    new: tuple[Payment, ...]
    known: int


class Accounts:
    """Makes claims and their corrections, takes payments in, and keeps the books."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], judge: Judge) -> None:
        self._pool = pool
        self._clock = clock
        self._judge = judge

    def issue(self, drafts: Sequence[UUID], *, by: str, key: str = "") -> tuple[Invoice, ...]:
        """Give drafts their numbers, all or none; the same idempotency key may ask again."""
        with self._pool.connection() as connection:
            previous, last_at = invoice_store.lock_chain(connection, SERIES)
            found = [_found(connection, each) for each in drafts]
            if key and all(_issued_under(connection, each, key) for each in found):
                return tuple(found)
            at = _after(last_at, self._clock())
            _require_drafts(connection, found)
            issued = []
            for each in found:
                place = invoice_store.take_place(connection, SERIES, at.astimezone(CITY).year)
                number = number_of(place.series, place.year, place.ordinal)
                invoice = issue(each, number, previous, at)
                invoice_store.issue(connection, invoice, place, by=by, key=key)
                account_store.post(connection, ledger.of_invoice(invoice, at))
                issued.append(invoice)
                previous = invoice.hash
            written = [_cii(str(each.number), cii.write(of_invoice(each))) for each in issued]
            self._judged(connection, written, at)
        return tuple(issued)

    def credit(
        self,
        number: str,
        wanted: Mapping[int, Decimal] | None,
        *,
        reason: str,
        by: str,
        key: str = "",
    ) -> CreditNote:
        """Take back what is wanted of each line of an invoice, else all that is left of it."""
        with self._pool.connection() as connection:
            previous, last_at = invoice_store.lock_chain(connection, CREDIT_SERIES)
            again = account_store.credit_notes(connection, key=key) if key else ()
            if again:
                return again[0]
            invoice = _numbered(connection, number)
            at = _after(last_at, self._clock())
            lines = lines_to_credit(invoice, account_store.taken(connection, invoice.id), wanted)
            place = invoice_store.take_place(connection, CREDIT_SERIES, at.astimezone(CITY).year)
            note = credit(
                invoice,
                lines,
                reason=reason,
                number=number_of(place.series, place.year, place.ordinal),
                previous_hash=previous,
                at=at,
            )
            account_store.insert_credit(connection, note, place, by=by, key=key)
            account_store.post(connection, ledger.of_credit(note))
            self._judged(connection, [_cii(note.number, cii.write(of_credit(note)))], at)
        return note

    def receive(self, payments: Sequence[Payment], *, by: str) -> Received:
        """Take a statement in, all or nothing; what is known already counts once."""
        now = self._clock()
        with self._pool.connection() as connection:
            invoice_store.lock_chain(connection, SERIES)
            transactions = [each.transaction for each in payments]
            known = account_store.known_payments(connection, transactions)
            new = []
            for row, each in enumerate(payments, start=2):
                if each.transaction in known:
                    _require_same(each, known[each.transaction], row)
                    continue
                invoice = _paid(connection, each, row)
                account_store.insert_payment(connection, each, invoice.id, by=by, now=now)
                account_store.post(connection, ledger.of_payment(each, invoice.id, now))
                new.append(each)
        return Received(new=tuple(new), known=len(payments) - len(new))

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
        """Tell what of an issued invoice was credited, paid, and is still due."""
        with self._pool.connection() as connection:
            found = account_store.standings(connection, number=number)
        if not found:
            raise no_invoice(number)
        return found[0]

    def overdue(self) -> tuple[Standing, ...]:
        """Return the invoices whose day of payment is over and that are still owed."""
        today = self._clock().astimezone(CITY).date()
        with self._pool.connection() as connection:
            late = account_store.standings(connection, due_before=today)
        return tuple(each for each in late if each.due > 0)

    def balances(self) -> tuple[Balance, ...]:
        """Return the sums of every account."""
        with self._pool.connection() as connection:
            return tuple(account_store.balances(connection))

    def postings(self, window: Window = ALWAYS) -> tuple[Posting, ...]:
        """Return the books of a window of time, in order."""
        with self._pool.connection() as connection:
            return tuple(account_store.postings(connection, window.start, window.end))

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
            return tuple(ledger.disagreements(balances, account_store.documents(connection)))

    def _judged(self, connection: Connection, documents: Sequence[Written], now: datetime) -> None:
        """Have documents judged, and keep what was said; refused ones end the transaction."""
        reports = self._judge(documents)
        for document, judgements in zip(documents, reports, strict=True):
            require_accepted(document, judgements)
            account_store.record_judgement(connection, document.name, judgements, now)


def no_invoice(name: str) -> NoSuchInvoice:
    """Say that there is no invoice of a name."""
    return NoSuchInvoice(f"there is no invoice {name[:60]}")


def _cii(name: str, xml: bytes) -> Written:
    return Written(name=name, syntax=Syntax.CII, xml=xml)


def _found(connection: Connection, ident: UUID) -> Invoice:
    found = invoice_store.by_id(connection, ident)
    if found is None:
        raise no_invoice(str(ident))
    return found


def _numbered(connection: Connection, number: str) -> Invoice:
    found = invoice_store.by_number(connection, number)
    if found is None:
        raise no_invoice(number)
    return found


def _issued_under(connection: Connection, invoice: Invoice, key: str) -> bool:
    return bool(invoice.number) and invoice_store.issue_key(connection, invoice.id) == key


def _require_drafts(connection: Connection, drafts: Sequence[Invoice]) -> None:
    """Refuse what has a number, and what the database reckons otherwise than Python did."""
    for each in drafts:
        if each.number:
            msg = f"invoice {each.number} was issued already; only a credit note corrects it"
            raise AlreadyIssued(msg)
    wrong = account_store.wrong_drafts(connection, [each.id for each in drafts])
    if wrong:
        msg = f"{wrong[0]}: its lines or its total are not the sums of its fees"
        raise DocumentRefused(msg)


def _after(last: datetime | None, now: datetime) -> datetime:
    if last is not None and now < last:
        msg = f"the clock says {now.isoformat()}, but an invoice was issued {last.isoformat()}"
        raise ClockWentBack(msg)
    return now


def _paid(connection: Connection, payment: Payment, row: int) -> Invoice:
    found = invoice_store.by_number(connection, payment.number)
    if found is None:
        msg = f"row {row}, reference: there is no invoice {payment.number}"
        raise InvalidTransfers(msg)
    return found


def _require_same(payment: Payment, known: Payment, row: int) -> None:
    if payment != known:
        msg = f"row {row}, transaction: {payment.transaction} is known with other content"
        raise ConflictingPayment(msg)
