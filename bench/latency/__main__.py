"""How long after an observation is published does its operator hold the alert, and the receipt?

Starts a whole installation of its own in a temporary directory (PostgreSQL, broker, web server,
pipeline), publishes the demonstration's zones of Paris, registers one operator's drones, each with
a granted permit beside a prohibited circle, and lets a second process fly them over MQTT: QoS 1,
one observation a message. Now and then a drone enters its circle for one observation, which must
raise a new alert; it then stays out until that alert is closed.

The load is an open loop: each drone reports at its own fixed instants, whether or not Octroi keeps
up, and every latency counts from the instant the observation was due, not from when the generator
got round to sending it. Nothing is configured from outside: OCTROI_* addresses are passed over.
Everything shares this machine's cores: generator, broker, database and Octroi. The first seconds
are a warm-up and not counted. Exits with 1 when an alert or an observation is missing.

    .venv/bin/python -m bench.latency                        # the published figures
    .venv/bin/python -m bench.latency --runs 1 --seconds 10  # a quick look
"""

import argparse
import json
import math
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from octroi.demo.city import zones
from octroi.demo.places import SOVEREIGN
from octroi.embedded.mosquitto import mosquitto_program
from octroi.hosting import hosted
from octroi.logs import configure
from octroi.settings import load
from octroi.wiring import Installation
from permits.model import Decision
from permits.parties import Operator, OperatorId, Role, SizeClass, Vehicle, VehicleId
from permits.schemas.applications import ApplicationIn
from zones.columns import MISSING, Positions
from zones.index import ZoneIndex
from zones.model import HeightReference, Layer, Restriction
from zones.presence import standings

GENERATOR = Path(__file__).parent / "fly.py"
OPERATOR = OperatorId("bench")
WARM_UP_S = 10.0
OUTSIDE_M, INSIDE_M = 90.0, 30.0  # from the circle's edge, either way
GRANTED_RADIUS_M = 25.0
BAND_M = (30.0, 90.0)
METRES_PER_DEGREE = 111_195.0
BUSY = 0.25  # load average for each core from which figures are doubtful

Place = tuple[float, float]
Results = dict[str, Any]


def main() -> int:
    """Measure once and print; 1 when something sent was lost."""
    options = _options()
    configure("error")
    load_before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="octroi-bench-") as directory:
        settings = load(
            data_dir=Path(directory), host="127.0.0.1", port=0, database_url=None, mqtt_url=None
        )
        with hosted(settings) as host:
            serving = threading.Thread(target=host.run, name="web")
            serving.start()
            try:
                _machine(host.installed, load_before)
                posts = settle_in(host.installed, options.vehicles)
                results = measure(host.installed, posts, options)
                complete = _tell(host.installed, results, options)
            finally:
                host.server.stop()
                serving.join()
    return 0 if complete else 1


def settle_in(installed: Installation, vehicles: int) -> list[tuple[Place, Place]]:
    """Publish the city, register the operator and its drones, and have each permit granted."""
    parts = installed.records
    published = parts.zones.import_(zones(), by="bench")
    parts.registry.add_operator(
        Operator(id=OPERATOR, name="Bench", siren="", size=SizeClass.LARGE, address="Paris")
    )
    while len(parts.keeper.rulebook().zones) < len(published.added):
        time.sleep(0.05)
    posts = list(islice(_granted(installed), vehicles))
    while len(parts.keeper.rulebook().permits) < vehicles:
        time.sleep(0.05)
    return posts


def _granted(installed: Installation) -> Iterator[tuple[Place, Place]]:
    """Yield places beside prohibited circles where a drone was granted a permit."""
    parts, now, vehicle = installed.records, installed.clock(), 0
    for number, place in enumerate(cycle(SOVEREIGN)):
        angle = number * 2.399963  # the golden angle spreads any number of them
        home = _from(place.lon, place.lat, angle, place.radius_m + OUTSIDE_M)
        closed = _from(place.lon, place.lat, angle, place.radius_m - INSIDE_M)
        if not _prohibited(parts.keeper.rulebook().index, closed):
            # A zone published above decides there.
            continue
        drone = Vehicle(
            operator=OPERATOR, id=VehicleId(f"drone-{vehicle:03d}"), layer=Layer.AIR, kind="drone"
        )
        parts.registry.add_vehicle(drone)
        # As if asked for an hour ago, so that it already runs.
        asked = _application(home, drone.id, now)
        permit = parts.permits.apply(asked.to_application(OPERATOR), now=now - timedelta(hours=1))
        if permit.decision is Decision.GRANTED:
            vehicle += 1
            yield home, closed


def _prohibited(index: ZoneIndex, place: Place) -> bool:
    """Tell whether a drone is surely in closed air there, and nothing above may open it."""
    here = Positions(
        at_ms=np.array([MISSING]),
        lon=np.array([place[0]]),
        lat=np.array([place[1]]),
        alt_m=np.array([sum(BAND_M) / 2]),
        alt_ref=np.array([HeightReference.AGL.code], dtype=np.int8),
        h_acc_m=np.array([3.0]),
        v_acc_m=np.array([5.0]),
        layer=np.array([Layer.AIR.code], dtype=np.int8),
    )
    (standing,) = standings(index, here, (Layer.AIR,))
    held = {standing.surely.restriction, standing.inside_all.restriction}
    return held == {Restriction.PROHIBITED}


