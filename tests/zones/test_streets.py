"""A place is in the street that most of it is of; the smaller zone says so first."""

from collections.abc import Sequence

import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.zones.space import zone
from zones.demands import StreetCategory
from zones.model import Zone
from zones.space.geometry import area_m2
from zones.streets import Streets

QUARTER = shapely.box(2.34, 48.84, 2.37, 48.87)
PLACE = shapely.box(2.350, 48.8500, 2.351, 48.8510)


def street(name: str, area: shapely.Polygon, category: StreetCategory | None) -> Zone:
    return zone(name, area, street_category=category)


def named(*zones: Zone) -> str | None:
    found = Streets(zones).street_of(PLACE)
    return None if found is None else found.id


@given(st.permutations(range(4)))
def test_a_street_says_its_category_before_its_quarter_in_any_order(order: list[int]) -> None:
    zones = [
        street("quarter", QUARTER, StreetCategory.FOURTH),
        street("avenue", shapely.box(2.345, 48.8495, 2.355, 48.8508), StreetCategory.TOP),
        street("beside", shapely.box(2.349, 48.8509, 2.352, 48.8511), StreetCategory.FIRST),
        street("silent", PLACE, None),
    ]

    assert named(*(zones[at] for at in order)) == "avenue"


def test_a_corner_that_touches_a_dearer_street_stays_in_its_own() -> None:
    quarter = street("quarter", QUARTER, StreetCategory.FOURTH)
    avenue = street("avenue", shapely.box(2.3508, 48.84, 2.352, 48.86), StreetCategory.TOP)

    assert named(quarter, avenue) == "quarter"


def test_where_no_zone_says_it_no_category_is_known() -> None:
    elsewhere = street("avenue", shapely.box(2.30, 48.86, 2.31, 48.87), StreetCategory.TOP)

    assert named(street("quarter", QUARTER, None), elsewhere) is None


def by_cutting_all(place: BaseGeometry, zones: Sequence[Zone]) -> Zone | None:
    """Find the street by measuring and cutting every zone there is."""
    rest, most, found = place, 0.0, None
    for each in sorted(zones, key=lambda each: (area_m2(each.footprint), each.id)):
        within = shapely.intersection(rest, each.footprint)
        share = area_m2(within) if not within.is_empty else 0.0
        if share > most:
            most, found = share, each
        rest = shapely.difference(rest, each.footprint)
    return found


BOXES = st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 5)] * 2).map(
    lambda box: shapely.box(
        2.35 + box[0] / 1e3,
        48.85 + box[1] / 1e3,
        2.35 + (box[0] + box[2]) / 1e3,
        48.85 + (box[1] + box[3]) / 1e3,
    )
)


@given(
    st.lists(BOXES, max_size=12),
    st.lists(BOXES, min_size=1, max_size=4),
    st.sets(st.integers(0, 11)),
)
def test_the_streets_that_touch_a_place_answer_as_all_of_them_do(
    areas: list[shapely.Polygon], places: list[shapely.Polygon], passed_over: set[int]
) -> None:
    zones = [street(f"s{at}", area, StreetCategory.TOP) for at, area in enumerate(areas)]
    counted = [each for at, each in enumerate(zones) if at not in passed_over]
    streets = Streets(zones)

    for place in places:
        assert streets.street_of(place, counted.__contains__) is by_cutting_all(place, counted)
