"""Areas drawn, refused and crossed."""

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Polygon

from tests.zones.space import stars
from zones.model import Circle, Corridor
from zones.space.geometry import (
    API_LIMITS,
    LOCAL_ERROR_M,
    InvalidGeometry,
    Limits,
    area_m2,
    distance_m,
    footprint,
    read_figure,
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


def test_distances_in_ile_de_france_are_exact_to_two_millimetres_over_ten_kilometres() -> None:
    random = np.random.default_rng(1)
    lon, lat = random.uniform(1.4, 3.6, 10_000), random.uniform(48.1, 49.3, 10_000)
    azimuth, metres = random.uniform(0, 360, 10_000), random.uniform(0, 10_000, 10_000)
    east, north, _ = ELLIPSOID.fwd(lon, lat, azimuth, metres)

    assert np.abs(distance_m(lon, lat, east, north) - metres).max() < LOCAL_ERROR_M


def test_an_ed318_circle_is_the_same_circle() -> None:
    ours = footprint({"type": "Point", "coordinates": [2, 48]}, {"radius_m": 500})
    extent = {"subType": "Circle", "radius": 500}
    theirs = footprint({"type": "Point", "coordinates": [2, 48], "extent": extent})

    assert ours == theirs
    assert area_m2(ours) == pytest.approx(math.pi * 500**2, rel=2e-4)


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
    ({"type": "LineString", "coordinates": [[2, 40], [2, 48]]}, {"half_width_m": 1}, "split it"),
    ({"type": "LineString", "coordinates": [[2, 48], [120, 8]]}, {"half_width_m": 1}, "split it"),
    (CIRCLE, {"radius_m": 10**400}, "radius_m: more metres"),
    ({"type": "Point", "coordinates": [2, 91]}, {"radius_m": 5}, r"coordinates: \[2, 91\]"),
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


def test_what_was_drawn_is_kept_beside_its_area() -> None:
    line = [[2.3, 48.85], [2.31, 48.85]]
    other = [[2.3, 48.86], [2.31, 48.86]]
    circle = {"type": "Point", "coordinates": [2.3, 48.85, 35]}
    lines = {"type": "MultiLineString", "coordinates": [line, other]}

    assert read_figure(circle, {"radius_m": 50})[1] == Circle(centre=(2.3, 48.85), radius_m=50)
    area, corridor = read_figure(lines, {"half_width_m": 5})
    assert corridor == Corridor(
        lines=(((2.3, 48.85), (2.31, 48.85)), ((2.3, 48.86), (2.31, 48.86))), half_width_m=5
    )
    assert area.geom_type == "MultiPolygon"
    assert read_figure(to_geojson(area)) == (area, None)


def test_a_position_on_the_line_is_inside_and_on_the_line_of_a_hole_too() -> None:
    outer = [[2, 48], [3, 48], [3, 49], [2, 49], [2, 48]]
    hole = [[2.4, 48.4], [2.6, 48.4], [2.6, 48.6], [2.4, 48.6], [2.4, 48.4]]
    area = footprint({"type": "Polygon", "coordinates": [outer, hole]})

    on_the_line = [(2, 48), (2.5, 48), (3, 48.5), (2.4, 48.4), (2.5, 48.4), (2.6, 48.5)]
    beside = [(2, 47.999999), (3.000001, 48.5), (2.5, 48.400001), (2.599999, 48.5)]
    assert all(shapely.intersects_xy(area, lon, lat) for lon, lat in on_the_line)
    assert not any(shapely.intersects_xy(area, lon, lat) for lon, lat in beside)
