"""How is a zone written in ED-318, the European exchange format for UAS geographical zones?

Read tolerantly: what a feature means is taken, and ED-269's spelling too. Each feature is rewritten
as a feature of ours and read by the one reader there is. A feature of several layers (a
GeometryCollection) becomes one zone a layer, all of one name. UAS zones are zones of the air.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from zones.formats.defects import Defect, Defective, optional, refuse
from zones.formats.geojson import Reading, read_feature
from zones.model import Layer, Restriction, Zone

# ED-318 spells one word its own way; a U-space airspace is entered under its conditions.
RESTRICTIONS = {
    "USPACE": Restriction.CONDITIONAL,
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    **{restriction.value: restriction for restriction in Restriction},
}


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


def read(document: Mapping[str, Any], stem: str) -> tuple[list[Zone], list[Defect]]:
    """Read a collection, or a single feature, into zones and defects by feature."""
    zones: list[Zone] = []
    defects: list[Defect] = []
    for number, feature in enumerate(document.get("features", [document])):
        try:
            zones += [
                read_feature(ours, Reading(called=f"{stem}/{number}"))
                for ours in _rewritten(feature)
            ]
        except Defective as defect:
            name = _identifier(feature) or number
            defects.append(Defect(feature=name, path=defect.path, reason=defect.reason))
    return zones, defects


def _identifier(feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    found = properties.get("identifier") if isinstance(properties, Mapping) else None
    return found if isinstance(found, str) else ""


def _rewritten(feature: object) -> Iterator[dict[str, Any]]:
    """Yield a feature of ours for each layer of one of theirs."""
    if not isinstance(feature, Mapping):
        refuse("type", "not a feature")
    given = optional(feature, "properties", dict, {})
    restriction = RESTRICTIONS.get(given.get("type"))
    if restriction is None:
        refuse("properties.type", f"{given.get('type')!r} is none of {', '.join(RESTRICTIONS)}")
    properties = {
        "name": _text(given.get("name")),
        "layer": Layer.AIR.value,
        "restriction": restriction.value,
        "applicability": given.get("limitedApplicability"),
    }
    for geometry in _geometries(feature.get("geometry")):
        yield {
            "type": "Feature",
            "id": _identifier(feature) or feature.get("id"),
            "geometry": geometry,
            "properties": properties | _limits(optional(geometry, "layer", dict, {})),
        }


def _text(value: object) -> str:
    """Return the first of the texts in several languages."""
    first = value[0] if isinstance(value, list) and value else None
    return str(first.get("text") or "") if isinstance(first, Mapping) else ""


def _geometries(geometry: object) -> list[Mapping[str, Any]]:
    if not isinstance(geometry, Mapping):
        refuse("geometry", "the feature has none")
    if geometry.get("type") != "GeometryCollection":
        return [geometry]
    found = optional(geometry, "geometries", list, [])
    if not found or not all(isinstance(each, Mapping) for each in found):
        refuse("geometry.geometries", "not a list of geometries")
    return list(found)


def _limits(layer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        side: {
            "value": layer[side],
            "unit": layer.get("uom", "m"),
            "reference": layer.get(f"{side}Reference"),
        }
        for side in ("lower", "upper")
        if layer.get(side) is not None
    }
