"""Which figures are asked for, and are they reached?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.zones.contenders.roster import OURS, RTREE
from bench.zones.results import TARGET_BATCH, Results, SetResult

TIMES_SHAPELY = {"200": 8.0, "2000": 8.0, "50000": 12.0}
TIMES_RTREE = {"200": 100.0, "2000": 100.0, "50000": 50.0}
TIMES_RTREE_SINGLE, SINGLE_P99_US = 6.0, 10.0
DEMANDING_PER_S = 4e6
BUILD_S, CHANGED_MS, HELD_MB, START_S = 2.0, 50.0, 300.0, 1.0
EXACT_POINTS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One figure that is asked for."""

    what: str
    found: str
    asked: str
    met: bool


def targets(results: Results) -> list[Target]:
    """Return every target this run can speak of."""
    found = [target for each in results.sets for target in _of_set(each)]
    if results.demanding and (rate := results.demanding.rates[TARGET_BATCH]):
        what = "layers, calendars, heights and accuracy, 2,000 zones: observations/s/core"
        found.append(_least(what, rate.median, DEMANDING_PER_S, lambda each: f"{each / 1e6:.2f} M"))
    if results.start:
        waiting = results.start.warm_s - results.start.without_numba_s
        what = "start to first answer, longer than without numba, s"
        found.append(_most(what, waiting, START_S, lambda each: f"{each:.2f}"))
    if results.exact:
        found.append(_exact(results))
    return found


def _of_set(result: SetResult) -> Iterator[Target]:
    size, zones = result.name, _named(result)
    shapely = result.best_shapely()
    if size in TIMES_SHAPELY and shapely and (ratio := result.ratio(shapely)):
        what = f"{zones}, batches of {TARGET_BATCH:,}: times the best shapely way"
        yield _least(what, ratio, TIMES_SHAPELY[size], _times)
    if size in TIMES_RTREE and (ratio := result.ratio(RTREE)):
        what = f"{zones}, batches of {TARGET_BATCH:,}: times rtree per point"
        yield _least(what, ratio, TIMES_RTREE[size], _times)
    ours = result.single.get(OURS)
    if ours and RTREE in result.single:
        faster = result.single[RTREE].p50_us / ours.p50_us
        yield _least(f"{zones}, one point: times rtree, p50", faster, TIMES_RTREE_SINGLE, _times)
        yield _most(f"{zones}, one point: p99, µs", ours.p99_us, SINGLE_P99_US, _tenths)
    if size == "50000" and (weight := result.weights.get(OURS)):
        yield _most(f"{zones}: built, s", weight.build_s, BUILD_S, _tenths)
        yield _most(f"{zones}: held, MB", weight.held_mb, HELD_MB, _tenths)
        if weight.changed_ms is not None:
            what = f"{zones}: one changed zone taken up, ms"
            yield _most(what, weight.changed_ms, CHANGED_MS, _tenths)
    if OURS in result.agreements:
        wrong = result.agreements[OURS].mismatches
        yield _most(f"{zones}: mismatches", wrong, 0, lambda each: f"{each:.0f}")


def _exact(results: Results) -> Target:
    points = sum(each.points for each in results.exact.values())
    wrong = sum(each.mismatches for each in results.exact.values())
    return Target(
        what="mismatches against brute force, all sets",
        found=f"{wrong} in {points:,} points",
        asked=f"0 in {EXACT_POINTS:,}",
        met=wrong == 0 and points >= EXACT_POINTS,
    )


def _named(result: SetResult) -> str:
    return f"{result.zones:,} zones" if result.name.isdigit() else "the real layers of Paris"


def _least(what: str, found: float, asked: float, told: Callable[[float], str]) -> Target:
    return Target(what=what, found=told(found), asked=f"≥ {told(asked)}", met=found >= asked)


def _most(what: str, found: float, asked: float, told: Callable[[float], str]) -> Target:
    return Target(what=what, found=told(found), asked=f"≤ {told(asked)}", met=found <= asked)


def _times(ratio: float) -> str:
    return f"{ratio:.1f}"


def _tenths(value: float) -> str:
    return f"{value:.1f}"
