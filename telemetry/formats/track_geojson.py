"""Reads a recorded track from GeoJSON: points whose properties are the columns of our CSV.

Each feature is one point. Its third coordinate is a height above the ellipsoid (RFC 7946, 3.1.1)
unless the properties give `alt` and `alt_ref`. Accuracies are those of our CSV: 10 m and 15 m where
none is stated. The document is read whole: for longer tracks than memory holds there is CSV.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from telemetry.formats.track_csv import UnreadableField, UnreadableTrack, fix_of
from telemetry.model import Fix, Malformed

PLANE = 2


def read(text: str, stem: str) -> Iterator[Fix | Malformed]:
    """Yield each point as a fix, or as malformed with its place in the file, counted from 1."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as broken:
        msg = f"not readable as JSON: {broken}"
        raise UnreadableTrack(msg) from broken
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        msg = "the document is not a FeatureCollection"
        raise UnreadableTrack(msg)
    for number, feature in enumerate(features, start=1):
        yield _fix(feature, stem, number)


def _fix(feature: object, stem: str, number: int) -> Fix | Malformed:
    try:
        coordinates, properties = _point(feature)
    except UnreadableField as broken:
        return Malformed(line=number, reason=str(broken))
    fields = {"vehicle": stem, "at": ""} | {
        str(name): "" if value is None else str(value) for name, value in properties.items()
    }
    fields |= {"lon": str(coordinates[0]), "lat": str(coordinates[1])}
    if "alt" not in fields and len(coordinates) > PLANE:
        fields |= {"alt": str(coordinates[2]), "alt_ref": "WGS84"}
    return fix_of(fields, number)


def _point(feature: object) -> tuple[Sequence[object], Mapping[str, object]]:
    """Return the coordinates and the properties of a feature that is a point."""
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        msg = "not a feature with a geometry"
        raise UnreadableField(msg)
    geometry: Mapping[str, Any] = feature["geometry"]
    coordinates = geometry.get("coordinates")
    if geometry.get("type") != "Point" or not isinstance(coordinates, list):
        msg = f"a {geometry.get('type')} is not a Point"
        raise UnreadableField(msg)
    if len(coordinates) < PLANE:
        msg = "a Point needs lon and lat"
        raise UnreadableField(msg)
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        msg = "the properties are not an object"
        raise UnreadableField(msg)
    return coordinates, properties
