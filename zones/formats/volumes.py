"""How are the volumes of a zone written: areas, and beside them what their author drew?

A geometry is always an area, so that every GIS shows it. What was drawn as a circle or a corridor
stands beside it as `drawn`, from which the footprint is then drawn again.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from zones.formats.defects import optional, refuse, refuse_unknown, together
from zones.formats.properties import read_band, write_height
from zones.model import Circle, Corridor, Volume
from zones.space.geometry import InvalidGeometry, Limits, read_figure, to_geojson

BAND = frozenset({"lower", "upper"})
WIDTHS = {"Point": "radius_m", "LineString": "half_width_m", "MultiLineString": "half_width_m"}
MEMBERS = BAND | {"drawn", *WIDTHS.values()}
# How far, in degrees, a geometry may lie off what is drawn: a metre, what rounding GIS do to it.
SAME_DEG = 1e-5


def read_volumes(
    geometry: Mapping[str, Any], properties: Mapping[str, Any], limits: Limits
) -> tuple[Volume, ...]:
    """Read the volumes of a feature, or refuse them."""
    if geometry.get("type") != "GeometryCollection":
        if properties.get("volumes") is not None:
            refuse("volumes", "are of a GeometryCollection, and the geometry is none")
        return (_volume(geometry, properties, "", limits),)
    geometries = optional(geometry, "geometries", list, [])
    if not geometries or not all(isinstance(each, Mapping) for each in geometries):
        refuse("geometry.geometries", "not a list of geometries")
    read = together(
        **{
            str(at): partial(_volume, each, members, f"volumes[{at}].", limits)
            for at, (each, members) in enumerate(
                zip(geometries, _members(properties, len(geometries)), strict=True)
            )
        }
    )
    volumes = tuple(read.values())
    if sum(shapely.get_num_coordinates(each.footprint) for each in volumes) > limits.vertices:
        refuse("geometry", f"more than the {limits.vertices} vertices allowed")
    return volumes


def write_volumes(volumes: Sequence[Volume]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the geometry of a feature, and the properties that go with it."""
    areas = [to_geojson(volume.footprint) for volume in volumes]
    members = [write_volume(volume) for volume in volumes]
    if len(volumes) == 1:
        return areas[0], members[0]
    return {"type": "GeometryCollection", "geometries": areas}, {"volumes": members}


def write_volume(volume: Volume) -> dict[str, Any]:
    """Write what a volume is beside its area: its limits, and what was drawn."""
    members = {
        "lower": write_height(volume.band.lower),
        "upper": write_height(volume.band.upper),
        "drawn": _written(volume.drawn),
    }
    return {name: value for name, value in members.items() if value is not None}


def read_drawn(
    given: Mapping[str, Any], path: str, limits: Limits
) -> tuple[BaseGeometry, Circle | Corridor | None]:
    """Read what was drawn, and the area that it means."""
    kind = given.get("type")
    if not isinstance(kind, str) or kind not in WIDTHS:
        refuse(f"{path}.type", f"{kind!r} is none of {', '.join(WIDTHS)}")
    refuse_unknown(given, frozenset({"type", "coordinates", WIDTHS[kind]}), path)
    return figure_of(given, given, path, limits)


def figure_of(
    geometry: Mapping[str, Any], members: Mapping[str, Any], path: str, limits: Limits
) -> tuple[BaseGeometry, Circle | Corridor | None]:
    """Return the area of a geometry and what it was drawn from, or refuse it at its path."""
    try:
        return read_figure(geometry, members, limits)
    except InvalidGeometry as error:
        refuse(path, str(error))


def _members(properties: Mapping[str, Any], count: int) -> Sequence[Mapping[str, Any]]:
    """Return what each volume says of itself; a plain collection says it once for all."""
    given: list[Mapping[str, Any]] | None = optional(properties, "volumes", list, None)
    if given is None:
        return [{name: properties.get(name) for name in BAND}] * count
    twice = sorted(name for name in MEMBERS if properties.get(name) is not None)
    if twice:
        refuse(twice[0], "is given for the zone and for its volumes")
    if len(given) != count:
        refuse("volumes", f"{len(given)} of them for {count} geometries")
    for at, each in enumerate(given):
        if not isinstance(each, Mapping):
            refuse(f"volumes[{at}]", "not an object")
        refuse_unknown(each, MEMBERS, f"volumes[{at}]")
    return given


def _volume(
    geometry: Mapping[str, Any], members: Mapping[str, Any], path: str, limits: Limits
) -> Volume:
    read = together(
        figure=lambda: _figure(geometry, members, path, limits),
        band=lambda: read_band(members, path),
    )
    area, drawn = read["figure"]
    return Volume(footprint=area, band=read["band"], drawn=drawn)


def _figure(
    geometry: Mapping[str, Any], members: Mapping[str, Any], path: str, limits: Limits
) -> tuple[BaseGeometry, Circle | Corridor | None]:
    area, drawn = figure_of(geometry, members, f"{path}geometry", limits)
    stated = optional({f"{path}drawn": members.get("drawn")}, f"{path}drawn", dict, None)
    if stated is None:
        return area, drawn
    meant, drawn = read_drawn(stated, f"{path}drawn", limits)
    if not _same(meant, area):
        refuse(f"{path}drawn", "contradicts the geometry, which is another area")
    return meant, drawn


def _same(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(
        shapely.equals_exact(one, other) or shapely.hausdorff_distance(one, other) < SAME_DEG
    )


def _written(drawn: Circle | Corridor | None) -> dict[str, Any] | None:
    if drawn is None:
        return None
    if isinstance(drawn, Circle):
        return {"type": "Point", "coordinates": [*drawn.centre], "radius_m": drawn.radius_m}
    lines = [[[*vertex] for vertex in line] for line in drawn.lines]
    one = len(lines) == 1
    return {
        "type": "LineString" if one else "MultiLineString",
        "coordinates": lines[0] if one else lines,
        "half_width_m": drawn.half_width_m,
    }
