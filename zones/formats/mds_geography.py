"""How is a zone's footprint written as an MDS Geography?

A geography is an area and says nothing of itself; what holds there is a policy's to say.
"""

from collections.abc import Sequence
from typing import Any

from zones.formats.european import turned
from zones.formats.losses import Loss, Written
from zones.formats.mds import (
    UNDATED,
    VERSION,
    Published,
    before,
    identity,
    milliseconds,
    published_ms,
    speaks_of,
    text,
)
from zones.model import UNBOUNDED, Volume, Zone
from zones.space.geometry import to_geojson

GEOGRAPHY = "geography"


def write(zones: Sequence[Zone], published: Published = UNDATED) -> Written:
    """Write zones as MDS geographies, and say what those cannot."""
    spoken = [zone for zone in zones if speaks_of(zone)]
    geographies = [_geography(zone, published) for zone in spoken]
    latest = max((each["published_date"] for each in geographies), default=0)
    return Written(
        document={"version": VERSION, "last_updated": latest, "geographies": geographies},
        zones=len(spoken),
        losses=tuple(loss for zone in zones for loss in _losses(zone)),
    )


def _geography(zone: Zone, published: Published) -> dict[str, Any]:
    known = published_ms(zone, published)
    geography: dict[str, Any] = {
        "name": text(zone.name or zone.id),
        "description": text(zone.act or zone.id),
        "geography_type": "policy_zone",
        "geography_id": identity(zone, GEOGRAPHY),
        "geography_json": {
            "type": "FeatureCollection",
            "features": [_feature(volume) for volume in zone.volumes],
        },
        "published_date": known,
        "effective_date": known,
        "prev_geographies": before(zone, GEOGRAPHY),
    }
    if zone.valid.start is not None:
        geography["effective_date"] = max(known, milliseconds(zone.valid.start))
    if zone.valid.end is not None and milliseconds(zone.valid.end) > geography["effective_date"]:
        geography["retire_date"] = milliseconds(zone.valid.end)
    return geography


def _feature(volume: Volume) -> dict[str, Any]:
    rings = [to_geojson(polygon)["coordinates"] for polygon in turned(volume.footprint)]
    one = len(rings) == 1
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {
            "type": "Polygon" if one else "MultiPolygon",
            "coordinates": rings[0] if one else rings,
        },
    }


def _losses(zone: Zone) -> list[Loss]:
    if not speaks_of(zone):
        reason = f"MDS knows no vehicles of the layer {zone.layer}: the zone is left out"
        return [Loss(zone=zone.id, path="layer", reason=reason)]
    found: list[tuple[str, str]] = []
    if zone.layer is None:
        found.append(("layer", "MDS is of the surface alone"))
    for at, volume in enumerate(zone.volumes):
        path = "" if len(zone.volumes) == 1 else f"volumes[{at}]."
        if volume.band != UNBOUNDED:
            found.append((f"{path}lower", "a geography has no heights"))
        if volume.drawn is not None:
            found.append((f"{path}drawn", "a geography has neither circles nor corridors: areas"))
    return [Loss(zone=zone.id, path=path, reason=reason) for path, reason in found]
