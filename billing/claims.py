"""How does a claim, or its correction, come about? Judged, numbered, booked: one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from billing import ledger
from billing.crediting import credit, lines_to_credit, require_not_written_off, require_thawed
from billing.export import cii
from billing.export.claim import of_credit, of_invoice
from billing.invoices import AlreadyIssued, issue, number_of
from billing.judging.report import DocumentRefused, Judge, Syntax, Written, require_accepted
from billing.life.states import InvoiceMove, on_the_way, require_grace_over, require_possible
from billing.model import CreditNote, Invoice
from billing.moving import (
    CREDIT_SERIES,
    SERIES,
    Connection,
    drafted,
    moved,
    numbered,
    standing,
)
from billing.periods import CITY
from billing.store import accounts as account_store
from billing.store import invoices as invoice_store
from billing.store import life as life_store
from billing.taxing import require_vat_id


class ClockWentBack(Exception):
    """An instant before the last issued invoice's: numbers would not follow time."""


class Claims:
    """Issues and credits, each within a transaction that holds the chain."""

    def __init__(self, clock: Callable[[], datetime], judge: Judge, *, grace_days: int) -> None:
        self._clock = clock
        self._judge = judge
        self._grace_days = grace_days

    def issue(
        self, connection: Connection, drafts: Sequence[UUID], *, by: str, key: str
    ) -> tuple[Invoice, ...]:
        """Give drafts their numbers, all or none; the same idempotency key may ask again."""
        previous, last_at = invoice_store.lock_chain(connection, SERIES)
        found = [drafted(connection, each) for each in drafts]
        if key and all(_issued_under(connection, each, key) for each in found):
            return tuple(found)
        at = _after(last_at, self._clock())
        _require_drafts(connection, found)
        issued = []
        for each in found:
            approved = self._approved(connection, each, by=by, at=at)
            place = invoice_store.take_place(connection, SERIES, at.astimezone(CITY).year)
            number = number_of(place.series, place.year, place.ordinal)
            invoice = issue(approved, number, previous, at)
            invoice_store.issue(connection, invoice, place, by=by, key=key)
            account_store.post(connection, ledger.of_invoice(invoice, at))
            moved(connection, approved, InvoiceMove.ISSUE, by=by, at=at)
            issued.append(invoice)
            previous = invoice.hash
        written = [_cii(str(each.number), cii.write(of_invoice(each))) for each in issued]
        self._judged(connection, written, at)
        return tuple(issued)

    def credit(
        self,
        connection: Connection,
        number: str,
        wanted: Mapping[int, Decimal] | None,
        *,
        reason: str,
        by: str,
        key: str = "",
        answered: Callable[[CreditNote], None] = lambda _note: None,
    ) -> CreditNote:
        """Take back within a transaction; `answered` writes down, before the state is told, why."""
        previous, last_at = invoice_store.lock_chain(connection, CREDIT_SERIES)
        invoice = numbered(connection, number)
        at = _after(last_at, self._clock())
        taken = account_store.taken(connection, invoice.id)
        lines = lines_to_credit(invoice, taken, wanted)
        place = invoice_store.take_place(connection, CREDIT_SERIES, at.astimezone(CITY).year)
        note = credit(
            invoice,
            lines,
            taken,
            reason=reason,
            number=number_of(place.series, place.year, place.ordinal),
            previous_hash=previous,
            at=at,
        )
        before = standing(connection, number)
        require_not_written_off(note, before)
        account_store.insert_credit(connection, note, place, by=by, key=key)
        account_store.post(connection, ledger.of_credit(note, before.due, before.admitted))
        answered(note)
        frozen = life_store.disputes(connection, invoice=invoice.id, still_open=True)
        require_thawed(note, [each.line for each in frozen])
        moved(connection, invoice, InvoiceMove.CREDIT, by=by, at=at, reason=note.reason)
        self._judged(connection, [_cii(note.number, cii.write(of_credit(note)))], at)
        return note

    def _approved(
        self, connection: Connection, draft: Invoice, *, by: str, at: datetime
    ) -> Invoice:
        for move in on_the_way(draft, self._grace_days):
            if move is InvoiceMove.APPROVE:
                require_grace_over(draft, self._grace_days, at)
            draft = moved(connection, draft, move, by=by, at=at)
        require_possible(draft, InvoiceMove.ISSUE)
        require_vat_id(draft)
        return draft

    def _judged(self, connection: Connection, documents: Sequence[Written], now: datetime) -> None:
        """Have documents judged, and keep what was said; refused ones end the transaction."""
        reports = self._judge(documents)
        for document, judgements in zip(documents, reports, strict=True):
            require_accepted(document, judgements)
            account_store.record_judgement(connection, document.name, judgements, now)


def _cii(name: str, xml: bytes) -> Written:
    return Written(name=name, syntax=Syntax.CII, xml=xml)


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
