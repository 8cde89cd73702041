"""How fast are permits decided, and how many of the answers are wrong?

Starts a whole installation of its own in a temporary directory, publishes made zones, grants made
permits in bulk, and asks over HTTP from a process of its own, over 8 connections at once: first for
air in one place, where every application overlaps every other, then all over the city. The same
applications are decided a peer's way, by two-dimensional bounding boxes in an R-tree.

Everything shares this machine's cores: generator, database and Octroi. Nothing is configured from
outside. Exits with 1 when an answer is wrong.

    .venv/bin/python -m bench.permits                                     # as published
    .venv/bin/python -m bench.permits --zones 200 --permits 5000          # a quick look
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import numpy as np
from shapely.geometry import mapping

from bench.permits.blocks import Block, anywhere, apart, by_boxes, in_one_place, wrong
from bench.zones.sets import made
from octroi.hosting import Hosted, hosted
from octroi.logs import configure
from octroi.settings import load
from permits.model import Permit, PermitId
from permits.parties import Operator, OperatorId, Role, SizeClass, Vehicle, VehicleId
from permits.schemas.applications import ApplicationIn
from permits.store import holdings
from permits.store import permits as store
from zones.model import Layer

ASKING = Path(__file__).parent / "asking.py"
OPERATOR, DRONE = OperatorId("bench"), VehicleId("drone-1")
SEED = 4
BULK = 1_000


def main() -> int:
    """Measure and print; 1 when an answer was wrong."""
    options = _options()
    configure("error")
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="octroi-bench-") as directory:
        settings = load(
            data_dir=Path(directory), host="127.0.0.1", port=0, database_url=None, mqtt_url=None
        )
        with hosted(settings) as host:
            serving = threading.Thread(target=host.run, name="web")
            serving.start()
            try:
                errors = _measured(host, options)
            finally:
                host.server.stop()
                serving.join()
    print(f"load average {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    return 1 if errors else 0


def _measured(host: Hosted, options: argparse.Namespace) -> int:
    origin = host.installed.clock().replace(microsecond=0) + timedelta(days=1)
    random, begun = Random(SEED), time.perf_counter()
    standing = apart(anywhere(options.permits, random))
    _settle(host, options.zones, standing, origin)
    print(
        f"{options.zones:,} zones, {len(standing):,} permits granted before, "
        f"prepared in {time.perf_counter() - begun:.0f} s"
    )
    # The rulebook that vehicles are judged by takes them up meanwhile.
    while len(host.installed.records.keeper.rulebook().permits) < len(standing):
        time.sleep(0.2)
    print(f"taken up after {time.perf_counter() - begun:.0f} s")
    print(f"{'':28}{'a second':>10}{'p50 ms':>9}{'p99 ms':>9}{'granted':>9}{'wrong':>7}")
    errors = 0
    for name, draw in (("in one place", in_one_place), ("all over the city", anywhere)):
        blocks = draw(options.applications, random)
        decided, seconds, took_ms = _asked(host, blocks, origin, options.connections)
        mistakes = wrong(blocks, decided, standing)
        _tell(f"Octroi, {name}", decided, seconds, mistakes, took_ms)
        started = time.perf_counter()
        peer = by_boxes(blocks, standing)
        took = time.perf_counter() - started
        _tell(f"boxes in memory, {name}", peer, took, wrong(blocks, peer, standing))
        standing = [*standing, *(b for b, d in zip(blocks, decided, strict=True) if d == "granted")]
        errors += mistakes
    return errors


def _settle(host: Hosted, zones: int, standing: Sequence[Block], origin: datetime) -> None:
    """Publish zones that ask for an authorisation, and grant what stands already."""
    parts = host.installed.records
    features = [
        {
            "type": "Feature",
            "id": f"zone-{number}",
            "properties": {
                "name": f"Zone {number}",
                "layer": "air",
                "restriction": "REQ_AUTHORISATION",
                "lower": {"value": 0, "reference": "AGL"},
                "upper": {"value": 60 + number % 60, "reference": "AGL"},
                "act": "bench",
            },
            "geometry": mapping(area),
        }
        for number, area in enumerate(made(zones))
    ]
    document = json.loads(json.dumps({"type": "FeatureCollection", "features": features}))
    parts.zones.import_(document, by="bench")
    parts.registry.add_operator(
        Operator(id=OPERATOR, name="Bench", siren="", size=SizeClass.LARGE, address="Paris")
    )
    parts.registry.add_vehicle(Vehicle(operator=OPERATOR, id=DRONE, layer=Layer.AIR, kind="drone"))
    while len(parts.keeper.rulebook().zones) < zones:
        time.sleep(0.1)
    first = parts.permits.apply(
        _application(Block(lon=2.3, lat=48.8, level=0, first=0, last=1), origin)
    )
    for number in range(0, len(standing), BULK):
        with parts.pool.connection() as connection, connection.pipeline():
            for offset, block in enumerate(standing[number : number + BULK]):
                permit = _granted(first, number + offset, block, origin)
                store.add(connection, permit)
                holdings.follow(connection, None, permit)


def _granted(pattern: Permit, number: int, block: Block, origin: datetime) -> Permit:
    ident = PermitId(UUID(int=number + 1))
    return replace(pattern, id=ident, application=_application(block, origin))


def _application(block: Block, origin: datetime) -> Any:  # noqa: ANN401 - the noun of applications
    return ApplicationIn.model_validate(block.body(DRONE, origin)).to_application(OPERATOR)


def _asked(
    host: Hosted, blocks: Sequence[Block], origin: datetime, connections: int
) -> tuple[list[str], float, list[float]]:
    """Ask for every block, and return the decisions, the seconds and each one's milliseconds."""
    key, _ = host.installed.access.create_key(Role.OPERATOR, OPERATOR)
    address = urlsplit(host.url)
    job = {
        "host": address.hostname,
        "port": address.port,
        "key": key,
        "connections": connections,
        "applications": [block.body(DRONE, origin) for block in blocks],
    }
    finished = subprocess.run(
        [sys.executable, str(ASKING)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(finished.stdout)
    answers = sorted(said["answers"])
    return [each[1] for each in answers], said["seconds"], [each[2] for each in answers]


def _tell(
    name: str,
    decided: Sequence[str],
    seconds: float,
    mistakes: int,
    took_ms: Sequence[float] = (),
) -> None:
    p50, p99 = np.percentile(took_ms, (50, 99)) if took_ms else (float("nan"), float("nan"))
    rate, granted = len(decided) / seconds, sum(each == "granted" for each in decided)
    print(f"{name:28}{rate:10,.0f}{p50:9.1f}{p99:9.1f}{granted:9,}{mistakes:7,}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--zones", type=int, default=5_000)
    parser.add_argument("--permits", type=int, default=100_000)
    parser.add_argument("--applications", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
