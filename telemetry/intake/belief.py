"""Is a readable position believed? What is not is kept apart, with the reason."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations

CLOCK_AHEAD_MS = 5_000

CONFLICT = "seq: the same boot and seq came before with other content"
TOO_OLD = "at: longer ago than positions may come late"
AHEAD = "at: ahead of the time it was received"


class Doubted(NamedTuple):
    """A row of a batch that is not believed, and why."""

    row: int
    reason: str


def doubts(batch: Observations, *, earliest_ms: int) -> list[Doubted]:
    """Say whose times are not believed."""
    at_ms = batch.positions.at_ms
    old = at_ms < earliest_ms
    ahead = at_ms > batch.received_at_ms + CLOCK_AHEAD_MS
    if not np.count_nonzero(old | ahead):
        return []  # as nearly always
    return [
        Doubted(row, reason)
        for reason, rows in ((TOO_OLD, old), (AHEAD, ahead & ~old))
        for row in np.flatnonzero(rows).tolist()
    ]


def others(count: int, doubted: Sequence[Doubted]) -> NDArray[np.intp]:
    """Return the rows of a batch that are not doubted."""
    if not doubted:
        return np.arange(count)
    believed = np.ones(count, dtype=bool)
    believed[[one.row for one in doubted]] = False
    return np.flatnonzero(believed)
