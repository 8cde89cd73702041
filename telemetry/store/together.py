"""Which verdicts of a batch go into one row, because they say the same of one vehicle?

A row begins with the first of its positions and stays within a minute (UTC), and so within an hour
and a day: whoever asks about a time asks for rows that begin up to `SPAN` before. See
`0090_verdicts_together.sql`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, Verdicts

MOST = 64
# Rows of few positions and of many are packed apart: what is packed at once is of one width.
FEW = 8
SPAN = timedelta(minutes=1)
SPAN_MS = 60_000

Rows = NDArray[np.intp]


class Together(NamedTuple):
    """Verdicts in an order in which those of one row stand side by side, and where rows begin."""

    order: Rows
    first: Rows
    positions: Rows

    def parts(self) -> Iterator[tuple[Rows, Rows]]:
        """Yield where rows begin and how many positions each is of: of one, of few, of many."""
        for least, most in ((1, 1), (2, FEW), (FEW + 1, MOST)):
            chosen = (self.positions >= least) & (self.positions <= most)
            if chosen.any():
                yield self.first[chosen], self.positions[chosen]


def together(batch: Observations, verdicts: Verdicts, most: int = MOST) -> Together:
    """Put verdicts together that differ in nothing but the position and by how much it kept to it.

    Positions of a vehicle are in the order of time.
    """
    judged = verdicts.observation
    said = (verdicts.kind, verdicts.reason, verdicts.relation)
    unknown = (np.isnan(verdicts.margin_m), np.isnan(verdicts.margin_s))
    code = np.zeros(len(verdicts), np.int64)
    for column in (*said, *unknown):
        code = code << 8 | column.astype(np.uint8)
    span = batch.positions.at_ms[judged] // SPAN_MS
    told = (batch.vehicle[judged], span, verdicts.zone, verdicts.permit, code)
    order = np.lexsort(told[::-1])
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = False
    for sorted_ in (column[order] for column in told):
        begins[1:] |= sorted_[1:] != sorted_[:-1]
    first = np.flatnonzero(begins)
    nth = np.arange(len(order)) - np.repeat(first, _lengths(first, len(order)))
    first = np.flatnonzero(nth % most == 0)
    return Together(order, first, _lengths(first, len(order)))


def _lengths(first: Rows, end: int) -> Rows:
    return np.diff(np.append(first, end))
