"""A place is in the street that most of it is of; the smaller zone says so first."""

import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.space import zone
from zones.demands import StreetCategory
from zones.model import Zone
from zones.streets import street_of

QUARTER = shapely.box(2.34, 48.84, 2.37, 48.87)
PLACE = shapely.box(2.350, 48.8500, 2.351, 48.8510)


def street(name: str, area: shapely.Polygon, category: StreetCategory | None) -> Zone:
    return zone(name, area, street_category=category)


def named(*zones: Zone) -> str | None:
    found = street_of(PLACE, zones)
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
