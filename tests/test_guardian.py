"""Does anything outlive a run of the tests that is killed?"""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

PATIENCE_S = 20.0
# What the fixtures start, in a process that ends only when it is made to.
RUN = """
import sys, time
from pathlib import Path
from octroi.embedded.directory import claimed
from octroi.embedded.postgres import EmbeddedPostgres
from tests.conftest import THROWN_AWAY
from tests.guardian import guarded
from tests.timescale.running import timescale

place = Path(sys.argv[1])
with (
    guarded(place),
    claimed(place) as directory,
    EmbeddedPostgres(directory, options=THROWN_AWAY),
):
    print((place / "postgres/postmaster.pid").read_text().splitlines()[0], flush=True)
    with timescale():
        time.sleep(600)
"""


@pytest.mark.slow
def test_no_server_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    place = tmp_path / "run"
    command = [sys.executable, "-c", RUN, str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        postgres = psutil.Process(int(run.stdout.readline()))
        beside = [postgres, *started_by(run.pid)]

        run.kill()
        _, alive = psutil.wait_procs(beside, timeout=PATIENCE_S)

    assert alive == []
    assert not place.exists()


def started_by(pid: int) -> list[psutil.Process]:
    """Return what a run has started once TimescaleDB is among it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found: list[psutil.Process] = psutil.Process(pid).children()
        if {each.name() for each in found} >= {"sh", "node"}:
            return found
        time.sleep(0.05)
    raise TimeoutError
