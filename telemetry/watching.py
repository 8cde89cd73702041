"""What may be measured of a batch, and how is its time divided? Nothing is kept here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import Doubted
from telemetry.model import Observations


class Laps:
    """Where the time of one batch goes."""

    __slots__ = ("_since", "taken")

    def __init__(self) -> None:
        self.taken: list[tuple[str, float]] = []
        self._since = perf_counter()

    def lap(self, stage: str) -> None:
        """Say that a stage is over."""
        now = perf_counter()
        self.taken.append((stage, now - self._since))
        self._since = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One committed batch: what it was decoded to, what of it is news, what was not believed."""

    arrivals: Arrivals
    news: Observations | None
    doubted: Sequence[Doubted]
    recorded_ms: int
    laps: Laps = field(default_factory=Laps)


Watch = Callable[[Watched], None]


def nobody(_batch: Watched) -> None:
    """Measure nothing."""
