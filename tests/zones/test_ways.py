"""The cells along a way know every zone it touches."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.zones.space import areas, points_about, zone
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.ways import near_ways


@given(st.lists(areas(), min_size=1, max_size=4), st.data())
def test_no_zone_that_a_way_touches_is_missed(
    shapes: list[BaseGeometry], data: st.DataObject
) -> None:
    starts = np.array(data.draw(points_about(shapes[0])))
    ends = np.roll(np.array(data.draw(points_about(shapes[-1]))), 1, axis=0)
    count = min(len(starts), len(ends))
    a, b = starts[:count], ends[:count]
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())

    way, which = near_ways(index, *a.T, *b.T)

    named = list(zip(way.tolist(), which.tolist(), strict=True))
    assert named == sorted(set(named))
    assert set(named) >= {
        (n, number)
        for n in range(count)
        for number, area in enumerate(shapes)
        if shapely.LineString([a[n], b[n]]).intersects(area)
    }


def test_ways_far_from_every_zone_and_to_nowhere_touch_none() -> None:
    index = ZoneIndex([zone()], paris_datum())
    a, b = np.array([0.0, np.nan, 2.0]), np.array([1.0, 2.0, np.inf])

    assert len(near_ways(index, a, a + 40.0, b, b + 40.0)[0]) == 0
    assert len(near_ways(ZoneIndex([], paris_datum()), a, a, b, b)[0]) == 0
