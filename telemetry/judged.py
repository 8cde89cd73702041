"""What is known of a batch before its commit, and what after it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from telemetry.consequences import Consequences, Standing
from telemetry.counting import Counts
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import Doubted
from telemetry.model import Observations
from telemetry.neighbouring import Neighbours
from telemetry.rulebook import Rulebook
from telemetry.watching import Laps


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch: counts, and each sender's receipt."""

    counts: Counts
    receipts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A batch of which all is done but the commit, and what is to be told after it."""

    arrivals: Arrivals
    batch: Observations
    stamped: NDArray[np.bool_]
    doubted: Sequence[Doubted]
    outcome: Consequences | None
    counts: Counts
    laps: Laps


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone:
    """Where every vehicle stands as of the last batch, and since when we listen."""

    since: datetime
    standing: Standing
    neighbours: Neighbours

    def exchange(self, rulebook: Rulebook) -> None:
        """Tell other processes who is where vehicles are counted, and hear of theirs."""
        self.neighbours.exchange(self.standing.lodgers, rulebook)
