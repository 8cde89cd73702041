"""Remote ID: what a drone broadcasts, read bit by bit."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.formats.remote_id import read
from telemetry.formats.remote_id_messages import Authentication, System, message_of
from tests.telemetry.remote_id import BASIC, location, pack
from zones.columns import HOUR_MS
from zones.model import HeightReference

NOON = 1_796_126_400_000


def test_a_location_says_where_how_high_how_fast_and_how_well_known() -> None:
    (fix,), _ = read(pack(BASIC, location()), received_at_ms=NOON)

    assert (fix.lon, fix.lat, fix.serial) == (2.3522, 48.8566, "1581F45678")
    assert (fix.alt_m, fix.alt_ref) == (80.0, HeightReference.WGS84)
    assert (fix.speed_mps, fix.heading_deg) == (5.0, 90.0)
    assert (fix.h_acc_m, fix.v_acc_m) == (3.0, 10.0)
    assert fix.at_ms == NOON + 600_000


def test_a_height_above_ground_is_taken_where_the_aircraft_knows_it() -> None:
    (fix,), _ = read(location(flags=0x4, height=2 * (45 + 1000)), received_at_ms=NOON)

    assert (fix.alt_m, fix.alt_ref) == (45.0, HeightReference.AGL)


def test_a_fast_drone_going_west_uses_the_other_scales() -> None:
    (fix,), _ = read(location(flags=0x3, speed=100), received_at_ms=NOON)

    assert fix.speed_mps == pytest.approx(100 * 0.75 + 63.75)
    assert fix.heading_deg == 270


def test_unknown_values_are_unknown() -> None:
    unknown = location(speed=255, direction=181, flags=0x2, altitude=0, accuracy=0, tenths=0xFFFF)

    (fix,), _ = read(unknown, received_at_ms=NOON)

    assert (fix.speed_mps, fix.heading_deg, fix.alt_m, fix.alt_ref) == (None, None, None, None)
    assert (fix.at_ms, fix.h_acc_m, fix.v_acc_m) == (None, 50.0, 150.0)


@given(st.integers(0, 2**41), st.integers(0, 36_000))
def test_the_hour_is_the_last_one_unless_a_clock_is_ahead_by_minutes(
    received: int, tenths: int
) -> None:
    (fix,), _ = read(location(tenths=tenths), received_at_ms=received)

    assert fix.at_ms is not None
    assert received - HOUR_MS < fix.at_ms - 600_000 <= received
    assert (fix.at_ms - tenths * 100) % HOUR_MS == 0


def test_the_full_hour_said_at_a_quarter_to_is_the_one_before() -> None:
    (fix,), _ = read(location(tenths=0), received_at_ms=NOON - 900_000)

    assert fix.at_ms == NOON - HOUR_MS


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "payload"),
        (b"\xf2\x19", "pack"),
        (b"\xf2\x19\x02" + BASIC, "pack"),
        (b"\xf2\x19\x00", "pack"),
        (b"\xf2\x19\xff" + BASIC * 2, "pack"),
        (b"\xf2\x10\x01" + BASIC, "pack"),
        (BASIC[:24], "message"),
        (b"\x72" + BASIC[1:], "message"),
        (pack(b"\x72" + BASIC[1:]), "message"),
        (pack(b"\x03" + BASIC[1:]), "version"),
        (pack(pack(BASIC)[:25]), "message"),
        (b"\x0f" + BASIC[1:], "version"),
        (location(lat=0, lon=0), "lon/lat"),
        (location(lat=900_000_001), "lon/lat"),
        (location(tenths=36_001), "timestamp"),
        (location(accuracy=0x0D), "accuracy"),
        (location(accuracy=0x70), "accuracy"),
    ],
)
def test_a_broken_message_is_named(payload: bytes, reason: str) -> None:
    fixes, malformed = read(payload, received_at_ms=NOON)

    assert fixes == []
    assert malformed[0].reason.startswith(reason)


def test_a_message_of_an_unknown_type_in_a_pack_costs_no_other() -> None:
    fixes, malformed = read(pack(BASIC, b"\x72" * 25, location()), received_at_ms=NOON)

    assert [fix.serial for fix in fixes] == ["1581F45678"]
    assert [one.reason for one in malformed] == ["message: type 7 is not known"]


def test_the_serial_number_is_who_it_is_even_behind_the_name_of_a_session() -> None:
    session = struct.pack("<BB20s3x", 0x02, 0x42, b"\x01\x00\xff")

    (fix,), _ = read(pack(session, BASIC, location()), received_at_ms=NOON)
    (alone,), _ = read(pack(session, location()), received_at_ms=NOON)

    assert (fix.serial, alone.serial) == ("1581F45678", "0100ff")


def test_ten_thousand_messages_are_read_and_more_are_refused_as_one() -> None:
    fixes, _ = read(location() * 10_000, received_at_ms=NOON)
    none, malformed = read(location() * 10_001, received_at_ms=NOON)

    assert (len(fixes), len(none)) == (10_000, 0)
    assert [one.reason for one in malformed] == [
        "payload: 250025 bytes in one message, at most 250000 are read"
    ]


def test_the_pages_of_a_signature_are_told_apart() -> None:
    first = struct.pack("<BBBBI17s", 0x22, 0x10, 2, 63, 1, b"a" * 17)

    read_first, second = message_of(first), message_of(b"\x22\x11" + b"b" * 23)

    assert read_first == Authentication(
        "uas-id", 0, 2, 63, datetime(2019, 1, 1, 0, 0, 1, tzinfo=UTC), b"a" * 17
    )
    assert second == Authentication("uas-id", 1, None, None, None, b"b" * 23)


def test_a_system_message_of_the_newest_version_has_a_time() -> None:
    said = struct.pack("<BBiiHBHHBHIx", 0x42, 0x05, 488566000, 0, 1, 2, 0, 0, 0x12, 2270, 86_400)

    system = message_of(said)

    assert isinstance(system, System)
    assert (system.lat, system.lon, system.operator_alt_m) == (48.8566, 0, 135)
    assert (system.category, system.eu_class, system.operator_place) == ("open", "C1", "live")
    assert system.at == datetime(2019, 1, 2, tzinfo=UTC)


def test_a_broken_pack_does_not_cost_the_one_before() -> None:
    fixes, malformed = read(pack(BASIC, location()) + b"\xf2\x19\x09", received_at_ms=NOON)

    assert (len(fixes), len(malformed)) == (1, 1)


@given(st.binary(max_size=300))
def test_no_bytes_raise(payload: bytes) -> None:
    read(payload, received_at_ms=NOON)
