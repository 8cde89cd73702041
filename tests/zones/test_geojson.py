"""Zones as GeoJSON: read tolerantly from files, strictly from publishers, written without loss."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.space import areas, zone
from zones.demands import ZoneRules
from zones.formats.defects import Defective
from zones.formats.geojson import Reading, read, read_feature, write
from zones.model import UNBOUNDED, Band, Height, HeightReference, Layer, Purpose, Restriction
from zones.periods import Applicability, DailyPeriod, DayEvent, Window

SQUARE = {"type": "Polygon", "coordinates": [[[2, 48], [2.1, 48], [2.1, 48.1], [2, 48]]]}

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
heights = st.builds(Height, value_m=st.floats(-100, 500), reference=st.just(HeightReference.AGL))
bands = st.one_of(
    st.just(UNBOUNDED),
    st.builds(Band, lower=heights),
    st.tuples(heights, heights).map(
        lambda two: Band(
            lower=min(two, key=lambda each: each.value_m),
            upper=max(two, key=lambda each: each.value_m),
        )
    ),
)
clocks = st.integers(0, 86_400)
limits = st.one_of(clocks, st.sampled_from(DayEvent))
days = st.frozensets(st.integers(0, 6), min_size=1)
periods = st.one_of(
    st.builds(DailyPeriod, days=days, start=limits, end=limits),
    st.builds(
        DailyPeriod,
        days=days,
        start=clocks,
        end=clocks,
        offset_s=st.sampled_from([0, 3600, -12600]),
    ),
)
starts = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
windows = st.one_of(
    st.just(Window()),
    st.builds(Window, start=starts),
    starts.map(lambda start: Window(start=start, end=start + timedelta(days=1))),
)
calendars = st.lists(
    st.builds(Applicability, window=windows, schedule=st.lists(periods, max_size=2).map(tuple)),
    max_size=2,
).map(tuple)


@st.composite
def zones(draw: st.DrawFn) -> Any:  # noqa: ANN401 - a zone
    return zone(
        draw(texts.filter(lambda text: text and text.isprintable())),
        draw(areas()),
        layer=draw(st.sampled_from([*Layer, None])),
        restriction=draw(st.sampled_from(Restriction)),
        band=draw(bands),
        applicability=draw(calendars),
        rules=ZoneRules(
            speed_max_mps=draw(st.one_of(st.none(), st.floats(0, 100))),
            transit=draw(st.booleans()),
            human_review=draw(st.booleans()),
        ),
        purposes=draw(st.dictionaries(st.sampled_from(Purpose), st.sampled_from(Restriction))),
        valid=draw(windows),
        version=draw(st.integers(1, 99)),
        priority=draw(st.integers(-100, 100)),
        act=draw(texts),
        notes=draw(st.dictionaries(texts, texts, max_size=2)),
    )


@given(zones())
def test_a_zone_is_written_and_read_back_exactly(law: Any) -> None:  # noqa: ANN401 - a zone
    written = json.loads(json.dumps(write(law)))

    assert read_feature(written, Reading(strict=True)) == law


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
