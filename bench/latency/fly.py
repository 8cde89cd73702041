"""What does a fleet of drones publish, and when does its operator hear of it?

The load generator of `bench/latency`: reads a job as JSON from standard input, flies it in
real time, and writes latencies as JSON to standard output. A process of its own, so that its
work takes no turn of the interpreter it measures.
"""

import gc
import json
import math
import random
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
import numpy as np
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from octroi import clock
from telemetry.model import Reason
from telemetry.patience import PATIENCE

SEED = 1
HEIGHT_M = 60.0
METRES_PER_DEGREE = 111_195.0
QUIET_S, PATIENCE_S = 1.0, 60.0
CLEARED_AFTER_S = PATIENCE[Reason.PROHIBITED].cleared_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the load generator is told."""

    port: int
    operator: str
    key: str
    posts: Sequence[Sequence[Sequence[float]]]
    rate: float
    warm_up_s: float
    seconds: float
    runs: int

    @property
    def period_s(self) -> float:
        """Return the time between two reports of one drone."""
        return len(self.posts) / self.rate

    @property
    def rounds(self) -> int:
        """Return how many reports each drone makes."""
        return math.ceil((self.warm_up_s + self.runs * self.seconds) / self.period_s)

    @property
    def lull(self) -> int:
        """Return every how many reports a drone enters: the alert before must have been closed."""
        return math.ceil(CLEARED_AFTER_S / self.period_s) + 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One observation: `due_s` after the start; `entering` when it must raise an alert."""

    vehicle: int
    seq: int
    due_s: float
    entering: bool


def schedule(job: Job) -> Iterator[Report]:
    """Yield every report in the order it is due; the same job gives the same reports."""
    rng = random.Random(SEED)
    phases = sorted(rng.uniform(0, job.period_s) for _ in job.posts)
    turns = [rng.randrange(job.lull) for _ in job.posts]
    for seq in range(job.rounds):
        for vehicle, phase in enumerate(phases):
            entering = seq % job.lull == turns[vehicle]
            due_s = seq * job.period_s + phase
            yield Report(vehicle=vehicle, seq=seq, due_s=due_s, entering=entering)


class Drive:
    """The load generator: one connection that publishes, one that listens."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._rng = random.Random(SEED)
        self.heard: list[tuple[float, str, bytes]] = []
        self._listener = self._connected(listening=True)
        self._publisher = self._connected(listening=False)

    def run(self) -> dict[str, Any]:
        """Send everything when it is due, wait until nothing more comes, and say how long."""
        reports = list(schedule(self._job))
        gc.freeze()
        start_ms = round(clock.now().timestamp() * 1000) + 500
        start = time.perf_counter() + 0.5
        late = []
        for report in reports:
            wait = start + report.due_s - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            self._publish(report, start_ms)
            late.append(max(-wait, 0.0))
        self._await_quiet()
        return _results(self._job, reports, self.heard, (start, start_ms), late)

    def _publish(self, report: Report, start_ms: int) -> None:
        home, closed = self._job.posts[report.vehicle]
        lon, lat = closed if report.entering else home
        noise = self._rng.gauss(0, 1.5 / METRES_PER_DEGREE)
        payload = (
            f'{{"at":{_at_ms(report, start_ms)},"lon":{lon + noise:.7f},"lat":{lat - noise:.7f},'
            f'"alt":{HEIGHT_M},"alt_ref":"AGL","h_acc":3.0,"v_acc":4.0,"speed":2.5,'
            f'"heading":{self._rng.randrange(360)},"boot":1,"seq":{report.seq}}}'
        )
        topic = f"octroi/v1/{self._job.operator}/{_name(report.vehicle)}/position"
        self._publisher.publish(topic, payload.encode(), qos=1)

    def _await_quiet(self) -> None:
        deadline = time.perf_counter() + PATIENCE_S
        while time.perf_counter() < deadline:
            before = len(self.heard)
            time.sleep(QUIET_S)
            if len(self.heard) == before:
                return

    def _connected(self, *, listening: bool) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set(self._job.operator, self._job.key)
        client.max_inflight_messages_set(10_000)
        client.max_queued_messages_set(0)
        client.on_socket_open = _without_delay
        ready = threading.Event()
        client.on_connect = lambda *_: ready.set()
        client.on_subscribe = lambda *_: ready.set()
        client.on_message = self._on_message
        client.connect("127.0.0.1", self._job.port)
        client.loop_start()
        _await(ready)
        if listening:
            ready.clear()
            about = [f"octroi/v1/{self._job.operator}/{what}" for what in ("receipt", "+/alert")]
            client.subscribe([(topic, 1) for topic in about])
            _await(ready)
        return client

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        # Read afterwards: the instant is all that cannot wait.
        self.heard.append((time.perf_counter(), message.topic, bytes(message.payload)))


def _await(ready: threading.Event) -> None:
    if not ready.wait(10):
        sys.exit("The broker did not let the load generator in.")


def _results(
    job: Job,
    reports: Sequence[Report],
    heard: Sequence[tuple[float, str, bytes]],
    start: tuple[float, int],
    late: Sequence[float],
) -> dict[str, Any]:
    """Match what was heard with what was due; latencies in milliseconds, one list a run."""
    due = {(report.vehicle, report.seq): report.due_s for report in reports}
    entered = {
        (report.vehicle, _at_ms(report, start[1])): report.due_s
        for report in reports
        if report.entering
    }
    expected = len(entered)
    alerts: list[list[float]] = [[] for _ in range(job.runs)]
    receipts: list[list[float]] = [[] for _ in range(job.runs)]
    for stamp, topic, payload in heard:
        told = json.loads(payload)
        found, into = (
            (_stored(told, due), receipts)
            if topic.endswith("/receipt")
            else (_raised(told, entered), alerts)
        )
        for due_s in found:
            run = math.floor((due_s - job.warm_up_s) / job.seconds)
            if 0 <= run < job.runs:
                into[run].append((stamp - start[0] - due_s) * 1000)
    return {
        "sent": len(reports),
        "unreceipted": len(due),
        "entered": expected,
        "missing": len(entered),
        "alerts": alerts,
        "receipts": receipts,
        "late_p99_ms": float(np.percentile(late, 99)) * 1000,
    }


def _stored(receipt: list[dict[str, Any]], due: dict[tuple[int, int], float]) -> list[float]:
    """Return when what a receipt says is stored was due; each observation is told once."""
    names = [
        (int(entry["vehicle"].removeprefix("drone-")), seq)
        for entry in receipt
        for first, last in entry["stored"]
        for seq in range(first, last + 1)
    ]
    return [due.pop(name) for name in names if name in due]


def _raised(notice: dict[str, Any], entered: dict[tuple[int, int], float]) -> list[float]:
    """Return when the observation that raised an alert was due; closing notices are passed over."""
    if notice["state"] != "open" or notice["reason"] != "prohibited":
        return []
    at_ms = round(datetime.fromisoformat(notice["opened_at"]).timestamp() * 1000)
    found = entered.pop((int(notice["vehicle"].removeprefix("drone-")), at_ms), None)
    return [] if found is None else [found]


def _at_ms(report: Report, start_ms: int) -> int:
    return start_ms + round(report.due_s * 1000)


def _name(vehicle: int) -> str:
    return f"drone-{vehicle:03d}"


def _without_delay(_client: mqtt.Client, _data: object, connection: object) -> None:
    # Nagle's algorithm would hold small messages back, and the delay would be counted as ours.
    cast("socket.socket", connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


if __name__ == "__main__":
    told = Drive(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)).run()
    sys.stdout.write(json.dumps(told))
