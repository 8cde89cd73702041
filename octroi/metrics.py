"""What does Prometheus read of a running Octroi, and who may read it?

The pipeline hands over each committed batch, and what is counted of it is a few additions; the rest
is read where it stands when somebody asks. Labels are few whatever senders write: reasons without
what they quote, a set number of them and of operators, what is beyond under `other`.
"""

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Header, HTTPException, Request, Response
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from typing_extensions import override

from octroi.ticks import Ticks
from octroi.values import Network
from telemetry.counting import Counts
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import Doubted
from telemetry.intake.clocks import UNHEARD, Behind, Clocks, measured
from telemetry.watching import Watched

LABELS_LIMIT = 100
OTHER = "other"
# What a reason quotes of its sender: texts in quotes, and numbers.
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|-?\d[\d.,_]*")
LAG_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
STAGE_BOUNDS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)
SKEW_WINDOW_MS = 300_000
OUTCOMES = ("stored", "refused", "quarantined", "duplicates")
KINDS = ("compliant", "violation", "uncertain")


class _Lags:
    """A histogram that takes a whole column at a time."""

    def __init__(self) -> None:
        self._bounds = np.array([each * 1000 for each in LAG_BOUNDS_S])
        self._counts = np.zeros(len(LAG_BOUNDS_S) + 1, np.int64)
        self._sum_ms = 0

    def add(self, lags_ms: NDArray[np.int64]) -> None:
        places = np.searchsorted(self._bounds, lags_ms, side="left")
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sum_ms += int(lags_ms.sum())

    def metric(self, name: str, documentation: str) -> HistogramMetricFamily:
        rising = np.cumsum(self._counts).tolist()
        bounds = [*map(str, LAG_BOUNDS_S), "+Inf"]
        return HistogramMetricFamily(
            name,
            documentation,
            buckets=list(zip(bounds, rising, strict=True)),
            sum_value=self._sum_ms / 1000,
        )


class _Skews:
    """How far each operator's clock is from ours: its freshest message of the last minutes.

    The way here takes time too, so a clock that is right shows a little behind.
    """

    def __init__(self) -> None:
        self._window = 0
        self._now: dict[str, Behind] = {}
        self._before: dict[str, Behind] = {}

    def add(self, operator: str, behind: Behind, received_ms: int) -> None:
        window = received_ms // SKEW_WINDOW_MS
        if window > self._window:
            self._before = self._now if window == self._window + 1 else {}
            self._window, self._now = window, {}
        if operator not in self._now and len(self._now) >= LABELS_LIMIT:
            operator = OTHER
        self._now[operator] = behind.both(self._now.get(operator, UNHEARD))

    def seconds(self) -> dict[str, float]:
        return {name: each.ms / 1000 for name, each in (self._before | self._now).items()}


class Meters:
    """What is counted of each batch; `watch` is called by the pipeline, one batch at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reasons: Mapping[str, Counter[str]] = defaultdict(Counter)
        self._named: dict[str, str] = {}
        self._arrival, self._recording, self._skews = _Lags(), _Lags(), _Skews()
        self.clocks = Clocks()
        self.ticks = Ticks()
        self.registry = CollectorRegistry(auto_describe=False)
        stages = Histogram(
            "octroi_stage_seconds",
            "Time a batch takes in each stage of the pipeline",
            ["stage"],
            buckets=STAGE_BOUNDS_S,
            registry=self.registry,
        )
        self._stages = {
            name: stages.labels(name)
            for name in ("decode", "claim", "judge", "write", "commit", "tell")
        }

    def watch(self, batch: Watched) -> None:
        """Count a committed batch."""
        with self._lock:
            for stage, seconds in batch.laps.taken:
                self._stages[stage].observe(seconds)
            if batch.news is not None and len(batch.news):
                received = batch.news.received_at_ms
                self._arrival.add(np.maximum(received - batch.news.positions.at_ms, 0))
                self._recording.add(np.maximum(batch.recorded_ms - received, 0))
            self._hear(batch.arrivals, batch.doubted)
            for each in batch.doubted:
                self._count("quarantined", each.reason)

    def metrics(self) -> Iterator[Metric]:
        """Yield what was counted of all batches."""
        with self._lock:
            yield self._arrival.metric(
                "octroi_arrival_lag_seconds", "From a device's clock (at) to our hearing it"
            )
            yield self._recording.metric(
                "octroi_recording_lag_seconds", "From hearing an observation to its commit"
            )
            reasons = CounterMetricFamily(
                "octroi_reasons",
                "Observations not stored, by reason; the same one sent again counts again",
                labels=["outcome", "reason"],
            )
            for outcome, counted in self._reasons.items():
                for reason, count in counted.items():
                    reasons.add_metric([outcome, reason], count)
            skews = GaugeMetricFamily(
                "octroi_clock_behind_seconds",
                "How far an operator's clock is behind ours at most; below 0 it is ahead",
                labels=["operator"],
            )
            for operator, seconds in self._skews.seconds().items():
                skews.add_metric([operator], seconds)
        yield reasons
        yield skews

    def _hear(self, arrivals: Arrivals, doubted: Sequence[Doubted]) -> None:
        for one in arrivals.refused:
            self._count("refused", one.reason)
        stamped = np.flatnonzero(arrivals.stamped)
        if not len(stamped):
            return
        believed = np.ones(len(arrivals), dtype=bool)
        believed[[one.row for one in doubted]] = False
        batch = arrivals.observations
        if len(stamped) < len(batch):
            batch, believed = batch.take(stamped), believed[stamped]
        self.clocks.add(batch, believed)
        received_ms = int(batch.received_at_ms[-1])
        found = measured(batch.sender, len(batch.senders), batch, believed)
        told = zip(*(column.tolist() for column in found), strict=True)
        for sender, behind in zip(batch.senders, map(Behind._make, told), strict=True):
            if behind != UNHEARD:
                self._skews.add(sender, behind, received_ms)

    def _count(self, outcome: str, reason: str) -> None:
        known = self._named.get(reason)
        if known is None:
            known = QUOTED.sub("…", reason)[:80]
            if len(self._named) < LABELS_LIMIT * 10:
                self._named[reason] = known
        counted = self._reasons[outcome]
        counted[known if known in counted or len(counted) < LABELS_LIMIT else OTHER] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is read where it stands: counts since the start, gauges of now, losses at the broker."""

    counts: Callable[[], Counts]
    gauges: Mapping[str, tuple[str, Callable[[], float]]]
    losses: Callable[[], Mapping[str, int]]
    pool: Callable[[], Mapping[str, int]]


