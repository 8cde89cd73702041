"""How far is each vehicle's clock from ours? Measured as its positions come in.

The way here takes time too: of all positions of the last five to ten minutes the freshest counts,
so that a clock that is right shows a little behind. One that is ahead shows below nothing. What is
not believed counts only where nothing else was heard, and then what is nearest to our own clock:
one impossible time says nothing of a clock that is otherwise right.
"""

import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, VehicleKey
from zones.columns import Indices

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
_Known = dict[VehicleKey, tuple[Behind, int]]


def measured(
    whose: Indices, count: int, batch: Observations, believed: NDArray[np.bool_]
) -> list[Behind]:
    """Return what the rows of a batch tell of each of so many clocks, by whose each row is."""
    behind = batch.received_at_ms - batch.positions.at_ms
    least, nearest = np.full(count, NEVER), np.full(count, NEVER)
    np.minimum.at(least, whose[believed], behind[believed])
    doubted = np.flatnonzero(~believed)
    doubted = doubted[np.argsort(-np.abs(behind[doubted]), kind="stable")]
    nearest[whose[doubted]] = behind[doubted]  # the last of each is the nearest
    return [Behind(*each) for each in zip(least.tolist(), nearest.tolist(), strict=True)]


class Clocks:
    """What was measured of the last minutes; added to by the pipeline, read by anybody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._now: _Known = {}
        self._before: _Known = {}

    def add(self, batch: Observations, believed: NDArray[np.bool_]) -> None:
        """Measure positions that all say when they were taken."""
        if not len(batch):
            return
        found = measured(batch.vehicle, len(batch.vehicles), batch, believed)
        counts = np.bincount(batch.vehicle, minlength=len(batch.vehicles)).tolist()
        with self._lock:
            self._turn(int(batch.received_at_ms.max()) // WINDOW_MS)
            for key, behind, count in zip(batch.vehicles, found, counts, strict=True):
                if count:
                    known, before = self._now.get(key, (UNHEARD, 0))
                    self._now[key] = known.both(behind), before + count

    def readings(self, operator: str | None = None) -> list[ClockReading]:
        """Return what is known of an operator's clocks, or all, the farthest off first."""
        with self._lock:
            both = [*self._before.items(), *self._now.items()]
        found: _Known = {}
        for key, (behind, positions) in both:
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
            self._before = self._now if window == self._window + 1 else {}
            self._window, self._now = window, {}
