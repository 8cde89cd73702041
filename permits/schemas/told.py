"""How are a sentence and an amount answered?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel

from permits.texts.catalogue import NO_PARAMS, spoken_of, texts
from zones.periods import in_utc

CENT = Decimal("0.01")


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


# However it was stated, an instant is answered in one way.
InstantOut = Annotated[datetime, AfterValidator(_utc)]


class TextOut(BaseModel):
    """One sentence in each language."""

    fr: str
    en: str


def sentence(code: str, params: Mapping[str, str] = NO_PARAMS) -> TextOut:
    """Return the sentence of a code in each language."""
    # Of most parameters of a finding its sentence says nothing.
    said = spoken_of(code)
    return _written(code, tuple(each for each in params.items() if each[0] in said))


# Most of what rules find they find of almost everything.
@lru_cache(maxsize=4096)
def _written(code: str, params: tuple[tuple[str, str], ...]) -> TextOut:
    return TextOut(**texts(code, dict(params)))


def told_params(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a sentence as they are answered: `…_at` are instants."""
    return {
        name: in_utc(datetime.fromisoformat(value)) if name.endswith("_at") else value
        for name, value in params.items()
    }


def money(amount: Decimal) -> str:
    """Write an amount with at least its cents; nothing is rounded here."""
    exponent = amount.as_tuple().exponent
    coarse = isinstance(exponent, int) and exponent > CENT.as_tuple().exponent  # type: ignore[operator]  # a cent is finite
    return f"{amount.quantize(CENT) if coarse else amount:f}"
