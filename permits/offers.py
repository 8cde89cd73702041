"""The nouns of what is offered: another hour or height, at what price, and a relief of it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """So many minutes later and so many metres higher; earlier and lower where below zero."""

    minutes: int = 0
    rise_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A shift of what was refused that would be granted, and what it would cost."""

    shift: Shift
    currency: str
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteTax:
    """The VAT of one rate on a quote: on the sum of its lines, rounded once."""

    rate_percent: Decimal
    taxable: Decimal
    tax: Decimal


class ReliefKind(StrEnum):
    """What a relief of a price is for."""

    PURPOSE = "purpose"
    SIZE = "size"
    EXPERIMENTATION = "experimentation"
    NOISE = "noise"
    ENERGY = "energy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """A factor that a published tariff applies by itself, and for what: `of` is the word.

    A factor above 1 is a surcharge.
    """

    kind: ReliefKind
    of: str
    factor: Decimal
