"""How is a zone read in ED-318, the European exchange format for UAS geographical zones?

Read tolerantly: what a feature means is taken, in ED-269's spelling too, and everything that the
strict rules object to is remarked on. A feature of several layers (a GeometryCollection) is one
zone of several volumes. What ours has no word for is carried along. UAS zones are zones of the air.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from zones.formats.calendar import read_calendar
from zones.formats.defects import (
    Defect,
    Defective,
    Found,
    Remark,
    number,
    optional,
    plain,
    refuse,
    together,
)
from zones.formats.ed318_rules import breaches, identifier_of
from zones.formats.kept import EXTENSIONS, OURS, digest, take_back
from zones.formats.official import is_instant
from zones.formats.properties import band, one_of
from zones.formats.volumes import figure_of
from zones.model import (
    METRES,
    Band,
    Height,
    HeightReference,
    Layer,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.space.geometry import AREAS, FILE_LIMITS

FORMAT = "ed318"
# ED-318 spells one word its own way; a U-space airspace is entered under its conditions.
USPACE = "USPACE"
RESTRICTIONS = {
    USPACE: Restriction.CONDITIONAL,
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    **{restriction.value: restriction for restriction in Restriction},
}
# The members of a feature, and of the document, that are no property of the zone.
FEATURE, DOCUMENT = "feature", "document"
ADDED, FOREIGN = "added", "foreign"


def recognises(document: Mapping[str, Any]) -> bool:
    """Tell whether a GeoJSON document's features are ED-318's."""
    features = document.get("features", [document])
    return isinstance(features, list) and any(
        isinstance(feature, Mapping)
        and isinstance(properties := feature.get("properties"), Mapping)
        and "variant" in properties
        and "identifier" in properties
        for feature in features
    )


def read(document: Mapping[str, Any], stem: str) -> Found:
    """Read a collection, or a single feature; one whose validity nobody can tell is refused."""
    remarks = list(breaches(document))
    refused = _undated(document, stem)
    if refused:
        return Found(defects=tuple(refused), remarks=tuple(remarks))
    zones: dict[ZoneId, Zone] = {}
    defects: list[Defect] = []
    for at, feature in enumerate(document.get("features", [document])):
        called = identifier_of(feature) or at
        try:
            zone, contradicts = _zone(feature, f"{stem}/{at}", _around(document))
            if zone.id in zones:
                refuse("properties.identifier", f"{zone.id!r} appears twice")
            zones[zone.id] = zone
            remarks += [_undone(called)] if contradicts else []
        except Defective as defect:
            defects += defect.of(called)
    return Found(zones=tuple(zones.values()), defects=tuple(defects), remarks=tuple(remarks))


def core(geometry: object, properties: Mapping[str, Any]) -> list[Any]:
    """Return what a feature says in ED-318's own words that ours has a word for."""
    said = ("identifier", "type", "limitedApplicability")
    return [geometry, *(properties.get(name) for name in said)]


def read_part(part: object, path: str) -> Volume:
    """Read one layer of a zone."""
    if not isinstance(part, Mapping):
        refuse(path, "not a geometry")
    kind = part.get("type")
    extent = optional({f"{path}.extent": part.get("extent")}, f"{path}.extent", dict, {})
    if kind == "Point" and extent.get("subType") != "Circle":
        refuse(f"{path}.extent", "a point is an area only with one of subType Circle")
    if kind not in (*AREAS, "Point"):
        refuse(f"{path}.type", f"{kind!r} is not an area: Polygon, MultiPolygon, Point with extent")
    read = together(
        figure=lambda: figure_of(part, {}, path, FILE_LIMITS), band=lambda: _band(part, path)
    )
    area, drawn = read["figure"]
    return Volume(footprint=area, band=read["band"], drawn=drawn)


def _zone(feature: object, called: str, around: Mapping[str, Any]) -> tuple[Zone, bool]:
    """Return the zone, and whether what was kept of it is of an older form of the feature."""
    if not isinstance(feature, Mapping):
        refuse("type", "not a feature")
    given: dict[str, Any] = optional(feature, "properties", dict, {})
    identifier = identifier_of(feature)
    extended = given.get(EXTENSIONS)
    kept: Mapping[str, Any] = {}
    if isinstance(extended, Mapping) and isinstance(extended.get(OURS), Mapping):
        kept = extended[OURS]
    current = kept.get("of") == digest(core(feature.get("geometry"), given))
    read = together(
        id=lambda: ZoneId(str(plain(identifier or feature.get("id") or called, "id"))),
        name=lambda: _name(given),
        restriction=lambda: _restriction(given.get("type")),
        volumes=lambda: _volumes(feature.get("geometry")),
        applicability=lambda: read_calendar(
            given.get("limitedApplicability"), "properties.limitedApplicability"
        ),
        carried=lambda: _carried(feature, around, kept if current else {}),
    )
    zone = Zone(version=1, layer=Layer.AIR, **read)
    if current:
        zone = take_back(zone, kept, f"properties.{EXTENSIONS}.{OURS}")
    return zone, bool(kept) and not current


