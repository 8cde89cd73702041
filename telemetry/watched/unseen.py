"""What was published that nobody has looked at yet? Of each vehicle, only the newest counts.

A map is looked at a few times a second at most, and at night by nobody: so batches are put by as
they are, and made ready to be shown when somebody looks.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, VehicleKey
from telemetry.watched.live_batch import LiveBatch, only

MOST_ROWS = 20_000  # so many are put by before what is older is left out
FORGOTTEN_MS = 1_800_000


class Unseen:
    """Batches put by from one thread, and taken from others; none waits for long."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._least = self._room = most_rows
        self._parts: list[LiveBatch] = []
        self._rows = 0
        self._lock = threading.Lock()

    def add(self, live: LiveBatch) -> None:
        """Put a batch by."""
        if not len(live.observations):
            return
        with self._lock:
            self._parts.append(live)
            self._rows += len(live.observations)
            if self._rows > self._room:
                self._parts = thinned(self._parts)
                self._rows = sum(len(part.observations) for part in self._parts)
                self._room = self._rows + self._least

    def take(self) -> list[LiveBatch]:
        """Return what is put by, oldest first, each vehicle once."""
        with self._lock:
            parts, self._parts, self._rows, self._room = self._parts, [], 0, self._least
        return thinned(parts)


def thinned(parts: Sequence[LiveBatch]) -> list[LiveBatch]:
    """Keep the newest observation of each vehicle, unless all is forgotten; of two, the later."""
    newest: dict[VehicleKey, tuple[int, int, int]] = {}
    for number, part in enumerate(parts):
        batch = part.observations
        rows = newest_rows(batch)
        columns = (batch.vehicle[rows].tolist(), batch.positions.at_ms[rows].tolist())
        for row, vehicle, at_ms in zip(rows.tolist(), *columns, strict=True):
            key = batch.vehicles[vehicle]
            known = newest.get(key)
            if known is None or known[0] <= at_ms:
                newest[key] = (at_ms, number, row)
    remembered_ms = max((at_ms for at_ms, _, _ in newest.values()), default=0) - FORGOTTEN_MS
    kept: dict[int, list[int]] = {}
    for at_ms, number, row in newest.values():
        if at_ms >= remembered_ms:
            kept.setdefault(number, []).append(row)
    return [_taken(parts[number], kept[number]) for number in sorted(kept)]


def newest_rows(batch: Observations) -> NDArray[np.intp]:
    """Return the row of each vehicle's newest observation."""
    order = np.lexsort((batch.positions.at_ms, batch.vehicle))
    last = np.append(np.diff(batch.vehicle[order]) != 0, True)[: len(order)]
    newest: NDArray[np.intp] = order[last]
    return newest


def _taken(part: LiveBatch, rows: Sequence[int]) -> LiveBatch:
    if len(rows) == len(part.observations):
        return replace(part, alerts=())
    kept = np.zeros(len(part.observations), bool)
    kept[rows] = True
    return replace(
        part,
        observations=part.observations.take(np.flatnonzero(kept)),
        ids=part.ids[kept],
        verdicts=only(part.verdicts, kept),
        alerts=(),
    )
