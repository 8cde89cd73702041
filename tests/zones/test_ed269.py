"""ED-269: read tolerantly, written by its rules, nothing lost unsaid."""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.zones.lawful import calendars, flying, windows, zones
from tests.zones.official_schemas import ed318_errors
from tests.zones.space import areas, square, zone
from zones.formats.ed269_rules import breaches
from zones.formats.reading import find
from zones.formats.writing import WrittenFormat, write_document
from zones.model import (
    Band,
    Circle,
    Height,
    HeightReference,
    Layer,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.periods import NO_SWITCHES, Applicability, DailyPeriod, DayEvent, Window
from zones.time.schedule import epoch_ms, in_force

SAMPLE = Path(__file__).parent.parent / "data" / "ed269-switzerland.json"


def sample() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SAMPLE.read_text())
    return document


def written(*laws: Zone) -> tuple[dict[str, Any], dict[str, bool]]:
    """Return the document, and of each path lost whether it was kept."""
    found = write_document(laws, WrittenFormat.ED269)
    document: dict[str, Any] = json.loads(json.dumps(found.document))
    return document, {loss.path: loss.kept for loss in found.losses}


def test_the_sample_is_taken_with_its_faults_named() -> None:
    found = find(sample(), "swiss")

    assert found.defects == ()
    assert [(each.feature, each.path) for each in found.remarks] == [
        ("LSXX", "restrictionConditions"),
        ("LSXX", "applicability[0].dailyPeriod"),
        ("LSXX", "applicability[0].schedule[0].day"),
        ("LSXX", "applicability[0].schedule[0].startTime"),
        ("LSXX", "applicability[0].schedule[0].endTime"),
        ("LSXX", "geometry[0].lowerLimit"),
    ]


def test_the_sample_is_written_without_its_faults_and_comes_back_whole() -> None:
    (law,) = find(sample(), "swiss").zones

    document, lost = written(law)

    assert breaches(document) == ()
    assert lost == {"carried.ed269.restrictionConditions": True}
    assert same(find(document, "again").zones[0], law)
    assert (
        document["UASZoneList"][0]["zoneAuthority"] == sample()["UASZoneList"][0]["zoneAuthority"]
    )
    assert document["createdAt"] == sample()["createdAt"]


@given(st.lists(zones, max_size=3, unique_by=lambda each: each.id))
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_keeps_to_the_rules(laws: list[Zone]) -> None:
    document, _ = written(*laws)

    assert breaches(document) == ()


@given(flying)
@settings(max_examples=40, deadline=None)
def test_a_zone_comes_back_whole_unless_it_is_said_to_be_left_out(law: Zone) -> None:
    document, lost = written(law)

    if document["features"]:
        assert same(find(document, "again").zones[0], law)
        assert all(lost.values())
    else:
        assert list(lost.values()) == [False]


