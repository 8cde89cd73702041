"""The wire shape of statistics."""

import base64
import binascii
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from telemetry.kept.statistics import By, Cell, Step
from telemetry.schemas.cursors import UnreadableCursor
from zones.model import LAYERS, Layer

CODES = {str(layer.code): layer for layer in LAYERS}


class StatisticOut(BaseModel):
    """What happened in one zone, or layer, from `start` on for one step.

    `vehicles` is the most in any one hour. Violations and uncertain observations are of zones.
    """

    start: datetime
    layer: Layer
    zone: str | None
    observations: int
    vehicles: int
    violations: int | None
    uncertain: int | None

    @classmethod
    def of(cls, cell: Cell) -> Self:
        """Tell a cell."""
        return cls(
            start=cell.start,
            layer=cell.layer,
            zone=cell.zone,
            observations=cell.observations,
            vehicles=cell.vehicles,
            violations=cell.violations,
            uncertain=cell.uncertain,
        )


class StatisticsOut(BaseModel):
    """A page of statistics in the order of time, layer and zone; `next` is the cursor of the next.

    `withheld` is how many of this page say too much of one business to be told to everybody.
    """

    by: By
    step: Step
    start: datetime
    end: datetime
    statistics: list[StatisticOut]
    withheld: int
    next: str | None


def place_out(cell: Cell) -> str:
    """Write where the next page starts: after this cell."""
    place = f"{cell.start.isoformat()} {cell.layer.code} {cell.zone or ''}"
    return base64.urlsafe_b64encode(place.encode()).decode()


def place_in(cursor: str) -> tuple[datetime, Layer, str]:
    """Read where the page starts."""
    try:
        at, layer, zone = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ", 2)
        start, named = datetime.fromisoformat(at), CODES[layer]
    except (ValueError, KeyError, binascii.Error) as error:
        msg = f"cursor: {cursor!r} is none of ours"
        raise UnreadableCursor(msg) from error
    if start.tzinfo is None:
        msg = f"cursor: {cursor!r} is none of ours"
        raise UnreadableCursor(msg)
    return start, named, zone