def _application(home: Place, vehicle: VehicleId, now: datetime) -> ApplicationIn:
    lower, upper = ({"value": value, "reference": "AGL"} for value in BAND_M)
    where = {"type": "Point", "coordinates": list(home), "radius_m": GRANTED_RADIUS_M}
    window = {"start": now.isoformat(), "end": (now + timedelta(hours=12)).isoformat()}
    volume = {"footprint": where, "lower": lower, "upper": upper, **window}
    return ApplicationIn.model_validate(
        {"purpose": "inspection", "layer": "air", "vehicles": [vehicle], "volumes": [volume]}
    )


def _from(lon: float, lat: float, angle: float, metres: float) -> Place:
    east, north = metres * math.cos(angle), metres * math.sin(angle)
    shrunk = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return lon + east / shrunk, lat + north / METRES_PER_DEGREE


def measure(
    installed: Installation, posts: Sequence[tuple[Place, Place]], options: argparse.Namespace
) -> Results:
    """Fly the fleet from a process of its own, and return what it found."""
    key, _ = installed.access.create_key(Role.OPERATOR, OPERATOR)
    job = {
        "port": urlsplit(installed.backing.mqtt_url).port,
        "operator": OPERATOR,
        "key": key,
        "posts": posts,
        "rate": options.rate,
        "warm_up_s": WARM_UP_S,
        "seconds": options.seconds,
        "runs": options.runs,
    }
    lasts_s = WARM_UP_S + options.runs * options.seconds
    _say(f"Octroi runs as process {os.getpid()}; measuring for {lasts_s:g} s and some …")
    spent = time.process_time()
    flown = subprocess.run(
        [sys.executable, str(GENERATOR)],
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    results: Results = json.loads(flown.stdout)
    return {**results, "cpu_s": time.process_time() - spent}


def _machine(installed: Installation, load_before: tuple[float, float, float]) -> None:
    cores = os.cpu_count() or 1
    with installed.records.pool.connection() as connection:
        row = connection.execute("SHOW server_version").fetchone()
    program = mosquitto_program()
    broker = f"rumqttd (iotcore {version('iotcore')})"
    if program is not None:
        said = subprocess.run([program, "-h"], capture_output=True, text=True, check=False).stdout
        broker = f"Mosquitto {''.join(re.findall(r'version ([0-9.]+)', said)[:1])}"
    _say(f"machine      {platform.node()}, {cores} cores, {platform.machine()}")
    _say(f"load before  {' '.join(f'{each:.2f}' for each in load_before)} (1, 5, 15 minutes)")
    _say(
        f"versions     Python {platform.python_version()}, "
        f"PostgreSQL {row[0] if row else '?'}, {broker}, paho-mqtt {version('paho-mqtt')}"
    )
    if load_before[0] > BUSY * cores:
        _say("WARNING      this machine is busy with something else; expect worse figures")


def _tell(installed: Installation, results: Results, options: argparse.Namespace) -> bool:
    """Print the figures, and tell whether nothing is missing."""
    counts = installed.pipeline.counters.counts
    rulebook = installed.records.keeper.rulebook()
    with installed.records.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM telemetry.observation").fetchone()
    kept = row[0] if row else 0
    settled = counts.stored + counts.refused + counts.quarantined
    entered, missing = results["entered"], results["missing"]
    _say(f"rules        {len(rulebook.zones)} zones, {len(rulebook.permits)} permits")
    _say(
        f"load         {options.rate:g} observations/s from {options.vehicles} vehicles, "
        f"{options.runs} runs of {options.seconds:g} s after {WARM_UP_S:g} s, "
        f"{entered / results['sent']:.1%} raise an alert"
    )
    for what in ("alerts", "receipts"):
        _say(f"publish to {what[:-1]:8}{_figures(results[what])}")
    # Processor time is the one figure here that other work on the machine hardly moves.
    _say(
        f"cost         {results['cpu_s'] / results['sent'] * 1000:.3f} ms of processor time an "
        f"observation in Octroi's process, database and broker not included"
    )
    _say(
        f"observations sent {results['sent']}, received {counts.received} = stored {counts.stored}"
        f" + refused {counts.refused} + quarantined {counts.quarantined}; in the database {kept};"
        f" without receipt {results['unreceipted']}"
    )
    _say(f"alerts       expected {entered}, missing {missing}")
    _say(f"generator    99 % sent within {results['late_p99_ms']:.2f} ms of when they were due")
    _say(f"load after   {' '.join(f'{each:.2f}' for each in os.getloadavg())}")
    whole = results["sent"] == counts.received == settled and kept == counts.stored
    return whole and missing == results["unreceipted"] == 0


def _figures(runs: Sequence[Sequence[float]]) -> str:
    """Return percentiles in milliseconds: the median of the runs, their least and greatest."""
    told = []
    for percent in (50, 99):
        each = [float(np.percentile(run, percent)) for run in runs if run]
        told.append(
            f"p{percent} {np.median(each):6.2f} ms ({min(each):.2f} to {max(each):.2f})"
            if each
            else f"p{percent} unknown"
        )
    return f"{'   '.join(told)}   {sum(len(run) for run in runs)} samples"


def _say(line: str) -> None:
    print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rate", type=_positive, default=1000.0, help="observations a second, all drones (1000)"
    )
    parser.add_argument("--seconds", type=_positive, default=30.0, help="length of one run (30)")
    parser.add_argument("--runs", type=_natural, default=5, help="how many runs are timed (5)")
    parser.add_argument(
        "--vehicles",
        type=_natural,
        default=200,
        help="drones, each with its permit (200); more of them at the same rate raise more alerts",
    )
    return parser.parse_args()


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        msg = "a number above 0"
        raise argparse.ArgumentTypeError(msg)
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 1:
        msg = "a whole number from 1"
        raise argparse.ArgumentTypeError(msg)
    return number


if __name__ == "__main__":
    sys.exit(main())
