"""How much came in since the start, what became of it, and how long it took?"""

import threading
from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from telemetry.model import VerdictKind, Verdicts
from zones.columns import Instants

LATENCIES_KEPT = 200_000
LATE_ENOUGH_MS = 60_000  # what is older was late already when it was sent
NO_AGES: Instants = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Observations, duplicates apart: received = stored + refused + quarantined."""

    received: int = 0
    stored: int = 0
    refused: int = 0
    quarantined: int = 0
    duplicates: int = 0
    compliant: int = 0
    violation: int = 0
    uncertain: int = 0
    visits: int = 0
    alerts_told: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return both together."""
        names = self.__slots__
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def out_of(self, decoded: int, duplicates: int, not_stored: int) -> "Counts":
        """Return these counts with how much was received: what was decoded but came before, apart.

        `not_stored` is what was refused or quarantined, now or before.
        """
        repeated = not_stored - self.refused - self.quarantined + duplicates
        return replace(self, received=decoded - repeated, duplicates=repeated)

    def judged(self, verdicts: Verdicts) -> "Counts":
        """Return these counts with a batch's verdicts."""
        kinds = np.bincount(verdicts.kind, minlength=len(VerdictKind) + 1).tolist()
        return replace(
            self,
            compliant=kinds[VerdictKind.COMPLIANT],
            violation=kinds[VerdictKind.VIOLATION],
            uncertain=kinds[VerdictKind.UNCERTAIN],
        )


class Counters:
    """Counts and latencies, added to by the pipeline and read by anyone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()
        self._latencies_ms: deque[int] = deque(maxlen=LATENCIES_KEPT)

    def add(self, counts: Counts, ages_ms: Instants = NO_AGES) -> None:
        """Add a committed batch, and how old its observations were by then."""
        latencies_ms = ages_ms[(ages_ms >= 0) & (ages_ms < LATE_ENOUGH_MS)].tolist()
        with self._lock:
            self._counts = self._counts.plus(counts)
            self._latencies_ms.extend(latencies_ms)

    @property
    def counts(self) -> Counts:
        """Return the counts so far."""
        return self._counts

    def latency_ms(self, *percents: float) -> tuple[float, ...]:
        """Return percentiles of the time from a device's clock to the commit; none is 0."""
        with self._lock:
            samples = np.array(self._latencies_ms or [0], np.float64)
        return tuple(np.percentile(samples, percents).tolist())
