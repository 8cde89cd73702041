"""How are a sentence and an amount answered?"""

from decimal import Decimal

from pydantic import BaseModel

CENT = Decimal("0.01")


class TextOut(BaseModel):
    """One sentence in each language."""

    fr: str
    en: str


def money(amount: Decimal) -> str:
    """Write an amount with at least its cents; nothing is rounded here."""
    exponent = amount.as_tuple().exponent
    coarse = isinstance(exponent, int) and exponent > CENT.as_tuple().exponent  # type: ignore[operator]  # a cent is finite
    return f"{amount.quantize(CENT) if coarse else amount:f}"
