"""How long from the start of a Python process to the first answer?

    python -m bench.zones.starting octroi|shapely

Run by the benchmark as a process of its own. `octroi` loads its compiled code from beside its
modules; against it stands `shapely`, the same question without numba, and Octroi with nothing
compiled yet, which is what only the first process of an installation meets.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.zones.sets import made

REPOSITORY = Path(__file__).parents[2]
PLACE = (2.35, 48.86)
RUNS = 3
ENVIRONMENT = "/usr/bin/env"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds from process start to first answer."""

    warm_s: float
    without_numba_s: float
    compiling_s: float


def started() -> Start:
    """Measure the three starts; the median of several where nothing is compiled."""
    _start("octroi")  # so that the compiled code is there, and all files are in memory
    _start("shapely")
    with tempfile.TemporaryDirectory(prefix="octroi-numba-") as empty:
        compiling_s = _start("octroi", f"NUMBA_CACHE_DIR={empty}")
    return Start(
        warm_s=statistics.median(_start("octroi") for _ in range(RUNS)),
        without_numba_s=statistics.median(_start("shapely") for _ in range(RUNS)),
        compiling_s=compiling_s,
    )


def _start(way: str, *settings: str) -> float:
    """Return the seconds until a fresh process has written its first answer."""
    began = time.perf_counter()
    with subprocess.Popen(
        [ENVIRONMENT, *settings, sys.executable, "-m", "bench.zones.starting", way],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    ) as process:
        answer = process.stdout.readline() if process.stdout else b""
        spent_s = time.perf_counter() - began
    if not answer or process.returncode:
        msg = f"the process that answers by {way} failed"
        raise RuntimeError(msg)
    return spent_s


def _answer(way: str) -> None:
    """Import no more than the way needs, and answer once."""
    areas = made(20)
    if way == "octroi":
        from bench.zones.contenders.ours import build  # noqa: PLC0415 - the import is measured
    else:
        from bench.zones.contenders.strtree import boxes as build  # noqa: PLC0415
    print(build(areas).ask_one(*PLACE), flush=True)


if __name__ == "__main__":
    _answer(sys.argv[1])
