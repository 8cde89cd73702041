"""Meter and price made visits: all of an operator at once, and one by one."""

import gc
import resource
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from bench.billing.sets import operator, tariffs, vehicles, visits
from billing.fees import price
from billing.metering import meter
from billing.model import Fee, Usage
from billing.money import total
from billing.periods import month

OCTOBER = month(2026, 10)
VEHICLES = 100
KIBIBYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What was priced: how much, in how long, in how much memory."""

    visits: int
    fees: int
    owed: Decimal
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def in_bulk(number: int, count: int, *, resting: bool = False) -> Priced:
    """Meter and price all visits of one operator at once, the garbage collector at rest or not."""
    owner = operator(number)
    fleet = vehicles(owner, VEHICLES)
    made = list(visits(fleet, count, Random(number)))
    published, owners = tariffs(), {owner.id: owner}
    gc.collect()
    if resting:
        gc.disable()
    begun = time.perf_counter(), time.process_time()
    used = meter(made, (), owners, OCTOBER.window, vehicles=fleet)
    done = _priced(len(made), price(used, published), *begun)
    gc.enable()
    return done


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
