"""Differences by meaning: what is written otherwise and means the same is no difference."""

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import LinearRing, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from zones.demands import Equipment, Sector, StreetCategory, VehicleClass, ZoneRules
from zones.differences import Change, Kind, differ
from zones.model import (
    Band,
    Height,
    HeightReference,
    Layer,
    Purpose,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.periods import Applicability, DailyPeriod, DayEvent, Window
from zones.sentences import sentence

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SQUARE = box(2.30, 48.85, 2.31, 48.86)
TRIANGLE = Polygon([(2.3, 48.85), (2.32, 48.851), (2.31, 48.87)])
PARTS = MultiPolygon([SQUARE, translate(TRIANGLE, 0.1)])
HOLED = Polygon(SQUARE.exterior, [box(2.303, 48.853, 2.305, 48.855).exterior])
WEEK = frozenset(range(7))


def zone(called: str = "a", footprint: BaseGeometry = SQUARE, **members: Any) -> Zone:  # noqa: ANN401 - any member of a zone
    volumes = (Volume(footprint=footprint, band=members.pop("band", Band())),)
    return Zone(
        **{
            "id": ZoneId(called),
            "version": 1,
            "name": called.upper(),
            "layer": Layer.AIR,
            "restriction": Restriction.PROHIBITED,
            "volumes": volumes,
            **members,
        }
    )


def calendar(*entries: Applicability) -> Zone:
    return zone(applicability=entries)


def changes(before: Zone, after: Zone) -> tuple[Change, ...]:
    found = differ([before], [after])
    return found[0].changes if found else ()


footprints = st.sampled_from([SQUARE, TRIANGLE, PARTS, HOLED])
periods = st.builds(
    DailyPeriod,
    days=st.frozensets(st.integers(0, 7), min_size=1),
    start=st.one_of(st.integers(0, 86_399), st.sampled_from(DayEvent)),
    end=st.one_of(st.integers(1, 86_400), st.sampled_from(DayEvent)),
)
entries = st.builds(
    Applicability,
    schedule=st.lists(periods, max_size=3).map(tuple),
    except_holidays=st.booleans(),
    switch=st.none() | st.just("crue"),
)
zones = st.builds(
    zone,
    st.sampled_from("abcdef"),
    footprints,
    restriction=st.sampled_from(Restriction),
    priority=st.integers(-3, 3),
    applicability=st.lists(entries, max_size=3).map(tuple),
    rules=st.builds(ZoneRules, speed_max_mps=st.none() | st.floats(0, 50)),
)
editions = st.lists(zones, max_size=6, unique_by=lambda each: each.id)


@given(editions, st.randoms(use_true_random=False))
def test_an_edition_does_not_differ_from_itself_in_another_order(
    edition: list[Zone], random: Random
) -> None:
    shuffled = random.sample(edition, len(edition))

    assert differ(edition, shuffled) == ()


@given(editions, editions)
def test_what_is_added_one_way_is_removed_the_other(one: list[Zone], other: list[Zone]) -> None:
    there, back = differ(one, other), differ(other, one)
    opposite = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}

    assert [(each.zone_id, opposite[each.kind]) for each in there] == [
        (each.zone_id, each.kind) for each in back
    ]
    for each in there:
        assert sentence(each).startswith(each.zone_id)


@given(footprints, st.integers(0, 50), st.sampled_from([1, -1]))
def test_rings_may_start_anywhere_turn_either_way_and_parts_come_in_any_order(
    footprint: BaseGeometry, turn: int, way: int
) -> None:
    def rolled(ring: LinearRing) -> list[tuple[float, ...]]:
        corners = list(ring.coords)[:-1]
        at = turn % len(corners)
        corners = corners[at:] + corners[:at]
        return corners[::way]

    parts = [
        Polygon(rolled(part.exterior), [rolled(hole) for hole in part.interiors])
        for part in getattr(footprint, "geoms", [footprint])
    ]
    other = MultiPolygon(parts[::-1]) if len(parts) > 1 else parts[0]

    assert changes(zone(footprint=footprint), zone(footprint=other)) == ()


def test_a_corner_more_on_a_straight_side_covers_the_same_places() -> None:
    corners = [*SQUARE.exterior.coords]
    more = Polygon([*corners[:1], (2.31, 48.855), *corners[1:]])

    assert shapely.get_num_coordinates(more) == 6
    assert changes(zone(), zone(footprint=more)) == ()


def test_a_footprint_tells_what_it_gains_and_loses_in_square_metres() -> None:
    (change,) = changes(zone(), zone(footprint=box(2.30, 48.85, 2.3025, 48.86)))

    # A hundredth of a degree is 733.6 m by 1,112.2 m here (WGS 84 ellipsoid).
    assert (change.field, change.gained_m2) == ("footprint", 0.0)
    assert change.lost_m2 == pytest.approx(0.75 * 733.6 * 1112.2, rel=1e-3)


