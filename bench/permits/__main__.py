"""How fast are permits decided, and how many of the answers are wrong?

Starts a whole installation of its own in a temporary directory, publishes made zones, grants made
permits in bulk, and asks over HTTP from a process of its own, over 8 connections at once: first for
air in one place, where every application overlaps every other, then all over the city, in turns.
The same applications are decided a peer's way, by two-dimensional bounding boxes in an R-tree.

Everything shares this machine's cores: generator, database and Octroi. Nothing is configured from
outside. Exits with 1 when an answer is wrong.

    .venv/bin/python -m bench.permits                                     # as published
    .venv/bin/python -m bench.permits --zones 200 --permits 5000          # a quick look
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil

from bench.permits.blocks import (
    Block,
    Fleet,
    anywhere,
    apart,
    by_boxes,
    in_one_place,
    indexed,
    wrong,
)
from bench.permits.results import Answered, Line, show, write_markdown
from bench.permits.settling import DRONE, DRONES, OPERATOR, application, settle
from octroi.demo.stage import TARIFFS
from octroi.hosting import Hosted, hosted
from octroi.logs import configure
from octroi.settings import load
from permits.parties import Role

ASKING = Path(__file__).parent / "asking.py"
SEED = 4
DRAWS = (("in one place", in_one_place), ("all over the city", anywhere))


def main() -> int:
    """Measure and print; 1 when an answer was wrong."""
    options = _options()
    configure("error")
    begun, before = time.monotonic(), os.getloadavg()
    with _installed() as host:
        lines, prepared = _measured(host, options)
    remark = (
        f"Machine `{platform.node()}`, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"load average before {_load(before)}, after {_load(os.getloadavg())}; "
        f"{(time.monotonic() - begun) / 60:.0f} minutes; ten million additions in Python took "
        f"{_additions_s():.1f} s. {prepared}"
    )
    print(remark, show(lines), sep="\n\n")
    if options.markdown:
        write_markdown(options.markdown, remark, lines)
    return 1 if any(each.wrong for line in lines[::2] for each in line.rounds) else 0


@contextmanager
def _installed() -> Iterator[Hosted]:
    with tempfile.TemporaryDirectory(prefix="octroi-bench-") as directory:
        settings = load(
            data_dir=Path(directory), host="127.0.0.1", port=0, database_url=None, mqtt_url=None
        )
        with hosted(settings) as host:
            serving = threading.Thread(target=host.run, name="web")
            serving.start()
            try:
                yield host
            finally:
                host.server.stop()
                serving.join()


def _measured(host: Hosted, options: argparse.Namespace) -> tuple[list[Line], str]:
    origin = host.installed.clock().replace(microsecond=0) + timedelta(days=1)
    random = Random(SEED)
    standing, begun = apart(anywhere(options.permits, random)), time.monotonic()
    _publish_prices(host)
    settle(host.installed.records, options.zones, standing, origin)
    prepared_s = time.monotonic() - begun
    key, _ = host.installed.access.create_key(Role.OPERATOR, OPERATOR)
    ask = _Asking(host.url, key, options.connections, origin)
    granted = len(standing)
    standing += _granted(*ask.warm(options.warm_up, random))
    while _deciders(host.url) < min(host.installed.settings.deciders, options.connections - 1):
        # They are begun when many ask.
        standing += _granted(*ask.warm(options.warm_up, random))
    rounds: dict[str, list[Answered]] = {}
    for _ in range(options.rounds):
        for name, draw in DRAWS:
            blocks = draw(options.applications, random)
            said = ask.asked(blocks, standing)
            rounds.setdefault(f"Octroi, {name}", []).append(said)
            rounds.setdefault(f"boxes, {name}", []).append(_by_boxes(blocks, standing))
            standing += _granted(blocks, said.decisions)
            print(show([Line(name=name, rounds=[said])]), flush=True)
    prepared = (
        f"{options.zones:,} zones, {granted:,} permits granted before, prepared in "
        f"{prepared_s:.0f} s; {options.rounds} rounds of {options.applications:,} applications "
        f"over {options.connections} connections, decided by "
        f"{host.installed.settings.deciders or 'no'} beside the process that serves. "
        f"Vehicles were judged by a grant after {_taken_up_ms(host, origin):.0f} ms."
    )
    return [Line(name=name, rounds=each) for name, each in rounds.items()], prepared


def _publish_prices(host: Hosted) -> None:
    """Publish the demonstration's prices: every answer quotes by them."""
    key, _ = host.installed.access.create_key(Role.RULEMAKER, "bench")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for tariff in json.loads(TARIFFS.read_text(encoding="utf-8"))["tariffs"]:
        body = json.dumps(tariff).encode()
        asked = Request(f"{host.url}/v1/tariffs", body, headers)  # noqa: S310 - this machine's own
        with urlopen(asked):  # noqa: S310 - this machine's own
            pass


