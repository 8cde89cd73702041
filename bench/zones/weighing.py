"""How long does an index take to build, to take up one changed zone, and how much does it weigh?

    python -m bench.zones.weighing SET CONTENDER

Run by the benchmark as a process of its own for each pair, so that nothing else lies in memory.
The zones exist already, and compiled code is loaded beforehand. Told are the time to build and
give the first answer, the memory held after 4,096 answers, and the most that was held on the way.
"""

import ctypes
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import psutil
from shapely import affinity

from bench.zones.contenders import ours
from bench.zones.contenders.contender import Contender
from bench.zones.contenders.roster import BUILDERS, OURS
from bench.zones.exactness import forget_peak, peak_mb
from bench.zones.points import ordinary, random_of
from bench.zones.sets import Areas, made, named
from zones.columns import Floats
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Volume, Zone

REPOSITORY = Path(__file__).parents[2]
CHANGES = 9
BATCHES = 5
HAIR_DEG = 1e-4
BUDGET_S = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Seconds to build, megabytes held and held at most, milliseconds for one changed zone.

    `afterwards` is how many times as long a batch takes after that change as before it.
    """

    build_s: float
    held_mb: float
    peak_mb: float
    changed_ms: float | None = None
    afterwards: float | None = None


def weighed(name: str, contender: str) -> Weight | None:
    """Weigh one contender with one set in a process of its own; None when it takes too long."""
    try:
        said = subprocess.run(
            [sys.executable, "-m", "bench.zones.weighing", name, contender],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=BUDGET_S,
        )
    except subprocess.TimeoutExpired:
        return None
    return Weight(**json.loads(said.stdout))


def _weigh(name: str, contender: str) -> Weight:
    areas = named(name)
    if contender != OURS:
        weight, _ = _built(lambda: BUILDERS[contender](areas), name, BUILDERS[contender])
        return weight
    zones = ours.zones_of(areas)
    indexes: list[ZoneIndex] = []

    def build() -> Contender:
        indexes.append(ZoneIndex(zones, paris_datum()))
        return ours.asking(indexes[0])

    weight, _ = _built(build, name, ours.build)
    changes = [_changed(indexes[0], zones, which) for which in _spread(len(zones))]
    changed_ms, afterwards = np.median(changes, axis=0)
    return replace(weight, changed_ms=float(changed_ms), afterwards=float(afterwards))


def _built(
    build: Callable[[], Contender], name: str, builder: Callable[[Areas], Contender]
) -> tuple[Weight, Contender]:
    lon, lat = ordinary(random_of(name), 4096)
    small = builder(made(3))
    small.ask(lon, lat)
    small.ask_one(lon[0], lat[0])
    before_mb = _held_mb()
    forget_peak()
    began = time.perf_counter()
    contender = build()
    contender.ask_one(float(lon[0]), float(lat[0]))
    build_s = time.perf_counter() - began
    contender.ask(lon, lat)
    most_mb = peak_mb() - before_mb
    weight = Weight(build_s=build_s, held_mb=_held_mb() - before_mb, peak_mb=most_mb)
    return weight, contender


def _changed(index: ZoneIndex, zones: list[Zone], which: int) -> tuple[float, float]:
    """Return how long one moved zone takes until the new index answers, and how it answers then."""
    moved = affinity.translate(zones[which].footprint, HAIR_DEG, HAIR_DEG)
    changed = replace(zones[which], version=2, volumes=(Volume(footprint=moved),))
    edition = [*zones[:which], changed, *zones[which + 1 :]]
    place = np.array([moved.bounds[0]]), np.array([moved.bounds[1]])
    began = time.perf_counter()
    after = index.replaced(edition)
    after.holding(*place)
    changed_ms = (time.perf_counter() - began) * 1000
    places = ordinary(random_of("changed"), 4096)
    before_s, after_s = (_batch_s(each, *places) for each in (index, after))
    return changed_ms, after_s / before_s


def _batch_s(index: ZoneIndex, lon: Floats, lat: Floats) -> float:
    """Return the processor time of one batch."""
    index.holding(lon, lat)
    began = time.process_time()
    for _ in range(BATCHES):
        index.holding(lon, lat)
    return (time.process_time() - began) / BATCHES


def _spread(count: int) -> list[int]:
    """Return zones to change: a large one, which come first, and others."""
    return [int(which) for which in np.linspace(0, count - 1, CHANGES)]


def _held_mb() -> float:
    """Return the memory this process holds, after giving back what it can."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return float(psutil.Process().memory_info().rss) / 2**20


if __name__ == "__main__":
    print(json.dumps(asdict(_weigh(*sys.argv[1:]))))
