"""A way meets the edges that it touches, of its layer's zones, and no others."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.zones.space import areas, points_about, ways_about, zone
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.meetings import NO_WAY, Meetings, meetings
from zones.model import Layer


def met(found: Meetings) -> set[tuple[int, int]]:
    return set(zip(found.way.tolist(), found.zone.tolist(), strict=True))


def straight(a: np.ndarray, b: np.ndarray) -> BaseGeometry:
    """Return a way; one of no length is a place, as a line it would meet nothing."""
    return shapely.Point(a) if (a == b).all() else shapely.LineString([a, b])


@given(st.lists(areas(), min_size=1, max_size=4), st.data())
def test_a_way_meets_a_zone_exactly_where_it_touches_its_edge(
    shapes: list[BaseGeometry], data: st.DataObject
) -> None:
    a, b = data.draw(ways_about(shapes))
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())

    found = meetings(index, a[:, 0], a[:, 1], b[:, 0], b[:, 1], np.full(len(a), -1, np.int8))

    edges = [shapely.boundary(area) for area in shapes]
    assert met(found) == {
        (n, number)
        for n in range(len(a))
        for number, edge in enumerate(edges)
        if straight(a[n], b[n]).intersects(edge)
    }
    each = list(zip(found.way.tolist(), found.zone.tolist(), found.edge.tolist(), strict=True))
    assert [one[:2] for one in each] == sorted(one[:2] for one in each)
    assert len({(way, number, *edge) for way, number, edge in each}) == len(each)


@given(st.lists(areas(), min_size=1, max_size=2), st.data())
def test_a_way_that_crosses_plainly_changes_sides_as_often_as_it_meets_edges(
    shapes: list[BaseGeometry], data: st.DataObject
) -> None:
    starts = np.array(data.draw(points_about(shapes[0])))
    a, b = starts, np.roll(starts, 1, axis=0)
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())

    found = meetings(index, a[:, 0], a[:, 1], b[:, 0], b[:, 1], np.full(len(a), -1, np.int8))

    for way, number in met(found):
        of_pair = (found.way == way) & (found.zone == number)
        if found.plainly[of_pair].all():
            ends = [shapely.intersects_xy(shapes[number], *end) for end in (a[way], b[way])]
            assert (of_pair.sum() % 2 == 1) == (ends[0] != ends[1])


def test_only_zones_of_its_layer_are_asked_and_only_ways_that_lead_somewhere() -> None:
    area = shapely.box(2.30, 48.80, 2.31, 48.81)
    index = ZoneIndex(
        [zone("air", area, layer=Layer.AIR), zone("river", area, layer=Layer.RIVER)], paris_datum()
    )
    a, b = np.full(5, 2.305), np.array([2.32, 2.32, 2.32, 2.32, np.nan])
    lat = np.full(5, 48.805)
    layer = np.array([Layer.AIR.code, Layer.RIVER.code, -1, NO_WAY, -1], np.int8)

    found = meetings(index, a, lat, b, lat, layer)

    assert met(found) == {(0, 0), (1, 1), (2, 0), (2, 1)}
    assert found.plainly.all()
