"""Where in a document is what a defect names? As JSON pointers (RFC 6901)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from zones.formats import ed269_rules, ed318_rules
from zones.formats.defects import Defect

# These are members of a feature itself; all else that is named lies in its properties.
OF_A_FEATURE = frozenset({"", "type", "id", "geometry", "properties"})
# How ours names the geometry of one of several volumes.
GEOMETRY = re.compile(r"volumes\[(\d+)\]\.geometry\b")
SEPARATORS = re.compile(r"[.\[\]]+")


def in_feature(path: str) -> str:
    """Return the pointer into a GeoJSON feature of ours to what a path of ours names."""
    names = _names(GEOMETRY.sub(r"geometry.geometries.\1", path))
    first = names[0] if names else ""
    return _pointer(names if first in OF_A_FEATURE else ["properties", *names])


def in_document(document: Mapping[str, Any], defects: Iterable[Defect]) -> list[str]:
    """Return for each defect of a document a pointer to what it names."""
    places = _places(document)
    return [_told(places.get(defect.feature), defect.path) for defect in defects]


def _told(place: tuple[str, bool] | None, path: str) -> str:
    if place is None:
        return _pointer(_names(path))
    begin, is_feature = place
    return begin + (in_feature(path) if is_feature else _pointer(_names(path)))


def _places(document: Mapping[str, Any]) -> dict[int | str, tuple[str, bool]]:
    """Return where each zone is, by all that it may be called, and whether it is a feature."""
    listed = next((name for name in ("features", *ed269_rules.LISTS) if name in document), None)
    if listed is None or not isinstance(document[listed], list):
        names = {*_called(document, 0)}
        return dict.fromkeys(names, ("", True))
    return {
        name: (f"/{listed}/{at}", not isinstance(zone, Mapping) or "properties" in zone)
        for at, zone in reversed([*enumerate(document[listed])])
        for name in _called(zone, at)
    }


def _called(zone: object, at: int) -> list[int | str]:
    own = zone.get("id") if isinstance(zone, Mapping) else None
    identifiers = ed318_rules.identifier_of(zone), ed269_rules.identifier_of(zone)
    return [at, *(name for name in (*identifiers, own) if isinstance(name, str) and name)]


def _names(path: str) -> list[str]:
    return [name for name in SEPARATORS.split(path) if name]


def _pointer(names: Iterable[str]) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)
