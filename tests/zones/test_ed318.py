"""ED-318: read tolerantly with everything remarked on, written strictly, nothing lost unsaid."""

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
from tests.zones.space import square, zone
from zones.formats.ed318_rules import breaches
from zones.formats.ed318_writing import write
from zones.formats.losses import Authority
from zones.formats.reading import find
from zones.model import Circle, Height, HeightReference, Layer, Restriction, Volume, Zone
from zones.periods import NO_SWITCHES, Applicability, DailyPeriod, Window
from zones.time.schedule import epoch_ms, in_force

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = [
    "Example_Collection",
    "Example_GeoZone_2_Layers",
    "Example_GeoZone_Circle",
    "Example_GeoZone_with_extension",
]


def example(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DATA / "ed318" / f"{name}.json").read_text())
    return document


def through_json(document: object) -> Any:  # noqa: ANN401 - any document
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_official_example_is_taken_without_a_remark_and_written_back_as_it_was(
    name: str,
) -> None:
    found = find(example(name), name)
    written = write(found.zones)

    assert (found.defects, found.remarks, written.losses) == ((), (), ())
    assert through_json(written.document) == example(name)


def test_the_official_invalid_example_is_refused_by_name_with_its_reason() -> None:
    name = "InvalidExample_GeoZone_2_Layers"
    found = find(example(name), name)

    assert found.zones == ()
    assert [(each.feature, each.path) for each in found.defects] == [(name, "metadata.validFrom")]
    assert "purposely_invalid" in found.defects[0].reason
    assert [(each.feature, each.path) for each in found.remarks] == [
        ("document", "metadata.validFrom"),
        ("NFZ6547", "properties.name[0]"),
        ("NFZ6547", "properties.type"),
    ]


def test_a_published_file_is_taken_with_its_faults_named_and_written_without_them() -> None:
    found = find(json.loads((DATA / "ed318-zurich-as-published.json").read_text()), "zurich")

    assert found.defects == ()
    assert [each.path for each in found.remarks] == [
        "features",
        "type",
        "properties.identifier",
        "properties.type",
        "geometry.coordinates",
    ]
    assert found.zones[0].restriction is Restriction.REQ_AUTHORISATION

    written = write(found.zones)
    document = through_json(written.document)

    assert ed318_errors(document) == []
    assert breaches(document) == ()
    assert [each.path for each in written.losses] == ["id"]
    assert same(find(document, "again").zones[0], found.zones[0])


def test_a_feature_of_several_layers_is_one_zone_of_several_volumes() -> None:
    (law,) = find(example("Example_GeoZone_2_Layers"), "two").zones

    assert law.id == "NFZ6547"
    assert [(v.band.lower, v.band.upper) for v in law.volumes] == [
        (agl(50), agl(150)),
        (agl(0), agl(50)),
    ]
    assert law.footprint.area == pytest.approx(
        shapely.union_all([volume.footprint for volume in law.volumes]).area
    )


def test_a_circle_stays_a_circle() -> None:
    (law,) = find(example("Example_GeoZone_Circle"), "circle").zones

    assert law.volumes[0].drawn == Circle(centre=(2.636866, 50.122901), radius_m=3500)


def test_what_ours_has_no_word_for_is_carried() -> None:
    (law,) = find(example("Example_GeoZone_with_extension"), "extended").zones

    assert law.carried["ed318"]["extendedProperties"] == {"airspaceColour": "red"}
    assert law.carried["ed318"]["reason"] == ["POPULATION", "NATURE"]
    assert law.carried["ed318"]["zoneAuthority"][0]["purpose"] == "INFORMATION"


@given(st.lists(zones, max_size=3, unique_by=lambda each: each.id))
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_keeps_to_the_official_schema_and_the_rules_beside_it(
    laws: list[Zone],
) -> None:
    document = through_json(write(laws).document)

    assert ed318_errors(document) == []
    assert breaches(document) == ()


@given(flying)
@settings(max_examples=40, deadline=None)
def test_a_zone_of_the_air_comes_back_whole_unless_it_is_said_to_be_left_out(law: Zone) -> None:
    written = write([law])
    found = find(through_json(written.document), "again")

    if found.zones:
        assert same(found.zones[0], law)
        assert all(loss.kept for loss in written.losses)
    else:
        assert [loss.kept for loss in written.losses] == [False]


@pytest.mark.parametrize("layer", [Layer.SURFACE, Layer.RIVER, Layer.SUBSOIL])
def test_a_zone_of_another_layer_is_said_to_be_left_out(layer: Layer) -> None:
    written = write([zone("a", layer=layer)])

    assert written.document["features"] == []
    assert [(loss.path, loss.kept) for loss in written.losses] == [("layer", False)]


