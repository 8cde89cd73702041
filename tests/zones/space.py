"""Areas, positions and zones for the laws of `zones`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zones.columns import MISSING, Positions
from zones.heights.relief import Grid
from zones.model import UNBOUNDED, HeightReference, Restriction, Volume, Zone, ZoneId

CENTRE = (2.35, 48.86)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Point = tuple[float, float]


def zone(name: str = "a", footprint: BaseGeometry | None = None, **rest: Any) -> Zone:  # noqa: ANN401 - whatever a zone has
    area = square() if footprint is None else footprint
    volume = Volume(footprint=area, band=rest.pop("band", UNBOUNDED))
    stated = {"version": 1, "name": name, "layer": None, "restriction": Restriction.PROHIBITED}
    return Zone(**{"id": ZoneId(name), "volumes": (volume,), **stated, **rest})


def square(half_deg: float = 0.01, centre: Point = CENTRE) -> Polygon:
    lon, lat = centre
    return Polygon(
        [
            (lon - half_deg, lat - half_deg),
            (lon + half_deg, lat - half_deg),
            (lon + half_deg, lat + half_deg),
            (lon - half_deg, lat + half_deg),
        ]
    )


def positions(points: Sequence[Point], **columns: Any) -> Positions:  # noqa: ANN401 - numbers or columns
    count = len(points)

    def column(name: str, otherwise: float, kind: type) -> Any:  # noqa: ANN401 - of the kind asked for
        return np.full(count, columns.get(name, otherwise), dtype=kind)

    return Positions(
        at_ms=column("at_ms", MISSING, np.int64),
        lon=np.array([lon for lon, _ in points], dtype=np.float64),
        lat=np.array([lat for _, lat in points], dtype=np.float64),
        alt_m=column("alt_m", np.nan, np.float64),
        alt_ref=column("alt_ref", 0, np.int8),
        h_acc_m=column("h_acc_m", 0.0, np.float64),
        v_acc_m=column("v_acc_m", 0.0, np.float64),
        layer=column("layer", -1, np.int8),
    )


def no_geoid() -> Grid:
    """Return a grid that knows of no place: AMSL and WGS84 cannot be compared then."""
    nothing = np.empty((0, 0), dtype=np.float32)
    return Grid(
        west=0.0,
        south=0.0,
        step_lon=1.0,
        step_lat=1.0,
        lowest_m=nothing,
        highest_m=nothing,
        error_m=0.0,
    )


@st.composite
def stars(draw: st.DrawFn, centre: Point = CENTRE, reach: float = 0.02) -> Polygon:
    """Draw a polygon around a centre, sometimes with a hole, on a grid that invites coincidence."""
    count = draw(st.integers(3, 9))
    radii = draw(st.lists(st.integers(4, 20), min_size=count, max_size=count))
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    outward = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None] / 20
    shell = np.round((np.array(centre) + outward * reach) * 2000) / 2000
    hole = np.array(centre) + outward * reach * 0.4
    with_hole = draw(st.booleans()) and Polygon(shell).contains(Polygon(hole))
    return Polygon(shell, [hole] if with_hole else [])


@st.composite
def areas(draw: st.DrawFn) -> BaseGeometry:
    """Draw a polygon, or a multipolygon of two apart from each other."""
    lon = CENTRE[0] + draw(st.integers(-3, 3)) / 100
    one = draw(stars(centre=(lon, CENTRE[1])))
    if draw(st.booleans()):
        return one
    return MultiPolygon([one, draw(stars(centre=(lon + 0.06, CENTRE[1])))])


@st.composite
def points_about(draw: st.DrawFn, area: BaseGeometry) -> list[Point]:
    """Draw points anywhere near an area: on vertices, on edges, a hair beside, and elsewhere."""
    vertices = [point for part in _rings(area) for point in part]
    anywhere = st.tuples(st.floats(2.28, 2.45), st.floats(48.83, 48.89))
    vertex = st.sampled_from(vertices)
    beside = vertex.map(lambda point: (float(np.nextafter(point[0], 9)), point[1]))
    corners = st.tuples(vertex, vertex)
    between = corners.map(
        lambda ends: ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
    )
    return draw(st.lists(st.one_of(anywhere, vertex, beside, between), min_size=1, max_size=12))


@st.composite
def ways_about(draw: st.DrawFn, areas: Sequence[BaseGeometry]) -> tuple[np.ndarray, np.ndarray]:
    """Draw where ways begin, about the first of some areas, and where they end, about the last."""
    starts, ends = np.array(draw(points_about(areas[0]))), np.array(draw(points_about(areas[-1])))
    count = min(len(starts), len(ends))
    return starts[:count], np.roll(ends, 1, axis=0)[:count]


def _rings(area: BaseGeometry) -> list[list[Point]]:
    polygons = [area] if isinstance(area, Polygon) else list(getattr(area, "geoms", ()))
    return [
        [(float(x), float(y)) for x, y in ring.coords]
        for polygon in polygons
        for ring in (polygon.exterior, *polygon.interiors)
    ]


AGL, AMSL, WGS84 = HeightReference.AGL, HeightReference.AMSL, HeightReference.WGS84
