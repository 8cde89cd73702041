"""What does Paris look like, in degrees for the wire and in metres for making shapes?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).parent / "data"
WATERS = DATA / "voies_deau.geojson"
CIRCLE_CORNERS = 72
GRID_DEGREES = 1e-7  # a centimetre: finer says nothing, coarser bends walls

_EARTH = Geod(ellps="WGS84")
# Lambert-93 needs no grid file, and its scale in Paris is right to a part in ten thousand.
_TO_METRES = Transformer.from_crs(4326, 2154, always_xy=True)
_TO_DEGREES = Transformer.from_crs(2154, 4326, always_xy=True)

Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature of a shipped layer: its properties and its shape in Lambert-93 metres."""

    properties: Mapping[str, Any]
    area: BaseGeometry


@cache
def features(name: str) -> tuple[Feature, ...]:
    """Read one shipped layer, in the order of the file."""
    document = json.loads((DATA / f"{name}.geojson").read_text(encoding="utf-8"))
    return tuple(
        Feature(properties=one["properties"], area=to_metres(shape(one["geometry"])))
        for one in document["features"]
    )


def to_metres(degrees: BaseGeometry) -> BaseGeometry:
    """Project longitude and latitude to metres."""
    return shapely.transform(degrees, _project)


def to_degrees(metres: BaseGeometry) -> BaseGeometry:
    """Return metres to longitude and latitude, on a grid of a centimetre."""
    return shapely.set_precision(shapely.transform(metres, _unproject), GRID_DEGREES)


def _project(lonlats: Metres) -> Metres:
    return np.column_stack(_TO_METRES.transform(lonlats[:, 0], lonlats[:, 1]))


def _unproject(xy: Metres) -> Metres:
    return np.column_stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1]))


def lonlats(xy: Metres) -> Metres:
    """Return metric points as rows of longitude and latitude."""
    return _unproject(xy)


def metres(lon: float, lat: float) -> tuple[float, float]:
    """Return one point in metres."""
    x, y = _TO_METRES.transform(lon, lat)
    return float(x), float(y)


def circle(lon: float, lat: float, radius_m: float) -> BaseGeometry:
    """Return a geodesic circle as an area in metres."""
    azimuths = np.linspace(0.0, 360.0, CIRCLE_CORNERS, endpoint=False)
    ones = np.ones(CIRCLE_CORNERS)
    lons, lats, _ = _EARTH.fwd(lon * ones, lat * ones, azimuths, radius_m * ones)
    return to_metres(Polygon(np.column_stack([lons, lats])))


def geometry(area_m: BaseGeometry) -> dict[str, Any]:
    """Return a metric area as a GeoJSON geometry in degrees."""
    degrees = to_degrees(area_m)
    if not degrees.is_valid or degrees.is_empty:
        msg = f"a shape near {area_m.centroid} does not survive the centimetre grid"
        raise ValueError(msg)
    plain: dict[str, Any] = json.loads(shapely.to_geojson(degrees))
    return {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])}


def _rounded(coordinates: Any) -> Any:  # noqa: ANN401 - GeoJSON nests to any depth
    """Cut the printed tail of numbers that already lie on the grid."""
    if isinstance(coordinates, float):
        return round(coordinates, 7)
    return [_rounded(one) for one in coordinates]


@cache
def city() -> BaseGeometry:
    """Return the whole city, within its limit."""
    return shapely.union_all([one.area for one in features("arrondissements")])


@cache
def waters(ids: frozenset[int] | None = None) -> BaseGeometry:
    """Return the union of the named waters, or of all."""
    return shapely.union_all(
        [
            one.area
            for one in features("voies_deau")
            if ids is None or one.properties["objectid"] in ids
        ]
    )


def parts(area: BaseGeometry) -> list[Polygon]:
    """Return the polygons of an area, largest first."""
    polygons = [one for one in shapely.get_parts(area) if isinstance(one, Polygon)]
    return sorted(polygons, key=lambda one: -one.area)
