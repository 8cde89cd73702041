"""What is counted of batches is what happened to them, in few words whatever senders write."""

from collections.abc import Callable
from ipaddress import ip_network

import httpx
import numpy as np
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from psycopg_pool import ConnectionPool

from octroi.metrics import LABELS_LIMIT, Meters, Standing, router
from octroi.values import Network
from telemetry.counting import Counts
from telemetry.outlets import Outlets
from telemetry.pipeline import Pipeline, Sources
from telemetry.store.ingest import IngestStore
from tests.octroi.served import served
from tests.telemetry.intake import Desk, message, position

LOOPBACK = (ip_network("127.0.0.0/8"),)
Read = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def standing(counts: Callable[[], Counts] = Counts) -> Standing:
    return Standing(
        counts=counts,
        gauges={"octroi_live_readers": ("Open live streams", lambda: 3)},
        losses=lambda: {"mqtt_overflowed": 2},
        pool=lambda: {"pool_size": 4, "pool_available": 1, "requests_waiting": 5},
    )


def fetched(
    meters: Meters, stands: Standing | None = None, networks: tuple[Network, ...] = LOOPBACK
) -> httpx.Response:
    app = FastAPI()
    app.include_router(router(meters, stands or standing(), networks))
    with served(app) as client:
        return client.get("/metrics")


def read(answer: httpx.Response) -> Read:
    assert answer.status_code == 200
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def measured(desk: Desk, meters: Meters) -> Pipeline:
    told = desk.pipeline()
    sources: Sources = told._sources  # noqa: SLF001 - the desk's own, with an outlet more
    outlets = Outlets(publish=lambda *_: None, live=desk.lived.append, watch=meters.watch)
    return Pipeline(IngestStore(desk.pool), sources, outlets)


def test_what_the_pipeline_does_is_what_is_shown(pool: ConnectionPool) -> None:
    desk, meters = Desk(pool), Meters()
    pipeline = measured(desk, meters)
    pipeline.take([message(*(position(seq) for seq in range(10)))])
    pipeline.take([message(position(1)), message(position(2, lon=2.0))])
    pipeline.take([message(position(99), vehicle="nobodys"), message(position(90))])

    found = read(fetched(meters, standing(lambda: pipeline.counters.counts)))

    outcomes = {
        labels[0][1]: value
        for (name, labels), value in found.items()
        if name == "octroi_observations_total"
    }
    assert outcomes == {"stored": 10, "refused": 1, "quarantined": 2, "duplicates": 1}
    assert found["octroi_verdicts_total", (("kind", "violation"),)] == 10
    reasons = {
        (dict(labels)["outcome"], dict(labels)["reason"]): value
        for (name, labels), value in found.items()
        if name == "octroi_reasons_total"
    }
    assert reasons == {
        ("refused", "vehicle: … is not registered for ailes"): 1,
        ("quarantined", "seq: the same boot and seq came before with other content"): 1,
        ("quarantined", "at: ahead of the time it was received"): 1,
    }
    assert found["octroi_arrival_lag_seconds_count", ()] == 10
    # Heard a minute after noon; the freshest was of 9 seconds after noon.
    assert found["octroi_arrival_lag_seconds_sum", ()] == sum(60 - s for s in range(10))
    # What is not believed says nothing of a clock that is otherwise right.
    assert found["octroi_clock_behind_seconds", (("operator", "ailes"),)] == 51
    for stage in ("decode", "claim", "write", "commit", "tell"):
        assert found["octroi_stage_seconds_count", (("stage", stage),)] == 3
    assert found["octroi_stage_seconds_count", (("stage", "judge"),)] == 1


def test_what_stands_is_read_when_somebody_asks() -> None:
    found = read(fetched(Meters()))
    assert found["octroi_live_readers", ()] == 3
    assert found["octroi_lost_messages_total", (("why", "mqtt_overflowed"),)] == 2
    assert found["octroi_database_connections", (("state", "used"),)] == 3
    assert found["octroi_database_waiting", ()] == 5


def test_only_the_networks_named_may_read() -> None:
    answer = fetched(Meters(), networks=(ip_network("10.0.0.0/8"),))
    assert answer.status_code == 403
    assert "OCTROI_METRICS_FROM names who may read them" in answer.json()["detail"]


@settings(max_examples=25)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=400))
def test_labels_are_few_whatever_senders_write(reasons: list[str]) -> None:
    meters = Meters()
    for reason in reasons:
        meters._count("refused", reason)  # noqa: SLF001 - what senders reach
    (family,) = (each for each in meters.metrics() if each.name == "octroi_reasons")
    assert len(family.samples) <= LABELS_LIMIT + 1
    assert sum(one.value for one in family.samples) == len(reasons)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=200))
def test_a_histogram_taken_by_columns_counts_each_once(lags_ms: list[int]) -> None:
    meters = Meters()
    meters._arrival.add(np.array(lags_ms, np.int64))  # noqa: SLF001 - the column's way in
    (family,) = (each for each in meters.metrics() if each.name == "octroi_arrival_lag_seconds")
    for one in family.samples:
        if one.name.endswith("_bucket"):
            bound = float(one.labels["le"])
            assert one.value == sum(each <= bound * 1000 for each in lags_ms)
