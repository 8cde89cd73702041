"""What did messages come to: which observations, as columns, and what in them was refused?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Fix, Observations
from zones.columns import Indices
from zones.model import HEIGHT_REFERENCES


class Sender(NamedTuple):
    """Who sent a message, and the vehicle that its receipt names, "" for a sensor's."""

    sender: str
    named: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One position that could not be read or attributed; `digest` names it among the refused.

    `key` is its message's where that is settled as a whole, else empty.
    """

    sender: str
    named: str
    topic: str
    reason: str
    boot: str
    seq: int | None
    key: str
    digest: bytes
    excerpt: bytes
    received_at_ms: int


class Whole(NamedTuple):
    """A message that is settled as a whole, as not all in it have a `seq`: whose, and its key."""

    sender: Sender
    key: str


class Nameless(NamedTuple):
    """What a position without a `seq` is known by: its own key, and its message's."""

    key: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The readable positions of some messages in the order they came, and what else came.

    `origin` indexes `origins`, by row. Only some rows are in `nameless`, and in `fixes`: what a
    format other than Octroi's own says beside what the columns hold.
    """

    observations: Observations
    origins: tuple[Sender, ...]
    origin: Indices
    nameless: Mapping[int, Nameless]
    fixes: Mapping[int, Fix]
    whole: tuple[Whole, ...]
    refused: tuple[Refused, ...]

    def __len__(self) -> int:
        """Return the number of readable positions."""
        return len(self.origin)

    @property
    def stamped(self) -> NDArray[np.bool_]:
        """Tell which rows have the device's own time, not that of their reception."""
        told = np.ones(len(self), dtype=bool)
        if self.fixes:
            told[[row for row, fix in self.fixes.items() if fix.at_ms is None]] = False
        return told

    def take(self, rows: NDArray[np.intp]) -> "Arrivals":
        """Return these rows, in this order, and all else that came."""
        place = {row: n for n, row in enumerate(rows.tolist())}
        nameless, fixes = self.nameless.items(), self.fixes.items()
        return replace(
            self,
            observations=self.observations.take(rows),
            origin=self.origin[rows],
            nameless={place[row]: each for row, each in nameless if row in place},
            fixes={place[row]: each for row, each in fixes if row in place},
        )

    def fix(self, row: int) -> Fix:
        """Return one position as its format stated it."""
        if row in self.fixes:
            return self.fixes[row]
        batch, where = self.observations, self.observations.positions
        reference = int(where.alt_ref[row])
        return Fix(
            at_ms=int(where.at_ms[row]),
            lon=float(where.lon[row]),
            lat=float(where.lat[row]),
            alt_m=_known(where.alt_m[row]),
            alt_ref=HEIGHT_REFERENCES[reference - 1] if reference else None,
            h_acc_m=float(where.h_acc_m[row]),
            v_acc_m=float(where.v_acc_m[row]),
            speed_mps=_known(batch.speed_mps[row]),
            heading_deg=_known(batch.heading_deg[row]),
            boot=batch.boots[batch.boot[row]],
            seq=int(batch.seq[row]),
        )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