def _deciders(url: str) -> int:
    """Return how many processes decide beside the one that serves."""
    with urlopen(f"{url}/metrics") as said:  # noqa: S310 - this machine's own
        [line] = re.findall(r"^octroi_deciders (\S+)$", said.read().decode(), re.MULTILINE)
    return int(float(line))


def _processor_s() -> float:
    """Return what Octroi has used of the processor: who serves, and who decides beside."""
    own = psutil.Process()
    beside = [each for each in own.children() if "octroi.deciding" in each.cmdline()]
    return sum(sum(each.cpu_times()[:2]) for each in (own, *beside))


class _Asking:
    """Asks from a process of its own."""

    def __init__(self, url: str, key: str, connections: int, origin: datetime) -> None:
        address = urlsplit(url)
        self._job = {"host": address.hostname, "port": address.port, "key": key}
        self._connections = connections
        self._origin = origin
        self._fleet = Fleet(DRONES)

    def warm(self, count: int, random: Random) -> tuple[list[Block], Sequence[str]]:
        """Ask what is not measured, and return it with what was decided."""
        blocks = anywhere(count, random)
        return blocks, self.asked(blocks, ()).decisions

    def asked(self, blocks: Sequence[Block], standing: Sequence[Block]) -> Answered:
        """Ask for every block."""
        bodies = [block.body(self._fleet.sent(block), self._origin) for block in blocks]
        begun = _processor_s()
        finished = subprocess.run(
            [sys.executable, str(ASKING)],
            input=json.dumps(
                {**self._job, "connections": self._connections, "applications": bodies}
            ),
            capture_output=True,
            text=True,
            check=True,
        )
        used_s = _processor_s() - begun
        said = json.loads(finished.stdout)
        answers = sorted(said["answers"])
        decisions = [each[1] for each in answers]
        return Answered(
            decisions=decisions,
            seconds=said["seconds"],
            took_ms=[each[2] for each in answers],
            wrong=wrong(blocks, decisions, standing),
            processor_s=used_s,
        )


def _by_boxes(blocks: Sequence[Block], standing: Sequence[Block]) -> Answered:
    held, tree = list(standing), indexed(standing)
    begun, used_s = time.perf_counter(), time.process_time()
    decisions = by_boxes(blocks, held, tree)
    return Answered(
        decisions=decisions,
        seconds=time.perf_counter() - begun,
        took_ms=(),
        wrong=wrong(blocks, decisions, standing),
        processor_s=time.process_time() - used_s,
    )


def _granted(blocks: Sequence[Block], decisions: Sequence[str]) -> list[Block]:
    return [each for each, said in zip(blocks, decisions, strict=True) if said == "granted"]


def _taken_up_ms(host: Hosted, origin: datetime) -> float:
    """Return how long after a grant is answered vehicles are judged by it."""
    parts = host.installed.records
    time.sleep(1.0)
    corner = Block(lon=2.3, lat=48.8, level=0, first=1, last=2)
    before = len(parts.keeper.rulebook().permits)
    parts.permits.apply(application(corner, origin, OPERATOR, DRONE))
    begun = time.perf_counter()
    while len(parts.keeper.rulebook().permits) == before:
        time.sleep(0.001)
    return 1000 * (time.perf_counter() - begun)


def _additions_s() -> float:
    """Return how long a loop takes here and now: machines that are shared differ by the hour."""
    begun, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - begun


def _load(averages: Sequence[float]) -> str:
    return " ".join(f"{each:.1f}" for each in averages)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--zones", type=int, default=5_000)
    parser.add_argument("--permits", type=int, default=100_000)
    parser.add_argument("--applications", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=200)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--markdown", type=Path, help="write the table between this file's marks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
