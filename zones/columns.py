"""The columns of the hot path: a batch of positions, and which zones they are in."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]
Codes = NDArray[np.int8]
Indices = NDArray[np.int32]

HOUR_MS = 3_600_000
MISSING = -(2**63)  # in a column of instants: no time known
UNKNOWN_REFERENCE = 0  # in a column of height references


class Relation(IntEnum):
    """How a position stands to a zone, given the position's accuracy.

    `LEFT` is of verdicts alone: the vehicle was inside, and at this position surely is no more.
    """

    INSIDE = 1
    UNCERTAIN = 2
    LEFT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """A batch of positions as columns of one length.

    `at_ms` is epoch milliseconds UTC or `MISSING`, `lon` and `lat` are WGS84 degrees, `alt_m`
    metres or NaN when unknown, `alt_ref` a `HeightReference.code` or 0 when unknown, `h_acc_m` and
    `v_acc_m` metres at 95 % (0 is exact), `layer` a `Layer.code`, or -1 for every layer.
    """

    at_ms: Instants
    lon: Floats
    lat: Floats
    alt_m: Floats
    alt_ref: Codes
    h_acc_m: Floats
    v_acc_m: Floats
    layer: Codes

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.lon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presences:
    """Which positions are, or may be, in which zones in force: one row a pair, as columns.

    `position` and `zone` are indices into the batch and into the index's `zones`, ordered by both;
    `relation` is a `Relation`; `margin_m` is the horizontal distance to the zone's edge in metres,
    positive inside, NaN where the edge is farther away than the position's accuracy.
    """

    position: Indices
    zone: Indices
    relation: Codes
    margin_m: Floats

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.position)


def in_one_piece(column: np.ndarray, kind: type) -> np.ndarray:
    """Return a column as compiled code takes it: in one piece, writable, of its own kind."""
    if column.dtype == kind and column.flags.carray:
        return column
    return np.array(column, dtype=kind)
