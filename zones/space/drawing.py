"""Which area does a circle or a corridor cover?

Both are drawn as polygons with straight lines in longitude and latitude between the vertices, on
the WGS84 ellipsoid; `CHORD_ERROR_M` and `CORRIDOR_ERROR` say how far these stray from the truth.
"""

import numpy as np
import shapely
from pyproj import Geod, Proj
from shapely.geometry import MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from zones.columns import Floats
from zones.model import Circle, Corridor

ELLIPSOID = "WGS84"
# A chord's middle lies this far inside the circle at most, beyond 7 km a hundred thousandth of the
# radius. What is aimed at leaves room for the bend of a parallel along the chord.
CHORD_ERROR_M, CHORD_AIM = 0.05, 0.9
CHORD_ERROR = 1.2e-5
CIRCLE_VERTICES = (64, 720)
LARGEST_RADIUS_M = 200_000.0
# Of a corridor's half width, beside the chords of its round ends and 3 cm: the transverse Mercator
# stretches by x²/2R², 0.05 % at the reach.
CORRIDOR_ERROR = 0.001
CORRIDOR_REACH_M = 200_000.0
CORRIDOR_LENGTH_M = 1_000_000.0
# A line straight in degrees bends away from the plane's chord by L² tan(latitude) / 8R.
STEP_DEG = 0.01
HALF_TURN_DEG = 180.0


class Undrawable(ValueError):
    """A circle or corridor that cannot be drawn as exactly as promised; the message says why."""


def volume_area(drawn: Circle | Corridor) -> BaseGeometry:
    """Return the area of what was drawn, or raise `Undrawable`."""
    return _circle(drawn) if isinstance(drawn, Circle) else _corridor(drawn)


def _circle(circle: Circle) -> BaseGeometry:
    """Put the vertices on the geodesic circle, anticlockwise from north."""
    _check_metres("radius_m", circle.radius_m)
    lon, lat = circle.centre
    count = _vertices(circle.radius_m)
    azimuths = -360.0 * np.arange(count) / count
    lons, lats, _ = Geod(ellps=ELLIPSOID).fwd(
        np.full(count, lon), np.full(count, lat), azimuths, np.full(count, circle.radius_m)
    )
    if np.abs(np.asarray(lons) - lon).max() > HALF_TURN_DEG / 2:
        msg = f"the circle around {lon} {lat} reaches over the antimeridian or a pole"
        raise Undrawable(msg)
    return Polygon(np.column_stack([lons, lats]))


def _corridor(corridor: Corridor) -> BaseGeometry:
    """Widen the lines in a transverse Mercator plane around their middle; ends are round."""
    _check_metres("half_width_m", corridor.half_width_m)
    lines = MultiLineString(corridor.lines)
    west, south, east, north = lines.bounds
    plane = Proj(proj="tmerc", lon_0=(west + east) / 2, lat_0=(south + north) / 2, ellps=ELLIPSOID)

    def to_plane(degrees: Floats) -> Floats:
        return np.column_stack(plane(degrees[:, 0], degrees[:, 1]))

    def to_degrees(metres: Floats) -> Floats:
        return np.column_stack(plane(metres[:, 0], metres[:, 1], inverse=True))

    _check_reach(shapely.transform(lines, to_plane))
    flat = shapely.transform(shapely.segmentize(lines, STEP_DEG), to_plane)
    quarter = -(-_vertices(corridor.half_width_m) // 4)
    return shapely.transform(flat.buffer(corridor.half_width_m, quad_segs=quarter), to_degrees)


def _check_reach(flat: BaseGeometry) -> None:
    reach_m = np.abs(shapely.get_coordinates(flat)).max()
    # Beyond a quarter of the Earth the projection answers infinity.
    if not reach_m <= CORRIDOR_REACH_M:
        msg = (
            f"a corridor reaching {reach_m / 1000:,.0f} km from its middle is not exact beyond "
            f"{CORRIDOR_REACH_M / 1000:,.0f} km; split it"
        )
        raise Undrawable(msg)
    if flat.length > CORRIDOR_LENGTH_M:
        msg = (
            f"a corridor of {flat.length / 1000:,.0f} km is longer than the "
            f"{CORRIDOR_LENGTH_M / 1000:,.0f} allowed"
        )
        raise Undrawable(msg)


def _vertices(radius_m: float) -> int:
    """Return how many chords keep a circle of this radius within `CHORD_ERROR_M`."""
    fewest, most = CIRCLE_VERTICES
    needed = np.ceil(np.pi / np.sqrt(2 * CHORD_AIM * CHORD_ERROR_M / radius_m))
    return int(np.clip(needed, fewest, most))


def _check_metres(name: str, metres: float) -> None:
    if not 0 < metres <= LARGEST_RADIUS_M:
        msg = f"{name}: {metres} is not between 0 and {LARGEST_RADIUS_M:,.0f} metres"
        raise Undrawable(msg)
