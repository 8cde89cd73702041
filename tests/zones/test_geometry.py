"""Areas drawn, refused and crossed."""

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon

from tests.zones.space import stars
from zones.drawing import CHORD_ERROR_M
from zones.geometry import (
    API_LIMITS,
    InvalidGeometry,
    Limits,
    area_m2,
    distance_m,
    footprint,
    in_plane,
    to_geojson,
)

ELLIPSOID = Geod(ellps="WGS84")
latitudes = st.floats(-80, 80)


@given(latitudes, st.floats(0, 360), st.floats(1, 2000))
def test_short_distances_agree_with_the_ellipsoid(
    lat: float, azimuth: float, metres: float
) -> None:
    lon, north, _ = ELLIPSOID.fwd(2.0, lat, azimuth, metres)

    # tan(latitude) times the change of latitude, halved by taking the middle.
    allowed = metres * (1e-6 + abs(math.tan(math.radians(lat))) * metres / 6.3e6)
    assert distance_m(2.0, lat, lon, north) == pytest.approx(metres, abs=allowed)


@given(latitudes, st.floats(1, 20_000))
def test_a_circle_is_a_circle_at_any_latitude(lat: float, radius_m: float) -> None:
    circle = footprint({"type": "Point", "coordinates": [2.0, lat]}, {"radius_m": radius_m})
    vertices = shapely.get_coordinates(circle)
    edge = np.vstack([vertices, (vertices[1:] + vertices[:-1]) / 2])

    _, _, metres = ELLIPSOID.inv(
        np.full(len(edge), 2.0), np.full(len(edge), lat), edge[:, 0], edge[:, 1]
    )

    assert max(metres) <= radius_m + 1e-6
    assert min(metres) >= radius_m - max(CHORD_ERROR_M, radius_m * 1e-4)


def test_an_ed318_circle_is_the_same_circle() -> None:
    ours = footprint({"type": "Point", "coordinates": [2, 48]}, {"radius_m": 500})
    extent = {"subType": "Circle", "radius": 500}
    theirs = footprint({"type": "Point", "coordinates": [2, 48], "extent": extent})

    assert ours == theirs
    assert area_m2(ours) == pytest.approx(math.pi * 500**2, rel=2e-4)


def test_a_corridor_is_as_wide_as_said() -> None:
    line = [[2.3, 48.85], [2.31, 48.85], [2.31, 48.86]]
    corridor = footprint({"type": "LineString", "coordinates": line}, {"half_width_m": 12})
    edge = in_plane(corridor.boundary, 48.855)
    along = in_plane(LineString(line), 48.855)

    metres = [along.distance(Point(vertex)) for vertex in shapely.get_coordinates(edge)]

    assert metres == pytest.approx([12.0] * len(metres), abs=0.01)


def ring(*points: Any) -> dict[str, Any]:  # noqa: ANN401 - wrong ones too
    return {"type": "Polygon", "coordinates": [list(points)]}


CIRCLE = {"type": "Point", "coordinates": [2, 48]}
BAD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {}, "type: None"),
    ({"type": "Blob", "coordinates": []}, {}, "type: 'Blob'"),
    ({"type": ["Polygon"], "coordinates": []}, {}, "type:"),
    ({"type": "Polygon"}, {}, "coordinates: not a list"),
    ({"type": "Polygon", "coordinates": []}, {}, "coordinates: empty"),
    ({"type": "Polygon", "coordinates": [[]]}, {}, r"coordinates\[0\]: empty"),
    (ring([2, 48], [3, 48], [3, 49]), {}, r"coordinates\[0\]: 3 vertices"),
    (ring([2, 48], [3, 48], [3, 49], [2, 49]), {}, r"coordinates\[0\]: the ring does not end"),
    (ring([2, 48], [3, 49], [3, 48], [2, 49], [2, 48]), {}, "self-intersection at 2.5 48.5"),
    (ring([2, 48], [3, 48], [4, 48], [2, 48]), {}, "self-intersection|no area"),
    (ring([2, 48], [3, math.nan], [3, 49], [2, 48]), {}, r"coordinates\[0\]\[1\]: .* longitude"),
    (ring([2, 48], [math.inf, 48], [3, 49], [2, 48]), {}, r"\[0\]\[1\]"),
    (ring([2, 48], ["3", 48], [3, 49], [2, 48]), {}, r"\[0\]\[1\]"),
    (ring([2, 48], [True, 48], [3, 49], [2, 48]), {}, r"\[0\]\[1\]"),
    (ring([2, 48], None, [3, 49], [2, 48]), {}, r"\[0\]\[1\]"),
    (ring([2, 48], [3], [3, 49], [2, 48]), {}, r"\[0\]\[1\]"),
    (ring([200, 48], [3, 48], [3, 49], [200, 48]), {}, r"\[0\]\[0\]: \[200, 48\]"),
    (ring([2, 48], [3, 98], [3, 49], [2, 48]), {}, r"\[0\]\[1\]"),
    (ring([0, 0], [90, 0], [90, 80], [0, 0]), {}, "km² are more"),
    (CIRCLE, {}, "radius_m: None"),
    (CIRCLE, {"radius_m": 0}, "radius_m: 0"),
    (CIRCLE, {"radius_m": math.nan}, "radius_m: nan"),
    (CIRCLE, {"radius_m": True}, "radius_m: True"),
    (CIRCLE, {"radius_m": 1e9}, "radius_m"),
    ({**CIRCLE, "extent": {"subType": "Circle", "radius": "big"}}, {}, "extent.radius: 'big'"),
    ({"type": "Point", "coordinates": [179.99, 0]}, {"radius_m": 5000}, "antimeridian"),
    ({"type": "Point", "coordinates": [0, 89.99]}, {"radius_m": 5000}, "pole"),
    ({"type": "LineString", "coordinates": [[2, 48], [3, 48]]}, {}, "half_width_m: None"),
    ({"type": "LineString", "coordinates": [[2, 48]]}, {"half_width_m": 1}, "1 vertices"),
    ({"type": "LineString", "coordinates": [[2, 40], [2, 48]]}, {"half_width_m": 1}, "corridor"),
]


@pytest.mark.parametrize(("geometry", "properties", "sentence"), BAD)
def test_what_is_no_area_is_refused_with_reason_and_place(
    geometry: dict[str, Any], properties: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidGeometry, match=sentence):
        footprint(geometry, properties)


def test_too_many_vertices_are_refused_before_anything_is_built() -> None:
    many = ring(*([2 + n / 1e5, 48] for n in range(API_LIMITS.vertices)), [3, 49], [2, 48])

    with pytest.raises(InvalidGeometry, match="5000 vertices"):
        footprint(many)
    assert footprint(many, limits=Limits(vertices=10_000, area_km2=1e6)).is_valid


def test_heights_among_the_coordinates_are_passed_over() -> None:
    area = footprint(ring([2, 48, 7], [3, 48, 7], [3, 49, 7], [2, 48, 7]))

    assert not area.has_z


@given(stars())
def test_an_area_is_written_and_read_back_exactly(area: Polygon) -> None:
    assert footprint(to_geojson(area)) == area