def _volumes(geometry: object) -> tuple[Volume, ...]:
    if not isinstance(geometry, Mapping):
        refuse("geometry", "the feature has none")
    if geometry.get("type") != "GeometryCollection":
        return (read_part(geometry, "geometry"),)
    parts = geometry.get("geometries")
    if not isinstance(parts, list) or not parts:
        refuse("geometry.geometries", "not a list of geometries")
    readers = {
        str(at): partial(read_part, part, f"geometry.geometries[{at}]")
        for at, part in enumerate(parts)
    }
    return tuple(together(**readers).values())


def _restriction(stated: object) -> Restriction:
    if stated not in tuple(RESTRICTIONS):
        refuse("properties.type", f"{stated!r} is none of {', '.join(RESTRICTIONS)}")
    return RESTRICTIONS[str(stated)]


def _band(part: Mapping[str, Any], path: str) -> Band:
    layer = optional({f"{path}.layer": part.get("layer")}, f"{path}.layer", dict, {})
    lower, upper = (_limit(layer, side, f"{path}.layer") for side in ("lower", "upper"))
    return band(lower, upper, f"{path}.layer.lower")


def _limit(layer: Mapping[str, Any], side: str, path: str) -> Height | None:
    if layer.get(side) is None:
        return None
    value = number(layer[side], f"{path}.{side}")
    unit = str(layer.get("uom", "m")).lower()
    if unit not in METRES:
        refuse(f"{path}.uom", f"{layer['uom']!r} is none of {', '.join(METRES)}")
    reference = one_of(layer.get(f"{side}Reference"), f"{path}.{side}Reference", HeightReference)
    return Height.stated(value, unit, reference)


def _name(given: Mapping[str, Any]) -> str:
    """Return the first of the texts in several languages."""
    texts = given.get("name")
    first = texts[0] if isinstance(texts, list) and texts else None
    text = first.get("text") if isinstance(first, Mapping) else None
    return str(plain(text, "properties.name")) if isinstance(text, str) else ""


def _carried(
    feature: Mapping[str, Any], around: Mapping[str, Any], kept: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what is neither read nor was added when a zone of ours was written."""
    given: dict[str, Any] = dict(optional(feature, "properties", dict, {}))
    extensions = given.pop(EXTENSIONS, None)
    if isinstance(extensions, Mapping):
        extensions = {name: value for name, value in extensions.items() if name != OURS}
    added = {"limitedApplicability", *optional(kept, ADDED, list, [])}
    added |= {"identifier"} if identifier_of(feature) else set()
    added |= {"type"} if given.get("type") != USPACE else set()
    beside = {
        EXTENSIONS: extensions or None,
        FEATURE: _beside(feature) or None,
        DOCUMENT: around if around and DOCUMENT not in added else None,
    }
    said = {
        **{name: value for name, value in given.items() if name not in added},
        **{name: value for name, value in beside.items() if value is not None},
        **optional(kept, FOREIGN, dict, {}),
    }
    return MappingProxyType({FORMAT: plain(said, "properties")} if said else {})


def _beside(feature: Mapping[str, Any]) -> dict[str, Any]:
    known = {"type", "properties", "geometry"} | (set() if identifier_of(feature) else {"id"})
    return {name: value for name, value in feature.items() if name not in known}


def _around(document: Mapping[str, Any]) -> dict[str, Any]:
    if "features" not in document:
        return {}
    return {name: value for name, value in document.items() if name not in {"type", "features"}}


def _undated(document: Mapping[str, Any], stem: str) -> list[Defect]:
    metadata = document.get("metadata")
    stated = metadata if isinstance(metadata, Mapping) else {}
    return [
        Defect(
            feature=stem,
            path=f"metadata.{name}",
            reason=f"{stated[name]!r} is no instant: nobody can tell when these zones hold",
        )
        for name in ("validFrom", "validTo")
        if name in stated and not is_instant(stated[name])
    ]


def _undone(called: int | str) -> Remark:
    return Remark(
        feature=called,
        path=f"properties.{EXTENSIONS}.{OURS}",
        reason="the feature was changed since this was kept of it: passed over",
    )