@given(calendars, windows)
@settings(max_examples=40, deadline=None)
def test_a_file_never_says_that_a_zone_holds_less_than_it_does(
    calendar: tuple[Applicability, ...], valid: Window
) -> None:
    law = zone("loi", layer=Layer.AIR, applicability=calendar, valid=valid)
    document = through_json(write([law]).document)
    for feature in document["features"]:
        feature["properties"].pop("extendedProperties")  # what strangers do not read
    others = find(document, "others").zones
    instants = np.arange(epoch_ms(datetime(1999, 12, 20, tzinfo=UTC)), 947_000_000_000, 5_000_000)
    by_law = in_force(law, instants, NO_PLACE, {"crue": (Window(),)})
    by_law &= np.array([valid.holds(datetime.fromtimestamp(at / 1000, UTC)) for at in instants])

    said = in_force(others[0], instants, NO_PLACE, NO_SWITCHES) if others else by_law & False

    assert not (by_law & ~said).any()


NO_PLACE = (2.35, 48.86)


def test_hours_of_paris_are_exact_in_a_window_of_one_season_and_wider_in_a_year() -> None:
    morning = DailyPeriod(days=frozenset({0}), start=8 * 3600, end=10 * 3600)
    july = Window(start=datetime(2026, 7, 1, tzinfo=UTC), end=datetime(2026, 8, 1, tzinfo=UTC))

    summer = write([air(Applicability(window=july, schedule=(morning,)))])
    year = write([air(Applicability(schedule=(morning,)))])

    assert schedules(summer.document) == [("08:00:00+02:00", "10:00:00+02:00")]
    assert schedules(year.document) == [
        ("08:00:00+01:00", "10:00:00+01:00"),
        ("08:00:00+02:00", "10:00:00+02:00"),
    ]
    assert year.losses[0].reason == "summer and winter time: said for both"
    assert summer.losses == year.losses[1:]


def test_one_who_changes_a_feature_undoes_what_was_kept_of_it() -> None:
    law = zone("a-long-name", layer=Layer.AIR, priority=7)
    document = through_json(write([law]).document)
    document["features"][0]["properties"]["type"] = "CONDITIONAL"

    found = find(document, "changed")

    assert found.zones[0].restriction is Restriction.CONDITIONAL
    assert found.zones[0].priority == 0
    assert [each.path for each in found.remarks] == ["properties.extendedProperties.octroi"]


def test_who_publishes_is_named_where_the_zone_does_not_say() -> None:
    city = Authority(name="Ville de Lyon", email="drones@lyon.example", country="FRA")
    (feature,) = write([zone("a", layer=Layer.AIR)], city).document["features"]

    assert feature["properties"]["zoneAuthority"] == [
        {
            "name": [{"text": "Ville de Lyon", "lang": "fr-FR"}],
            "email": "drones@lyon.example",
            "purpose": "INFORMATION",
        }
    ]


def test_names_are_at_most_seven_characters_unique_and_always_the_same() -> None:
    many = [zone(f"arrondissement-{number}", layer=Layer.AIR) for number in range(300)]

    forth = write(many).document["features"]
    back = write(many[::-1]).document["features"][::-1]

    names = [each["properties"]["identifier"] for each in forth]
    assert names == [each["properties"]["identifier"] for each in back]
    assert len(set(names)) == 300
    assert {len(name) for name in names} == {7}


