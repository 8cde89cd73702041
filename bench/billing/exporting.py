"""How long, and in how much memory, are the lines of a month written as CSV and as Parquet?

The lines are made as they are asked for, ten an invoice, so that what grows is the export's alone.
Exits with 1 when the memory at the end is not that at a tenth of the way, but for a few megabytes.

    .venv/bin/python -m bench.billing.exporting                   # a million lines
    .venv/bin/python -m bench.billing.exporting --lines 100000    # a quick look
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator

from bench.billing.issuing import LINES, claim
from billing.export import parquet, table
from billing.model import Invoice

KB, MB = 1024, 1e6
ALLOWED_MB = 60


def main() -> int:
    """Measure and print; 1 when memory grows with the number of lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    options = parser.parse_args()
    grown = [
        _measured("csv", options.lines, lambda made: (each.encode() for each in table.write(made))),
        _measured("parquet", options.lines, lambda made: parquet.lines(made, "2026-10")),
    ]
    return 1 if max(grown) > ALLOWED_MB else 0


def _measured(
    name: str, lines: int, write: Callable[[Iterator[Invoice]], Iterator[bytes]]
) -> float:
    """Write lines and return by how many megabytes the process's peak grew since a tenth."""
    sum(map(len, write(_claims(lines // 10))))
    before, begun = _peak(), time.process_time()
    size = sum(map(len, write(_claims(lines))))
    took, grown = time.process_time() - begun, (_peak() - before) / MB
    print(
        f"{name}: {lines:,} lines, {size / MB:.0f} MB in {took:.1f} s of the processor (making "
        f"them included); peak {_peak() / MB:.0f} MB, {grown:.0f} MB more than for a tenth"
    )
    return grown


def _claims(lines: int) -> Iterator[Invoice]:
    return (claim(number) for number in range(1, lines // LINES + 1))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB


if __name__ == "__main__":
    raise SystemExit(main())
