"""Where zones overlap, what the higher one answers is not held against a vehicle by the lower."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.parties import Vehicle
from telemetry.granted.grants import granted
from telemetry.judging import judge
from telemetry.model import Reason, VerdictKind
from telemetry.rulebook import Rulebook
from telemetry.ruling import SPEED_TOLERANCE_MPS
from tests.telemetry.city_builders import DRONE, Seen, batch, permit, rulebook, zone
from zones.demands import VEHICLE_CLASSES, VehicleClass, ZoneRules
from zones.heights.vertical import paris_datum
from zones.model import Layer, Purpose, Restriction, Zone
from zones.precedence import resolve

OK, BAD, UNSURE = VerdictKind.COMPLIANT, VerdictKind.VIOLATION, VerdictKind.UNCERTAIN
BAN, ASK, TERMS, OPEN = Restriction
CLOSED = zone("closed", restriction=BAN)


def said(seen: Seen, rules: Rulebook) -> dict[str, tuple[VerdictKind, Reason]]:
    found = judge(batch(seen), rules)
    return {
        rules.zones[number].id: (VerdictKind(kind), Reason(reason))
        for number, kind, reason in zip(found.zone, found.kind, found.reason, strict=True)
    }


def corridor(half_m: float = 100, **named: Any) -> Zone:  # noqa: ANN401 - the noun's own fields
    return zone("corridor", half_m, **{"restriction": TERMS, "priority": 10, **named})


def test_a_corridor_over_a_closed_zone_opens_it_to_those_inside() -> None:
    rules = rulebook([CLOSED, corridor()])

    assert said(Seen(), rules) == {
        "closed": (OK, Reason.OVERRIDDEN),
        "corridor": (OK, Reason.NONE),
    }
    assert said(Seen(x=150), rules) == {"closed": (BAD, Reason.PROHIBITED)}


def test_a_corridor_that_asks_for_a_permit_decides_by_the_permit_alone() -> None:
    zones = [CLOSED, corridor(restriction=ASK)]

    assert said(Seen(), rulebook(zones)) == {
        "closed": (OK, Reason.OVERRIDDEN),
        "corridor": (BAD, Reason.NO_PERMIT),
    }
    assert {kind for kind, _ in said(Seen(), rulebook(zones, [permit()])).values()} == {OK}


def test_who_only_may_be_in_the_corridor_is_not_surely_wrong() -> None:
    rules = rulebook([CLOSED, corridor()])

    assert said(Seen(x=95, h_acc=10), rules)["closed"] == (UNSURE, Reason.PROHIBITED)
    assert said(Seen(x=105, h_acc=10), rules)["closed"] == (UNSURE, Reason.PROHIBITED)
    assert said(Seen(x=115, h_acc=10), rules)["closed"] == (BAD, Reason.PROHIBITED)


def test_who_only_may_be_in_a_zone_set_aside_is_told_nothing_of_it() -> None:
    rules = rulebook([zone("closed", 50, restriction=BAN), corridor()])

    assert said(Seen(x=48, h_acc=5), rules)["closed"] == (UNSURE, Reason.NONE)


def test_equal_priorities_set_nothing_aside() -> None:
    rules = rulebook([zone("closed", restriction=BAN, priority=10), corridor()])

    assert said(Seen(), rules)["closed"] == (BAD, Reason.PROHIBITED)


def test_a_closed_zone_above_decides_and_the_permit_asked_for_below_is_beside_the_point() -> None:
    rules = rulebook([zone("city"), zone("event", 100, restriction=BAN, priority=1)])

    assert said(Seen(), rules) == {
        "city": (OK, Reason.OVERRIDDEN),
        "event": (BAD, Reason.PROHIBITED),
    }


@pytest.mark.parametrize(
    ("speed", "lower", "upper"),
    [
        (3.0, (OK, Reason.NONE), (OK, Reason.NONE)),
        (6.0, (OK, Reason.OVERRIDDEN), (OK, Reason.NONE)),
        (9.0, (OK, Reason.OVERRIDDEN), (BAD, Reason.SPEED)),
        (float("nan"), (OK, Reason.OVERRIDDEN), (UNSURE, Reason.SPEED)),
    ],
)
def test_the_speed_limit_of_the_higher_zone_holds(
    speed: float, lower: tuple[VerdictKind, Reason], upper: tuple[VerdictKind, Reason]
) -> None:
    slow = zone("river", restriction=TERMS, rules=ZoneRules(speed_max_mps=4.0))
    fast = corridor(rules=ZoneRules(speed_max_mps=8.0))

    found = said(Seen(speed=speed), rulebook([slow, fast]))

    assert found == {"river": lower, "corridor": upper}


def test_a_speed_limit_stays_where_the_higher_zone_states_none() -> None:
    closed = zone("closed", restriction=BAN, rules=ZoneRules(speed_max_mps=4.0))

    found = said(Seen(speed=9.0), rulebook([closed, corridor()]))

    assert found["closed"] == (BAD, Reason.SPEED)


def test_a_speed_limit_perhaps_set_aside_is_perhaps_broken() -> None:
    slow = zone("river", restriction=TERMS, rules=ZoneRules(speed_max_mps=4.0))
    fast = corridor(rules=ZoneRules(speed_max_mps=8.0))

    found = said(Seen(x=95, h_acc=10, speed=6.0), rulebook([slow, fast]))

    assert found["river"] == (UNSURE, Reason.SPEED)


def test_a_zone_of_another_layer_sets_nothing_aside() -> None:
    river = zone("river", restriction=BAN, layer=Layer.RIVER)
    found = said(Seen(layer=Layer.RIVER), rulebook([river, corridor(layer=Layer.AIR)]))

    assert found == {"river": (BAD, Reason.PROHIBITED)}


def test_a_class_that_a_zone_treats_otherwise_is_judged_so() -> None:
    street = zone("street", restriction=BAN, classes={VehicleClass.CARGO_BIKE: TERMS})
    plain = rulebook([street])
    bike = Rulebook(
        version=1,
        index=plain.index,
        permits=granted(()),
        datum=paris_datum(),
        classes={DRONE: VehicleClass.CARGO_BIKE},
    )

    assert said(Seen(), plain) == {"street": (BAD, Reason.PROHIBITED)}
    assert said(Seen(), bike) == {"street": (OK, Reason.NONE)}


def test_a_class_that_is_forbidden_is_so_whatever_its_permit_says() -> None:
    quay = zone("quay", classes={VehicleClass.TRUCK: BAN})
    plain = rulebook([quay], [permit()])
    truck = Rulebook(
        version=1,
        index=plain.index,
        permits=plain.permits,
        datum=paris_datum(),
        classes={DRONE: VehicleClass.TRUCK},
    )

    assert said(Seen(), plain) == {"quay": (OK, Reason.NONE)}
    assert said(Seen(), truck) == {"quay": (BAD, Reason.PROHIBITED)}


def test_a_vehicles_kind_is_its_class_where_it_is_one_of_those_words() -> None:
    def of_kind(kind: str) -> VehicleClass | None:
        return Vehicle(
            operator=DRONE.operator, id=DRONE.vehicle, layer=Layer.AIR, kind=kind
        ).vehicle_class

    assert of_kind("cargo_bike") is VehicleClass.CARGO_BIKE
    assert of_kind("multicopter") is None


restrictions = st.dictionaries(st.sampled_from(Purpose), st.sampled_from(Restriction), max_size=2)
by_class = st.dictionaries(st.sampled_from(VehicleClass), st.sampled_from(Restriction), max_size=2)
everywhere = st.lists(
    st.builds(
        lambda name, restriction, priority, speed, purposes, classes: zone(
            name,
            restriction=restriction,
            priority=priority,
            rules=ZoneRules(speed_max_mps=speed),
            purposes=purposes,
            classes=classes,
        ),
        st.sampled_from("abcdef"),
        st.sampled_from(Restriction),
        st.integers(-1, 2),
        st.sampled_from([None, 4.0, 8.0]),
        restrictions,
        by_class,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.id,
)


@given(zones=everywhere, speed=st.sampled_from([2.0, 6.0, 12.0]))
def test_what_is_held_against_a_vehicle_is_what_the_order_says(
    zones: list[Zone], speed: float
) -> None:
    found, holds = judge(batch(Seen(speed=speed)), rulebook(zones)), resolve(zones, None)

    limit = holds.limit("speed_max_mps")
    fastest = limit.value if limit else np.inf
    too_fast = speed > fastest + SPEED_TOLERANCE_MPS  # type: ignore[operator] # a speed
    wrong = holds.restriction in {BAN, ASK} or bool(too_fast)
    assert bool((found.kind == BAD).any()) == wrong
    assert not (found.kind == UNSURE).any()


@given(zones=everywhere, purpose=st.sampled_from(Purpose), what=st.sampled_from(VEHICLE_CLASSES))
def test_the_table_of_restrictions_says_what_the_zones_say(
    zones: list[Zone], purpose: Purpose, what: VehicleClass
) -> None:
    table = rulebook(zones).restriction

    for row, each in zip(table, zones, strict=True):
        assert row[purpose.code, what.code] == each.restriction_for(purpose, what).code
        assert row[purpose.code, -1] == each.restriction_for(purpose).code
        assert row[-1, what.code] == each.restriction_for(None, what).code
        assert row[-1, -1] == each.restriction.code
