"""Zones as GeoJSON: read tolerantly from files, strictly from publishers, written without loss."""

import json
from typing import Any

import pytest
from hypothesis import given
from shapely.geometry import shape

from tests.zones.lawful import zones
from zones.formats.defects import Defective
from zones.formats.geojson import Reading, read, read_feature, write
from zones.model import (
    UNBOUNDED,
    Circle,
    Corridor,
    Height,
    HeightReference,
    Restriction,
    Zone,
)
from zones.space.geometry import Limits

SQUARE = {"type": "Polygon", "coordinates": [[[2, 48], [2.1, 48], [2.1, 48.1], [2, 48]]]}


@given(zones)
def test_a_zone_is_written_and_read_back_exactly(law: Zone) -> None:
    written = json.loads(json.dumps(write(law)))

    assert read_feature(written, Reading(strict=True)) == law


@given(zones)
def test_every_zone_shows_areas_to_those_who_know_nothing_of_ours(law: Zone) -> None:
    geometry = json.loads(json.dumps(write(law)))["geometry"]

    assert shape(geometry).area == pytest.approx(
        sum(volume.footprint.area for volume in law.volumes)
    )


def test_a_plain_feature_is_an_authorisation_zone_without_limits_called_by_its_place() -> None:
    bare = {"type": "Feature", "geometry": SQUARE, "properties": None}
    foreign = {"type": "Feature", "id": 7, "geometry": SQUARE, "properties": {"objectid": 3}}
    found, defects = read({"type": "FeatureCollection", "features": [bare, foreign]}, "quais")

    assert defects == []
    assert [each.id for each in found] == ["quais/0", "7"]
    law = found[0]
    assert (law.layer, law.volumes[0].band, law.applicability) == (None, UNBOUNDED, ())
    assert (law.restriction, law.version) == (Restriction.REQ_AUTHORISATION, 1)


def test_a_bare_geometry_or_feature_is_a_collection_of_one() -> None:
    assert [each.id for each in read(SQUARE, "f")[0]] == ["f/0"]
    assert [each.id for each in read({"type": "Feature", "geometry": SQUARE}, "f")[0]] == ["f/0"]


def test_feet_become_metres() -> None:
    law = read_feature(
        {
            "type": "Feature",
            "id": "a",
            "geometry": SQUARE,
            "properties": {"upper": {"value": 400, "unit": "ft", "reference": "AGL"}},
        },
        Reading(),
    )

    assert law.volumes[0].band.upper == Height(value_m=121.92, reference=HeightReference.AGL)


def test_what_was_stated_in_feet_is_written_in_feet() -> None:
    stated = {"value": 400.1, "unit": "ft", "reference": "AGL"}
    given = {"type": "Feature", "id": "a", "geometry": SQUARE, "properties": {"upper": stated}}

    assert write(read_feature(given, Reading()))["properties"]["upper"] == stated


@pytest.mark.parametrize(
    ("least", "most"), [("speed_min_mps", "speed_max_mps"), ("dwell_min_s", "dwell_max_s")]
)
def test_a_least_speed_or_stay_above_the_greatest_is_refused(least: str, most: str) -> None:
    rules = {least: 9, most: 3}
    given = {"type": "Feature", "id": "a", "geometry": SQUARE, "properties": {"rules": rules}}

    with pytest.raises(Defective, match=rf"^rules\.{least}: 9.* is above"):
        read_feature(given, Reading())


def test_defects_are_told_by_feature_and_the_others_are_read() -> None:
    good = {"type": "Feature", "id": "good", "geometry": SQUARE}
    features = [good, good, {"type": "Feature", "id": "empty"}, "no feature", None]
    found, defects = read({"type": "FeatureCollection", "features": features}, "f")

    assert [each.id for each in found] == ["good"]
    assert [(each.feature, each.path) for each in defects] == [
        ("good", "id"),
        ("empty", "geometry"),
        (3, "type"),
        (4, "type"),
    ]


