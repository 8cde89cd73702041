"""Does a zone lie where the city has a say, and at heights that exist there?

A box around the service area, because its use is to find mistakes: coordinates in the wrong order,
a document of another country. A band whose limits are counted from different references is held
against ground and sea level: one that is upside down wherever in its box one looks holds nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from zones.formats.defects import Defect, Defective, refuse
from zones.heights.gaps import upside_down
from zones.heights.vertical import Datum
from zones.model import Circle, Corridor, Height, Place, Volume, Zone
from zones.space.coordinates import Bounds, in_words, within

Vertex = tuple[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """Where the city has a say, and what is known of its ground and sea level; None is unknown."""

    service_area: Bounds | None = None
    datum: Datum | None = None


EVERYWHERE = Territory()


def refuse_misplaced(zone: Zone, territory: Territory) -> None:
    """Refuse a zone that reaches out of the territory, or whose heights exist nowhere in it."""
    for number, volume in enumerate(zone.volumes):
        begin = f"volumes[{number}]." if len(zone.volumes) > 1 else ""
        for name, reason in _amiss(volume, territory):
            refuse(f"{begin}{name}", reason)


def misplaced(zones: Iterable[Zone], territory: Territory) -> tuple[Defect, ...]:
    """Return what is amiss with the places and heights of a document's zones."""
    defects: list[Defect] = []
    for zone in zones:
        try:
            refuse_misplaced(zone, territory)
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


def _amiss(volume: Volume, territory: Territory) -> Iterator[tuple[str, str]]:
    """Yield the fields of a volume that place it wrongly, each with the reason."""
    reason = territory.service_area and outside(volume, territory.service_area)
    if reason:
        yield "geometry", reason
    band, box, datum = volume.band, volume.footprint.bounds, territory.datum
    if datum is not None and upside_down(band, box, datum):
        upper = _stated(band.upper)
        yield (
            "lower",
            f"{_stated(band.lower)} is above the upper limit, {upper}, everywhere in this zone",
        )


def _stated(height: Height | None) -> str:
    return "no limit" if height is None else f"{height.value_m:g} m {height.reference}"


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
