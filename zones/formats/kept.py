"""What does a file of another format keep for our own reading, and is that still true of it?

Beside what the format says stands what it cannot: under `extendedProperties`, as `octroi`, in the
words of our GeoJSON. It holds only for the feature it was written with: a digest of what the
format itself says goes with it, and one who changes the feature undoes what was kept.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import shapely

from zones.demands import StreetCategory, VehicleClass
from zones.formats.calendar import read_calendar, read_window
from zones.formats.defects import Defective, optional, refuse
from zones.formats.geojson import write_properties
from zones.formats.losses import Loss
from zones.formats.properties import (
    read_band,
    read_carried,
    read_notes,
    read_restrictions,
    read_rules,
    read_word,
)
from zones.formats.volumes import read_drawn
from zones.model import InvalidZone, Layer, Purpose, Volume, Zone, ZoneId
from zones.space.geometry import FILE_LIMITS

OURS = "octroi"
EXTENSIONS = "extendedProperties"
# What no European format has a word for; a version and a validity are no part of what a zone says.
UNKNOWN = {
    "rules": "no demands of those inside",
    "purposes": "no restriction by purpose",
    "classes": "no restriction by vehicle class",
    "priority": "no order of overlapping zones",
    "street_category": "no category of streets",
    "act": "no legal act",
    "notes": "no notes",
}
SILENT = ("version", "valid")
PLAIN = {"priority": 0, "version": 1, "act": ""}


def digest(said: object) -> str:
    """Return a short digest of what a format itself says of a zone."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unsayable(zone: Zone) -> tuple[dict[str, Any], list[Loss]]:
    """Return the members that no European format knows, to keep, and the losses they are."""
    stated = {
        name: value for name, value in write_properties(zone).items() if value != PLAIN.get(name)
    }
    kept = {name: stated[name] for name in (*UNKNOWN, *SILENT) if name in stated}
    losses = [
        Loss(zone=zone.id, path=path, reason=f"the format knows {reason}", kept=True)
        for name, reason in UNKNOWN.items()
        if name in kept
        for path in (_paths(name, kept[name]))
    ]
    return kept, losses


def take_back(zone: Zone, kept: Mapping[str, Any], path: str) -> Zone:
    """Return the zone with what was kept of it, or refuse what cannot be read."""
    try:
        return _taken_back(zone, kept)
    except Defective as defect:
        refuse(f"{path}.{defect.path}", defect.reason)
    except InvalidZone as error:
        refuse(path, str(error))


def _taken_back(zone: Zone, kept: Mapping[str, Any]) -> Zone:
    members: dict[str, Any] = {
        "id": ZoneId(optional(kept, "id", str, zone.id)),
        "name": optional(kept, "name", str, zone.name),
        "version": optional(kept, "version", int, zone.version),
        "priority": optional(kept, "priority", int, zone.priority),
        "street_category": read_word(kept, "street_category", StreetCategory, None),
        "act": optional(kept, "act", str, zone.act),
        "rules": read_rules(kept),
        "purposes": read_restrictions(kept, "purposes", Purpose),
        "classes": read_restrictions(kept, "classes", VehicleClass),
        "valid": read_window(optional(kept, "valid", dict, {}), "valid"),
        "notes": read_notes(kept),
        "carried": {**zone.carried, **read_carried(kept)},
    }
    if "layer" in kept:
        members["layer"] = read_word(kept, "layer", Layer, None)
    if "applicability" in kept:
        members["applicability"] = read_calendar(kept["applicability"], "applicability")
    if "volumes" in kept:
        members["volumes"] = _volumes(zone.volumes, optional(kept, "volumes", list, []))
    return replace(zone, **members)


def _volumes(read: Sequence[Volume], kept: Sequence[Any]) -> tuple[Volume, ...]:
    """Put together what was taken apart: `areas` is how many volumes of the file one of ours is."""
    volumes: list[Volume] = []
    rest = list(read)
    for at, each in enumerate(kept):
        path = f"volumes[{at}]"
        if not isinstance(each, Mapping):
            refuse(path, "not an object")
        count = optional(each, "areas", int, 1)
        parts, rest = rest[:count], rest[count:]
        if not parts:
            refuse(path, "the feature has fewer volumes")
        volumes.append(_volume(parts, each, path))
    return tuple(volumes)


def _volume(parts: Sequence[Volume], kept: Mapping[str, Any], path: str) -> Volume:
    drawn = optional(kept, "drawn", dict, None)
    band = read_band(kept, f"{path}.")
    if drawn is not None:
        circled, shape = read_drawn(drawn, f"{path}.drawn", FILE_LIMITS)
        return Volume(footprint=circled, band=band, drawn=shape)
    if len(parts) == 1:
        return Volume(footprint=parts[0].footprint, band=band, drawn=parts[0].drawn)
    together: Any = shapely.multipolygons([part.footprint for part in parts])
    return Volume(footprint=together, band=band)


def _paths(name: str, value: object) -> list[str]:
    return [f"{name}.{member}" for member in value] if isinstance(value, dict) else [name]
