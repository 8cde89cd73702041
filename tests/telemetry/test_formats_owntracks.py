import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.formats.owntracks import H_ACC_M, H_TO_95, read

PHONE = {"_type": "location", "lat": 48.85, "lon": 2.35, "tst": 1_796_112_000, "tid": "v1"}


def test_a_phone_says_where_it_is_in_its_own_units() -> None:
    sent = PHONE | {"acc": 10, "vel": 36, "cog": 270, "alt": 80, "vac": 5}

    (fix,), malformed = read(json.dumps(sent).encode())

    assert malformed == []
    assert (fix.lon, fix.lat, fix.at_ms) == (2.35, 48.85, 1_796_112_000_000)
    assert fix.speed_mps == pytest.approx(10)
    assert fix.heading_deg == 270
    assert fix.h_acc_m == pytest.approx(10 * H_TO_95)
    assert (fix.alt_m, fix.alt_ref) == (80, None)


def test_what_the_phone_does_not_know_takes_the_default() -> None:
    (fix,), _ = read(json.dumps(PHONE | {"acc": -1, "vel": -1, "cog": -1}).encode())

    assert (fix.h_acc_m, fix.speed_mps, fix.heading_deg) == (H_ACC_M, None, None)


def test_an_accuracy_of_zero_is_exact() -> None:
    (fix,), _ = read(json.dumps(PHONE | {"acc": 0}).encode())

    assert fix.h_acc_m == 0


TRANSITION = {"_type": "transition", "event": "enter", "tst": 1, "wtst": 1, "lat": 1, "lon": 1}
WAYPOINT = {"_type": "waypoint", "desc": "Depot", "tst": 1, "lat": 48.8, "lon": 2.3, "rad": 50}


@pytest.mark.parametrize(
    "said", [TRANSITION, WAYPOINT, {"_type": "waypoint"} | {"desc": "b", "tst": 1}]
)
def test_a_crossing_and_a_region_of_the_phones_own_are_acknowledged_and_are_no_position(
    said: dict[str, object],
) -> None:
    assert read(json.dumps(said).encode()) == ([], [])


@pytest.mark.parametrize(
    "said",
    [
        TRANSITION | {"event": "cross"},
        TRANSITION | {"lat": 91},
        WAYPOINT | {"rad": -1},
        {"_type": "x"},
    ],
)
def test_a_broken_crossing_region_or_kind_is_named(said: dict[str, object]) -> None:
    fixes, malformed = read(json.dumps(said).encode())

    assert fixes == []
    assert malformed[0].reason.startswith(("payload: ", "_type: "))


@pytest.mark.parametrize("kind", ["lwt", "card", "status", "waypoints"])
def test_other_messages_carry_no_position(kind: str) -> None:
    assert read(json.dumps({"_type": kind, "tst": 1}).encode()) == ([], [])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{}",
        b'{"_type":"encrypted","data":"x"}',
        json.dumps(PHONE | {"lat": 91}).encode(),
        json.dumps(PHONE | {"lon": "2.35"}).encode(),
        json.dumps(PHONE | {"tst": "now"}).encode(),
        json.dumps(PHONE | {"acc": float("nan")}).encode(),
    ],
)
def test_what_cannot_be_read_is_malformed(payload: bytes) -> None:
    fixes, malformed = read(payload)

    assert fixes == []
    assert len(malformed) == 1


@given(st.binary(max_size=200))
def test_no_payload_raises(payload: bytes) -> None:
    read(payload)
