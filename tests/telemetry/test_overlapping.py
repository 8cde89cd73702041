"""A batch is judged while the one before is committed: what comes of both is the same."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.messages import Incoming
from telemetry.store.ingest import IngestStore
from telemetry.store.numbering import TurnEnded
from tests.telemetry.city_builders import LON
from tests.telemetry.intake import Desk, message, position

KEPT = ("observation", "verdict", "visit", "alert", "quarantine", "refusal")


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    return Desk(pool)


def recorded(desk: Desk) -> list[object]:
    return [
        desk.rows("SELECT seq, lon, at FROM telemetry.observation ORDER BY id"),
        *(desk.count(table) for table in KEPT),
        [one.payload for one in desk.published if one.topic.endswith("/receipt")],
    ]


def afresh(
    pool: ConnectionPool,
    batches: Sequence[Sequence[Incoming]],
    hand_over: Callable[[Desk, Sequence[Sequence[Incoming]]], None],
) -> list[object]:
    desk = Desk(pool)
    desk.empty()
    with pool.connection() as connection:
        connection.execute("TRUNCATE telemetry.alert CASCADE")
    hand_over(desk, batches)
    return recorded(desk)


def taken(desk: Desk, batches: Sequence[Sequence[Incoming]]) -> None:
    pipeline = desk.pipeline()
    for batch in batches:
        pipeline.take(batch)


def begun(desk: Desk, batches: Sequence[Sequence[Incoming]]) -> None:
    pipeline = desk.pipeline()
    done: Future[Any] | None = None
    for batch in batches:
        done = pipeline.begin(batch, done)
    if done is not None:
        done.result()


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sent=st.lists(
        st.lists(
            st.tuples(st.integers(0, 40), st.sampled_from([LON, LON + 0.01])),
            min_size=1,
            max_size=6,
        ),
        max_size=8,
    )
)
def test_batches_that_overlap_come_to_what_they_come_to_one_by_one(
    pool: ConnectionPool, sent: list[list[tuple[int, float]]]
) -> None:
    batches = [[message(*(position(seq, lon=lon) for seq, lon in each))] for each in sent]

    assert afresh(pool, batches, begun) == afresh(pool, batches, taken)


def test_what_was_begun_after_a_batch_that_fails_is_not_recorded_before_it(desk: Desk) -> None:
    pipeline = desk.pipeline()
    pipeline.take([message(position(1))])
    IngestStore(desk.pool).begin()

    failing = pipeline.begin([message(position(2))], None)
    with pytest.raises(TurnEnded):
        pipeline.begin([message(position(3))], failing)
    assert desk.count("observation") == 1

    done = pipeline.begin([message(position(2))], None)
    assert pipeline.begin([message(position(3))], done).result().counts.stored == 1
    assert done.result().counts.stored == 1
    assert desk.rows("SELECT seq FROM telemetry.observation ORDER BY id") == [(1,), (2,), (3,)]


def test_whoever_else_hands_messages_over_waits_for_the_batch_at_hand(desk: Desk) -> None:
    pipeline = desk.pipeline()

    done = pipeline.begin([message(position(1))], None)
    again = pipeline.take([message(position(1)), message(position(2))])

    assert done.done()
    assert (again.counts.stored, again.counts.duplicates) == (1, 1)
