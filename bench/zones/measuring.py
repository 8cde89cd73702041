"""How many points a second of processor time, and how long for one?

Throughput counts processor time, which other work on the machine hardly moves; one point counts
time on the wall. The contenders take turns, so that whatever happens to the machine happens to all.
A slow contender has fewer rounds, a very slow one none: its time for each figure is bounded.
"""

import gc
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from bench.zones.contenders.contender import Contender
from bench.zones.points import Places
from zones.columns import Floats

ROUND_S = 0.15  # of one contender, where a batch is shorter; a server's clock has steps of 10 ms
TURN = 250  # single points in a row, after some that are not counted
WARMING = 25
LEAST_SAMPLES = 200
SMALLEST = 16
LONGEST = 4  # times its time, what takes longer in one batch has no round at all

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Points a second and core: the median of the rounds, the least and the greatest."""

    median: float
    least: float
    greatest: float
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Microseconds on the wall for one point."""

    p50_us: float
    p99_us: float
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Somebody who is asked about rows of points, and whose processor time is counted."""

    ask: Callable[[slice], object]
    cpu_s: Callable[[], float] = time.process_time


def running(field: dict[str, Contender], places: Places) -> dict[str, Runner]:
    """Let contenders run over points."""
    return {name: _runner(contender, *places) for name, contender in field.items()}


def rates(
    runners: dict[str, Runner],
    points: int,
    batch: int,
    *,
    rounds: int,
    budget_s: float,
    step: Step,
) -> dict[str, Rate]:
    """Measure everybody's throughput over so many points in batches of one size."""
    repeats: dict[str, int] = {}
    for name, runner in runners.items():
        step(f"batches of {batch:,}: warming {name}")
        if (first_s := _first(runner, batch, budget_s)) < LONGEST * budget_s:
            repeats[name] = max(1, math.ceil(ROUND_S / first_s))
    found: dict[str, list[float]] = {name: [] for name in repeats}
    left_s = dict.fromkeys(repeats, budget_s)
    for number in range(rounds):
        for name, count in repeats.items():
            if left_s[name] > 0:
                step(f"batches of {batch:,}, round {number + 1}: {name}")
                began = time.perf_counter()
                found[name].append(_round(runners[name], points, batch, count))
                left_s[name] -= time.perf_counter() - began
    return {name: _rate(each) for name, each in found.items() if each}


def latencies(
    field: dict[str, Contender], places: Places, *, samples: int, budget_s: float, step: Step
) -> dict[str, Latency]:
    """Measure how long every contender takes for one point."""
    columns = zip(places[0].tolist(), places[1].tolist(), strict=True)
    points = list(columns)[: samples + WARMING]
    found: dict[str, list[int]] = {name: [] for name in field}
    left_s = dict.fromkeys(field, budget_s)
    with _no_collection():
        for begin in range(0, samples, TURN):
            for name, contender in field.items():
                if left_s[name] > 0 or len(found[name]) < LEAST_SAMPLES:
                    step(f"single points: {name}")
                    began = time.perf_counter()
                    found[name] += _turn(contender.ask_one, points[begin : begin + TURN + WARMING])
                    left_s[name] -= time.perf_counter() - began
    return {name: _latency(each) for name, each in found.items()}


def round_trips(field: dict[str, Contender]) -> dict[str, Latency]:
    """Measure a question without work, of those that are asked over a protocol."""
    found = {}
    for name, contender in field.items():
        if contender.round_trip is not None:
            found[name] = _latency([_elapsed_ns(contender.round_trip) for _ in range(500)])
    return found


def _runner(contender: Contender, lon: Floats, lat: Floats) -> Runner:
    return Runner(ask=lambda rows: contender.ask(lon[rows], lat[rows]), cpu_s=contender.cpu_s)


def _first(runner: Runner, batch: int, budget_s: float) -> float:
    """Return the seconds of one batch; guessed from a smaller one where it would take too long."""

    def asked(size: int) -> float:
        return _elapsed_ns(lambda: runner.ask(slice(0, size))) / 1e9

    size = min(batch, SMALLEST)
    asked(size)  # which builds what is built when first needed, and foretells nothing
    spent_s = asked(size)
    while size < batch:
        larger = min(size * SMALLEST, batch)
        expected_s = spent_s * larger / size
        if expected_s > LONGEST * budget_s:
            return expected_s
        size, spent_s = larger, asked(larger)
    return asked(batch) if spent_s < 1 else spent_s


def _round(runner: Runner, points: int, batch: int, repeats: int) -> float:
    slices = list(_slices(points, batch, repeats))
    began = runner.cpu_s()
    for rows in slices:
        runner.ask(rows)
    return batch * repeats / max(runner.cpu_s() - began, 1e-3)


def _slices(count: int, batch: int, repeats: int) -> Iterator[slice]:
    for number in range(repeats):
        begin = number * batch % (count - batch + 1)
        yield slice(begin, begin + batch)


def _rate(found: list[float]) -> Rate:
    return Rate(
        median=float(np.median(found)), least=min(found), greatest=max(found), rounds=len(found)
    )


def _turn(
    ask_one: Callable[[float, float], object], points: Iterable[tuple[float, float]]
) -> list[int]:
    found = []
    clock = time.perf_counter_ns
    for lon, lat in points:
        began = clock()
        ask_one(lon, lat)
        found.append(clock() - began)
    return found[WARMING:]


def _latency(nanoseconds: list[int]) -> Latency:
    p50, p99 = np.percentile(nanoseconds, [50, 99]) / 1000
    return Latency(p50_us=float(p50), p99_us=float(p99), samples=len(nanoseconds))


def _elapsed_ns(ask: Callable[[], object]) -> int:
    began = time.perf_counter_ns()
    ask()
    return time.perf_counter_ns() - began


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python's cyclic collector out of single measurements, as timeit does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
