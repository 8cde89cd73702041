"""How does the city reckon? In exact decimals, rounded once, on an invoice line, half up."""

from collections.abc import Iterable
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from functools import reduce

# Wide enough that no product of a quantity, a price and a factor ever ends here; if one did, the
# trap on Inexact raises instead of losing a digit in silence.
EXACT = Context(prec=80, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
ROUNDING = Context(prec=80, rounding=ROUND_HALF_UP, traps=[InvalidOperation, Overflow])
CENT = Decimal("0.01")
NOTHING = Decimal(0)
ONE = Decimal(1)
NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
TIMES = "\N{MULTIPLICATION SIGN}"
MINUS = "\N{MINUS SIGN}"


def product(*numbers: Decimal) -> Decimal:
    """Multiply without losing a digit."""
    return reduce(EXACT.multiply, numbers)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add without losing a digit."""
    return reduce(EXACT.add, amounts, NOTHING)


def rounded(exact: Decimal) -> Decimal:
    """Round to the cent, half up: the only rounding of money there is, for an invoice line."""
    return exact.quantize(CENT, context=ROUNDING)


def plain(number: Decimal) -> str:
    """Write a number the same way however it was reckoned: no exponent, no idle zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def cents(amount: Decimal) -> str:
    """Write an amount with its two decimals."""
    return format(amount.quantize(CENT, context=EXACT), "f")


def spoken(text: str, lang: str) -> str:
    """Group and mark the digits of a number that was written, as people of a language do."""
    whole, _, decimals = text.partition(".")
    groups, mark = f"{int(whole):,}", "."
    if lang == "fr":
        groups, mark = groups.replace(",", NARROW), ","
    sign = "-" if whole.startswith("-") and not groups.startswith("-") else ""
    return f"{sign}{groups}{mark}{decimals}" if decimals else f"{sign}{groups}"


def number_text(value: Decimal | int, lang: str) -> str:
    """Write a number as people of a language do."""
    return spoken(plain(Decimal(value)), lang)


def amount_text(value: Decimal, currency: str, lang: str) -> str:
    """Write an amount with its currency as people of a language do."""
    return _in_currency(cents(value), currency, lang)


def price_text(value: Decimal, currency: str, lang: str) -> str:
    """Write a price, or an amount not rounded yet: with cents, or more decimals where it has."""
    text = plain(value)
    decimals = len(text.partition(".")[2])
    return _in_currency(text if decimals > len("00") else cents(value), currency, lang)


def _in_currency(written: str, currency: str, lang: str) -> str:
    sign, local = "€" if currency == "EUR" else currency, spoken(written, lang)
    if lang == "fr":
        return f"{local}{NO_BREAK}{sign}"
    return f"-{sign}{local[1:]}" if local.startswith("-") else f"{sign}{local}"
