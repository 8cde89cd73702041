"""Along which lines do the demonstration's vehicles move, and within which spaces?

A space is the part of an application that says where; a route lies well within its own space, so
that whoever keeps to the route keeps to the permit. Spaces of different applicants do not meet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely import ops
from shapely.geometry import LineString, shape
from shapely.geometry.base import BaseGeometry

from octroi.demo.geography import Metres, city, features, lonlats, parts, to_metres
from octroi.demo.waterway import axis

RIVER_HALF_WIDTH_M = 70.0
TUNNEL_HALF_WIDTH_M = 12.0
QUARRY_CLEARANCE_M = 80.0
TUNNEL_M = 300.0
TUNNEL_DEPTHS_M = (-30.0, -6.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A line in metres and the space asked for around it; heights are above ground."""

    line: LineString
    footprint: Mapping[str, Any]
    lower_m: float | None = None
    upper_m: float | None = None

    @property
    def height_m(self) -> float | None:
        """Return the middle of the height band."""
        if self.lower_m is None or self.upper_m is None:
            return None
        return (self.lower_m + self.upper_m) / 2.0


def corridor(line: LineString, half_width_m: float) -> dict[str, Any]:
    """Write a line in metres as the footprint of a corridor."""
    return {
        "type": "LineString",
        "coordinates": degrees(np.array(line.coords)[:, :2]),
        "half_width_m": half_width_m,
    }


def degrees(xy: Metres) -> list[list[float]]:
    """Write points in metres as longitude, latitude."""
    return [[float(lon), float(lat)] for lon, lat in np.round(lonlats(xy), 6)]


@cache
def streets(arrondissement: int, inset_m: float) -> tuple[tuple[LineString, ...], dict[str, Any]]:
    """Return rings just inside the quarters of an arrondissement, and its ground as a space."""
    (home,) = (
        one.area for one in features("arrondissements") if one.properties["c_ar"] == arrondissement
    )
    rings = tuple(
        LineString(parts(one.area.buffer(-inset_m).simplify(2.0))[0].exterior.coords)
        for one in features("quartiers")
        if one.properties["c_ar"] == arrondissement
    )
    ground = parts(home.simplify(3.0).buffer(-4.0))[0]
    return rings, {"type": "Polygon", "coordinates": [degrees(np.array(ground.exterior.coords))]}


def reach(start: float, end: float) -> Route:
    """Ask for a stretch of the river, between two fractions of its length downstream."""
    course = axis()
    line = cut(course, start * course.length, end * course.length)
    return Route(line=line, footprint=corridor(line, RIVER_HALF_WIDTH_M))


def cut(line: LineString, start_m: float, end_m: float) -> LineString:
    """Cut the part of a line between two distances along it."""
    return LineString(ops.substring(line, start_m, end_m).coords)


def tunnels(zones: Mapping[str, Any]) -> Iterator[Route]:
    """Yield stretches of metro lines within the city, clear of quarries and of each other."""
    layers = [zone for zone in zones["features"] if zone["properties"]["layer"] == "subsoil"]
    quarries = shapely.union_all(
        [to_metres(shape(one["geometry"])) for one in layers if "quarry" in one["id"]]
    ).buffer(QUARRY_CLEARANCE_M)
    taken: list[LineString] = []
    for line in _stretches(quarries):
        if all(line.distance(other) > 3.0 * TUNNEL_HALF_WIDTH_M for other in taken):
            taken.append(line)
            yield Route(
                line=line,
                footprint=corridor(line, TUNNEL_HALF_WIDTH_M),
                lower_m=TUNNEL_DEPTHS_M[0],
                upper_m=TUNNEL_DEPTHS_M[1],
            )


def _stretches(avoided: BaseGeometry) -> Iterator[LineString]:
    """Cut metro lines into stretches of one length, the lines in turn."""
    home = city().buffer(-400.0)
    pieces_of: list[list[LineString]] = []
    for one in features("metro_lignes"):
        usable = one.area.intersection(home).difference(avoided)
        pieces = [part for part in shapely.get_parts(usable) if part.length > TUNNEL_M]
        longest = max(pieces, key=lambda part: part.length, default=None)
        if longest is not None:
            marks = np.arange(0.0, longest.length, TUNNEL_M)
            pieces_of.append([cut(LineString(longest.coords), *pair) for pair in pairwise(marks)])
    for turn in range(max(len(pieces) for pieces in pieces_of)):
        yield from (pieces[turn] for pieces in pieces_of if turn < len(pieces))
