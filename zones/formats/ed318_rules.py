"""Does a document keep to ED-318: to the official JSON Schema, and to what that leaves unsaid?

The schema alone accepts a circle of radius "big" and a zone without heights. Beside it, by the
standard's text: a zone is an area (a polygon, or a point with a circle's extent), has both heights
with their references, names its country in three capitals, and every text has words and a language;
a period ends after it begins; no two zones share an identifier; rings turn as RFC 7946 has them.
"""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from zones.formats.defects import Remark
from zones.formats.official import is_instant, objections
from zones.space.coordinates import WrongCoordinates, check_coordinates
from zones.space.geometry import FILE_LIMITS

FOLDER = "ed318"
DOCUMENT = "document"
COUNTRY = re.compile(r"[A-Z]{3}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
TEXTS = ("name", "otherReasonInfo", "message")
AUTHORITY_TEXTS = ("name", "service", "contactName")
REFERENCES = ("AGL", "AMSL", "WGS84")
UNITS = ("m", "ft")
AREAS = ("Polygon", "MultiPolygon")

Breach = tuple[str, str]


def breaches(document: Mapping[str, Any]) -> tuple[Remark, ...]:
    """Return everything in a document that ED-318 does not allow, by feature and path."""
    features = document.get("features")
    found = [Remark(feature=DOCUMENT, path=path, reason=why) for path, why in _document(document)]
    listed = features if isinstance(features, list) else [document]
    for number, feature in enumerate(listed):
        name = identifier_of(feature) or number
        found += [Remark(feature=name, path=path, reason=why) for path, why in _feature(feature)]
    counted = Counter(identifier_of(feature) for feature in listed)
    found += [
        Remark(feature=name, path="properties.identifier", reason=f"{count} features have it")
        for name, count in counted.items()
        if name and count > 1
    ]
    return tuple(found)


def identifier_of(feature: object) -> str:
    """Return the identifier of a feature, empty where there is none."""
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    found = properties.get("identifier") if isinstance(properties, Mapping) else None
    return found if isinstance(found, str) else ""


def property_breaches(properties: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield what is wrong with a feature's properties."""
    yield from objections(properties, FOLDER, "Schema_GeoZoneProperties.json")
    if properties.get("identifier") == "":
        yield "identifier", "is empty"
    country = properties.get("country")
    if isinstance(country, str) and not COUNTRY.fullmatch(country):
        yield "country", f"{country!r} is not three capital letters of ISO 3166-1"
    yield from _texts(properties, TEXTS, "")
    for at, authority in enumerate(_list(properties.get("zoneAuthority"))):
        if isinstance(authority, Mapping):
            yield from _texts(authority, AUTHORITY_TEXTS, f"zoneAuthority[{at}].")
    for at, period in enumerate(_list(properties.get("limitedApplicability"))):
        if isinstance(period, Mapping):
            yield from _period(period, f"limitedApplicability[{at}]")


def around_breaches(around: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield what is wrong with the members of a document beside its features."""
    document = {"type": "FeatureCollection", **around, "features": []}
    for path, reason in objections(document, FOLDER, "Schema_GeoZones.json"):
        yield path or "features", reason


def frame_breaches(feature: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield what is wrong with the members of a feature beside properties and geometry."""
    frame = {**feature, "properties": None, "geometry": None}
    part = "Schema_GeoZones.json#/properties/features/items"
    for path, reason in objections(frame, FOLDER, part):
        yield path or "type", reason


def _document(document: Mapping[str, Any]) -> Iterator[Breach]:
    if not isinstance(document.get("features"), list):
        yield "features", "a document is a FeatureCollection, not a single feature"
    if document.get("type") != "FeatureCollection":
        yield "type", f"{document.get('type')!r} is not FeatureCollection"
        return
    yield from around_breaches(document)


def _feature(feature: object) -> Iterator[Breach]:
    if not isinstance(feature, Mapping):
        yield "type", "not a feature"
        return
    yield from frame_breaches(feature)
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if isinstance(properties, Mapping):
        for path, reason in property_breaches(properties):
            yield f"properties.{path}" if path else "properties", reason
    else:
        yield "properties", "the feature has none"
    yield from _geometry(geometry)


def _geometry(geometry: object) -> Iterator[Breach]:
    if not isinstance(geometry, Mapping):
        yield "geometry", "the feature has none"
        return
    parts: list[tuple[str, object]] = [("geometry", geometry)]
    if geometry.get("type") == "GeometryCollection":
        listed = _list(geometry.get("geometries"))
        parts = [(f"geometry.geometries[{at}]", each) for at, each in enumerate(listed)]
        if not parts:
            yield "geometry.geometries", "are none"
            return
    found = [breach for path, part in parts for breach in _part(part, path)]
    yield from found
    if not found:
        # Where the coordinates are sound, the schema need not count them again.
        for path, reason in objections(
            _outlined(geometry), FOLDER, "Schema_GeoJSONGeometries.json", foremost=True
        ):
            yield f"geometry.{path}" if path else "geometry", reason


def _part(part: object, path: str) -> Iterator[Breach]:
    if not isinstance(part, Mapping):
        yield path, "not a geometry"
        return
    kind = part.get("type")
    if kind not in (*AREAS, "Point"):
        yield f"{path}.type", f"{kind!r} is not an area: Polygon, MultiPolygon, Point with extent"
        return
    try:
        check_coordinates(kind, part.get("coordinates"), FILE_LIMITS.vertices)
    except WrongCoordinates as wrong:
        yield f"{path}.coordinates", str(wrong)
    else:
        yield from _turning(part, path)
    if kind == "Point":
        yield from _extent(part.get("extent"), f"{path}.extent")
    yield from _layer(part.get("layer"), f"{path}.layer")


def _extent(extent: object, path: str) -> Iterator[Breach]:
    if not isinstance(extent, Mapping) or extent.get("subType") != "Circle":
        yield path, "a point needs one of subType Circle"
    elif not _number(extent.get("radius")) or extent["radius"] <= 0:
        yield f"{path}.radius", f"{extent.get('radius')!r} is not a positive number of metres"


def _turning(part: Mapping[str, Any], path: str) -> Iterator[Breach]:
    if part["type"] == "Point":
        return
    polygons = part["coordinates"] if part["type"] == "MultiPolygon" else [part["coordinates"]]
    for polygon in polygons:
        for at, ring in enumerate(polygon):
            lon, lat = (np.array([vertex[axis] for vertex in ring]) for axis in (0, 1))
            lon, lat = lon - lon[0], lat - lat[0]
            turns_left = float(np.sum(lon[:-1] * lat[1:] - lon[1:] * lat[:-1])) > 0
            if turns_left != (at == 0):
                which = "an exterior ring clockwise" if at == 0 else "a hole counterclockwise"
                yield f"{path}.coordinates", f"{which}, against RFC 7946 section 3.1.6"


def _layer(layer: object, path: str) -> Iterator[Breach]:
    if not isinstance(layer, Mapping):
        yield path, "is missing"
        return
    for side in ("lower", "upper"):
        if not _number(layer.get(side)):
            yield f"{path}.{side}", f"{layer.get(side)!r} is not a number"
        reference = layer.get(f"{side}Reference")
        if reference not in REFERENCES:
            yield f"{path}.{side}Reference", f"{reference!r} is none of {', '.join(REFERENCES)}"
    if layer.get("uom", "m") not in UNITS:
        yield f"{path}.uom", f"{layer['uom']!r} is none of {', '.join(UNITS)}"
    lower, upper = layer.get("lower"), layer.get("upper")
    comparable = layer.get("lowerReference") == layer.get("upperReference")
    if comparable and _number(lower) and _number(upper) and layer["lower"] > layer["upper"]:
        yield f"{path}.lower", f"{lower} is above upper {upper}"


def _texts(members: Mapping[str, Any], names: tuple[str, ...], path: str) -> Iterator[Breach]:
    for name in names:
        given = members.get(name)
        if isinstance(given, list) and not given:
            yield f"{path}{name}", "is an empty list"
        for at, text in enumerate(_list(given)):
            if isinstance(text, Mapping):
                yield from _text(text, f"{path}{name}[{at}]")


def _text(text: Mapping[str, Any], path: str) -> Iterator[Breach]:
    if not text.get("text"):
        yield f"{path}.text", "is missing"
    language = text.get("lang")
    if isinstance(language, str) and not LANGUAGE.fullmatch(language):
        yield f"{path}.lang", f"{language!r} is not a language such as fr-FR"


def _period(period: Mapping[str, Any], path: str) -> Iterator[Breach]:
    limits = [period.get(name) for name in ("startDateTime", "endDateTime")]
    if all(is_instant(limit) for limit in limits):
        start, end = (dt.datetime.fromisoformat(str(limit)) for limit in limits)
        if start >= end:
            yield path, "does not end after it starts"
    for at, daily in enumerate(_list(period.get("schedule"))):
        if isinstance(daily, Mapping):
            yield from _daily(daily, f"{path}.schedule[{at}]")


def _daily(daily: Mapping[str, Any], path: str) -> Iterator[Breach]:
    if daily.get("day") == []:
        yield f"{path}.day", "is an empty list"
    for side in ("start", "end"):
        if f"{side}Time" in daily and f"{side}Event" in daily:
            yield path, f"{side}Time and {side}Event are both given"


def _outlined(geometry: Mapping[str, Any]) -> dict[str, Any]:
    if geometry.get("type") == "GeometryCollection":
        return {**geometry, "geometries": [_outlined(each) for each in geometry["geometries"]]}
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    sound = {"Point": [0, 0], "Polygon": [ring], "MultiPolygon": [[ring]]}
    return {**geometry, "coordinates": sound[geometry["type"]]}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
