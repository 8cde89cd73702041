"""Is billing as fast as was asked? Four questions, each beside what a user would do otherwise.

pricing    a million visits of a month, of 40 operators, metered and priced under twenty tariffs
           with slices, caps, night and peak hours, an index and factors, on two processes;
           beside it the same verbs a visit at a time, and plain Decimals without all that
issuing    a thousand invoices of ten lines: drafted in a database of its own, issued by the service
           (numbers, chain, books, XSD, schematrons, sums), then printed as Factur-X; beside it
           fpdf2, factur-x and saxonche as their manuals say
explaining lines drawn at random, from a cent back to the positions, as the API does, among ten
           million positions in a week of partitions
exporting  the stored lines of a month as CSV and Parquet, through the service, and how memory grows
           with them; beside it, on fewer lines at hand, pandas and openpyxl

Ratios are medians of turns, one after the other, of processor time: other work on the machine moves
that less. What the clock says is said too. Exits with 1 when an answer was wrong, not when slow.

    .venv/bin/python -m bench.billing                               # all, as published
    .venv/bin/python -m bench.billing --quick                       # a hundredth of everything
    .venv/bin/python -m bench.billing --only pricing,exporting
    .venv/bin/python -m bench.billing --markdown docs/performance.md
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.billing import explaining, exporting, issuing, pricing
from bench.billing.report import NAME, Measured, write_markdown
from bench.marks import around

QUESTIONS: Mapping[str, Callable[[int], Measured]] = {
    "pricing": pricing.measured,
    "issuing": issuing.measured,
    "explaining": explaining.measured,
    "exporting": exporting.measured,
}
SIZES = {"pricing": 1_000_000, "issuing": 1_000, "explaining": 10_000_000, "exporting": 1_000_000}
LEAST = {"pricing": 40_000, "issuing": 40, "explaining": 500_000, "exporting": 10_000}


def main() -> int:
    """Measure and print; 1 when an answer was wrong."""
    options = _options()
    before, begun = os.getloadavg(), time.perf_counter()
    if options.markdown:
        around(options.markdown, NAME)
    done = []
    for name in options.only.split(","):
        size = max(LEAST[name], SIZES[name] // 100) if options.quick else SIZES[name]
        measured = QUESTIONS[name](size)
        print(*measured.chapter(), sep="\n", flush=True)
        done.append(measured)
    remark = (
        f"Machine `{platform.node()}`, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"load average before {_load(before)}, after {_load(os.getloadavg())}; "
        f"{(time.perf_counter() - begun) / 60:.0f} minutes."
    )
    print(remark)
    if options.markdown:
        write_markdown(options.markdown, remark, done)
    return 0 if all(each.is_right for each in done) else 1


def _load(average: tuple[float, float, float]) -> str:
    return " ".join(f"{each:.1f}" for each in average)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.billing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default=",".join(QUESTIONS), help="which questions, by commas")
    parser.add_argument("--quick", action="store_true", help="much less of everything")
    parser.add_argument("--markdown", type=Path, help="write the figures into this file")
    options = parser.parse_args()
    unknown = sorted(set(options.only.split(",")) - set(QUESTIONS))
    if unknown:
        parser.error(f"--only: {', '.join(unknown)} is none of {', '.join(QUESTIONS)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
