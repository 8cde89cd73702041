"""Which of the formats is this file, and what zones are in it?"""

import json
from collections.abc import Mapping
from typing import Any

from zones.formats import ed269, ed318, geojson
from zones.formats.defects import Defect, Found
from zones.model import Zone


class UnreadableZones(ValueError):
    """A text that is in none of the formats."""


def parse(text: str) -> dict[str, Any]:
    """Return the document of a text, or raise UnreadableZones."""
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as broken:
        msg = f"not readable as JSON: {broken}"
        raise UnreadableZones(msg) from broken
    if not isinstance(document, dict):
        msg = "the document is not a JSON object"
        raise UnreadableZones(msg)
    return document


def read_document(document: Mapping[str, Any], stem: str) -> tuple[list[Zone], list[Defect]]:
    """Read GeoJSON, ED-269 or ED-318, told by its content; `stem` names zones without an id."""
    found = find(document, stem)
    return list(found.zones), list(found.defects)


def find(document: Mapping[str, Any], stem: str) -> Found:
    """Read a parsed document, with remarks on what was taken though its format forbids it."""
    if ed269.recognises(document):
        return ed269.read(document, stem)
    if ed318.recognises(document):
        return ed318.read(document, stem)
    zones, defects = geojson.read(document, stem)
    return Found(zones=tuple(zones), defects=tuple(defects))


def _refuse_constant(name: str) -> float:
    msg = f"{name} is not a JSON number"
    raise ValueError(msg)
