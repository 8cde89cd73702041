"""Which area does a geometry describe, how far is it, and where does a path cross its edge?

Boundary rule: *intersects*. A position on the line is inside. Lines between two vertices are
straight in longitude and latitude, as RFC 7946 says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import LineString, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from zones.columns import Floats
from zones.coordinates import (
    DEPTHS,
    LAST_LAT,
    LAST_LON,
    WrongCoordinates,
    check_coordinates,
)

SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_379_990_14
CHORD_ERROR_M = 0.05
HAIR_DEG = 1e-12
CIRCLE_VERTICES = (64, 720)
LARGEST_RADIUS_M = 200_000.0
CORRIDOR_LATITUDES_DEG = 2.0
AREAS = ("Polygon", "MultiPolygon")

Coordinate = tuple[float, float]
Pair = Floats | float


class InvalidGeometry(ValueError):
    """A geometry that is no area of public space; the message says why and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a geometry may be before it is refused."""

    vertices: int
    area_km2: float


API_LIMITS = Limits(vertices=5_000, area_km2=50_000.0)
FILE_LIMITS = Limits(vertices=500_000, area_km2=600_000_000.0)


def scale(lat_deg: Pair) -> tuple[Any, Any]:
    """Return metres per degree of longitude and of latitude on WGS84 at a latitude.

    From the radii of curvature. A distance taken with it in a plane is wrong by less than
    tan(latitude) times the change of latitude in radians: 0.02 % over 1 km in Paris.
    """
    sine = np.sin(np.radians(lat_deg))
    flattened = 1 - ECCENTRICITY_SQUARED * sine * sine
    degree = np.radians(1.0) * SEMI_MAJOR_M
    east = degree / np.sqrt(flattened) * np.cos(np.radians(lat_deg))
    north = degree * (1 - ECCENTRICITY_SQUARED) / flattened**1.5
    return east, north


def distance_m(lon0: Pair, lat0: Pair, lon1: Pair, lat1: Pair) -> Any:  # noqa: ANN401 - numpy's own: a number for numbers, a column for columns
    """Return metres between positions, in the plane of their mean latitude (see `scale`)."""
    east, north = scale((np.asarray(lat0) + np.asarray(lat1)) / 2)
    return np.hypot((np.asarray(lon1) - lon0) * east, (np.asarray(lat1) - lat0) * north)


def in_plane(geometry: BaseGeometry, lat_deg: float) -> BaseGeometry:
    """Return the geometry in metres, in the plane of one latitude; straight lines stay straight."""
    return shapely.transform(geometry, lambda degrees: degrees * np.array(scale(lat_deg)))


def area_m2(area: BaseGeometry) -> float:
    """Return square metres, in the plane of the area's middle latitude."""
    _, south, _, north = area.bounds
    return float(in_plane(area, (south + north) / 2).area)


def footprint(
    geometry: Mapping[str, Any],
    properties: Mapping[str, Any] | None = None,
    limits: Limits = API_LIMITS,
) -> BaseGeometry:
    """Return the area a GeoJSON geometry means, or refuse it; nothing is ever repaired.

    A Polygon or MultiPolygon is itself, a Point with `radius_m` (or ED-318's `extent`) a geodesic
    circle, a LineString with `half_width_m` a corridor with round ends.
    """
    drawn = _drawn(geometry, limits)
    properties = properties or {}
    if drawn.geom_type in AREAS:
        area = drawn
    elif drawn.geom_type == "Point":
        area = _circle(drawn, _radius(geometry, properties))
    else:
        area = _corridor(drawn, _metres("half_width_m", properties.get("half_width_m")))
    return _sound(area, limits)


def to_geojson(area: BaseGeometry) -> dict[str, Any]:
    """Return the area as a GeoJSON geometry of plain lists."""
    drawn = mapping(area)
    return {"type": drawn["type"], "coordinates": _lists(drawn["coordinates"])}


def crossing(area: BaseGeometry, a: Coordinate, b: Coordinate) -> tuple[float, ...]:
    """Return where on the way from `a` to `b` the boundary is crossed, as sorted fractions.

    Their number is odd exactly when one end is inside and the other is not. A path that only
    touches the boundary does not cross it; one that leaves from it to the outside does, at 0.
    """
    stays = [end for stay in _stays(area, a, b) for end in stay]
    a_inside, b_inside = (bool(shapely.intersects_xy(area, *end)) for end in (a, b))
    if a_inside and b_inside and not stays and _within_a_hair(area, a, b):
        return ()
    hair = _hair(a, b)
    if a_inside:
        stays = stays[1:] if stays and stays[0] <= hair else [0.0, *stays]
    if b_inside:
        stays = stays[:-1] if stays and stays[-1] >= 1 - hair else [*stays, 1.0]
    return tuple(stays)


