"""Reads a recorded track from GeoJSON: points whose properties are the columns of our CSV.

Each feature is one point, or a line of them, whose instants, if known, are a list of as many in its
property `coordTimes` (as converters from GPX write it) or `times`. A third coordinate is a height
above the ellipsoid (RFC 7946, 3.1.1) unless the properties give `alt` and `alt_ref`. Accuracies are
those of our CSV: 10 m and 15 m where none is stated.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from telemetry.formats.track_csv import UnreadableField, UnreadableTrack, fix_of
from telemetry.model import Fix, Malformed

PLANE = 2
TIMES = ("coordTimes", "times")


def read(document: dict[str, object], stem: str) -> Iterator[Fix | Malformed]:
    """Yield each point as a fix, or as malformed with its place in the file, counted from 1."""
    for number, feature in enumerate(_points(_features(document)), start=1):
        yield _fix(feature, stem, number)


def _features(document: dict[str, object]) -> list[object]:
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if not isinstance(features, list):
        msg = "the document is neither a FeatureCollection nor a Feature, MDS telemetry nor flights"
        raise UnreadableTrack(msg)
    return features


def _points(features: list[object]) -> Iterator[object]:
    """Take each line apart into points; whatever else there is stays as it is."""
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        line = geometry.get("coordinates") if isinstance(geometry, dict) else None
        if not isinstance(line, list) or geometry is None or geometry.get("type") != "LineString":
            yield feature
            continue
        properties = dict(feature.get("properties") or {}) if isinstance(feature, dict) else {}
        lists = [properties.pop(name, None) for name in TIMES]
        times = next((each for each in lists if isinstance(each, list)), [])
        for at, place in enumerate(line):
            own = {"at": times[at]} if len(times) == len(line) else {}
            point = {"type": "Point", "coordinates": place}
            yield {"type": "Feature", "geometry": point, "properties": properties | own}


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
