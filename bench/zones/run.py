"""In which order is everything measured? One run, and for all the same zones and points."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import shapely

from bench.zones.contenders import ours
from bench.zones.contenders.roster import BOXES, OURS, RTREE, Field, assembled
from bench.zones.demanding import Demanding, demanding
from bench.zones.exactness import Agreement, agreements, at_length, mixed, peak_mb
from bench.zones.growth import Growth, grown
from bench.zones.measuring import Rate, latencies, rates, round_trips, running
from bench.zones.points import Places, edges_of, ordinary, random_of
from bench.zones.results import Machine, Results, SetResult
from bench.zones.sets import made, named
from bench.zones.starting import Start, started
from bench.zones.weighing import Weight, weighed

BATCHES = (64, 4096, 40_960)
DEMANDING_BATCHES = (1, 64, 4096, 40_960)
ROUNDS = 5
POOL = 81_920
CHECKED = 12_288
SAMPLES = 5_000
WEIGHED = (OURS, BOXES, RTREE)
PACKAGES = ("shapely", "rtree", "h3", "duckdb", "psycopg", "numba", "numpy")
PARTS = ("contenders", "weights", "demanding", "start", "growth")

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure, and how many seconds a contender may spend on one figure."""

    sets: Sequence[str]
    parts: Sequence[str]
    contenders: Sequence[str]
    growth: Sequence[int]
    exact: int
    budget_s: float


def run(plan: Plan, step: Step) -> Results:
    """Measure everything that the plan names."""
    machine, began = _machine(), time.perf_counter()
    sets = plan.sets if "contenders" in plan.parts else ()
    results = Results(
        machine=machine,
        sets=[_set(plan, name, step) for name in sets],
        demanding=_demanding(plan, step) if "demanding" in plan.parts else None,
        start=_started(step) if "start" in plan.parts else None,
        growth=_grown(plan, step) if "growth" in plan.parts else None,
        exact=_exact(plan, step),
    )
    return replace(
        results,
        machine=replace(machine, load_after=os.getloadavg()),
        minutes=(time.perf_counter() - began) / 60,
        peak_mb=peak_mb(),
    )


def _set(plan: Plan, name: str, step: Step) -> SetResult:
    """Measure all contenders with one set of zones."""

    def told(what: str) -> None:
        step(f"{name} zones: {what}")

    told("making them")
    areas, random = named(name), random_of(name)
    places = ordinary(random, POOL)
    hard = mixed(random, edges_of(areas), CHECKED)
    with assembled(areas, plan.contenders, told) as (field, absent):
        agreed = agreements(field, areas, hard, told)
        return SetResult(
            name=name,
            zones=len(areas),
            vertices=int(shapely.get_num_coordinates(areas).sum()),
            hits=_hits(field, places),
            single=latencies(field, places, samples=SAMPLES, budget_s=plan.budget_s / 2, step=told),
            rates=_rates(plan, field, places, told),
            agreements=agreed,
            round_trips=round_trips(field),
            absent=absent,
            weights=_weights(plan, name, told),
        )


def _rates(plan: Plan, field: Field, places: Places, step: Step) -> dict[int, dict[str, Rate]]:
    runners = running(field, places)
    return {
        batch: rates(runners, POOL, batch, rounds=ROUNDS, budget_s=plan.budget_s, step=step)
        for batch in BATCHES
    }


def _hits(field: Field, places: Places) -> float:
    """Return how many zones an ordinary point is in."""
    some = (places[0][:4096], places[1][:4096])
    counts = [len(contender.ask(*some).zone) for contender in field.values()]
    return float(np.median(counts)) / 4096


def _weights(plan: Plan, name: str, step: Step) -> dict[str, Weight | None]:
    found = {}
    for contender in WEIGHED if "weights" in plan.parts else ():
        if contender in plan.contenders:
            step(f"weighing {contender}")
            found[contender] = weighed(name, contender)
    return found


def _demanding(plan: Plan, step: Step) -> Demanding:
    areas, random = made(2000), random_of("demanding")
    return demanding(areas, random, DEMANDING_BATCHES, budget_s=plan.budget_s, step=step)


def _started(step: Step) -> Start:
    step("starting processes")
    return started()


def _grown(plan: Plan, step: Step) -> Growth:
    return grown(plan.growth, plan.budget_s / 2, step)


def _exact(plan: Plan, step: Step) -> dict[str, Agreement]:
    """Hold ours against brute force, each set with its share of the points."""
    found = {}
    for number, name in enumerate(plan.sets if plan.exact else ()):
        share = plan.exact // len(plan.sets) + (number < plan.exact % len(plan.sets))
        areas = named(name)
        found[name] = at_length(
            ours.build(areas),
            areas,
            share,
            random_of(f"exact {name}"),
            lambda what, name=name: step(f"{name} zones against brute force: {what}"),  # type: ignore[misc]
        )
    return found


def _machine() -> Machine:
    return Machine(
        name=platform.node(),
        cores=os.cpu_count() or 1,
        versions={"Python": platform.python_version(), "GEOS": shapely.geos_version_string}
        | {name: _version(name) for name in PACKAGES},
        load_before=os.getloadavg(),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
