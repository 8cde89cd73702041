"""The nouns of what is offered instead: how far an operation moves, and at what price."""

from dataclasses import dataclass
from decimal import Decimal


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
