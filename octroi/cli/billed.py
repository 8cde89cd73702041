"""What are the commands of billing given, and how is an amount read that they are told?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from billing.service import BillingService

Told = Callable[[], AbstractContextManager[None]]
Misused = Callable[[str], NoReturn]
OpenService = Callable[[], AbstractContextManager[BillingService]]


class NotAnAmount(ValueError):
    """A text that is no amount of money."""


def amount_of(text: str | None) -> Decimal | None:
    """Read `--amount`, where it is given."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as wrong:
        msg = f"--amount: {text!r} is not an amount, such as 3.50"
        raise NotAnAmount(msg) from wrong