def test_300_feet_are_91_44_metres() -> None:
    feet = Band(upper=Height(value_m=300 * 0.3048, reference=HeightReference.AGL))
    metres = Band(upper=Height(value_m=91.44, reference=HeightReference.AGL))
    above_sea = Band(upper=Height(value_m=91.44, reference=HeightReference.AMSL))

    assert changes(zone(band=feet), zone(band=metres)) == ()
    (change,) = changes(zone(band=metres), zone(band=above_sea))
    assert change.field == "heights"
    assert sentence(differ([zone(band=metres)], [zone(band=above_sea)])[0]) == (
        "a (A): heights was below to 91.44 m AGL, is below to 91.44 m AMSL."
    )


def test_volumes_in_another_order_are_the_same_space_and_swapped_ones_are_not() -> None:
    low = Band(upper=Height(value_m=50, reference=HeightReference.AGL))
    high = Band(lower=Height(value_m=50, reference=HeightReference.AGL))
    east = translate(SQUARE, 0.1)
    here, there = Volume(footprint=SQUARE, band=low), Volume(footprint=east, band=high)
    one = replace(zone(), volumes=(here, there))
    turned = replace(one, volumes=(there, here))
    swapped = replace(
        one, volumes=(Volume(footprint=SQUARE, band=high), Volume(footprint=east, band=low))
    )

    assert changes(one, turned) == ()
    assert [change.field for change in changes(one, swapped)] == ["volumes"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((), (Applicability(),)),
        ((), (Applicability(), Applicability(switch="crue"))),
        ((), (Applicability(schedule=(DailyPeriod(days=WEEK, start=0, end=0),)),)),
        (
            (Applicability(schedule=(DailyPeriod(days=frozenset({0, 1}), start=60, end=0),)),),
            (
                Applicability(
                    schedule=(
                        DailyPeriod(days=frozenset({1}), start=60, end=86_400),
                        DailyPeriod(days=frozenset({0}), start=60, end=86_400),
                    )
                ),
            ),
        ),
        (
            (Applicability(window=Window(start=NOON)),),
            (
                Applicability(
                    window=Window(start=NOON.astimezone(dt.timezone(dt.timedelta(hours=2))))
                ),
            ),
        ),
    ],
)
def test_calendars_written_otherwise_are_the_same(
    one: tuple[Applicability, ...], other: tuple[Applicability, ...]
) -> None:
    assert changes(calendar(*one), calendar(*other)) == ()


def test_a_calendar_that_says_something_else_is_a_difference() -> None:
    morning = Applicability(schedule=(DailyPeriod(days=WEEK, start=0, end=3600),))
    evening = Applicability(schedule=(DailyPeriod(days=WEEK, start=0, end=DayEvent.SS),))

    assert [each.field for each in changes(calendar(morning), calendar(evening))] == [
        "applicability"
    ]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": "B"}, "name"),
        ({"layer": None}, "layer"),
        ({"restriction": Restriction.CONDITIONAL}, "restriction"),
        ({"priority": 2}, "priority"),
        ({"street_category": StreetCategory.FIRST}, "street_category"),
        ({"act": "Arrêté 7"}, "act"),
        ({"rules": ZoneRules(speed_max_mps=3.0)}, "rules.speed_max_mps"),
        ({"rules": ZoneRules(transit=False)}, "rules.transit"),
        ({"rules": ZoneRules(equipment=frozenset(Equipment))}, "rules.equipment"),
        ({"rules": ZoneRules(direction=Sector(start_deg=0, end_deg=9))}, "rules.direction"),
        ({"purposes": {Purpose.MEDIA: Restriction.CONDITIONAL}}, "purposes.media"),
        ({"classes": {VehicleClass.DRONE: Restriction.CONDITIONAL}}, "classes.drone"),
        ({"valid": Window(start=NOON)}, "valid"),
        ({"notes": {"source": "x"}}, "notes.source"),
        ({"carried": {"ed318": {"reason": ["NOISE"]}}}, "carried.ed318"),
    ],
)
def test_every_member_of_a_zone_is_compared_and_named(members: dict[str, Any], field: str) -> None:
    found = differ([zone()], [zone(**members)])

    assert [change.field for change in found[0].changes] == [field]
    assert field in sentence(found[0])


def test_the_number_of_a_version_means_nothing() -> None:
    assert differ([zone()], [zone(version=7)]) == ()


def test_sentences_name_the_zone_and_both_values() -> None:
    before, after = zone(), zone(restriction=Restriction.CONDITIONAL)

    assert sentence(differ([before], [after])[0]) == (
        "a (A): restriction was PROHIBITED, is CONDITIONAL."
    )
    assert sentence(differ([], [after])[0]) == "a (A) is new."
    assert sentence(differ([before], [])[0]) == "a (A) is gone."
