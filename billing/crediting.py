"""How is an issued invoice corrected? By a credit note that cites it, never for more than it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from billing.canonical import digest
from billing.ledger import Standing
from billing.model import CreditLine, CreditNote, CreditNoteId, Invoice
from billing.money import CENT, NOTHING, cents, total
from billing.taxing import subtotals_of_credit, tax_document, with_tax

CREDITS = UUID("6f1d3c52-6d3f-5d0e-9a57-0c70a1b0e004")


class NotCredited(ValueError):
    """A credit that is refused: for more than is left, for nothing, or without a reason."""


def open_amounts(invoice: Invoice, taken: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return what is left of each line after what credit notes took back."""
    left = {each.number: each.amount - taken.get(each.number, NOTHING) for each in invoice.lines}
    return {number: amount for number, amount in left.items() if amount}


def lines_to_credit(
    invoice: Invoice, taken: Mapping[int, Decimal], wanted: Mapping[int, Decimal] | None
) -> tuple[CreditLine, ...]:
    """Return what a credit takes back: what is wanted of each line, else all that is left."""
    left = open_amounts(invoice, taken)
    asked = left if wanted is None else wanted
    if not asked:
        msg = f"lines: nothing is left to credit on {invoice.number}"
        raise NotCredited(msg)
    for number, amount in sorted(asked.items()):
        _require_creditable(invoice, number, amount, left.get(number, NOTHING))
    return tuple(CreditLine(number=number, amount=asked[number]) for number in sorted(asked))


def credit(
    invoice: Invoice,
    lines: tuple[CreditLine, ...],
    taken: Mapping[int, Decimal],
    *,
    reason: str,
    number: str,
    previous_hash: str,
    at: datetime,
) -> CreditNote:
    """Write a credit note on an invoice, in its place in the chain.

    `taken` is what the notes before it took back of each line: of the tax it takes back the rest.
    """
    if not reason.strip():
        msg = "reason: a credit note says why"
        raise NotCredited(msg)
    taxes = subtotals_of_credit(invoice, taken, lines)
    content: dict[str, Any] = {
        "id": CreditNoteId(uuid5(CREDITS, number)),
        "invoice": invoice,
        "lines": lines,
        "total": with_tax(total(each.amount for each in lines), taxes),
        "taxes": taxes,
        "reason": reason.strip(),
        "number": number,
        "issued_at": at,
        "previous_hash": previous_hash,
    }
    return CreditNote(**content, hash=seal(CreditNote(**content)))


def seal(note: CreditNote) -> str:
    """Return the hash of all that a credit note says, including the hash before it."""
    return digest(document(note))


def document(note: CreditNote) -> dict[str, Any]:
    """Write all that is hashed: the note without its own hash."""
    return {
        "id": str(note.id),
        "number": note.number,
        "issued_at": note.issued_at,
        "invoice": note.invoice.number,
        "invoice_hash": note.invoice.hash,
        "reason": note.reason,
        "lines": [{"number": each.number, "amount": cents(each.amount)} for each in note.lines],
        "currency": note.invoice.currency,
        **tax_document(note.net, note.taxes),
        "total": cents(note.total),
        "previous_hash": note.previous_hash,
    }


def require_not_written_off(note: CreditNote, standing: Standing) -> None:
    """Refuse to take back what nobody claims any longer."""
    left = standing.invoiced - standing.credited - standing.written_off
    if note.total > left:
        msg = (
            f"lines: {cents(note.total)} is more than the {cents(left)} of {standing.number} "
            "that are neither credited nor written off"
        )
        raise NotCredited(msg)


def require_thawed(note: CreditNote, frozen: Collection[int]) -> None:
    """Refuse to credit a line that is disputed: the dispute's end says what becomes of it."""
    for each in note.lines:
        if each.number in frozen:
            msg = f"lines.{each.number}: it is disputed; end the dispute by a credit instead"
            raise NotCredited(msg)


def _require_creditable(invoice: Invoice, number: int, amount: Decimal, left: Decimal) -> None:
    where = f"lines.{number}"
    if all(each.number != number for each in invoice.lines):
        msg = f"{where}: {invoice.number} has no such line, it has {len(invoice.lines)}"
        raise NotCredited(msg)
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(CENT):
        msg = f"{where}: {amount} is not an amount in cents above zero"
        raise NotCredited(msg)
    if amount > left:
        msg = f"{where}: {cents(amount)} is more than the {cents(left)} that are left"
        raise NotCredited(msg)
