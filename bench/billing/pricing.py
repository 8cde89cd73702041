"""Meter and price made visits: all of an operator at once, and the ways one would otherwise."""

import gc
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from random import Random
from statistics import median

from bench.billing.plain import owed_plainly
from bench.billing.report import Measured, Peer, Target
from bench.billing.sets import operator, tariffs, vehicles, visits
from billing.fees import price
from billing.metering import meter
from billing.model import Fee, Usage
from billing.money import total
from billing.periods import month

OCTOBER = month(2026, 10)
OPERATORS, VEHICLES, PROCESSES = 40, 100, 2
ASIDE, TURNS = 2_000, 3
KIBIBYTE, GB, MILLION = 1024, 1e9, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What was priced: how much, in how long, in how much memory."""

    visits: int
    fees: int
    owed: Decimal
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def measured(count: int) -> Measured:
    """Price visits on two processes, then a part of them in each of the ways."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        done = list(pool.map(in_bulk, range(OPERATORS), [count // OPERATORS] * OPERATORS))
    many = sum(one.visits for one in done)
    share = MILLION / many
    cpu = sum(one.cpu_seconds for one in done) * share
    peak = max(one.peak_bytes for one in done) * PROCESSES / GB
    turns = [_turn(number) for number in range(TURNS)]
    return Measured(
        name=f"{many:,} visits metered and priced under {len(tariffs())} tariffs",
        targets=(
            Target(
                what="a million, on the clock",
                found=sum(one.seconds for one in done) / PROCESSES * share,
                asked=60,
                unit="s",
            ),
            Target(what="memory, both at their peak", found=peak, asked=2, unit="GB"),
        ),
        remarks=(
            f"{cpu:.1f} s of the processor a million, {cpu / PROCESSES:.1f} s in each process",
            f"{sum(one.fees for one in done):,} fees, {total(one.owed for one in done)} EUR",
            "the same verbs a visit at a time owe the same to the last digit: "
            + ("yes" if all(each.agree for each in turns) else "NO"),
        ),
        peers=(
            Peer(
                name="the same verbs, a visit at a time",
                times=median(each.one_by_one / each.at_once for each in turns),
                remark="what each vehicle was charged before is read again, for its caps",
            ),
            Peer(
                name="plain Decimals, a visit at a time",
                times=median(each.plainly / each.at_once for each in turns),
                remark="quantity, first free, price and factors alone: no cap of a day or a month, "
                "no hours, slices, index, evidence or keys",
            ),
        ),
        is_right=all(each.agree for each in turns),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    at_once: float
    one_by_one: float
    plainly: float
    agree: bool


def _turn(number: int) -> _Turn:
    fast, slow = in_bulk(number, ASIDE), visit_by_visit(number, ASIDE)
    return _Turn(
        at_once=fast.cpu_seconds,
        one_by_one=slow.cpu_seconds,
        plainly=_spent(lambda: owed_plainly(number, ASIDE, VEHICLES)),
        agree=(slow.owed, slow.fees) == (fast.owed, fast.fees),
    )


def _spent(work: Callable[[], Callable[[], object]]) -> float:
    """Return the processor time of what a preparation returns."""
    ready = work()
    begun = time.process_time()
    ready()
    return time.process_time() - begun


def in_bulk(number: int, count: int) -> Priced:
    """Meter and price all visits of one operator at once."""
    owner = operator(number)
    fleet = vehicles(owner, VEHICLES)
    made = list(visits(fleet, count, Random(number)))
    published, owners = tariffs(), {owner.id: owner}
    gc.collect()
    begun = time.perf_counter(), time.process_time()
    used = meter(made, (), owners, OCTOBER.window, vehicles=fleet)
    return _priced(len(made), price(used, published), *begun)


def visit_by_visit(number: int, count: int) -> Priced:
    """Meter and price each visit by itself, after reading what its vehicle was charged before."""
    owner = operator(number)
    fleet = vehicles(owner, VEHICLES)
    made = sorted(visits(fleet, count, Random(number)), key=lambda each: each.entered_at)
    published, owners = tariffs(), {owner.id: owner}
    begun = time.perf_counter(), time.process_time()
    used: defaultdict[str, list[Usage]] = defaultdict(list)
    charged: defaultdict[str, list[Fee]] = defaultdict(list)
    for visit in made:
        name = visit.vehicle.vehicle
        used[name] += meter([visit], (), owners, OCTOBER.window, vehicles=fleet)
        charged[name] += price(used[name], published, known=charged[name])
    return _priced(len(made), [fee for each in charged.values() for fee in each], *begun)


def _priced(count: int, fees: Sequence[Fee], begun: float, begun_cpu: float) -> Priced:
    return Priced(
        visits=count,
        fees=len(fees),
        owed=total(fee.amount for fee in fees),
        seconds=time.perf_counter() - begun,
        cpu_seconds=time.process_time() - begun_cpu,
        peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE,
    )
