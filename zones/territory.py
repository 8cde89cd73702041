"""Does a zone lie where the city has a say?

A box around the service area, because its use is to find mistakes: coordinates in the wrong order,
a document of another country.
"""

from collections.abc import Iterable, Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from zones.formats.defects import Defect, Defective
from zones.model import Circle, Corridor, Place, Volume, Zone
from zones.space.coordinates import Bounds, in_words, within

Vertex = tuple[str, Place]


def refuse_outside(zone: Zone, service_area: Bounds | None) -> None:
    """Refuse a zone that reaches out of the service area, naming the first vertex outside.

    None is everywhere.
    """
    if service_area is None:
        return
    for number, volume in enumerate(zone.volumes):
        reason = outside(volume, service_area)
        if reason is not None:
            path = f"volumes[{number}].geometry" if len(zone.volumes) > 1 else "geometry"
            raise Defective(path, reason)


def elsewhere(zones: Iterable[Zone], service_area: Bounds | None) -> tuple[Defect, ...]:
    """Return what is amiss with those zones of a document that lie outside the service area."""
    defects: list[Defect] = []
    for zone in zones:
        try:
            refuse_outside(zone, service_area)
        except Defective as amiss:
            defects.append(Defect(feature=zone.id, path=amiss.path, reason=amiss.reason))
    return tuple(defects)


def outside(volume: Volume, service_area: Bounds) -> str | None:
    """Return where and why a volume is outside the service area, None when it is inside."""
    west, south, east, north = volume.footprint.bounds
    if within(service_area, west, south) and within(service_area, east, north):
        return None
    for place, (lon, lat) in _vertices(volume):
        if within(service_area, lat, lon) and not within(service_area, lon, lat):
            return f"{place}: longitude comes first: {[lon, lat]} looks like latitude, longitude"
        if not within(service_area, lon, lat):
            return (
                f"{place}: {[lon, lat]} is outside the service area {in_words(service_area)} "
                "(west,south,east,north)"
            )
    return f"coordinates: its width reaches out of the service area {in_words(service_area)}"


def _vertices(volume: Volume) -> Iterator[Vertex]:
    """Yield the vertices that its author wrote, each with its place in GeoJSON."""
    match volume.drawn:
        case Circle(centre=centre):
            yield "coordinates", centre
        case Corridor(lines=[line]):
            yield from _placed("coordinates", line)
        case Corridor(lines=lines):
            for number, line in enumerate(lines):
                yield from _placed(f"coordinates[{number}]", line)
        case None:
            yield from _area(volume.footprint)


def _area(area: BaseGeometry) -> Iterator[Vertex]:
    several = area.geom_type == "MultiPolygon"
    for number, polygon in enumerate(shapely.get_parts(area)):
        begin = f"coordinates[{number}]" if several else "coordinates"
        for ring, line in enumerate((polygon.exterior, *polygon.interiors)):
            yield from _placed(f"{begin}[{ring}]", shapely.get_coordinates(line).tolist())


def _placed(begin: str, line: Iterable[Place]) -> Iterator[Vertex]:
    for number, (lon, lat) in enumerate(line):
        yield f"{begin}[{number}]", (lon, lat)
