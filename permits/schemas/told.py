"""How are a sentence and an amount answered?"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from pydantic import BaseModel

from permits.texts.catalogue import NO_PARAMS, texts

CENT = Decimal("0.01")


class TextOut(BaseModel):
    """One sentence in each language."""

    fr: str
    en: str


def sentence(code: str, params: Mapping[str, str] = NO_PARAMS) -> TextOut:
    """Return the sentence of a code in each language."""
    return _written(code, tuple(params.items()))


# Most of what rules find they find of almost everything.
@lru_cache(maxsize=4096)
def _written(code: str, params: tuple[tuple[str, str], ...]) -> TextOut:
    return TextOut(**texts(code, dict(params)))


def money(amount: Decimal) -> str:
    """Write an amount with at least its cents; nothing is rounded here."""
    exponent = amount.as_tuple().exponent
    coarse = isinstance(exponent, int) and exponent > CENT.as_tuple().exponent  # type: ignore[operator]  # a cent is finite
    return f"{amount.quantize(CENT) if coarse else amount:f}"