def _stays(area: BaseGeometry, a: Coordinate, b: Coordinate) -> list[tuple[float, float]]:
    """Return the parts of the way that are inside, as fractions, without mere touches."""
    start, along = np.array(a), np.array(b) - np.array(a)
    length = float(along @ along)
    if length == 0:
        return [(0.0, 1.0)] if shapely.intersects_xy(area, *a) else []
    inside = shapely.intersection(area, LineString([a, b]))
    merged: list[tuple[float, float]] = []
    for part in shapely.get_parts(inside) if not inside.is_empty else ():
        fractions = np.clip((shapely.get_coordinates(part) - start) @ along / length, 0.0, 1.0)
        merged.append((float(fractions.min()), float(fractions.max())))
    return _merged(merged)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return [(begin, end) for begin, end in merged if begin < end]


def _hair(a: Coordinate, b: Coordinate) -> float:
    """Return the fraction of the way by which rounding may misplace a crossing."""
    return max(1e-9, 1e-13 / float(np.hypot(b[0] - a[0], b[1] - a[1]) or 1.0))


def _within_a_hair(area: BaseGeometry, a: Coordinate, b: Coordinate) -> bool:
    """Tell whether a path along the boundary is outside by no more than its rounding."""
    middle = shapely.Point((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    return bool(area.distance(middle) < HAIR_DEG)


def _drawn(geometry: Mapping[str, Any], limits: Limits) -> BaseGeometry:
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in DEPTHS:
        msg = f"type: {kind!r} is none of {', '.join(DEPTHS)}"
        raise InvalidGeometry(msg)
    coordinates = geometry.get("coordinates")
    try:
        check_coordinates(kind, coordinates, limits.vertices)
        # Only two dimensions are read: heights are properties of a zone.
        return shapely.force_2d(shape({"type": kind, "coordinates": coordinates}))
    except (WrongCoordinates, shapely.GEOSException, ValueError) as error:
        raise InvalidGeometry(str(error)) from error


def _sound(area: BaseGeometry, limits: Limits) -> BaseGeometry:
    if not shapely.is_valid(area):
        msg = f"coordinates: {_reason(area)}"
        raise InvalidGeometry(msg)
    if (np.abs(shapely.get_coordinates(area)) > (LAST_LON, LAST_LAT)).any():
        msg = "coordinates: the area reaches over the antimeridian or a pole"
        raise InvalidGeometry(msg)
    extent_km2 = area_m2(area) / 1e6
    if extent_km2 > limits.area_km2:
        msg = f"coordinates: {extent_km2:,.0f} km² are more than the {limits.area_km2:,.0f} allowed"
        raise InvalidGeometry(msg)
    if area.area == 0:
        msg = "coordinates: the geometry covers no area"
        raise InvalidGeometry(msg)
    return area


def _reason(area: BaseGeometry) -> str:
    # GEOS says "Self-intersection[2.35 48.85]".
    reason, _, place = str(shapely.is_valid_reason(area)).partition("[")
    return f"{reason.lower()} at {place.rstrip(']')}" if place else reason.lower()


def _radius(geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> float:
    extent = geometry.get("extent")
    if isinstance(extent, Mapping) and extent.get("subType") == "Circle":
        return _metres("extent.radius", extent.get("radius"))
    return _metres("radius_m", properties.get("radius_m", geometry.get("radius_m")))


def _metres(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{name}: {value!r} is not a number of metres"
        raise InvalidGeometry(msg)
    if not 0 < value <= LARGEST_RADIUS_M:
        msg = f"{name}: {value} is not between 0 and {LARGEST_RADIUS_M:,.0f} metres"
        raise InvalidGeometry(msg)
    return float(value)


def _circle(centre: BaseGeometry, radius_m: float) -> BaseGeometry:
    """Draw a circle whose chords stray less than `CHORD_ERROR_M` up to 7 km of radius."""
    fewest, most = CIRCLE_VERTICES
    count = int(np.clip(np.ceil(np.pi / np.sqrt(2 * CHORD_ERROR_M / radius_m)), fewest, most))
    (lon, lat) = shapely.get_coordinates(centre)[0]
    azimuths = -360.0 * np.arange(count) / count
    lons, lats, _ = Geod(ellps="WGS84").fwd(
        np.full(count, lon), np.full(count, lat), azimuths, np.full(count, radius_m)
    )
    if np.abs(np.asarray(lons) - lon).max() > LAST_LON / 2:
        msg = f"coordinates: the circle around {lon} {lat} reaches over the antimeridian or a pole"
        raise InvalidGeometry(msg)
    return Polygon(np.column_stack([lons, lats]))


def _corridor(line: BaseGeometry, half_width_m: float) -> BaseGeometry:
    """Widen a line in the plane of its middle latitude: 0.2 % of the width off 10 km from there."""
    _, south, _, north = line.bounds
    if north - south > CORRIDOR_LATITUDES_DEG:
        msg = (
            f"coordinates: a corridor over {north - south:.1f}° of latitude is not exact; split it"
        )
        raise InvalidGeometry(msg)
    middle = (south + north) / 2
    wide = in_plane(line, middle).buffer(half_width_m)
    return shapely.transform(wide, lambda metres: metres / np.array(scale(middle)))


def _lists(coordinates: Any) -> Any:  # noqa: ANN401 - nested as deep as the geometry is
    if isinstance(coordinates, tuple | list):
        return [_lists(inner) for inner in coordinates]
    return coordinates
