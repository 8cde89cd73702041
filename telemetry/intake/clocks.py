"""How far is each vehicle's clock from ours? Measured as its positions come in.

The way here takes time too: of all positions of the last five to ten minutes the freshest counts,
so that a clock that is right shows a little behind. One that is ahead shows below nothing. What is
not believed counts only where nothing else was heard, and then what is nearest to our own clock:
one impossible time says nothing of a clock that is otherwise right.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, VehicleKey
from zones.columns import Indices, Instants

WINDOW_MS = 300_000
NEVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """How far a vehicle's clock is behind ours at most, and by how many positions that is known."""

    vehicle: VehicleKey
    behind_ms: int
    positions: int


class Behind(NamedTuple):
    """How far behind ours: by what is believed at the least, by what is not the nearest to it."""

    believed_ms: int = NEVER
    doubted_ms: int = NEVER

    def both(self, other: "Behind") -> "Behind":
        """Return what this and another tell together."""
        doubted_ms = min(self.doubted_ms, other.doubted_ms, key=abs)
        return Behind(min(self.believed_ms, other.believed_ms), doubted_ms)

    @property
    def ms(self) -> int:
        """Return what counts."""
        return self.doubted_ms if self.believed_ms == NEVER else self.believed_ms


UNHEARD = Behind()
LEAST_ROOM = 64


def measured(
    whose: Indices, count: int, batch: Observations, believed: NDArray[np.bool_]
) -> tuple[Instants, Instants]:
    """Return what the rows of a batch tell of each of so many clocks, by whose each row is.

    As in `Behind`, by what is believed and by what is not.
    """
    behind = batch.received_at_ms - batch.positions.at_ms
    least, nearest = np.full(count, NEVER), np.full(count, NEVER)
    if believed.all():
        np.minimum.at(least, whose, behind)
        return least, nearest
    np.minimum.at(least, whose[believed], behind[believed])
    doubted = np.flatnonzero(~believed)
    doubted = doubted[np.argsort(-np.abs(behind[doubted]), kind="stable")]
    nearest[whose[doubted]] = behind[doubted]  # the last of each is the nearest
    return least, nearest


class _Window:
    """What was heard of each vehicle in some minutes, a row each."""

    def __init__(self) -> None:
        self._rows: dict[VehicleKey, int] = {}
        self._least, self._nearest = np.full((2, LEAST_ROOM), NEVER)
        self._counts = np.zeros(LEAST_ROOM, np.int64)

    def add(self, batch: Observations, believed: NDArray[np.bool_]) -> None:
        """Measure vehicles, each of which says something."""
        known = self._rows
        rows = np.array([known.setdefault(key, len(known)) for key in batch.vehicles], np.intp)
        while len(known) > len(self._least):
            unheard = np.full(len(self._least), NEVER)
            self._least = np.concatenate([self._least, unheard])
            self._nearest = np.concatenate([self._nearest, unheard])
            self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
        if believed.all():
            mine = rows[batch.vehicle]
            np.minimum.at(self._least, mine, batch.received_at_ms - batch.positions.at_ms)
            np.add.at(self._counts, mine, 1)
            return
        least, nearest = measured(batch.vehicle, len(rows), batch, believed)
        self._least[rows] = np.minimum(self._least[rows], least)
        before = self._nearest[rows]
        self._nearest[rows] = np.where(np.abs(nearest) < np.abs(before), nearest, before)
        self._counts[rows] += np.bincount(batch.vehicle, minlength=len(rows))

    def heard(self) -> Iterator[tuple[VehicleKey, Behind, int]]:
        """Yield what is known of each vehicle, and by how many positions."""
        columns = (self._least, self._nearest, self._counts)
        told = zip(*(each[: len(self._rows)].tolist() for each in columns), strict=True)
        for key, (least, nearest, count) in zip(self._rows, told, strict=True):
            if count:
                yield key, Behind(least, nearest), count


class Clocks:
    """What was measured of the last minutes; added to by the pipeline, read by anybody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._now = _Window()
        self._before = _Window()

    def add(self, batch: Observations, believed: NDArray[np.bool_]) -> None:
        """Measure positions that all say when they were taken."""
        if not len(batch):
            return
        with self._lock:
            self._turn(int(batch.received_at_ms.max()) // WINDOW_MS)
            self._now.add(batch, believed)

    def readings(self, operator: str | None = None) -> list[ClockReading]:
        """Return what is known of an operator's clocks, or all, the farthest off first."""
        with self._lock:
            both = [*self._before.heard(), *self._now.heard()]
        found: dict[VehicleKey, tuple[Behind, int]] = {}
        for key, behind, positions in both:
            if operator is None or key.operator == operator:
                known, before = found.get(key, (UNHEARD, 0))
                found[key] = known.both(behind), positions + before
        told = [
            ClockReading(vehicle=key, behind_ms=behind.ms, positions=positions)
            for key, (behind, positions) in found.items()
        ]
        return sorted(told, key=lambda each: (-abs(each.behind_ms), each.vehicle))

    def _turn(self, window: int) -> None:
        if window > self._window:
            self._before = self._now if window == self._window + 1 else _Window()
            self._window, self._now = window, _Window()
