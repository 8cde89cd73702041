"""What people were told is corrected by positions that come late, and what was said is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.alerting import AlertService
from telemetry.told import AlertState, Outcome
from tests.telemetry.city_builders import LON, NOON, rulebook, zone
from tests.telemetry.intake import RULES, Desk, message, position, went

ASKING = rulebook([zone("asking", half_m=100)])
IN, NEAR, FAR = LON, LON + 0.0015, LON + 0.002  # 10 m and 46 m from the border
NOTHING, TENDED, KILLED = WHILES = range(3)
ALERTS = """
SELECT opened_at, last_at, state, outcome, corrected_at IS NOT NULL FROM telemetry.alert
ORDER BY opened_at, id
"""
# Of one that goes on, what it comes to is written down now and then only.
STANDING = """
SELECT reason, opened_at, state, outcome, CASE state WHEN 'closed' THEN last_at END,
    CASE state WHEN 'closed' THEN count END
FROM telemetry.alert WHERE outcome IS DISTINCT FROM 'withdrawn' AND reason <> 8 ORDER BY opened_at
"""
WEBHOOK = """
INSERT INTO telemetry.webhook (id, url, severity, level, made_at, made_by)
VALUES (gen_random_uuid(), 'https://ops.example.org', 'low', 0, %(at)s, 'ada')
"""

Seen = tuple[int, int, float]


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    return Desk(pool)


def alerts(desk: Desk) -> list[tuple[Any, ...]]:
    """Return the seconds from which and until when, the state, the outcome and if corrected."""
    return [
        (round((opened - NOON).total_seconds()), round((last - NOON).total_seconds()), *rest)
        for opened, last, *rest in desk.rows(ALERTS)
    ]


def test_an_alert_that_a_late_position_shows_to_have_been_none_is_withdrawn(desk: Desk) -> None:
    desk.rules = ASKING
    pipeline = desk.pipeline()
    went(pipeline, (0, IN), (4, IN))
    assert alerts(desk) == [(0, 4, "open", None, False)]
    went(pipeline, (2, FAR))

    pipeline.tend()

    assert alerts(desk) == [(0, 4, "closed", "withdrawn", True)]
    (told,) = desk.corrected
    assert (told.state, told.outcome, told.corrected_at) == (
        *(AlertState.CLOSED, Outcome.WITHDRAWN),
        desk.now,
    )
    service = AlertService(desk.pool, lambda: desk.now, lambda _alerts: None)
    evidence = service.evidence(told)
    (former,) = evidence.former
    assert (former.alert.state, former.corrected_at) == (AlertState.OPEN, desk.now)
    assert [(each.state, each.outcome) for each in evidence.events] == [
        (AlertState.OPEN, None),
        (AlertState.CLOSED, Outcome.WITHDRAWN),
    ]
    assert "come late" in evidence.events[1].note
    # What follows begins anew, from the position after the late one.
    went(pipeline, (5, IN), (6, IN))
    assert alerts(desk)[1] == (4, 5, "open", None, False)


def test_an_alert_begins_when_a_late_position_shows_that_it_did(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, FAR), (20, IN))
    [(name,)] = desk.rows("SELECT id FROM telemetry.alert")
    went(pipeline, (10, IN))

    pipeline.tend()
    went(pipeline, (26, IN))

    assert alerts(desk) == [(10, 26, "open", None, True)]
    assert desk.rows("SELECT id, count FROM telemetry.alert") == [(name, 3)]
    assert [each.id for each in desk.corrected] == [name]


def test_an_alert_that_was_not_over_goes_on_and_waits_for_somebody_again(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, IN), (10, FAR), (21, FAR))
    assert alerts(desk) == [(0, 0, "closed", "over", False)]
    desk.now += timedelta(seconds=5)
    went(pipeline, (16, IN))

    pipeline.tend()

    assert alerts(desk) == [(0, 16, "open", None, True)]
    assert desk.rows("SELECT waiting_since FROM telemetry.alert") == [(desk.now,)]
    went(pipeline, (22, FAR), (32, FAR))
    assert alerts(desk) == [(0, 16, "closed", "over", True)]
    states = desk.rows("SELECT state FROM telemetry.alert_event ORDER BY id")
    assert states == [("open",), ("closed",), ("open",), ("closed",)]


def test_one_alert_that_was_two_situations_becomes_two(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, IN), (60, IN))
    went(pipeline, (20, FAR), (31, FAR))

    pipeline.tend()

    assert alerts(desk) == [(0, 0, "closed", "over", True), (60, 60, "open", None, False)]


def test_what_an_inspector_said_of_an_alert_stays_when_it_is_corrected(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, FAR), (20, IN))
    service = AlertService(desk.pool, lambda: desk.now, lambda _alerts: None)
    [(name,)] = desk.rows("SELECT id FROM telemetry.alert")
    service.move(name, AlertState.CLOSED, by="ines", outcome=Outcome.DISMISSED)
    went(pipeline, (10, IN))

    pipeline.tend()

    assert alerts(desk) == [(10, 20, "closed", "dismissed", True)]


def test_a_late_position_that_changes_nothing_corrects_nothing(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(pipeline, (0, FAR), (10, IN), (20, IN), (30, FAR), (41, FAR))
    told = desk.rows("SELECT * FROM telemetry.alert")
    went(pipeline, (45, FAR), (43, NEAR))

    pipeline.tend()

    assert desk.rows("SELECT * FROM telemetry.alert") == told
    assert (desk.corrected, desk.count("alert_before")) == ([], 0)


@pytest.mark.parametrize(("minutes", "told"), [(1, ["over"]), (11, [])])
def test_what_only_a_late_position_shows_is_told_unless_it_is_history(
    desk: Desk, minutes: int, told: list[str]
) -> None:
    desk.now = NOON + timedelta(minutes=minutes)
    pipeline = desk.pipeline()
    went(pipeline, (0, FAR), (40, FAR), (51, FAR), (20, IN))

    pipeline.tend()

    assert [each[3] for each in alerts(desk)] == told
    assert [each.outcome for each in desk.corrected] == told


def test_when_people_are_told_may_have_changed_since_without_correcting_what_they_were(
    desk: Desk,
) -> None:
    desk.rules = ASKING
    pipeline = desk.pipeline()
    went(pipeline, (0, IN), (4, IN))
    slower = {
        reason: replace(each, raised_after_s=3600.0) for reason, each in ASKING.patience.items()
    }
    desk.rules = replace(ASKING, patience=slower)
    went(pipeline, (3, IN))

    pipeline.tend()

    assert alerts(desk) == [(0, 4, "open", None, False)]


def arrived(desk: Desk, seen: Sequence[Seen], whiles: Sequence[int]) -> list[tuple[Any, ...]]:
    """Send positions in an order; return the alerts that stand once all is in its place."""
    with desk.pool.connection() as connection:
        connection.execute("TRUNCATE telemetry.alert, telemetry.visit_before CASCADE")
    desk.empty()
    pipeline = desk.pipeline()
    for number, (seq, s, lon) in enumerate(seen):
        pipeline.take([message(position(seq, lon=lon, at=position(s)["at"]))])
        if whiles[number] == TENDED:
            pipeline.tend()
        if whiles[number] == KILLED:
            pipeline = desk.pipeline()
    for pause in (3600, 130):
        desk.now += timedelta(seconds=pause)
        pipeline.tend()
    return desk.rows(STANDING)


journeys = st.lists(
    st.tuples(st.sampled_from([1, 3, 11, 70]), st.sampled_from([IN, NEAR, FAR])),
    min_size=2,
    max_size=7,
)


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(journeys, st.data(), st.lists(st.sampled_from(WHILES), min_size=7, max_size=7))
@pytest.mark.parametrize("told", ["at once", "when it lasts"])
def test_whatever_the_order_of_arrival_the_same_alerts_stand(
    pool: ConnectionPool,
    told: str,
    journey: list[tuple[int, float]],
    data: st.DataObject,
    whiles: list[int],
) -> None:
    rules = {"at once": RULES, "when it lasts": ASKING}[told]
    s, seen = 0, list[Seen]()
    for seq, (pause, lon) in enumerate(journey):
        s += pause
        seen.append((seq, s, lon))
    shuffled = data.draw(st.permutations(seen))

    in_order = arrived(Desk(pool, rules=rules), seen, [NOTHING] * 7)

    assert arrived(Desk(pool, rules=rules), shuffled, whiles) == in_order


def test_alerts_are_corrected_after_a_restart_in_between(desk: Desk) -> None:
    went(desk.pipeline(), (0, FAR), (20, IN), (10, IN))

    desk.pipeline().tend()

    assert alerts(desk) == [(10, 20, "open", None, True)]


def test_a_webhook_hears_of_a_correction_in_its_turn(desk: Desk) -> None:
    with desk.pool.connection() as connection:
        connection.execute(WEBHOOK, {"at": NOON})
    pipeline = desk.pipeline()
    went(pipeline, (0, FAR), (20, IN), (10, IN))

    pipeline.tend()

    told = desk.rows("SELECT event, (alert ->> 'opened_at')::timestamptz FROM telemetry.delivery"
                     " ORDER BY number")  # fmt: skip
    assert told == [
        ("alert.opened", NOON + timedelta(seconds=20)),
        ("alert.corrected", NOON + timedelta(seconds=10)),
    ]
