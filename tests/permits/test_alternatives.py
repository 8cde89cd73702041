"""What would be granted instead: held against deciding every single move on the grid."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from permits.answers.alternatives import MOST_WORK, alternatives, fixed, worth_looking
from permits.answers.grid import (
    Direction,
    Grid,
    direction,
    distance,
    near,
    shifted,
    whole,
)
from permits.case import Case, Neighbour
from permits.decisions import decide
from permits.model import Application, Decision, OperationVolume, PermitId
from permits.offers import Shift
from tests.permits.cases import NOW, SOON, Asked, application, case, height, volume, zone
from zones.catalogue import Catalogue
from zones.demands import ZoneRules
from zones.model import Band, HeightReference, Layer, Purpose, Restriction, Volume, Zone
from zones.periods import Applicability, DailyPeriod, Window

GRID = Grid(
    minutes=(0, 15, -15, 30, -30, 45, -45, 90, -90, 1440, -1440),
    rises_m=(0.0, -10.0, 10.0, -20.0, 20.0, -30.0, 30.0, 40.0),
)
WIDE = Window(start=NOW - timedelta(days=9), end=NOW + timedelta(days=9))
LATE = NOW + timedelta(hours=2)


def widened(asked: Asked, zones: list[Zone], neighbours: list[Neighbour]) -> Case:
    catalogue = Catalogue(zones)
    met = {
        each.id: each
        for part in asked.volumes
        for each in catalogue.touching(part.footprint, layer=asked.layer, window=WIDE)
    }
    return replace(case(*met.values(), asked=asked), neighbours=tuple(neighbours))


def offers(wide: Case, grid: Grid, most_work: int = MOST_WORK) -> tuple[Shift, ...] | None:
    found = alternatives(wide, grid, most_work=most_work)
    return None if found is None else tuple(each.shift for each in found)


def decided(wide: Case, zones: list[Zone], shift: Shift) -> Decision:
    """Decide the moved operation from scratch, as if it were asked for so."""
    moved = shifted(wide.application, shift)
    catalogue = Catalogue(zones)
    touched = {
        each.id: each
        for part in moved.volumes
        for each in catalogue.touching(
            part.footprint, layer=moved.layer, band=part.band, window=part.window
        )
    }
    return decide(
        replace(wide, application=moved, zones=tuple(touched[key] for key in sorted(touched)))
    ).decision


def expected(wide: Case, zones: list[Zone], grid: Grid) -> list[Shift]:
    shifts = sorted(
        (
            Shift(minutes=minutes, rise_m=rise_m)
            for minutes, rise_m in product(grid.minutes, grid.rises_m)
            if minutes or rise_m
        ),
        key=distance,
    )
    nearest: dict[Direction, Shift] = {}
    for shift in shifts:
        way = direction(shift)
        if way not in nearest and decided(wide, zones, shift) is Decision.GRANTED:
            nearest[way] = shift
    both = nearest.pop(Direction.BOTH, None)
    return sorted(nearest.values() or ([both] if both else []), key=distance)


bands = st.builds(
    lambda low, thick: Band(lower=height(low), upper=height(low + thick)),
    st.sampled_from([0, 10, 30, 50, 80]),
    st.sampled_from([10, 20, 50, 120]),
) | st.sampled_from(
    [
        Band(),
        Band(lower=height(60)),
        Band(
            lower=replace(height(60), reference=HeightReference.AMSL),
            upper=replace(height(120), reference=HeightReference.AMSL),
        ),
    ]
)
hours = st.sampled_from(
    [
        (),
        (Applicability(window=Window(start=SOON, end=LATE)),),
        (Applicability(window=Window(end=SOON + timedelta(minutes=30))),),
        (
            Applicability(
                schedule=(DailyPeriod(days=frozenset(range(7)), start=9 * 3600, end=10 * 3600),)
            ),
        ),
    ]
)
footprints = st.sampled_from(
    [box(2.3, 48.8, 2.4, 48.9), box(2.352, 48.852, 2.356, 48.856), box(2.36, 48.85, 2.37, 48.86)]
)
zones_drawn = st.lists(
    st.builds(
        lambda name, said, band, area, when, rules, priority: zone(
            name,
            said,
            rules=rules,
            volumes=(Volume(footprint=area, band=band),),
            applicability=when,
            priority=priority,
        ),
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(Restriction),
        bands,
        footprints,
        hours,
        st.builds(
            ZoneRules,
            human_review=st.sampled_from([False, False, True]),
            capacity=st.sampled_from([None, None, 1, 2]),
            movements_per_hour=st.sampled_from([None, None, 1]),
            separation_m=st.sampled_from([None, None, 50.0, 400.0]),
            separation_vertical_m=st.sampled_from([None, None, 15.0]),
            mass_max_kg=st.sampled_from([None, None, 1.0]),
        ),
        st.sampled_from([0, 0, 5]),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
)
neighbours_drawn = st.lists(
    st.builds(
        lambda number, start, lasts, band, at: Neighbour(
            permit=PermitId(UUID(int=number)),
            volume=OperationVolume(
                footprint=box(at, 48.85, at + 0.004, 48.86),
                window=Window(
                    start=NOW + timedelta(minutes=start), end=NOW + timedelta(minutes=start + lasts)
                ),
                band=band,
            ),
            vehicles=1,
        ),
        st.integers(1, 3),
        st.sampled_from([0, 30, 60, 75, 120, 24 * 60]),
        st.sampled_from([15, 60, 240]),
        bands,
        st.sampled_from([2.35, 2.353, 2.362]),
    ),
    max_size=4,
)
asked_drawn = st.builds(
    lambda volumes, layer, purpose: Asked(volumes=tuple(volumes), layer=layer, purpose=purpose),
    st.lists(
        st.builds(
            volume,
            start=st.sampled_from([SOON, SOON + timedelta(hours=2)]),
            lasts=st.sampled_from([timedelta(minutes=20), timedelta(hours=1)]),
            at=st.sampled_from([(2.35, 48.85), (2.352, 48.853)]),
        ),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from([Layer.AIR, Layer.AIR, Layer.SURFACE]),
    st.sampled_from([Purpose.DELIVERY, Purpose.MEDICAL]),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(asked=asked_drawn, zones=zones_drawn, neighbours=neighbours_drawn)
def test_what_is_offered_is_what_deciding_every_move_would_find(
    asked: Asked, zones: list[Zone], neighbours: list[Neighbour]
) -> None:
    wide = widened(asked, zones, neighbours)

    offered = offers(wide, GRID)

    assert offered is not None
    assert list(offered) == expected(wide, zones, GRID)


def test_a_zone_that_closes_for_an_hour_is_passed_before_after_and_below() -> None:
    closed = zone(
        "fete",
        Restriction.PROHIBITED,
        volumes=(Volume(footprint=box(2.3, 48.8, 2.4, 48.9), band=Band(lower=height(60))),),
        applicability=(Applicability(window=Window(start=LATE, end=LATE + timedelta(hours=1))),),
    )
    asked = Asked(volumes=(volume(start=LATE),))
    wide = widened(asked, [closed], [])

    offered = offers(wide, near(wide.application))

    assert offered == (
        Shift(rise_m=-20.0),
        Shift(minutes=60),
        Shift(minutes=-60),
    )


def test_where_neither_another_hour_nor_another_height_helps_both_together_are_looked_at() -> None:
    low = zone(
        "bas",
        Restriction.PROHIBITED,
        volumes=(Volume(footprint=box(2.3, 48.8, 2.4, 48.9), band=Band(upper=height(50))),),
    )
    busy = zone(
        "haut",
        Restriction.PROHIBITED,
        volumes=(Volume(footprint=box(2.3, 48.8, 2.4, 48.9), band=Band(lower=height(50))),),
        applicability=(Applicability(window=Window(start=NOW, end=NOW + timedelta(hours=30))),),
    )
    wide = widened(Asked(), [low, busy], [])

    assert offers(wide, near(wide.application)) == ()
    assert offers(wide, whole(wide.application)) == (Shift(minutes=2 * 24 * 60, rise_m=20.0),)


def test_where_a_zone_above_opens_what_is_closed_its_hours_are_offered() -> None:
    closed = zone("louvre", Restriction.PROHIBITED)
    opening = Window(start=LATE, end=LATE + timedelta(hours=2))
    opened = zone("couloir", priority=5, applicability=(Applicability(window=opening),))
    wide = widened(Asked(), [closed, opened], [])

    assert offers(wide, near(wide.application)) == (Shift(minutes=60),)


def test_a_place_that_is_closed_day_and_night_has_no_alternative() -> None:
    wide = widened(Asked(), [zone("louvre", Restriction.PROHIBITED)], [])

    assert offers(wide, whole(wide.application)) == ()


def test_where_too_much_would_have_to_be_asked_nobody_says_that_there_is_nothing() -> None:
    heavy = zone("pont", rules=ZoneRules(capacity=0))
    wide = widened(Asked(), [heavy], [])

    assert offers(wide, near(wide.application), most_work=5) is None
    assert offers(wide, near(wide.application)) == ()


def test_nothing_is_looked_for_where_the_vehicle_is_the_reason() -> None:
    answer = decide(case(zone(), vehicles=()))

    assert fixed(answer.findings) == ("vehicles_known",)
    assert not worth_looking(answer.decision, answer.findings, application())
    assert not worth_looking(Decision.GRANTED, (), application())


@given(thick=st.integers(10, 120), low=st.integers(0, 160))
def test_the_grid_keeps_an_operation_as_thick_as_it_was_and_within_the_layer(
    thick: int, low: int
) -> None:
    band = Band(lower=height(low), upper=height(low + thick))
    asked = application(Asked(volumes=(replace(volume(), band=band),)))

    for rise_m in whole(asked).rises_m[1:]:
        moved = shifted(asked, Shift(rise_m=rise_m)).volumes[0].band

        assert moved.lower
        assert moved.upper
        assert 0 <= moved.lower.value_m <= moved.upper.value_m <= 120
        assert moved.upper.value_m - moved.lower.value_m == pytest.approx(thick)


def test_the_grid_is_the_one_that_is_published() -> None:
    asked = application()
    minutes = sorted(whole(asked).minutes)

    assert minutes[0] == -7 * 1440
    assert minutes[-1] == 7 * 1440
    assert [each for each in minutes if abs(each) <= 1440] == list(range(-1440, 1441, 15))
    assert len([each for each in minutes if abs(each) > 1440]) == 12
    assert sorted(whole(asked).rises_m) == [-30, -20, -10, 0, 10, 20, 30, 40]
    assert set(near(asked).minutes) == set(range(-180, 181, 15))


@pytest.mark.parametrize("layer", [Layer.SURFACE, Layer.RIVER])
def test_what_stands_on_the_ground_or_floats_keeps_its_height(layer: Layer) -> None:
    assert whole(application(Asked(layer=layer))).rises_m == (0.0,)


def test_an_operation_in_heights_above_sea_level_keeps_them() -> None:
    above_sea = Band(
        lower=replace(height(30), reference=HeightReference.AMSL),
        upper=replace(height(80), reference=HeightReference.AMSL),
    )
    asked: Application = application(Asked(volumes=(replace(volume(), band=above_sea),)))

    assert whole(asked).rises_m == (0.0,)
