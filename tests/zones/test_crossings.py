"""Paths across the edge of an area."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from tests.zones.space import CENTRE, points_about, square, stars
from zones.space.crossings import crossing


@given(stars(), st.data())
def test_a_path_is_inside_between_an_odd_crossing_and_the_next(
    area: Polygon, data: st.DataObject
) -> None:
    a, b = data.draw(points_about(area))[0], data.draw(points_about(area))[0]
    fractions = crossing(area, a, b)
    inside = bool(shapely.intersects_xy(area, *a))

    assert list(fractions) == sorted(fractions)
    assert (len(fractions) % 2 == 1) == (inside != bool(shapely.intersects_xy(area, *b)))
    for begin, end in zip((0.0, *fractions), (*fractions, 1.0), strict=True):
        middle = np.array(a) + (np.array(b) - np.array(a)) * (begin + end) / 2
        # A hair from the edge is where a middle can be computed to either side.
        if area.boundary.distance(Point(middle)) > 1e-12:
            assert bool(shapely.intersects_xy(area, *middle)) == inside
        inside = not inside


def test_crossings_are_where_the_edge_is() -> None:
    lon, lat = CENTRE
    area = square(0.01)

    assert crossing(area, (lon - 0.02, lat), (lon + 0.02, lat)) == pytest.approx((0.25, 0.75))
    assert crossing(area, (lon, lat), (lon + 0.02, lat)) == pytest.approx((0.5,))
    assert crossing(area, (lon, lat), (lon, lat)) == ()
    assert crossing(area, (lon, lat), (lon + 0.001, lat)) == ()


def test_a_path_that_only_touches_does_not_cross() -> None:
    lon, lat = CENTRE
    tip = Polygon([(lon, lat), (lon + 0.01, lat + 0.01), (lon - 0.01, lat + 0.01)])

    assert crossing(tip, (lon - 0.01, lat), (lon + 0.01, lat)) == ()


def test_a_path_that_leaves_from_the_boundary_crosses_at_once() -> None:
    lon, lat = CENTRE
    edge = (float(square(0.01).bounds[2]), lat)

    assert crossing(square(0.01), edge, (lon + 0.02, lat)) == (0.0,)
    assert crossing(square(0.01), (lon + 0.02, lat), edge) == (1.0,)
    assert crossing(square(0.01), edge, (lon, lat)) == ()
