"""What did one run of the benchmark find? The nouns that are printed, and written as JSON."""

from dataclasses import dataclass, field

from bench.zones.contenders.roster import OURS, SHAPELY
from bench.zones.demanding import Demanding
from bench.zones.exactness import Agreement
from bench.zones.growth import Growth
from bench.zones.measuring import Latency, Rate
from bench.zones.starting import Start
from bench.zones.weighing import Weight

TARGET_BATCH = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where and with what the figures were taken."""

    name: str
    cores: int
    versions: dict[str, str]
    load_before: tuple[float, float, float]
    load_after: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """What was found with one set of zones; by contender where it concerns them."""

    name: str
    zones: int
    vertices: int
    hits: float
    single: dict[str, Latency]
    rates: dict[int, dict[str, Rate]]
    agreements: dict[str, Agreement]
    round_trips: dict[str, Latency]
    absent: dict[str, str]
    weights: dict[str, Weight | None]

    def ratio(self, name: str, batch: int = TARGET_BATCH) -> float | None:
        """Return how many times as many points a second ours does as another."""
        rates = self.rates.get(batch, {})
        if OURS not in rates or name not in rates:
            return None
        return rates[OURS].median / rates[name].median

    def best_shapely(self) -> str | None:
        """Return the fastest of shapely's ways here."""
        rates = self.rates.get(TARGET_BATCH, {})
        ways = [name for name in rates if name in SHAPELY]
        return max(ways, key=lambda name: rates[name].median, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All of one run."""

    machine: Machine
    sets: list[SetResult]
    demanding: Demanding | None = None
    start: Start | None = None
    growth: Growth | None = None
    exact: dict[str, Agreement] = field(default_factory=dict)
    minutes: float = 0.0
    peak_mb: float = 0.0
