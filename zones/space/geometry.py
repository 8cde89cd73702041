"""Which area does a geometry describe, and how far is it from here to there?

Boundary rule: *intersects*. A position on the line is inside, on a hole's edge too. Lines between
two vertices are straight in longitude and latitude, as RFC 7946 says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from zones.columns import Floats
from zones.model import Circle, Corridor
from zones.space.coordinates import (
    DEPTHS,
    LAST_LAT,
    LAST_LON,
    WrongCoordinates,
    check_coordinates,
)
from zones.space.drawing import Undrawable, volume_area
from zones.space.ellipsoid import ECCENTRICITY_SQUARED, SEMI_MAJOR_M

# Of `distance_m` over 10 km in Île-de-France; it grows with the cube of the distance.
LOCAL_ERROR_M = 0.002
AREAS = ("Polygon", "MultiPolygon")

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
    """Return metres between positions, in the plane of their mean latitude.

    Against geodesics in Île-de-France it errs by at most `LOCAL_ERROR_M` over 10 km, 2 m over 100.
    """
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
    circle, a LineString or MultiLineString with `half_width_m` a corridor with round ends.
    """
    return read_figure(geometry, properties, limits)[0]


def read_figure(
    geometry: Mapping[str, Any],
    properties: Mapping[str, Any] | None = None,
    limits: Limits = API_LIMITS,
) -> tuple[BaseGeometry, Circle | Corridor | None]:
    """Return the area as `footprint` does, and the circle or corridor it was drawn from."""
    given = _read(geometry, limits)
    if given.geom_type in AREAS:
        return _sound(given, limits), None
    drawn = _drawn(given, geometry, properties or {})
    try:
        area = volume_area(drawn)
    except Undrawable as error:
        raise InvalidGeometry(_placed(str(error))) from error
    return _sound(area, limits), drawn


def to_geojson(area: BaseGeometry) -> dict[str, Any]:
    """Return the area as a GeoJSON geometry of plain lists."""
    if area.geom_type == "Polygon" and not shapely.get_num_interior_rings(area):
        # Almost all are one ring, which takes a third of the time so.
        return {"type": "Polygon", "coordinates": [shapely.get_coordinates(area).tolist()]}
    drawn = mapping(area)
    return {"type": drawn["type"], "coordinates": _lists(drawn["coordinates"])}


def _read(geometry: Mapping[str, Any], limits: Limits) -> BaseGeometry:
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


def _drawn(
    given: BaseGeometry, geometry: Mapping[str, Any], properties: Mapping[str, Any]
) -> Circle | Corridor:
    """Return what a point or lines and their metres draw."""
    if given.geom_type == "Point":
        ((lon, lat),) = shapely.get_coordinates(given).tolist()
        return Circle(centre=(lon, lat), radius_m=_radius(geometry, properties))
    lines = [shapely.get_coordinates(line).tolist() for line in shapely.get_parts(given)]
    for line in lines:
        if all(position == line[0] for position in line):
            msg = f"coordinates: a line of no length: every position of it is {line[0]}"
            raise InvalidGeometry(msg)
    half_width_m = properties.get("half_width_m", geometry.get("half_width_m"))
    return Corridor(
        lines=tuple(tuple((lon, lat) for lon, lat in line) for line in lines),
        half_width_m=_metres("half_width_m", half_width_m),
    )


def _placed(reason: str) -> str:
    return reason if reason.startswith(("radius_m", "half_width_m")) else f"coordinates: {reason}"


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
    try:
        return float(value)
    except OverflowError as error:
        msg = f"{name}: more metres than a number can hold"
        raise InvalidGeometry(msg) from error


def _lists(coordinates: Any) -> Any:  # noqa: ANN401 - nested as deep as the geometry is
    if isinstance(coordinates, tuple | list):
        return [_lists(inner) for inner in coordinates]
    return coordinates
