"""How is a zone written as a GeoJSON feature?

A plain feature needs no property of ours: it then has no height limits, applies to every layer and
always, is `REQ_AUTHORISATION`, and is called by its `id`, else by file and position. Properties
that are not ours are passed over in a file; a publisher's own feature is read strictly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zones.demands import StreetCategory, VehicleClass
from zones.formats.calendar import read_calendar, read_window, write_calendar, write_window
from zones.formats.defects import (
    Defect,
    Defective,
    optional,
    plain,
    refuse,
    refuse_unknown,
    together,
)
from zones.formats.properties import (
    read_carried,
    read_notes,
    read_restrictions,
    read_rules,
    read_word,
    write_restrictions,
    write_rules,
)
from zones.formats.volumes import MEMBERS, read_volumes, write_volumes
from zones.model import InvalidZone, Layer, Purpose, Restriction, Zone, ZoneId
from zones.periods import ALWAYS
from zones.space.geometry import FILE_LIMITS, Limits

__all__ = ["Defect", "read", "read_feature", "write"]

OURS = MEMBERS | {
    "name",
    "layer",
    "restriction",
    "volumes",
    "applicability",
    "rules",
    "purposes",
    "classes",
    "priority",
    "street_category",
    "act",
    "version",
    "valid",
    "notes",
    "carried",
}
LONGEST_ID = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a feature is to be read: its name when it has none, the limits, and how strictly."""

    called: str | None = None
    limits: Limits = FILE_LIMITS
    strict: bool = False


def read(document: Mapping[str, Any], stem: str) -> tuple[list[Zone], list[Defect]]:
    """Read a FeatureCollection, or one feature or bare area, into zones and defects by feature."""
    zones: list[Zone] = []
    defects: list[Defect] = []
    seen: set[ZoneId] = set()
    features = _features(document)
    if features is None:
        reason = f"{document.get('type')!r} is neither FeatureCollection nor Feature"
        return [], [Defect(feature=stem, path="type", reason=reason)]
    for number, feature in enumerate(features):
        try:
            zone = read_feature(feature, Reading(called=f"{stem}/{number}"))
            if zone.id in seen:
                refuse("id", f"{zone.id!r} appears twice")
            seen.add(zone.id)
            zones.append(zone)
        except Defective as defect:
            defects += defect.of(_name_of(feature, number))
    return zones, defects


def read_feature(feature: object, reading: Reading) -> Zone:
    """Read one feature into a zone, or raise `Defective` naming the field."""
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        refuse("type", "the feature is not a GeoJSON Feature")
    properties = optional(feature, "properties", dict, {})
    read = together(
        id=lambda: _id(feature, reading),
        version=lambda: optional(properties, "version", int, 1),
        name=lambda: optional(properties, "name", str, ""),
        layer=lambda: read_word(properties, "layer", Layer, None),
        restriction=lambda: read_word(
            properties, "restriction", Restriction, Restriction.REQ_AUTHORISATION
        ),
        volumes=lambda: read_volumes(_geometry(feature), properties, reading.limits),
        applicability=lambda: read_calendar(properties.get("applicability"), "applicability"),
        rules=lambda: read_rules(properties),
        purposes=lambda: read_restrictions(properties, "purposes", Purpose),
        classes=lambda: read_restrictions(properties, "classes", VehicleClass),
        priority=lambda: optional(properties, "priority", int, 0),
        street_category=lambda: read_word(properties, "street_category", StreetCategory, None),
        act=lambda: optional(properties, "act", str, ""),
        valid=lambda: read_window(optional(properties, "valid", dict, {}), "valid"),
        notes=lambda: read_notes(properties),
        carried=lambda: read_carried(properties),
        unknown=lambda: refuse_unknown(properties if reading.strict else {}, OURS, "properties"),
    )
    del read["unknown"]
    try:
        return Zone(**read)
    except InvalidZone as error:
        path, _, reason = str(error).partition(": ")
        refuse(path, reason)


def write(zone: Zone) -> dict[str, Any]:
    """Write a zone as a feature of plain lists and objects; what does not limit is left out."""
    geometry, members = write_volumes(zone.volumes)
    return {
        "type": "Feature",
        "id": zone.id,
        "geometry": geometry,
        "properties": {**write_properties(zone), **members},
    }


def write_properties(zone: Zone) -> dict[str, Any]:
    """Write what a zone is beside its volumes."""
    may_be_absent = {
        "layer": zone.layer and zone.layer.value,
        "applicability": write_calendar(zone.applicability) or None,
        "rules": write_rules(zone.rules) or None,
        "purposes": write_restrictions(zone.purposes) or None,
        "classes": write_restrictions(zone.classes) or None,
        "street_category": zone.street_category and zone.street_category.value,
        "valid": None if zone.valid == ALWAYS else write_window(zone.valid),
        "notes": dict(zone.notes) or None,
        "carried": plain(zone.carried, "carried") or None,
    }
    return {
        "name": zone.name,
        "restriction": zone.restriction.value,
        "priority": zone.priority,
        "act": zone.act,
        "version": zone.version,
        **{name: value for name, value in may_be_absent.items() if value is not None},
    }


def write_collection(zones: Iterable[Zone]) -> dict[str, Any]:
    """Write zones as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": [write(zone) for zone in zones]}


def _features(document: Mapping[str, Any]) -> list[Any] | None:
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return list(document["features"])
    if kind == "Feature":
        return [document]
    if kind in {"Polygon", "MultiPolygon"}:
        return [{"type": "Feature", "geometry": document}]
    return None


def _name_of(feature: object, number: int) -> int | str:
    name = feature.get("id") if isinstance(feature, Mapping) else None
    return name if isinstance(name, str) and name else number


def _id(feature: Mapping[str, Any], reading: Reading) -> ZoneId:
    given = feature.get("id")
    if isinstance(given, bool) or not isinstance(given, str | int | float | None):
        refuse("id", f"{given!r} is neither a text nor a number")
    name = reading.called if given is None or given == "" else str(given)
    if not name:
        refuse("id", "a zone needs one")
    if len(name) > LONGEST_ID or not name.isprintable():
        refuse("id", f"not a printable text of at most {LONGEST_ID} characters")
    return ZoneId(name)


def _geometry(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping):
        refuse("geometry", "the feature has none")
    return geometry
