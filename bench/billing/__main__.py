"""How long do metering and pricing a month take, and how much memory?

Made visits of 40 operators are metered and priced under twenty tariffs with slices, caps, night and
peak hours, an index and factors: an operator after the other, on two processes. The same is done
the way a naive biller does it, visit by visit, with what the vehicle was charged before read again
for its caps; of that a part is measured, and its sum has to agree to the last digit.

Making the visits is not counted. Exits with 1 when the sums differ.

    .venv/bin/python -m bench.billing                      # a million visits
    .venv/bin/python -m bench.billing --visits 100000      # a quick look
    .venv/bin/python -m bench.billing --resting            # the garbage collector at rest
"""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from bench.billing.pricing import Priced, in_bulk, visit_by_visit
from bench.billing.sets import tariffs
from billing.money import total

OPERATORS = 40
NAIVE_VISITS = 2_000
TARGET_S, TARGET_GB, GB = 60, 2, 1e9


def main() -> int:
    """Measure and print; 1 when two ways of reckoning differ."""
    options, load = _options(), os.getloadavg()[0]
    print(f"{len(tariffs())} tariffs, {options.processes} processes, load before {load:.1f}")
    begun = time.perf_counter()
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        each = [options.visits // OPERATORS] * OPERATORS
        bulk = partial(in_bulk, resting=options.resting)
        done = list(pool.map(bulk, range(OPERATORS), each))
    _print(done, options.processes, time.perf_counter() - begun)
    slow, fast = visit_by_visit(0, NAIVE_VISITS), in_bulk(0, NAIVE_VISITS)
    print(
        f"{NAIVE_VISITS:,} visits of one operator, processor time: one by one "
        f"{slow.cpu_seconds:.2f} s, at once {fast.cpu_seconds:.2f} s"
    )
    agree = (slow.owed, slow.fees) == (fast.owed, fast.fees)
    print("both ways owe the same" if agree else f"DIFFERENT: {slow.owed} and {fast.owed}")
    return 0 if agree else 1


def _print(done: list[Priced], processes: int, wall: float) -> None:
    count = sum(one.visits for one in done)
    seconds = sum(one.seconds for one in done) / processes
    cpu = sum(one.cpu_seconds for one in done) / processes
    peak = max(one.peak_bytes for one in done) * processes
    million = 1_000_000 / count
    fees, owed = sum(one.fees for one in done), total(one.owed for one in done)
    print(f"{count:,} visits, {fees:,} fees, {owed} EUR")
    print(f"meter and price: {seconds:.1f} s ({wall:.1f} s with starting and making the visits)")
    print(f"processor time of each process: {cpu:.1f} s")
    print(f"a million, in proportion: {seconds * million:.1f} s, of the processor alone")
    print(f"{cpu * million:.1f} s; target {TARGET_S} s")
    print(f"memory, every process at its peak: {peak / GB:.2f} GB; target {TARGET_GB} GB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--resting", action="store_true", help="the garbage collector at rest")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
