"""MDS telemetry and flights of network Remote ID as files, told from GeoJSON by their members."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.formats.owntracks import H_TO_95
from telemetry.formats.track_csv import UnreadableTrack
from telemetry.formats.track_json import read
from telemetry.model import Fix, Malformed
from tests.zones.official_schemas import mds_errors
from zones.model import HeightReference, Layer

REMOTE_ID = Path(__file__).parents[1] / "data" / "remote-id"
FLIGHTS = json.loads((REMOTE_ID / "interuss_rid_zurich.json").read_text())
BROKEN: dict[str, list[list[Any]]] = json.loads(
    (REMOTE_ID / "interuss_rid_invalid.json").read_text()
)
SCOOTER = {
    "device_id": "3c9604d6-b5ee-11e8-96f8-529269fb1459",
    "provider_id": "3c9604d6-b5ee-11e8-96f8-529269fb1460",
    "telemetry_id": "3c9604d6-b5ee-11e8-96f8-529269fb1461",
    "timestamp": 1_796_112_000_000,
    "trip_ids": None,
    "journey_id": None,
    "location": {"lat": 48.85, "lng": 2.35, "altitude": 35.5, "heading": 90, "speed": 4.5}
    | {"horizontal_accuracy": 5, "vertical_accuracy": 8, "satellites": 9},
}
PLACE: dict[str, Any] = {"lat": 48.85, "lng": 2.35}


def fixes(document: object) -> list[Fix]:
    found = list(read(json.dumps(document), "flown"))
    assert [one for one in found if isinstance(one, Malformed)] == []
    return [one for one in found if isinstance(one, Fix)]


def reasons(document: object) -> list[str]:
    return [
        f"{one.line} {one.reason}"
        for one in read(json.dumps(document), "flown")
        if isinstance(one, Malformed)
    ]


def changed(document: Any, changes: list[list[Any]]) -> Any:  # noqa: ANN401 - JSON
    document = copy.deepcopy(document)
    for path, *value in changes:
        *way, last = path
        place = document
        for step in way:
            place = place[step]
        if value:
            place[last] = value[0]
        else:
            del place[last]
    return document


def test_flights_hold_each_state_with_its_ellipsoidal_height_and_the_default_accuracy() -> None:
    found = fixes(FLIGHTS)

    first = found[0]
    assert len(found) == 30
    assert {one.vehicle for one in found} == {"1AKGAAN8G70R7JS", "ULYK563L5G"}
    assert (first.at_ms, first.lon, first.lat) == (
        1_640_995_201_000,
        8.488106090860573,
        47.37063724619898,
    )
    assert (first.alt_m, first.alt_ref) == (496.0, HeightReference.WGS84)
    assert (first.h_acc_m, first.v_acc_m, first.layer) == (50.0, 150.0, Layer.AIR)
    assert (first.speed_mps, first.heading_deg) == (5.0, 162.3752362098515)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_flight_with_one_broken_field_is_refused_by_that_field(name: str) -> None:
    found = reasons(changed(FLIGHTS, BROKEN[name]))

    field = {
        "height_type": "reference",
        "height": "distance",
        "ua_type": "aircraft_type",
        "uas_id": "flight_details",
        "serial_number": "flight_details",
        "registration_id": "flight_details",
        "utm_id": "flight_details",
    }.get(name.removesuffix(".json").split("_", 2)[2], name.removesuffix(".json").split("_", 2)[2])
    assert found
    assert all(field in reason for reason in found)
    # One state, or, where nothing says whose flight it is, all of it; the other flight is unharmed.
    assert len(found) == {"flight_details": 17, "aircraft_type": 2}.get(field, 1)


def test_a_height_above_the_ground_is_taken_where_a_state_has_one() -> None:
    flown = changed(FLIGHTS, [[["flights", 0, "states", 0, "height", "reference"], "GroundLevel"]])

    first = fixes(flown)[0]

    assert (first.alt_m, first.alt_ref) == (0.0, HeightReference.AGL)


def test_what_a_state_does_not_know_is_unknown() -> None:
    state = ["flights", 0, "states", 0]
    unknown = [
        [[*state, "track"], 361],
        [[*state, "speed"], 255],
        [[*state, "position", "alt"], -1000],
    ]

    first = fixes(changed(FLIGHTS, unknown))[0]

    assert (first.heading_deg, first.speed_mps, first.alt_m, first.alt_ref) == (
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("document", [[SCOOTER], {"version": "2.0.0", "telemetry": [SCOOTER]}])
def test_telemetry_that_the_official_schema_accepts_is_read(document: object) -> None:
    assert mds_errors("telemetry", SCOOTER) == []

    (fix,) = fixes(document)

    assert (fix.vehicle, fix.at_ms) == (SCOOTER["device_id"], 1_796_112_000_000)
    assert (fix.lon, fix.lat, fix.alt_m, fix.alt_ref) == (2.35, 48.85, 35.5, HeightReference.AMSL)
    assert fix.h_acc_m == pytest.approx(5 * H_TO_95)
    assert fix.v_acc_m == pytest.approx(8 * 1.96)
    assert (fix.speed_mps, fix.heading_deg, fix.layer) == (4.5, 90, Layer.SURFACE)


def test_telemetry_without_accuracy_takes_the_default_and_an_absent_height_is_unknown() -> None:
    (fix,) = fixes([SCOOTER | {"location": PLACE}])

    assert (fix.h_acc_m, fix.v_acc_m, fix.alt_m, fix.alt_ref) == (10.0, 15.0, None, None)


@pytest.mark.parametrize(
    "fault",
    [
        {"timestamp": 1_000},
        {"timestamp": "2026-12-01T09:00:00Z"},
        {"device_id": "scooter-1"},
        {"location": PLACE | {"lat": 91}},
        {"location": PLACE | {"lng": "2.35"}},
        {"location": {"lat": 48}},
        {"trip_ids": "none"},
    ],
)
def test_telemetry_that_the_official_schema_refuses_is_named_by_field_and_costs_no_neighbour(
    fault: dict[str, object],
) -> None:
    broken = SCOOTER | fault
    assert mds_errors("telemetry", broken)

    found = list(read(json.dumps([SCOOTER, broken, SCOOTER]), "flown"))

    assert [type(one) for one in found] == [Fix, Malformed, Fix]
    assert isinstance(found[1], Malformed)
    assert (found[1].line, found[1].reason.startswith(next(iter(fault)))) == (2, True)


@pytest.mark.parametrize("field", ["device_id", "timestamp", "location", "trip_ids"])
def test_telemetry_that_lacks_a_field_is_named_by_it(field: str) -> None:
    lacking = {name: value for name, value in SCOOTER.items() if name != field}

    assert reasons([lacking]) == [f"1 {field}: missing"]


def test_a_document_of_another_kind_is_no_track() -> None:
    with pytest.raises(UnreadableTrack, match="MDS telemetry"):
        list(read('{"type": "Topology"}', "flown"))


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([*SCOOTER, "states", "lat", "lng", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=4))
def test_no_document_raises_and_every_element_is_answered_for(elements: list[object]) -> None:
    assert len(list(read(json.dumps(elements), "flown"))) == len(elements)
    list(read(json.dumps({"flights": elements}), "flown"))
    list(read(json.dumps({"flights": [{"states": elements}]}), "flown"))
