"""How far is each vehicle's clock from ours? Measured as its positions come in, believed or not.

The way here takes time too: of all positions of the last five to ten minutes the freshest counts,
so that a clock that is right shows a little behind. One that is ahead shows below nothing.
"""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, VehicleKey

WINDOW_MS = 300_000
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """How far a vehicle's clock is behind ours at most, and by how many positions that is known."""

    vehicle: VehicleKey
    behind_ms: int
    positions: int


_Known = dict[VehicleKey, tuple[int, int]]


class Clocks:
    """What was measured of the last minutes; added to by the pipeline, read by anybody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._now: _Known = {}
        self._before: _Known = {}

    def add(self, batch: Observations, stamped: NDArray[np.bool_]) -> None:
        """Measure the positions that say when they were taken."""
        if not stamped.any():
            return
        vehicle, received = batch.vehicle[stamped], batch.received_at_ms[stamped]
        behind = np.full(len(batch.vehicles), NEVER)
        np.minimum.at(behind, vehicle, received - batch.positions.at_ms[stamped])
        counts = np.bincount(vehicle, minlength=len(batch.vehicles)).tolist()
        with self._lock:
            self._turn(int(received.max()) // WINDOW_MS)
            for key, least, count in zip(batch.vehicles, behind.tolist(), counts, strict=True):
                if count:
                    known, before = self._now.get(key, (NEVER, 0))
                    self._now[key] = min(known, least), before + count

    def readings(self, operator: str | None = None) -> list[ClockReading]:
        """Return what is known of an operator's clocks, or all, the farthest off first."""
        with self._lock:
            both = [*self._before.items(), *self._now.items()]
        found: dict[VehicleKey, ClockReading] = {}
        for key, (behind_ms, positions) in both:
            if operator is None or key.operator == operator:
                old = found.get(key)
                found[key] = ClockReading(
                    vehicle=key,
                    behind_ms=behind_ms if old is None else min(old.behind_ms, behind_ms),
                    positions=positions + (old.positions if old else 0),
                )
        return sorted(found.values(), key=lambda each: (-abs(each.behind_ms), each.vehicle))

    def _turn(self, window: int) -> None:
        if window > self._window:
            self._before = self._now if window == self._window + 1 else {}
            self._window, self._now = window, {}