@given(calendars, windows)
@settings(max_examples=40, deadline=None)
def test_a_file_never_says_that_a_zone_holds_less_than_it_does(
    calendar: tuple[Applicability, ...], valid: Window
) -> None:
    law = zone("loi", layer=Layer.AIR, applicability=calendar, valid=valid)
    document, _ = written(law)
    for each in document["features"]:
        each.pop("extendedProperties", None)  # what strangers do not read
    others = find(document, "others").zones
    instants = np.arange(epoch_ms(datetime(1999, 12, 20, tzinfo=UTC)), 947_000_000_000, 5_000_000)
    place = (2.35, 48.86)
    by_law = in_force(law, instants, place, {"crue": (Window(),)})
    by_law &= np.array([valid.holds(datetime.fromtimestamp(at / 1000, UTC)) for at in instants])

    said = in_force(others[0], instants, place, NO_SWITCHES) if others else by_law & False

    # The last second of a day belongs to nobody who reads no hundredths.
    assert not (by_law & ~said & (instants // 1000 % 3600 != 3599)).any()


def test_a_circle_stays_a_circle_and_a_multipolygon_becomes_volumes() -> None:
    circle = find(with_projection(type="Circle", center=[6.17, 46.21], radius=500), "c").zones[0]
    pair = shapely.multipolygons([square(0.01), square(0.01, (2.45, 48.86))])
    document, _ = written(replace(circle, id=ZoneId("two"), volumes=(Volume(footprint=pair),)))

    assert circle.volumes[0].drawn == Circle(centre=(6.17, 46.21), radius_m=500)
    assert written(circle)[0]["UASZoneList"][0]["geometry"][0]["horizontalProjection"] == {
        "type": "Circle",
        "center": [6.17, 46.21],
        "radius": 500,
    }
    assert len(document["UASZoneList"][0]["geometry"]) == 2
    assert find(document, "again").zones[0].volumes[0].footprint.equals(pair)


def test_heights_are_whole_metres_rounded_outwards() -> None:
    band = Band(lower=agl(10.4), upper=agl(120.1))
    document, lost = written(zone("a", layer=Layer.AIR, band=band))
    (volume,) = document["features"][0]["geometry"]

    assert (volume["lowerLimit"], volume["upperLimit"]) == (10, 121)
    assert lost == {"lower": True, "upper": True}


def test_a_height_above_the_ellipsoid_leaves_the_zone_out() -> None:
    band = Band(upper=Height(value_m=150, reference=HeightReference.WGS84))
    document, lost = written(zone("a", layer=Layer.AIR, band=band))

    assert document["features"] == []
    assert lost == {"lower": False}


def test_hours_of_the_sun_are_whole_days_as_far_as_they_reach() -> None:
    def days(start: DayEvent, end: DayEvent) -> list[str]:
        sunny = DailyPeriod(days=frozenset({0}), start=start, end=end)
        law = zone("a", layer=Layer.AIR, applicability=(Applicability(schedule=(sunny,)),))
        said: list[str] = written(law)[0]["features"][0]["applicability"][0]["schedule"][0]["day"]
        return said

    assert days(DayEvent.SR, DayEvent.SS) == ["MON"]
    assert days(DayEvent.SS, DayEvent.SR) == ["MON", "TUE"]


def test_hours_carry_their_distance_from_utc() -> None:
    morning = DailyPeriod(days=frozenset({0}), start=8 * 3600, end=86_400, offset_s=0)
    law = zone("a", layer=Layer.AIR, applicability=(Applicability(schedule=(morning,)),))

    assert written(law)[0]["features"][0]["applicability"] == [
        {
            "permanent": "YES",
            "schedule": [{"day": ["MON"], "startTime": "08:00:00.00Z", "endTime": "23:59:59.99Z"}],
        }
    ]


def test_what_one_european_format_carries_is_said_in_the_words_of_the_other() -> None:
    (law,) = find(sample(), "swiss").zones

    newer = write_document([law], WrittenFormat.ED318)
    (feature,) = newer.document["features"]
    properties = feature["properties"]

    assert ed318_errors(json.loads(json.dumps(newer.document))) == []
    assert (properties["country"], properties["reason"]) == ("CHE", ["AIR_TRAFFIC"])
    assert properties["message"] == [{"text": "MSG01", "lang": "und"}]
    assert properties["zoneAuthority"][0]["service"] == [{"text": "Supervisor", "lang": "und"}]
    assert "carried.ed269" in [loss.path for loss in newer.losses]
    assert same(find(json.loads(json.dumps(newer.document)), "again").zones[0], law)


def test_the_newer_formats_words_are_said_in_the_older_ones() -> None:
    newer = json.loads((SAMPLE.parent / "ed318" / "Example_GeoZone_Circle.json").read_text())
    newer["features"][0]["properties"]["reason"] = ["DAR", "OTHER"]
    (law,) = find(newer, "circle").zones

    document, lost = written(law)
    (older,) = document["features"]

    assert breaches(document) == ()
    assert (older["country"], older["type"], older["reason"]) == ("FRA", "COMMON", ["OTHER"])
    assert older["zoneAuthority"][0]["name"] == "LFPG-UASZoneManager"
    assert lost["carried.ed318"]
    assert same(find(document, "again").zones[0], law)


def test_one_who_changes_a_zone_undoes_what_was_kept_of_it() -> None:
    document, _ = written(zone("a-long-name", layer=Layer.AIR, priority=7))
    document["features"][0]["restriction"] = "CONDITIONAL"

    found = find(document, "changed")

    assert found.zones[0].restriction is Restriction.CONDITIONAL
    assert found.zones[0].priority == 0
    assert [each.path for each in found.remarks] == ["extendedProperties.octroi"]


def faulty(path: str, value: object) -> dict[str, Any]:
    document = copy.deepcopy(sample())
    place: Any = document["UASZoneList"][0]
    *way, last = path.split(".")
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    place[last] = value
    return document


def with_projection(**members: object) -> dict[str, Any]:
    return faulty("geometry.0.horizontalProjection", members)


@pytest.mark.parametrize(
    ("path", "value", "remarked"),
    [
        ("identifier", "TOOLONG8", "identifier"),
        ("country", "CH", "country"),
        ("name", "x" * 201, "name"),
        ("type", None, "type"),
        ("region", "1", "region"),
        ("reason", ["DAR"], "reason[0]"),
        ("reason", ["OTHER"] * 10, "reason"),
        ("regulationExemption", "MAYBE", "regulationExemption"),
        ("otherReasonInfo", "x" * 31, "otherReasonInfo"),
        ("zoneAuthority", [], "zoneAuthority"),
        ("zoneAuthority", [3], "zoneAuthority[0]"),
        ("zoneAuthority.0.email", "nobody", "zoneAuthority[0].email"),
        ("zoneAuthority.0.purpose", "FUN", "zoneAuthority[0].purpose"),
        ("zoneAuthority.0.intervalBefore", "2 days", "zoneAuthority[0].intervalBefore"),
        ("applicability.0.permanent", "yes", "applicability[0].permanent"),
        ("applicability.0.schedule", 3, "applicability[0].schedule"),
        ("geometry.0.uomDimensions", "m", "geometry[0].uomDimensions"),
        ("geometry.0.upperVerticalReference", "WGS84", "geometry[0].upperVerticalReference"),
        ("geometry.0.upperLimit", 10.5, "geometry[0].upperLimit"),
    ],
)
def test_a_rule_broken_is_named_with_its_place(path: str, value: object, remarked: str) -> None:
    found = find(faulty(path, value), "faulty")

    assert remarked in [each.path for each in found.remarks]
    assert len(found.zones) + len(found.defects) == 1


@pytest.mark.parametrize(
    ("path", "value", "defect"),
    [
        ("restriction", "SOMETIMES", "restriction"),
        ("geometry", [], "geometry"),
        ("geometry.0.lowerLimit", "low", "geometry[0].lowerLimit"),
        ("geometry.0.lowerVerticalReference", "MSL", "geometry[0].lowerVerticalReference"),
        ("geometry.0.uomDimensions", "YD", "geometry[0].uomDimensions"),
        ("geometry.0.horizontalProjection.type", "Line", "geometry[0].horizontalProjection"),
        ("geometry.0.horizontalProjection.coordinates", [], "geometry[0].horizontalProjection"),
        ("applicability", "always", "applicability"),
        ("applicability", [3], "applicability[0]"),
    ],
)
def test_what_has_no_meaning_is_a_defect_with_its_place(
    path: str, value: object, defect: str
) -> None:
    document = faulty(path, value)
    document["UASZoneList"].append(sample()["UASZoneList"][0] | {"identifier": "OTHER"})

    found = find(document, "faulty")

    assert [each.id for each in found.zones] == ["OTHER"]
    assert [(each.feature, each.path) for each in found.defects] == [("LSXX", defect)]


@given(areas())
@settings(max_examples=20, deadline=None)
def test_an_area_is_the_same_in_any_number_of_volumes(area: Any) -> None:  # noqa: ANN401 - an area
    document, _ = written(zone("a", area, layer=Layer.AIR))

    assert find(document, "again").zones[0].footprint.equals(area)


def agl(metres: float) -> Height:
    return Height(value_m=metres, reference=HeightReference.AGL)


def same(one: Zone, other: Zone) -> bool:
    """Tell whether two zones are one, whichever way the rings of their areas turn."""
    return normal(one) == normal(other)


def normal(law: Zone) -> Zone:
    volumes = tuple(
        Volume(footprint=shapely.normalize(each.footprint), band=each.band, drawn=each.drawn)
        for each in law.volumes
    )
    return replace(law, volumes=volumes)
