"""Whatever ends a process, and whenever: the next one goes on as if nothing had happened."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.messages import Incoming
from telemetry.pipeline import Pipeline
from tests.telemetry.city_builders import LON
from tests.telemetry.intake import Desk, message, position

TABLES = (
    "observation, verdict, observation_key, used_number, refusal, quarantine, track, visit,"
    " visit_before, alert, alert_event"
)
# In the forbidden zone, at its edge, beside it and far away.
PLACES = (LON, LON + 0.001, LON + 0.0015, LON + 0.003)
NOTHING, TENDED, KILLED = range(3)


def emptied(pool: ConnectionPool) -> Desk:
    desk = Desk(pool)
    with pool.connection() as connection:
        tables = ", ".join(f"telemetry.{table.strip()}" for table in TABLES.split(","))
        connection.execute(f"TRUNCATE {tables} CASCADE".encode())
    return desk


def outcome(desk: Desk, pipeline: Pipeline) -> list[object]:
    """Return what became of everybody, all stays ended, on the river too."""
    desk.now += timedelta(hours=1)
    pipeline.tend()
    desk.now += timedelta(seconds=410)
    pipeline.tend()
    return [
        desk.rows(
            "SELECT vehicle, zone_id, entered_at, left_at, certain_ms, uncertain_ms, distance_m,"
            " observations, violations FROM telemetry.visit ORDER BY 1, 3"
        ),
        # Of one that goes on, what it comes to is written down now and then only.
        desk.rows(
            "SELECT vehicle, reason, state, opened_at, CASE state WHEN 'closed' THEN last_at END,"
            " CASE state WHEN 'closed' THEN count END FROM telemetry.alert"
            " WHERE outcome IS DISTINCT FROM 'withdrawn' ORDER BY 1, 2, 4"
        ),
    ]


def passed(desk: Desk, seen: Sequence[tuple[int, float, str]], breaks: Sequence[int]) -> object:
    pipeline = desk.pipeline()
    for seq, ((pause, lon, vehicle), what) in enumerate(zip(seen, breaks, strict=False)):
        at = position(seq)["at"] + pause * 1000
        pipeline.take([message(position(seq, lon=lon, at=at), vehicle=vehicle)])
        if what == TENDED:
            pipeline.tend()
        if what == KILLED:
            pipeline = desk.pipeline()
    return outcome(desk, pipeline)


walks = st.lists(
    st.tuples(st.integers(-3, 6), st.sampled_from(PLACES), st.sampled_from(["drone-1", "boat-1"])),
    max_size=12,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seen=walks, breaks=st.lists(st.integers(0, 2), min_size=12, max_size=12))
def test_ending_a_process_between_any_two_observations_changes_nothing(
    pool: ConnectionPool, seen: list[tuple[int, float, str]], breaks: list[int]
) -> None:
    expected = passed(emptied(pool), seen, [NOTHING] * 12)

    assert passed(emptied(pool), seen, breaks) == expected


def test_what_is_written_down_is_not_gone_through_again(pool: ConnectionPool) -> None:
    desk = Desk(pool)
    pipeline = desk.pipeline()
    pipeline.take([message(position(1), position(2))])
    [(before,)] = desk.rows("SELECT standing_to FROM telemetry.intake")

    pipeline.tend()

    [(after,)] = desk.rows("SELECT standing_to FROM telemetry.intake")
    assert before == 0
    assert desk.rows("SELECT max(id) FROM telemetry.observation") == [(after,)]
    assert desk.count("track") == 1


def test_an_observation_changes_no_standing_in_the_database_by_itself(pool: ConnectionPool) -> None:
    desk = Desk(pool)

    desk.pipeline().take([message(position(1, lon=LON + 0.1), position(2, lon=LON + 0.1))])

    assert desk.count("track") == 0


SENDER = """
import sys
from psycopg_pool import ConnectionPool
from tests.telemetry.test_resuming import journey
from tests.telemetry.intake import Desk

with ConnectionPool(sys.argv[1], min_size=1, max_size=2) as pool:
    pipeline = Desk(pool).pipeline()
    for number, each in enumerate(journey()):
        pipeline.take([each])
        if number % 5 == 0:
            pipeline.tend()
        print(number, flush=True)
"""


def journey() -> list[Incoming]:
    """Return in and out of the zone, thirty times."""
    return [message(position(n, lon=PLACES[n % 4])) for n in range(30)]


@pytest.mark.slow
def test_a_process_killed_at_any_moment_loses_nothing_and_repeats_nothing(
    pool: ConnectionPool, database_url: str
) -> None:
    desk = emptied(pool)
    expected = passed(desk, [(0, PLACES[n % 4], "drone-1") for n in range(30)], [NOTHING] * 30)
    desk = emptied(pool)
    for patience in (6, 17):
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, database_url],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        with process:
            assert process.stdout is not None
            for _ in range(patience):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)

    pipeline = desk.pipeline()
    for each in journey():
        pipeline.take([each])

    assert desk.count("observation") == 30
    assert outcome(desk, pipeline) == expected