@pytest.mark.parametrize("document", [{}, {"type": "Topology"}, {"type": "FeatureCollection"}])
def test_a_document_of_another_kind_is_one_defect(document: dict[str, Any]) -> None:
    found, defects = read(document, "file")

    assert found == []
    assert [each.path for each in defects] == ["type"]


def daily(**members: object) -> dict[str, Any]:
    return {"applicability": [{"schedule": [{"day": ["MON"], **members}]}]}


def height(**members: object) -> dict[str, Any]:
    return {"lower": {"value": 1, "reference": "AGL", **members}}


def drawn(**members: object) -> dict[str, Any]:
    circle = {"type": "Point", "coordinates": [2.05, 48.05], "radius_m": 100}
    return {"drawn": {**circle, **members}}


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({"layer": "sea"}, "layer: 'sea' is none of surface, subsoil, air, river"),
        ({"layer": ["air"]}, "layer"),
        ({"restriction": "FORBIDDEN"}, "restriction"),
        ({"name": 5}, "name: 5 is not a text"),
        ({"name": "\0"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"priority": True}, "priority"),
        ({"street_category": "5"}, "street_category"),
        ({"priority": 1.5}, "priority"),
        ({"priority": 10**12}, "priority"),
        ({"version": 0}, "version"),
        (height(value=None), "lower.value"),
        (height(value=float("nan")), "lower.value"),
        (height(value=10**400), "lower.value"),
        (height(unit="yd"), "lower.unit"),
        (height(unit=["m"]), "lower.unit"),
        (height(reference="MSL"), "lower.reference: 'MSL' is none of AGL, AMSL, WGS84"),
        (height(high=3), "lower.high"),
        (height() | {"upper": {"value": 0, "reference": "AGL"}}, "lower: .*above upper"),
        ({"rules": {"speed": 3}}, "rules.speed"),
        ({"rules": {"speed_max_mps": -1}}, "rules.speed_max_mps"),
        ({"rules": {"transit": "no"}}, "rules.transit"),
        ({"rules": {"capacity": -1}}, "rules.capacity"),
        ({"rules": {"capacity": 1.5}}, "rules.capacity"),
        ({"rules": {"equipment": ["sail"]}}, "rules.equipment: 'sail' is none of remote_id"),
        ({"rules": {"precision": "D"}}, "rules.precision"),
        ({"rules": {"direction": {"start_deg": 1}}}, "rules.direction.end_deg"),
        ({"rules": {"direction": {"start_deg": 1, "end_deg": 361}}}, "rules.direction"),
        ({"classes": {"tank": "PROHIBITED"}}, "classes"),
        ({"carried": {"ed999": {}}}, "carried.ed999"),
        ({"carried": {"ed318": []}}, "carried.ed318"),
        ({"carried": {"ed318": {"a": ["\0"]}}}, r"carried.ed318.a\[0\]"),
        ({"volumes": [{}]}, "volumes: are of a GeometryCollection"),
        ({"drawn": {"type": "Polygon"}}, "drawn.type"),
        (drawn(coordinates=[2, 95]), "drawn: "),
        (drawn(radius_m=None), "drawn: radius_m"),
        (drawn(extra=1), "drawn.extra"),
        (drawn(), "drawn: contradicts the geometry"),
        ({"purposes": {"war": "PROHIBITED"}}, "purposes"),
        ({"purposes": {"media": "NO"}}, "purposes.media"),
        ({"notes": {"a": 1}}, "a: 1"),
        ({"valid": {"start": "2026-01-01"}}, "valid.start: .*no offset"),
        ({"valid": {"start": "soon"}}, "valid.start: 'soon'"),
        ({"valid": {"start": "0001-01-01T00:00:00Z"}}, "valid.start"),
        (
            {"valid": {"start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}},
            "valid: .*not after",
        ),
        ({"applicability": {}}, "applicability"),
        ({"applicability": ["x"]}, r"applicability\[0\]"),
        ({"applicability": [{"begin": 1}]}, r"applicability\[0\].begin"),
        (daily(day=["LUN"]), r"schedule\[0\].day: 'LUN'"),
        (daily(day=[]), "day"),
        (daily(day=[["MON"]]), "day"),
        (daily(startTime="25:00:00"), "startTime"),
        (daily(startTime="8h"), "startTime"),
        (daily(startEvent="NOON"), "startEvent"),
        (daily(startEvent=[]), "startEvent"),
        (daily(startTime="08:00:00", startEvent="SR"), "both"),
        (daily(startTime="08:00:00Z", endTime="09:00:00+01:00"), "different offsets"),
    ],
)
def test_a_wrong_property_is_named(properties: dict[str, Any], sentence: str) -> None:
    feature = {"type": "Feature", "id": "a", "geometry": SQUARE, "properties": properties}

    with pytest.raises(Defective, match=sentence):
        read_feature(feature, Reading())


