"""Circles and corridors, held against geodesics on the ellipsoid."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString

from zones.columns import Floats
from zones.model import Circle, Corridor, Place
from zones.space.drawing import (
    CHORD_ERROR,
    CHORD_ERROR_M,
    CORRIDOR_ERROR,
    Undrawable,
    volume_area,
)

ELLIPSOID = Geod(ellps="WGS84")
PARIS = (2.35, 48.86)
latitudes = st.floats(-80, 80)


def metres_from(centre: Place, places: Floats) -> Floats:
    lon, lat = (np.full(len(places), degrees) for degrees in centre)
    return np.asarray(ELLIPSOID.inv(lon, lat, places[:, 0], places[:, 1])[2])


@given(latitudes, st.floats(1, 200_000))
@example(48.0, 393.1875)  # 197 chords exactly: what is aimed at needs room
@example(80.0, 393.1875)
def test_a_circle_is_a_circle_at_any_latitude(lat: float, radius_m: float) -> None:
    circle = volume_area(Circle(centre=(2.0, lat), radius_m=radius_m))
    vertices = shapely.get_coordinates(circle)
    chords = np.vstack([vertices, (vertices[1:] + vertices[:-1]) / 2])

    metres = metres_from((2.0, lat), chords)

    assert metres.max() <= radius_m + 1e-6
    assert metres.min() >= radius_m - max(CHORD_ERROR_M, radius_m * CHORD_ERROR)


def test_half_a_kilometre_is_half_a_kilometre_in_paris_and_in_tromso() -> None:
    for centre in (PARIS, (18.96, 69.65)):
        circle = volume_area(Circle(centre=centre, radius_m=500))
        metres = metres_from(centre, shapely.get_coordinates(circle))
        assert metres == pytest.approx(np.full(len(metres), 500.0), abs=1e-6)


def metres_to_line(line: list[Place], places: Floats) -> tuple[Floats, float]:
    """Return geodesic metres to the nearest of many points on a line, and their spacing."""
    whole = LineString(line)
    points = shapely.get_coordinates(shapely.segmentize(whole, whole.length / 1000))
    lon, lat = (np.repeat(column, len(points)) for column in places.T)
    metres = ELLIPSOID.inv(
        lon, lat, np.tile(points[:, 0], len(places)), np.tile(points[:, 1], len(places))
    )[2]
    nearest = np.asarray(metres).reshape(len(places), len(points)).min(axis=1)
    return nearest, whole.length / 1000 * 111_400


@settings(max_examples=20, deadline=None)
@given(
    st.floats(-65, 65),
    st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=2, max_size=3),
    st.floats(200, 3000),
)
@example(48.86, [(-60, -60), (60, 60)], 500.0)
@example(48.86, [(-60, 0), (60, 0)], 500.0)
def test_the_edge_of_a_corridor_is_as_far_from_its_line_as_said(
    lat: float, offsets: list[tuple[int, int]], half_width_m: float
) -> None:
    line = [(2.0 + east / 1000, lat + north / 1000) for east, north in offsets]
    if len(set(line)) < len(line):
        return
    area = volume_area(Corridor(lines=(tuple(line),), half_width_m=half_width_m))
    edge = shapely.segmentize(area.boundary, area.boundary.length / 60)

    metres, spacing_m = metres_to_line(line, shapely.get_coordinates(edge)[::7])

    sampled_m = spacing_m**2 / 8 / half_width_m
    assert metres.min() >= half_width_m * (1 - CORRIDOR_ERROR) - CHORD_ERROR_M - 0.03
    assert metres.max() <= half_width_m * (1 + CORRIDOR_ERROR) + 0.03 + sampled_m


def test_a_corridor_across_ile_de_france_is_as_wide_at_its_ends_as_in_its_middle() -> None:
    area = volume_area(Corridor(lines=(((1.4, 48.1), (3.6, 49.3)),), half_width_m=100))

    for share in (0.02, 0.25, 0.5, 0.75, 0.98):
        lon, lat = 1.4 + 2.2 * share, 48.1 + 1.2 * share
        # Across the line: its course here, turned by a right angle.
        course = ELLIPSOID.inv(lon, lat, lon + 2.2e-4, lat + 1.2e-4)[0]
        for turned in (-90, 90):
            for metres, inside in ((99.8, True), (100.2, False)):
                east, north, _ = ELLIPSOID.fwd(lon, lat, course + turned, metres)
                assert bool(shapely.intersects_xy(area, east, north)) is inside


def test_lines_that_meet_make_one_corridor() -> None:
    crossing = (((2.3, 48.85), (2.32, 48.85)), ((2.31, 48.84), (2.31, 48.86)))

    area = volume_area(Corridor(lines=crossing, half_width_m=20))

    assert area.geom_type == "Polygon"
    assert shapely.is_valid(area)
    assert all(shapely.intersects_xy(area, *place) for line in crossing for place in line)


def test_what_cannot_be_drawn_exactly_is_refused_with_the_reason() -> None:
    zigzag = tuple((2.0 + step % 2, 48.0 + step / 1000) for step in range(60))
    refused: list[tuple[Circle | Corridor, str]] = [
        (Circle(centre=(179.99, 0.0), radius_m=5000), "antimeridian"),
        (Circle(centre=PARIS, radius_m=300_000), "radius_m: 300000 is not between"),
        (Circle(centre=PARIS, radius_m=math.nan), "radius_m: nan"),
        (Corridor(lines=((PARIS, (2.4, 48.9)),), half_width_m=0), "half_width_m: 0"),
        (Corridor(lines=((PARIS, (2.4, 44.0)),), half_width_m=10), "270 km from its middle"),
        (Corridor(lines=((PARIS, (-170.0, 10.0)),), half_width_m=10), "split it"),
        (
            Corridor(lines=(zigzag,), half_width_m=10),
            "longer than the 1,000 allowed",
        ),
    ]

    for drawn, sentence in refused:
        with pytest.raises(Undrawable, match=sentence):
            volume_area(drawn)
