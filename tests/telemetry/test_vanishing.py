"""What is amiss with a vehicle does not outlast it, nor what was amiss what now is."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from telemetry.messages import Incoming
from telemetry.model import Reason
from telemetry.pipeline import Pipeline
from tests.telemetry.city_builders import NOON, permit, rulebook, zone
from tests.telemetry.intake import NOON_MS, RULES, Desk, message, position
from zones.demands import ZoneRules
from zones.model import Restriction

ASKING = rulebook([zone()])
NO_PERMIT, FOOTPRINT = Reason.NO_PERMIT.code, Reason.OUTSIDE_FOOTPRINT.code
SILENT, SPEED = Reason.SILENT.code, Reason.SPEED.code
ALERTS = "SELECT reason, state, outcome, opened_at FROM telemetry.alert ORDER BY opened_at, reason"


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    return Desk(pool, now=NOON, rules=ASKING)


def heard(s: int, vehicle: str = "drone-1", **said: Any) -> Incoming:  # noqa: ANN401 - of the wire
    """Return a position as it comes at its second after noon."""
    one = message(position(s, **said), vehicle=vehicle)
    return one._replace(received_at_ms=NOON_MS + 1000 * s)


def went(desk: Desk, pipeline: Pipeline, *seconds: int, **said: Any) -> None:  # noqa: ANN401 - of the wire
    for s in seconds:
        desk.now = NOON + timedelta(seconds=s)
        pipeline.take([heard(s, **said)])


def passed(desk: Desk, pipeline: Pipeline, s: int) -> None:
    """Let the city's clock look, so many seconds after noon."""
    desk.now = NOON + timedelta(seconds=s)
    pipeline.tend()


def alerts(desk: Desk) -> list[tuple[Any, ...]]:
    """Return the reason, state and outcome of every alert, and the second it began at."""
    return [
        (Reason(reason).code, state, outcome, round((opened - NOON).total_seconds()))
        for reason, state, outcome, opened in desk.rows(ALERTS)
    ]


def test_a_reason_that_holds_no_more_is_over_though_another_took_its_place(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(desk, pipeline, 0, 2, 4)
    desk.rules = rulebook([zone()], [permit(middle=(600, 0))])

    went(desk, pipeline, 6, 8, 10, 12, 14)
    assert alerts(desk) == [(NO_PERMIT, "open", None, 0), (FOOTPRINT, "open", None, 6)]
    went(desk, pipeline, 16)

    assert alerts(desk) == [(NO_PERMIT, "closed", "over", 0), (FOOTPRINT, "open", None, 6)]


def test_two_reasons_that_both_hold_are_two_alerts_for_as_long(desk: Desk) -> None:
    slow = zone("slow", rules=ZoneRules(speed_max_mps=1), restriction=Restriction.NO_RESTRICTION)
    desk.rules = rulebook([zone(), slow])
    pipeline = desk.pipeline()

    went(desk, pipeline, *range(0, 60, 4), speed=5)

    assert alerts(desk) == [(NO_PERMIT, "open", None, 0), (SPEED, "open", None, 0)]


@pytest.mark.parametrize("restarted", [False, True])
def test_what_is_amiss_with_a_vehicle_that_vanished_is_closed_by_the_clock(
    desk: Desk,
    restarted: bool,  # noqa: FBT001 - a case
) -> None:
    pipeline = desk.pipeline()
    went(desk, pipeline, 0, 2)
    passed(desk, pipeline, 120)
    assert alerts(desk) == [(NO_PERMIT, "open", None, 0), (SILENT, "open", None, 2)]
    begun = 0
    if restarted:
        begun = 900
        pipeline = desk.pipeline()
        passed(desk, pipeline, begun)
        passed(desk, pipeline, begun + 119)
        assert alerts(desk) == [(NO_PERMIT, "open", None, 0), (SILENT, "open", None, 2)]

    passed(desk, pipeline, begun + 123)

    assert alerts(desk) == [(NO_PERMIT, "closed", "unheard", 0), (SILENT, "open", None, 2)]
    told = [each for live in desk.lived for each in live.alerts if each.outcome is not None]
    assert [(each.reason, each.outcome) for each in told] == [(Reason.NO_PERMIT, "unheard")]
    events = desk.rows("SELECT state, outcome FROM telemetry.alert_event WHERE outcome <> ''")
    assert events == [("closed", "unheard")]
    # Once, also for who comes after; and heard again it begins anew.
    pipeline = desk.pipeline()
    passed(desk, pipeline, begun + 400)
    went(desk, pipeline, begun + 500, begun + 502)
    assert alerts(desk) == [
        (NO_PERMIT, "closed", "unheard", 0),
        (SILENT, "closed", "resumed", 2),
        (NO_PERMIT, "open", None, begun + 500),
    ]


def test_a_boat_that_speaks_every_three_minutes_is_one_alert(desk: Desk) -> None:
    desk.rules = RULES
    pipeline = desk.pipeline()
    for s in range(0, 900, 180):
        went(desk, pipeline, s, vehicle="boat-1")
        passed(desk, pipeline, s + 179)
    passed(desk, pipeline, 720 + 399)
    assert [each[1:] for each in alerts(desk)] == [("open", None, 0)]

    passed(desk, pipeline, 720 + 401)

    assert alerts(desk)[0] == ("prohibited", "closed", "unheard", 0)


def test_a_late_position_changes_nothing_of_who_vanished_and_came_again(desk: Desk) -> None:
    pipeline = desk.pipeline()
    went(desk, pipeline, 0, 10)
    passed(desk, pipeline, 200)
    went(desk, pipeline, 210, 220)
    before = alerts(desk)
    assert [each[:3] for each in before if each[0] == NO_PERMIT] == [
        (NO_PERMIT, "closed", "unheard"),
        (NO_PERMIT, "open", None),
    ]

    pipeline.take([heard(5)])
    pipeline.tend()
    went(desk, pipeline, 230)

    assert alerts(desk) == before
    (closed,) = desk.rows("SELECT count, last_at FROM telemetry.alert WHERE outcome = 'unheard'")
    assert closed == (3, NOON + timedelta(seconds=10))