def test_a_publishers_misspelt_property_is_not_passed_over() -> None:
    feature = {"type": "Feature", "id": "a", "geometry": SQUARE, "properties": {"restiction": "x"}}

    assert read_feature(feature, Reading()).restriction is Restriction.REQ_AUTHORISATION
    with pytest.raises(Defective, match=r"properties\.restiction"):
        read_feature(feature, Reading(strict=True))


@pytest.mark.parametrize("name", ["", None, 1.5, "x" * 201, "a\nb", True, []])
def test_an_id_is_a_printable_name(name: object) -> None:
    feature = {"type": "Feature", "id": name, "geometry": SQUARE}

    if name == 1.5:
        assert read_feature(feature, Reading()).id == "1.5"
    else:
        with pytest.raises(Defective, match=r"^id: "):
            read_feature(feature, Reading())


COLLECTION = {"type": "GeometryCollection", "geometries": [SQUARE, SQUARE]}


def collection(**properties: object) -> dict[str, Any]:
    return {"type": "Feature", "id": "a", "geometry": COLLECTION, "properties": properties}


def test_a_plain_collection_of_areas_has_the_heights_of_its_feature() -> None:
    law = read_feature(collection(**height()), Reading())

    assert [volume.band.lower for volume in law.volumes] == [
        Height(value_m=1, reference=HeightReference.AGL)
    ] * 2


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({"volumes": [{}]}, "volumes: 1 of them for 2 geometries"),
        ({"volumes": [{}, 3]}, r"volumes\[1\]: not an object"),
        ({"volumes": [{}, {"top": 3}]}, r"volumes\[1\].top"),
        ({"volumes": [{}, height(value="x")]}, r"volumes\[1\].lower.value"),
        ({"volumes": [{}, {}], **height()}, "lower: is given for the zone and for its volumes"),
        ({"volumes": [{}, drawn()]}, r"volumes\[1\].drawn: contradicts"),
    ],
)
def test_what_is_wrong_with_a_volume_is_named(properties: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Defective, match=sentence):
        read_feature(collection(**properties), Reading())


def test_the_limit_of_vertices_is_for_all_volumes_together() -> None:
    with pytest.raises(Defective, match="more than the 6 vertices"):
        read_feature(collection(), Reading(limits=Limits(vertices=6, area_km2=1e6)))


def test_a_point_with_a_radius_and_a_line_with_a_width_are_kept_as_drawn() -> None:
    point = {"type": "Point", "coordinates": [2.35, 48.86]}
    line = {"type": "LineString", "coordinates": [[2.35, 48.86], [2.36, 48.86]]}

    circle = read_feature(
        {"type": "Feature", "id": "c", "geometry": point, "properties": {"radius_m": 50}},
        Reading(strict=True),
    )
    corridor = read_feature(
        {"type": "Feature", "id": "l", "geometry": line, "properties": {"half_width_m": 5}},
        Reading(strict=True),
    )

    assert circle.volumes[0].drawn == Circle(centre=(2.35, 48.86), radius_m=50)
    assert corridor.volumes[0].drawn == Corridor(
        lines=(((2.35, 48.86), (2.36, 48.86)),), half_width_m=5
    )
