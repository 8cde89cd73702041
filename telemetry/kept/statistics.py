"""What may be told of a zone's or a layer's hours and days, and to whom?

Everybody is told days, and of a day only what says nothing of one business: the rule of official
statistics in France is that at least three take part and none makes up more than 85 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from zones.model import Layer, ZoneId
from zones.periods import Window
from zones.time.clocks import PARIS_TIME

FEWEST_OPERATORS = 3
LARGEST_PERCENT = 85


class By(StrEnum):
    """What is summed."""

    ZONE = "zone"
    LAYER = "layer"


class Step(StrEnum):
    """How long each sum is; days are those of Paris."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which sums to read; `after` is where the page before ended: start, layer, zone."""

    by: By
    step: Step
    window: Window
    operator: str | None = None
    zone: str | None = None
    layer: Layer | None = None
    after: tuple[datetime, Layer, str] | None = None
    limit: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What happened in one zone, or layer, and step.

    `vehicles` is the most in any one hour. `operators` took part, `largest` of the observations
    are one operator's. Violations and uncertain observations are known by zone only.
    """

    start: datetime
    layer: Layer
    zone: ZoneId | None
    observations: int
    vehicles: int
    violations: int | None
    uncertain: int | None
    operators: int
    largest: int


def disclosed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells that say nothing of one business to those who should not know."""
    return tuple(
        cell
        for cell in cells
        if cell.operators >= FEWEST_OPERATORS
        and cell.largest * 100 <= cell.observations * LARGEST_PERCENT
    )


def whole_days(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the days of Paris that lie between two instants, whole, and are over."""
    first = midnight(start)
    if first < start:
        first = midnight(first + timedelta(hours=36))
    return first, min(midnight(end), midnight(now))


def midnight(at: datetime) -> datetime:
    """Return the beginning of an instant's day in Paris."""
    return at.astimezone(PARIS_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
