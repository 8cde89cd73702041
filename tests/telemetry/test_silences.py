"""Silence is noticed by the clock: how soon depends on how often a layer's vehicles speak."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.model import Reason
from telemetry.patience import PATIENCE, InvalidPatience, PatienceChange, changed
from telemetry.rulebook import Rulebook
from telemetry.told import AlertState, Outcome
from tests.telemetry.asking import City
from tests.telemetry.city_builders import DRONE, NOON, Seen, permit, rulebook, zone
from tests.telemetry.intake import Desk, message, position
from tests.telemetry.test_witnesses import ASKING, Street
from zones.model import Layer

ROAD = rulebook([zone()], [permit(1000, layer=Layer.SURFACE)])
QUAY = rulebook([zone()], [permit(1000, layer=Layer.RIVER)])
SKY = rulebook([zone()], [permit(1000)])


def silent(street: Street) -> list[AlertState]:
    return [each.state for each in street.alerts if each.reason is Reason.SILENT]


def gone(rules: Rulebook, layer: Layer) -> Street:
    street = Street(rules)
    street.hear((Seen(s=0, layer=layer), DRONE.operator))
    return street


@pytest.mark.parametrize(
    ("rules", "layer", "told_s"),
    [(SKY, Layer.AIR, 30), (ROAD, Layer.SURFACE, 120), (QUAY, Layer.RIVER, 400)],
)
def test_who_has_a_permit_running_is_told_of_as_soon_as_its_layer_says(
    rules: Rulebook, layer: Layer, told_s: int
) -> None:
    street = gone(rules, layer)

    for second in range(told_s):
        street.wait(second)
    assert silent(street) == []
    for second in range(told_s, told_s + 400):
        street.wait(second + 1)

    assert silent(street) == [AlertState.OPEN]


def test_a_moored_boat_that_speaks_every_three_minutes_is_never_silent() -> None:
    street = gone(QUAY, Layer.RIVER)

    for second in range(1, 1_000):
        if second % 180 == 0:
            street.hear((Seen(s=second, layer=Layer.RIVER), DRONE.operator))
        street.wait(second)

    assert silent(street) == []


def test_what_a_vehicle_did_when_its_stay_ended_is_told_later_and_ends_when_it_is_heard() -> None:
    asking = gone(ASKING, Layer.RIVER)
    for second in range(500):
        asking.wait(second)
    asking.hear((Seen(s=501, layer=Layer.RIVER), DRONE.operator))

    opened, over = (each for each in asking.alerts if each.reason is Reason.SILENT)
    assert (opened.zone, opened.permit, opened.opened_at) == ("city", None, NOON)
    assert (over.id, over.outcome) == (opened.id, Outcome.RESUMED)


@settings(max_examples=8)
@given(st.sets(st.integers(0, 600)), st.sampled_from([Layer.AIR, Layer.SURFACE, Layer.RIVER]))
def test_how_often_the_clock_looks_changes_only_when_people_are_told(
    looks: set[int], layer: Layer
) -> None:
    often, seldom = gone(ASKING, layer), gone(ASKING, layer)
    for second in range(601):
        often.wait(second)

    for second in (*sorted(looks), 600):
        seldom.wait(second)

    assert [each.id for each in seldom.alerts] == [each.id for each in often.alerts]


def test_silence_survives_a_restart_and_ends_after_it(pool: ConnectionPool) -> None:
    desk = Desk(pool)
    pipeline = desk.pipeline()
    pipeline.take([message(position(59))])
    desk.now += timedelta(seconds=25)
    pipeline.tend()
    told = len(desk.lived)

    desk.now += timedelta(seconds=10)
    pipeline.tend()
    assert states(desk) == [("open", None)]
    (new,) = desk.lived[told:]
    assert [each.reason for each in new.alerts] == [Reason.SILENT]

    later = desk.pipeline()
    later.tend()
    assert states(desk) == [("open", None)]
    desk.now += timedelta(seconds=10)
    later.take([message(position(61))])
    assert states(desk) == [("closed", "resumed")]


def test_after_a_pause_of_ours_nobody_is_silent_until_it_had_time_to_be_heard(
    pool: ConnectionPool,
) -> None:
    desk = Desk(pool)
    desk.pipeline().take([message(position(59))])

    desk.now += timedelta(hours=1)
    later = desk.pipeline()
    later.tend()
    desk.now += timedelta(seconds=29)
    later.tend()
    assert states(desk) == []

    desk.now += timedelta(seconds=2)
    later.tend()
    assert states(desk) == [("open", None)]


def states(desk: Desk) -> list[tuple[str, str | None]]:
    reason = Reason.SILENT.value
    return [
        (state, outcome)
        for number, state, outcome in desk.rows(
            "SELECT reason, state, outcome FROM telemetry.alert"
        )
        if number == reason
    ]


def test_a_rule_maker_says_how_soon_in_each_layer(pool: ConnectionPool) -> None:
    city, path = City(pool), "/v1/alerts/rules/silent"
    by_layer = {"air": 15.0, "river": 600.0}

    decided = city.call(
        "PUT", path, "rulemaker:rose", {"act": "Arrêté 14", "raised_after_layer_s": by_layer}
    )

    rules = city.get("/v1/alerts/rules", "operator:ailes")["rules"]
    (rule,) = (each for each in rules if each["reason"] == "silent")
    assert decided.json()["raised_after_layer_s"] == rule["raised_after_layer_s"] == by_layer
    assert rule["raised_after_s"] == 120
    for wrong in ({"air": 5}, {"space": 30}, {"air": -1}, {"air": 1e9}):
        body = {"act": "x", "raised_after_layer_s": wrong}
        assert city.status("PUT", path, "admin:", body) == 422


def test_silence_is_no_shorter_than_the_pause_between_two_positions() -> None:
    hasty = changed(PATIENCE[Reason.SILENT], {"raised_after_s": 3.0})

    with pytest.raises(InvalidPatience, match="raised_after_s: silence lasts for 10 s at least"):
        PatienceChange(reason=Reason.SILENT, patience=hasty, decided_at=NOON, by="rose", act="x")
