"""Where zones overlap there is one answer, and it says who gave it."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from zones.columns import Presences, Relation
from zones.demands import (
    NO_RULES,
    VEHICLE_CLASSES,
    Equipment,
    PrecisionClass,
    Sector,
    VehicleClass,
    ZoneRules,
)
from zones.model import LAYERS, PURPOSES, Layer, Purpose, Restriction, Volume, Zone, ZoneId
from zones.precedence import LayersDoNotMeet, Ranks, outranked, resolve

SPACE = (Volume(footprint=box(2.3, 48.8, 2.4, 48.9)),)
BAN, ASK, TERMS, OPEN = Restriction


def zone(name: str, restriction: Restriction = ASK, **named: Any) -> Zone:  # noqa: ANN401 - the noun's own fields
    values: dict[str, Any] = {"version": 1, "name": name, "layer": Layer.RIVER, "volumes": SPACE}
    return Zone(**{**values, **named, "id": ZoneId(name), "restriction": restriction})


speeds = st.none() | st.sampled_from([2.0, 4.0, 8.0, 16.0])
rules = st.builds(
    ZoneRules,
    speed_min_mps=speeds,
    speed_max_mps=speeds,
    length_max_m=st.none() | st.floats(1, 200),
    separation_m=st.none() | st.floats(1, 200),
    transit=st.booleans(),
    equipment=st.frozensets(st.sampled_from(Equipment), max_size=2),
    precision=st.none() | st.sampled_from(PrecisionClass),
)
overlapping = st.lists(
    st.builds(
        zone,
        st.sampled_from("abcdefgh"),
        st.sampled_from(Restriction),
        priority=st.integers(-1, 2),
        layer=st.sampled_from([None, Layer.RIVER]),
        rules=rules,
        purposes=st.dictionaries(
            st.sampled_from(Purpose), st.sampled_from(Restriction), max_size=2
        ),
        classes=st.dictionaries(
            st.sampled_from(VehicleClass), st.sampled_from(Restriction), max_size=2
        ),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)
purposes = st.none() | st.sampled_from(PURPOSES)
classes = st.none() | st.sampled_from(VEHICLE_CLASSES)


@given(zones=overlapping, purpose=purposes, what=classes, data=st.data())
def test_the_order_in_which_zones_are_named_changes_nothing(
    zones: list[Zone], purpose: Purpose | None, what: VehicleClass | None, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(zones))

    assert resolve(shuffled, purpose, what) == resolve(zones, purpose, what)


@given(zones=overlapping.filter(bool), purpose=purposes, added=st.sampled_from(Restriction))
def test_a_zone_of_lower_priority_more_never_changes_the_restriction(
    zones: list[Zone], purpose: Purpose | None, added: Restriction
) -> None:
    below = zone("z", added, priority=min(each.priority for each in zones) - 1)

    before, after = resolve(zones, purpose), resolve([*zones, below], purpose)

    assert (after.restriction, after.decided_by) == (before.restriction, before.decided_by)
    assert below in after.applied
    assert (below in after.overridden) == (added.code < before.restriction.code)


@given(zones=overlapping.filter(bool), purpose=purposes, what=classes)
def test_among_equal_priorities_the_strictest_decides_and_none_is_set_aside(
    zones: list[Zone], purpose: Purpose | None, what: VehicleClass | None
) -> None:
    equal = [zone(z.id, z.restriction, purposes=z.purposes, classes=z.classes) for z in zones]

    found = resolve(equal, purpose, what)

    said = [each.restriction_for(purpose, what).code for each in equal]
    assert found.restriction.code == min(said)
    assert found.overridden == ()


@given(zones=overlapping, purpose=purposes, what=classes)
def test_every_zone_present_is_named_and_the_highest_decides(
    zones: list[Zone], purpose: Purpose | None, what: VehicleClass | None
) -> None:
    found = resolve(zones, purpose, what)

    assert {each.id for each in found.applied} == {each.id for each in zones}
    if found.decided_by is None:
        assert not zones
        assert found.restriction is OPEN
        return
    assert found.decided_by.priority == max(each.priority for each in zones)
    assert found.decided_by.restriction_for(purpose, what) is found.restriction
    for each in found.overridden:
        assert each.priority < found.decided_by.priority
        assert each.restriction_for(purpose, what).code < found.restriction.code


@given(zones=overlapping, purpose=purposes)
def test_a_limit_is_stated_by_the_zones_that_it_names_and_by_none_above_them(
    zones: list[Zone], purpose: Purpose | None
) -> None:
    for limit in resolve(zones, purpose).limits:
        unstated = getattr(NO_RULES, limit.name)
        priorities = {each.priority for each in limit.zones}
        (priority,) = priorities

        assert all(getattr(each.rules, limit.name) != unstated for each in limit.zones)
        if limit.name != "transit":
            above = [each for each in zones if each.priority > priority]
            assert all(getattr(each.rules, limit.name) == unstated for each in above)


@given(zones=overlapping)
def test_the_speeds_that_hold_leave_a_speed_to_keep(zones: list[Zone]) -> None:
    found = resolve(zones, None)
    slowest, fastest = found.limit("speed_min_mps"), found.limit("speed_max_mps")

    if slowest and fastest:
        assert slowest.value <= fastest.value  # type: ignore[operator] # both are numbers


def test_a_corridor_over_a_closed_volume_is_a_deliberate_act_and_shown_as_one() -> None:
    closed, corridor = zone("closed", BAN), zone("corridor", ASK, priority=10)

    found = resolve([closed, corridor], Purpose.MEDICAL)

    assert found.decided_by == corridor
    assert found.restriction is ASK
    assert found.overridden == (closed,)
    assert found.applied == (corridor, closed)


def test_a_less_strict_zone_below_is_not_decided_over_but_set_beneath() -> None:
    found = resolve([zone("city", ASK), zone("ministry", BAN, priority=10)], None)

    assert found.restriction is BAN
    assert found.overridden == ()
    assert [each.id for each in found.applied] == ["ministry", "city"]


def test_what_the_higher_zone_leaves_open_the_next_one_answers() -> None:
    reach = zone("reach", TERMS, priority=5, rules=ZoneRules(speed_max_mps=5.0))
    river = zone("river", ASK, rules=ZoneRules(speed_max_mps=3.0, length_max_m=60.0))

    found = resolve([river, reach], None)

    said = {each.name: (each.value, each.zones) for each in found.limits}
    assert said == {"speed_max_mps": (5.0, (reach,)), "length_max_m": (60.0, (river,))}


def test_the_maximum_wins_over_a_minimum_above_it_even_from_a_lower_priority() -> None:
    current = zone("current", rules=ZoneRules(speed_min_mps=4.0), priority=5)
    flood = zone("flood", rules=ZoneRules(speed_max_mps=3.0))

    found = resolve([current, flood], None)

    assert [each.name for each in found.limits] == ["speed_max_mps"]


@pytest.mark.parametrize(
    ("name", "lax", "strict"),
    [
        ("speed_min_mps", 1.0, 2.0),
        ("speed_max_mps", 2.0, 1.0),
        ("direction", Sector(start_deg=0, end_deg=180), Sector(start_deg=350, end_deg=20)),
        ("length_max_m", 90.0, 60.0),
        ("mass_max_kg", 90.0, 60.0),
        ("capacity", 9, 2),
        ("movements_per_hour", 9, 2),
        ("separation_m", 10.0, 20.0),
        ("separation_vertical_m", 10.0, 20.0),
        ("dwell_min_s", 60.0, 300.0),
        ("dwell_max_s", 3600.0, 600.0),
        ("noise_max_db", 90.0, 60.0),
        ("precision", PrecisionClass.C, PrecisionClass.A),
        ("clearance_m", 0.5, 1.5),
    ],
)
def test_among_equals_the_strictest_of_two_limits_holds(
    name: str, lax: object, strict: object
) -> None:
    one = zone("one", rules=ZoneRules(**{name: lax}))  # type: ignore[arg-type] # each its own type
    two = zone("two", rules=ZoneRules(**{name: strict}))  # type: ignore[arg-type] # each its own type

    for order in permutations([one, two]):
        (found,) = resolve(order, None).limits

        assert (found.name, found.value, found.zones) == (name, strict, (two,))


def test_all_the_equipment_that_equals_ask_for_has_to_be_there() -> None:
    one = zone("one", rules=ZoneRules(equipment=frozenset({Equipment.AIS})))
    two = zone("two", rules=ZoneRules(equipment=frozenset({Equipment.VHF})))
    below = zone("zero", priority=-1, rules=ZoneRules(equipment=frozenset({Equipment.LIGHTS})))

    (found,) = resolve([two, below, one], None).limits

    assert found.value == frozenset({Equipment.AIS, Equipment.VHF})
    assert {each.id for each in found.zones} == {"one", "two"}


def test_a_review_by_an_officer_goes_with_the_restriction_it_belongs_to() -> None:
    wood = zone("wood", ASK, rules=ZoneRules(human_review=True))

    assert resolve([wood, zone("lane", TERMS, priority=1)], None).limit("human_review") is None
    assert resolve([wood, zone("lane", ASK, priority=1)], None).limit("human_review") is not None


def test_zones_of_two_layers_are_not_asked_about_together() -> None:
    with pytest.raises(LayersDoNotMeet, match="air, river"):
        resolve([zone("a"), zone("b", layer=Layer.AIR)], None)


@given(zones=overlapping.filter(bool))
def test_as_columns_the_order_is_the_same(zones: list[Zone]) -> None:
    everyone = np.ones(len(zones), dtype=bool)
    stating = np.array([each.rules.speed_max_mps is not None for each in zones])
    found, here = resolve(zones, None), present(zones)

    who = outranked(here, np.array([Layer.RIVER.code], np.int8), Ranks.of(zones), everyone)
    fast = outranked(here, np.array([Layer.RIVER.code], np.int8), Ranks.of(zones), stating)

    left = [each for each, out in zip(zones, who.surely, strict=True) if not out]
    limits = [
        each.rules.speed_max_mps
        for each, out in zip(zones, fast.surely, strict=True)
        if not out and each.rules.speed_max_mps is not None
    ]
    fastest = found.limit("speed_max_mps")
    assert min(each.restriction.code for each in left) == found.restriction.code
    assert (min(limits) if limits else None) == (fastest.value if fastest else None)
    assert not who.perhaps.any()


def test_a_zone_one_may_be_in_sets_another_aside_only_perhaps() -> None:
    zones = [zone("low", BAN), zone("high", priority=1)]
    here = present(zones, (Relation.INSIDE, Relation.UNCERTAIN))

    found = outranked(
        here, np.array([Layer.RIVER.code], np.int8), Ranks.of(zones), np.ones(2, dtype=bool)
    )

    assert found.surely.tolist() == [False, False]
    assert found.perhaps.tolist() == [True, False]


def test_where_the_layer_is_unknown_another_layers_zone_sets_nothing_aside() -> None:
    zones = [
        zone("river", BAN),
        zone("air", layer=Layer.AIR, priority=1),
        zone("any", layer=None, priority=-1),
    ]

    found = outranked(
        present(zones), np.array([-1], np.int8), Ranks.of(zones), np.ones(3, dtype=bool)
    )

    assert found.surely.tolist() == [False, False, False]
    assert found.perhaps.tolist() == [False, False, True]


def test_every_layer_has_a_column_of_its_own() -> None:
    zones = [zone(layer, layer=layer, priority=n) for n, layer in enumerate(LAYERS)]
    zones.append(zone("all", layer=None, priority=9))

    found = outranked(
        present(zones), np.array([-1], np.int8), Ranks.of(zones), np.ones(5, dtype=bool)
    )

    assert found.surely.tolist() == [True, True, True, True, False]


def present(zones: list[Zone], relations: tuple[Relation, ...] | None = None) -> Presences:
    said = relations or (Relation.INSIDE,) * len(zones)
    return Presences(
        position=np.zeros(len(zones), np.int32),
        zone=np.arange(len(zones), dtype=np.int32),
        relation=np.array(said, np.int8),
        margin_m=np.full(len(zones), np.nan),
    )
