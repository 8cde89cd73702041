"""Is everything that is wrong with a feature told at once, and where in the document it is?"""

from typing import Any

import pytest

from zones.formats.defects import Defective
from zones.formats.geojson import Reading, read_feature
from zones.formats.pointers import in_document, in_feature
from zones.formats.reading import find

BOW_TIE = [[[2.30, 48.85], [2.31, 48.86], [2.31, 48.85], [2.30, 48.86], [2.30, 48.85]]]
TRIANGLE = [[[2.30, 48.85], [2.31, 48.85], [2.31, 48.86], [2.30, 48.85]]]


def area(coordinates: object = BOW_TIE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": coordinates}


def ours() -> dict[str, Any]:
    properties = {
        "layer": "moon",
        "lower": {"value": 0, "reference": "SEA"},
        "upper": {"value": "high", "reference": "AGL"},
        "priority": "first",
        "rules": {"speed_max_mps": -1, "noise_max_db": "loud"},
    }
    return {"type": "Feature", "id": "all", "geometry": area(), "properties": properties}


def ed269() -> dict[str, Any]:
    volume = {
        "horizontalProjection": area(),
        "lowerLimit": "low",
        "lowerVerticalReference": "AGL",
    }
    zone = {"identifier": "LF1", "country": "FRA", "restriction": "NEVER", "geometry": [volume]}
    return {"features": [zone]}


def ed318() -> dict[str, Any]:
    part = area() | {"layer": {"upper": 50, "upperReference": "SEA"}}
    properties = {"identifier": "F1", "variant": "COMMON", "type": "NEVER"}
    bad = {"type": "Feature", "geometry": part, "properties": properties}
    bare = {"type": "Feature", "geometry": area(TRIANGLE)}
    return {"type": "FeatureCollection", "features": [bad, bare]}


WRONG = {
    "ours": (
        {"type": "FeatureCollection", "features": [{"type": "Feature"}, ours()]},
        {
            "/features/0/geometry",
            "/features/1/geometry",
            "/features/1/properties/layer",
            "/features/1/properties/lower/reference",
            "/features/1/properties/upper/value",
            "/features/1/properties/priority",
            "/features/1/properties/rules/speed_max_mps",
            "/features/1/properties/rules/noise_max_db",
        },
    ),
    "ED-269": (
        ed269(),
        {
            "/features/0/restriction",
            "/features/0/geometry/0/horizontalProjection",
            "/features/0/geometry/0/lowerLimit",
        },
    ),
    "ED-318": (
        ed318(),
        {
            "/features/0/properties/type",
            "/features/0/geometry",
            "/features/0/geometry/layer/upperReference",
            "/features/1/properties/type",
        },
    ),
}


@pytest.mark.parametrize(("document", "pointers"), WRONG.values(), ids=WRONG.keys())
def test_every_bad_field_of_every_feature_is_told_with_its_place(
    document: dict[str, Any], pointers: set[str]
) -> None:
    found = find(document, "stem")

    assert set(in_document(document, found.defects)) == pointers
    assert len(found.defects) == len(pointers)
    assert not found.zones


def test_every_unknown_member_of_a_feature_is_told() -> None:
    feature = ours() | {"geometry": area(TRIANGLE), "properties": {"nmae": "A", "atc": "B"}}

    with pytest.raises(Defective) as told:
        read_feature(feature, Reading(strict=True))

    assert [path for path, _ in told.value.faults] == ["properties.atc", "properties.nmae"]
    assert "properties.atc" in str(told.value)
    assert "properties.nmae" in str(told.value)


def test_a_feature_alone_and_a_volume_among_several_are_pointed_to() -> None:
    alone = ours()

    assert "/properties/layer" in in_document(alone, find(alone, "stem").defects)
    assert in_feature("volumes[1].geometry") == "/geometry/geometries/1"
    assert in_feature("volumes[1].lower.value") == "/properties/volumes/1/lower/value"
    assert in_feature("id") == "/id"