class _Reading(Collector):
    """Yields everything, as it is when somebody asks."""

    def __init__(self, meters: Meters, standing: Standing) -> None:
        self._meters = meters
        self._standing = standing

    @override
    def collect(self) -> Iterable[Metric]:
        counts, pool = self._standing.counts(), self._standing.pool()
        yield _counter(
            "octroi_observations",
            "Distinct observations",
            "outcome",
            {each: getattr(counts, each) for each in OUTCOMES},
        )
        yield _counter(
            "octroi_verdicts", "Verdicts", "kind", {each: getattr(counts, each) for each in KINDS}
        )
        yield CounterMetricFamily("octroi_visits", "Visits that ended", counts.visits)
        yield CounterMetricFamily("octroi_alerts_told", "Alerts told", counts.alerts_told)
        yield _counter("octroi_lost_messages", "Lost at the broker", "why", self._standing.losses())
        for name, (documentation, value) in self._standing.gauges.items():
            yield GaugeMetricFamily(name, documentation, value())
        connections = GaugeMetricFamily(
            "octroi_database_connections", "Connections of the pool", labels=["state"]
        )
        size, idle = pool.get("pool_size", 0), pool.get("pool_available", 0)
        connections.add_metric(["idle"], idle)
        connections.add_metric(["used"], size - idle)
        yield connections
        yield GaugeMetricFamily(
            "octroi_database_waiting", "Requests for a connection", pool.get("requests_waiting", 0)
        )
        yield from self._meters.metrics()
        yield from self._meters.ticks.metrics()


def router(meters: Meters, standing: Standing, readers: Iterable[Network]) -> APIRouter:
    """Return the route that Prometheus reads, from these networks only."""
    meters.registry.register(_Reading(meters, standing))
    ProcessCollector(registry=meters.registry)
    allowed = tuple(readers)
    routes = APIRouter(tags=["operations"])

    @routes.get("/metrics", response_class=Response)
    def metrics(request: Request, accept: Annotated[str, Header()] = "") -> Response:
        """Show rates, lags, queues, verdicts, refusals, skew and time by stage, for Prometheus.

        Answers the machine itself and the networks of `OCTROI_METRICS_FROM` only.
        """
        asking = "" if request.client is None else request.client.host
        if not _within(asking, allowed):
            told = f"Metrics are not for {asking}; OCTROI_METRICS_FROM names who may read them."
            raise HTTPException(403, told)
        encode, media_type = choose_encoder(accept)
        return Response(encode(meters.registry), media_type=media_type)

    return routes


def _within(address: str, networks: Iterable[Network]) -> bool:
    try:
        asking = ip_address(address)
    except ValueError:
        return False
    return any(asking in each for each in networks)


def _counter(
    name: str, documentation: str, label: str, values: Mapping[str, int]
) -> CounterMetricFamily:
    found = CounterMetricFamily(name, documentation, labels=[label])
    for named, value in values.items():
        found.add_metric([named], value)
    return found
