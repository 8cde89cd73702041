"""How is a claim paid? By transfer; the code on paper says all of it to a banking application.

The European Payments Council's code (EPC069-12, version 002): the amount, the account, and the
invoice's number, which the payment is matched by.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import segno

from billing.model import Invoice
from billing.money import cents

UTF8 = "1"
NAME_LENGTH = 70
QUIET = 0


def text(invoice: Invoice) -> str:
    """Write what the code holds."""
    payee = invoice.seller
    amount = f"{invoice.currency}{cents(invoice.total)}"
    account = [payee.bic, payee.name[:NAME_LENGTH], payee.iban]
    return "\n".join(["BCD", "002", UTF8, "SCT", *account, amount, "", "", str(invoice.number)])


def modules(invoice: Invoice) -> Sequence[Sequence[int]]:
    """Return the code as rows of dark (1) and light (0) squares."""
    code = segno.make(text(invoice), error="m", micro=False, boost_error=False)
    return [list(row) for row in code.matrix_iter(border=QUIET)]


def runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Tell where the dark stretches of a row begin, and how long they are."""
    at = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            yield at, length
        at += length


def grouped(iban: str) -> str:
    """Write an account number in groups of four."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
