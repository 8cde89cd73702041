"""What did a bank's statement say was paid? CSV: `date,reference,amount,transaction`.

The reference is the invoice's number, anywhere in the text that the payer gave; the transaction
is the bank's own reference, so that a statement read twice counts once.
"""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from billing.ledger import Payment
from billing.money import CENT

COLUMNS = ("date", "reference", "amount", "transaction")
NUMBER = re.compile(r"P-\d{4}-\d{6}")


class InvalidTransfers(ValueError):
    """A statement that cannot be taken in; the message names the row and the column."""


def read(text: str) -> tuple[Payment, ...]:
    """Read a statement whole, or refuse it whole."""
    first = text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""),
        delimiter=";" if first.count(";") > first.count(",") else ",",
        strict=True,
    )
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        msg = f"statement: column {missing[0]} is missing; it has {', '.join(COLUMNS)}"
        raise InvalidTransfers(msg)
    try:
        payments = tuple(_payment(row, number) for number, row in enumerate(rows, start=2))
    except csv.Error as broken:
        msg = f"statement: not CSV: {broken}"
        raise InvalidTransfers(msg) from broken
    _require_once(payments)
    return payments


def _payment(row: Mapping[str, str | None], number: int) -> Payment:
    where = f"row {number}"
    told = {name: (row[name] or "").strip() for name in COLUMNS}
    found = NUMBER.search(told["reference"])
    if found is None:
        msg = f"{where}, reference: {told['reference'][:60]!r} names no invoice"
        raise InvalidTransfers(msg)
    if not told["transaction"]:
        msg = f"{where}, transaction: the bank's reference is missing"
        raise InvalidTransfers(msg)
    return Payment(
        transaction=told["transaction"],
        number=found.group(),
        amount=_amount(told["amount"], where),
        paid_on=_day(told["date"], where),
    )


def _amount(text: str, where: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "."))
        exact = amount.is_finite() and amount > 0 and amount == amount.quantize(CENT)
    except InvalidOperation:
        exact = False
    if not exact:
        msg = f"{where}, amount: {text[:30]!r} is not an amount in cents above zero"
        raise InvalidTransfers(msg)
    return amount


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        msg = f"{where}, date: {text[:30]!r} is not a day such as 2026-11-30"
        raise InvalidTransfers(msg) from wrong


def _require_once(payments: tuple[Payment, ...]) -> None:
    seen: set[str] = set()
    for number, each in enumerate(payments, start=2):
        if each.transaction in seen:
            msg = f"row {number}, transaction: {each.transaction} stands twice in the statement"
            raise InvalidTransfers(msg)
        seen.add(each.transaction)
