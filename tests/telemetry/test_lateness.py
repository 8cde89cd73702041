"""In whatever order positions come, visits end up the same, and what was said before is kept."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.pipeline import Pipeline
from tests.telemetry.city_builders import LON, NOON
from tests.telemetry.intake import Desk, message, position, went

VISITS = """
SELECT vehicle, zone_id, entered_at, left_at, certain_ms, uncertain_ms, distance_m, observations,
    violations, (SELECT at FROM telemetry.observation WHERE id = first_observation),
    (SELECT at FROM telemetry.observation WHERE id = last_observation)
FROM telemetry.visit ORDER BY vehicle, entered_at, left_at
"""
VERDICTS = "SELECT vehicle, kind, count(*) FROM telemetry.each_verdict GROUP BY 1, 2 ORDER BY 1, 2"
OUT, IN = LON + 0.0015, LON
NOTHING, TENDED, KILLED = WHILES = range(3)

Seen = tuple[int, int, float]


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    return Desk(pool)


def ended(desk: Desk, pipeline: Pipeline) -> tuple[object, object]:
    """Return all visits, once everybody fell silent, and how many verdicts of each kind."""
    for pause in (3600, 130):
        desk.now += timedelta(seconds=pause)
        pipeline.tend()
    return desk.rows(VISITS), desk.rows(VERDICTS)


def passed(
    pool: ConnectionPool, seen: Sequence[Seen], whiles: Sequence[int]
) -> tuple[object, object]:
    desk = Desk(pool)
    with pool.connection() as connection:
        connection.execute("TRUNCATE telemetry.alert, telemetry.visit_before CASCADE")
    desk.empty()
    pipeline = desk.pipeline()
    for number, (seq, s, lon) in enumerate(seen):
        at = position(s)["at"]
        pipeline.take([message(position(seq, lon=lon, at=at))])
        if whiles[number] == TENDED:
            pipeline.tend()
        if whiles[number] == KILLED:
            pipeline = desk.pipeline()
    return ended(desk, pipeline)


journeys = st.lists(
    st.tuples(st.sampled_from([1, 2, 10, 118, 130]), st.sampled_from([IN, OUT, LON + 0.001])),
    min_size=2,
    max_size=9,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(journeys, st.data(), st.lists(st.sampled_from(WHILES), min_size=9, max_size=9))
def test_the_order_of_arrival_changes_no_visit_and_no_count_of_verdicts(
    pool: ConnectionPool, journey: list[tuple[int, float]], data: st.DataObject, whiles: list[int]
) -> None:
    s, seen = 0, list[Seen]()
    for seq, (pause, lon) in enumerate(journey):
        s += pause
        seen.append((seq, s, lon))
    shuffled = data.draw(st.permutations(seen))

    assert passed(pool, shuffled, whiles) == passed(pool, seen, [NOTHING] * 9)


def test_a_late_position_makes_the_visit_that_it_proves(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, OUT), (20, OUT), (10, IN))
    assert desk.count("visit") == 0

    pipeline.tend()

    [(zone, seen, first, last)] = desk.rows(
        "SELECT zone_id, observations, entered_at, left_at FROM telemetry.visit"
    )
    assert (zone, seen) == ("forbidden", 1)
    assert NOON < first < NOON + timedelta(seconds=10) < last < NOON + timedelta(seconds=20)


def test_a_visit_that_is_corrected_keeps_its_name_and_what_was_said_of_it(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, OUT), (10, IN), (30, OUT))
    [(name, left)] = desk.rows("SELECT id, left_at FROM telemetry.visit")
    went(pipeline, (20, IN))

    pipeline.tend()

    [(same, later, seen)] = desk.rows("SELECT id, left_at, observations FROM telemetry.visit")
    assert (same, seen) == (name, 2)
    assert later > left
    [(before, late)] = desk.rows(
        "SELECT said ->> 'left_at', late = (SELECT id FROM telemetry.observation"
        " WHERE at = '2026-06-10T12:00:20Z') FROM telemetry.visit_before"
    )
    assert (before[:19], late) == (left.isoformat()[:19], True)


def test_a_visit_that_was_none_is_taken_back(desk: Desk) -> None:
    around = (LON, 48.8535)
    pipeline = desk.pipeline()
    pipeline.take([message(position(0, lon=LON - 0.003))])
    pipeline.take([message(position(60, lon=LON + 0.003))])
    assert desk.count("visit") == 1
    pipeline.take([message(position(30, lon=around[0], lat=around[1]))])

    pipeline.tend()

    assert (desk.count("visit"), desk.count("visit_before")) == (0, 1)


def test_nothing_is_corrected_twice_nor_where_nothing_changes(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, OUT), (10, IN), (30, OUT), (20, IN))
    pipeline.tend()
    went(pipeline, (40, OUT), (35, OUT))

    for _ in range(2):
        pipeline.tend()
        pipeline = desk.pipeline()

    assert (desk.count("visit"), desk.count("visit_before")) == (1, 1)


def test_a_process_that_goes_on_corrects_what_the_last_one_left(desk: Desk) -> None:
    went(desk.pipeline(), (0, OUT), (20, OUT), (10, IN))

    desk.pipeline().tend()

    assert desk.count("visit") == 1


def test_what_came_late_is_known_when_a_process_ends_after_writing_its_track(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, OUT), (20, OUT), (10, IN))
    # That a visit begins and ends writes the track down.
    went(pipeline, (30, IN), (40, OUT))

    desk.pipeline().tend()

    assert desk.count("visit") == 2


def test_a_late_position_too_far_away_to_be_true_changes_no_visit(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, IN), (10, IN), (30, OUT))
    told = desk.rows(VISITS)
    went(pipeline, (5, LON + 1), (20, LON + 1))

    pipeline.tend()

    assert desk.rows(VISITS) == told


def test_where_a_vehicle_stands_is_put_right(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, OUT), (20, IN), (10, IN))
    pipeline.tend()
    went(pipeline, (30, OUT))

    [(seen, lasted)] = desk.rows(
        "SELECT observations, extract(epoch FROM left_at - entered_at)::float8 FROM telemetry.visit"
    )
    assert seen == 2
    assert lasted > 15