def faulty(path: str, value: object) -> dict[str, Any]:
    document = copy.deepcopy(example("Example_GeoZone_Circle"))
    place: Any = document["features"][0]
    *way, last = path.split(".")
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "remarked"),
    [
        ("geometry.extent", {"subType": "Banana", "radius": 5}, "geometry.extent"),
        ("geometry.extent", {"subType": "Circle", "radius": "big"}, "geometry.extent.radius"),
        ("geometry.extent", {"subType": "Circle", "radius": 0}, "geometry.extent.radius"),
        ("geometry.layer", None, "geometry.layer"),
        ("geometry.layer.upper", None, "geometry.layer.upper"),
        ("geometry.layer.lowerReference", "MSL", "geometry.layer.lowerReference"),
        ("geometry.layer.uom", "yd", "geometry.layer.uom"),
        ("geometry.layer.lower", 200, "geometry.layer.lower"),
        ("geometry.coordinates", [200, 0], "geometry.coordinates"),
        ("properties.identifier", "", "properties.identifier"),
        ("properties.country", "fra", "properties.country"),
        ("properties.country", "FR", "properties.country"),
        ("properties.name", [], "properties.name"),
        ("properties.name", [{"lang": "fr-FR"}], "properties.name[0].text"),
        ("properties.name", [{"text": "x"}], "properties.name[0]"),
        ("properties.name", [{"text": "x" * 201, "lang": "fr-FR"}], "properties.name[0].text"),
        ("properties.name", [{"text": "x", "lang": "FR"}], "properties.name[0].lang"),
        ("properties.zoneAuthority", [], "properties.zoneAuthority"),
        ("properties.zoneAuthority.0.email", "nobody", "properties.zoneAuthority[0].email"),
        ("properties.zoneAuthority.0.name", [], "properties.zoneAuthority[0].name"),
        ("properties.zoneAuthority.0.intervalBefore", "2 days", "intervalBefore"),
        ("properties.reason", ["FOREIGN_TERRITORY"], "properties.reason[0]"),
        ("properties.variant", "ODD", "properties.variant"),
        ("properties.colour", "red", "properties"),
        ("id", [], "id"),
        (
            "properties.limitedApplicability",
            [{"startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-01-01T00:00:00Z"}],
            "properties.limitedApplicability[0]",
        ),
        (
            "properties.limitedApplicability",
            [{"startDateTime": "2026-02-01"}],
            "properties.limitedApplicability[0].startDateTime",
        ),
        (
            "properties.limitedApplicability",
            [{"schedule": [{"day": [], "startTime": "08:00:00Z"}]}],
            "properties.limitedApplicability[0].schedule[0].day",
        ),
        (
            "properties.limitedApplicability",
            [{"schedule": [{"day": ["MON"], "startTime": "08:00:00"}]}],
            "properties.limitedApplicability[0].schedule[0].startTime",
        ),
    ],
)
def test_a_rule_broken_is_named_with_its_place_though_the_schema_may_be_silent(
    path: str, value: object, remarked: str
) -> None:
    found = find(faulty(path, value), "faulty")

    assert any(remarked in each.path for each in found.remarks)
    assert len(found.zones) + len(found.defects) == 1


@pytest.mark.parametrize(
    ("path", "value", "defect"),
    [
        ("geometry", None, "geometry"),
        ("geometry.type", "LineString", "geometry.type"),
        ("geometry.extent", None, "geometry.extent"),
        ("geometry.extent.radius", "big", "geometry"),
        ("geometry.layer.upper", "high", "geometry.layer.upper"),
        ("geometry.layer.upperReference", None, "geometry.layer.upperReference"),
        ("geometry.layer.lower", 200, "geometry.layer.lower"),
        ("properties.type", "SOMETIMES", "properties.type"),
        ("properties.limitedApplicability", "always", "properties.limitedApplicability"),
    ],
)
def test_what_has_no_meaning_is_a_defect_with_its_place(
    path: str, value: object, defect: str
) -> None:
    found = find(faulty(path, value), "faulty")

    assert found.zones == ()
    assert [(each.feature, each.path) for each in found.defects] == [("ABC1234", defect)]


def test_what_a_publisher_got_wrong_is_written_right_and_kept_as_it_was() -> None:
    document = faulty("properties.zoneAuthority", [{"name": "not a list"}])
    document["features"][0]["properties"]["colour"] = "red"
    (law,) = find(document, "odd").zones

    written = write([law])

    assert breaches(written.document) == ()
    assert [each.path for each in written.losses] == [
        "carried.ed318.colour",
        "carried.ed318.zoneAuthority",
    ]
    assert find(through_json(written.document), "again").zones == (law,)


def test_a_zone_renamed_loses_its_names_in_other_languages_and_says_so() -> None:
    (law,) = find(example("Example_GeoZone_Circle"), "circle").zones

    written = write([replace(law, name="Château")])

    assert written.document["features"][0]["properties"]["name"][0]["text"] == "Château"
    assert [(each.path, each.kept) for each in written.losses] == [("carried.ed318.name", False)]


def same(one: Zone, other: Zone) -> bool:
    """Tell whether two zones are one, whichever way the rings of their areas turn."""
    return normal(one) == normal(other)


def normal(law: Zone) -> Zone:
    volumes = tuple(
        Volume(
            footprint=shapely.normalize(volume.footprint),
            band=volume.band,
            drawn=volume.drawn,
        )
        for volume in law.volumes
    )
    return replace(law, volumes=volumes)


def agl(metres: float) -> Height:
    return Height(value_m=metres, reference=HeightReference.AGL)


def air(*calendar: Applicability) -> Zone:
    return zone("a", square(), layer=Layer.AIR, applicability=calendar)


def schedules(document: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - a document
    (feature,) = document["features"]
    (period,) = feature["properties"]["limitedApplicability"]
    return [(daily["startTime"], daily["endTime"]) for daily in period["schedule"]]
