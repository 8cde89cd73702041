"""The cells along a way know every zone it touches."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.zones.space import CENTRE, areas, square, ways_about, zone
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.space.crossings import crossing
from zones.ways import crossings, near_ways


@given(st.lists(areas(), min_size=1, max_size=4), st.data())
def test_no_zone_that_a_way_touches_is_missed(
    shapes: list[BaseGeometry], data: st.DataObject
) -> None:
    a, b = data.draw(ways_about(shapes))
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())

    way, which = near_ways(index, *a.T, *b.T)

    named = list(zip(way.tolist(), which.tolist(), strict=True))
    assert named == sorted(set(named))
    assert set(named) >= {
        (n, number)
        for n in range(len(a))
        for number, area in enumerate(shapes)
        if shapely.LineString([a[n], b[n]]).intersects(area)
    }


def test_ways_far_from_every_zone_and_to_nowhere_touch_none() -> None:
    index = ZoneIndex([zone()], paris_datum())
    a, b = np.array([0.0, np.nan, 2.0]), np.array([1.0, 2.0, np.inf])

    assert len(near_ways(index, a, a + 40.0, b, b + 40.0)[0]) == 0
    assert len(near_ways(ZoneIndex([], paris_datum()), a, a, b, b)[0]) == 0


@given(st.lists(areas(), min_size=1, max_size=4), st.data())
def test_crossings_of_many_ways_are_those_of_each_way_and_zone(
    shapes: list[BaseGeometry], data: st.DataObject
) -> None:
    a, b = data.draw(ways_about(shapes))
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())
    at_ms = np.arange(len(a)) * 1000

    found = crossings(index, a[:, 0], a[:, 1], b[:, 0], b[:, 1], at_ms, at_ms + 800)

    rows = zip(*(column.tolist() for column in found), strict=True)
    told = {(way, which, part): (instant, into) for way, which, part, instant, into in rows}
    assert list(told) == sorted(told)
    expected = {}
    for way in range(len(a)):
        for which, area in enumerate(shapes):
            inside = bool(shapely.intersects_xy(area, *a[way]))
            for part in crossing(area, tuple(a[way]), tuple(b[way])):
                expected[way, which, part] = (1000 * way + round(800 * part), not inside)
                inside = not inside
            assert inside == bool(shapely.intersects_xy(area, *b[way]))
    assert told == expected


def test_a_way_through_a_zone_enters_and_leaves_at_its_instants() -> None:
    lon, lat = CENTRE
    index = ZoneIndex([zone("z", square(0.01))], paris_datum())
    west, east = np.array([lon - 0.02, lon]), np.array([lon + 0.02] * 2)
    level = np.array([lat] * 2)
    begin_ms, end_ms = np.array([1000, 5000]), np.array([2000, 5000])

    found = crossings(index, west, level, east, level, begin_ms, end_ms)

    assert found.way.tolist() == [0, 0, 1]
    assert found.fraction == pytest.approx([0.25, 0.75, 0.5])
    assert found.at_ms.tolist() == [1250, 1750, 5000]
    assert found.entering.tolist() == [True, False, False]
