"""What is measured, in which order, on one installation started for it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import msgspec
import paho.mqtt.client as mqtt
import psutil

from bench.telemetry.city import OPERATORS, grant, settle
from bench.telemetry.flying import Job, Sends
from bench.telemetry.growth import Cost, costs
from bench.telemetry.matching import Found
from bench.telemetry.peers import Counts, peers
from bench.telemetry.writing import Writes, writes
from octroi import clock
from octroi.embedded.broker import client_id
from octroi.hosting import hosted
from octroi.lateness import accepted_since
from octroi.settings import load
from octroi.wiring import Installation
from permits.parties import OperatorId, Role
from telemetry.broker import Ingest
from telemetry.intake.bulk import client_class
from telemetry.outlets import Outlets
from telemetry.pipeline import Pipeline, Sources
from telemetry.store.ingest import IngestStore

GENERATOR = (sys.executable, "-m", "bench.telemetry.flying")
REPOSITORY = Path(__file__).parents[2]
SEQ_APART = 10_000_000  # between the numbers of one leg and the next
STRAYS, STRAYING = 4_000, 0.02  # at most, and what part of the drones' reports
OURS, PLAIN = "Octroi", "Octroi on plain paho"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stretch of load: who takes it, and how much comes how."""

    who: str
    rate: float
    each: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure."""

    zones: int
    permits: int
    vehicles: int
    legs: Sequence[Leg]
    warm_up_s: float
    grown: Sequence[int]
    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """What came of a leg; processor seconds of Octroi or its peer, database and broker apart."""

    leg: Leg
    found: Found
    stored: int
    not_stored: int
    cpu_s: dict[str, float]
    each_minute_mib: Sequence[float]

    @property
    def sustained(self) -> float:
        """Return how many observations a second were settled, from the first to the last."""
        return self.found.sent / self.found.settled_s if self.found.settled_s else 0.0

    @property
    def lost(self) -> int:
        """Return how many observations nobody was told of, or that are not in the database."""
        return self.found.unreceipted + self.found.sent - self.stored - self.not_stored


@dataclass(slots=True, kw_only=True)
class Results:
    """All figures of one run."""

    plan: Plan
    flown: list[Flown] = field(default_factory=list)
    writes: list[Writes] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    without: dict[str, str] = field(default_factory=dict)
    load: tuple[float, ...] = ()


def run(plan: Plan, tell: Callable[[str], None]) -> Results:
    """Measure everything."""
    results = Results(plan=plan, load=os.getloadavg())
    with TemporaryDirectory(prefix="octroi-bench-") as directory:
        settings = load(
            data_dir=Path(directory),
            host="127.0.0.1",
            port=0,
            database_url=None,
            mqtt_url=None,
            notice_days=0,
        )
        with hosted(settings) as host:
            serving = threading.Thread(target=host.run, name="web")
            serving.start()
            try:
                tell("the city")
                _measured(host.installed, results, tell)
            finally:
                host.server.stop()
                serving.join()
    return results


def _measured(installed: Installation, results: Results, tell: Callable[[str], None]) -> None:
    plan = results.plan
    fleets, pattern = settle(
        installed.records,
        clock.now(),
        zones=plan.zones,
        permits=plan.permits,
        vehicles=max([plan.vehicles, *plan.grown]),
        strays=STRAYS,
    )
    heard_of = sum(len(fleet.posts) + len(fleet.strays) for fleet in fleets)
    while len(installed.records.keeper.registry().vehicles) < heard_of:
        time.sleep(0.1)
    sends = [
        Sends(
            operator=fleet.operator,
            key=installed.access.create_key(Role.OPERATOR, OperatorId(fleet.operator))[0],
            posts=fleet.posts,
            strays=fleet.strays,
            first_stray=0,
        )
        for fleet in fleets
    ]
    port = urlsplit(installed.backing.mqtt_url).port or 0
    known = peers(installed, plan.zones, results.without)
    installed.ingest.stop()
    for number, leg in enumerate(plan.legs):
        if leg.who in results.without:
            continue
        tell(f"{leg.who}: {leg.rate:,.0f}/s, {leg.each} a message")
        job = _job(plan, number, sends, port)
        taking = known[leg.who]() if leg.who in known else _taking(installed, leg.who)
        with taking as stored:
            results.flown.append(_flown(installed, leg, job, stored))
    tell("writing")
    results.writes = writes(installed, plan.written)
    tell("growing")
    rest = range(plan.permits, max(plan.grown, default=0))
    grant(installed.records, fleets, rest, pattern, clock.now())
    results.costs = costs(installed, fleets, plan.grown)


def _job(plan: Plan, number: int, sends: Sequence[Sends], port: int) -> Job:
    leg, part = plan.legs[number], STRAYS // OPERATORS // len(plan.legs)
    straying = min(part, round(leg.rate * leg.seconds * STRAYING / OPERATORS) + 1)
    return Job(
        port=port,
        fleets=[
            msgspec.structs.replace(
                one,
                posts=one.posts[: plan.vehicles // OPERATORS],
                strays=one.strays[number * part : number * part + straying],
                first_stray=number * part,
            )
            for one in sends
        ],
        rate=leg.rate,
        each=leg.each,
        warm_up_s=plan.warm_up_s,
        seconds=leg.seconds,
        first_seq=(number + 1) * SEQ_APART,
    )


@contextmanager
def _taking(installed: Installation, who: str) -> Iterator[Counts]:
    """Let Octroi take what comes, with one client or the other."""
    ingest: Ingest

    def publish(topic: str, payload: bytes, retain: bool) -> None:  # noqa: FBT001 - as the pipeline calls it
        ingest.publish(topic, payload, retain)

    def flush() -> None:
        ingest.flush()

    keeper = installed.records.keeper
    pipeline = Pipeline(
        IngestStore(installed.records.pool),
        Sources(
            clock=installed.clock,
            rulebook=keeper.rulebook,
            registry=keeper.registry,
            open_since=lambda: accepted_since(installed.clock(), installed.settings),
        ),
        Outlets(
            publish=publish,
            live=installed.hub.publish,
            watch=installed.meters.watch,
            flush=flush,
        ),
    )
    kind = mqtt.Client if who == PLAIN else client_class()
    url = installed.backing.mqtt_url
    ingest = Ingest(url, pipeline, installed.clock, client_id=client_id(url), kind=kind)
    pipeline.tend()  # has taken up what the leg before left behind, as a city's is that runs
    ingest.start()
    try:
        yield lambda: _counted(pipeline)
    finally:
        ingest.stop()


def _counted(pipeline: Pipeline) -> tuple[int, int]:
    counts = pipeline.counters.counts
    return counts.stored, counts.refused + counts.quarantined


def _flown(installed: Installation, leg: Leg, job: Job, stored: Counts) -> Flown:
    before, spent = stored(), _spent(installed)
    with _weighing() as weights:
        said = subprocess.run(
            GENERATOR,
            input=msgspec.json.encode(job),
            stdout=subprocess.PIPE,
            check=True,
            cwd=REPOSITORY,
        )
    found = msgspec.json.decode(said.stdout, type=Found)
    after, used = stored(), _spent(installed)
    return Flown(
        leg=leg,
        found=found,
        stored=after[0] - before[0],
        not_stored=after[1] - before[1],
        cpu_s={name: used[name] - spent[name] for name in used},
        each_minute_mib=weights,
    )


@contextmanager
def _weighing() -> Iterator[list[float]]:
    """Weigh this process at the beginning, each minute and at the end; in MiB."""
    over, weights = threading.Event(), list[float]()

    def weigh() -> None:
        weights.append(psutil.Process().memory_info().rss / 2**20)

    def every_minute() -> None:
        while not over.wait(60):
            weigh()

    weigh()
    watching = threading.Thread(target=every_minute)
    watching.start()
    try:
        yield weights
    finally:
        over.set()
        watching.join()
        weigh()


def _spent(installed: Installation) -> dict[str, float]:
    """Return processor seconds so far: of this process, its database and its broker."""
    own = psutil.Process()
    spent = {"Octroi": time.process_time(), "PostgreSQL": 0.0, "broker": 0.0}
    for each in psutil.process_iter(["name"]):
        name = each.info["name"] or ""
        with suppress(psutil.Error):
            if name == "postgres" and str(each.cwd()).startswith(str(installed.settings.data_dir)):
                times = each.cpu_times()
                spent["PostgreSQL"] += times.user + times.system
            elif name == "mosquitto" and own in each.parents():
                times = each.cpu_times()
                spent["broker"] += times.user + times.system
    return spent
