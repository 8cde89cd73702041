"""Real radio captures, held against what the Open Drone ID Wireshark dissector shows of them.

`SHOWN` lists the dissector's fields: where they are in a message, how long, and which of their
bits. The dissector takes the two halves of the byte of a position's accuracies the other way round
than the standards, and would show every drone here as reserved; they are taken as the standards
say. The receiver of Bluetooth marked what came with a wrong checksum, and no receiver passes on.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from telemetry.formats import remote_id
from telemetry.formats.remote_id_messages import (
    AIRCRAFT,
    EU_CATEGORIES,
    EU_CLASSES,
    H_ACC_M,
    ID_TYPES,
    SPEED_ACC_MPS,
    STATUSES,
    V_ACC_M,
    Authentication,
    BasicId,
    Location,
    OperatorId,
    SelfId,
    System,
    message_of,
)
from zones.model import HeightReference

DATA = Path(__file__).parents[1] / "data" / "remote-id"
NOON = 1_796_126_400_000
WIFI, BEACON, BLUETOOTH = (
    "odid_wifi_sample.pcap",
    "odid_wifi_bcn_sample.pcap",
    "odid_bt5_lr_sample.pcapng",
)
CHECKED = 0x01
SHOWN = {
    "idType": (1, "B", 0xF0),
    "uaType": (1, "B", 0x0F),
    "status": (1, "B", 0xF0),
    "heightType": (1, "B", 0x04),
    "ewDirectionSegment": (1, "B", 0x02),
    "speedMultiplier": (1, "B", 0x01),
    "direction": (2, "B", 0xFF),
    "speed": (3, "B", 0xFF),
    "vspeed": (4, "b", None),
    "lat": (5, "<i", None),
    "lon": (9, "<i", None),
    "pressAlt": (13, "<H", None),
    "geoAlt": (15, "<H", None),
    "height": (17, "<H", None),
    "hAccuracy": (19, "B", 0x0F),
    "vAccuracy": (19, "B", 0xF0),
    "baroAccuracy": (20, "B", 0xF0),
    "speedAccuracy": (20, "B", 0x0F),
    "timeStamp": (21, "<H", None),
    "tsAccuracy": (23, "B", 0x0F),
    "flag_class": (1, "B", 0x0C),
    "locType": (1, "B", 0x03),
    "operatorLat": (2, "<i", None),
    "operatorLon": (6, "<i", None),
    "areaCount": (10, "<H", None),
    "areaRadius": (12, "B", 0xFF),
    "areaCeiling": (13, "<H", None),
    "areaFloor": (15, "<H", None),
    "EUCat": (17, "B", 0xF0),
    "EUClass": (17, "B", 0x0F),
    "opGeoAlt": (18, "<H", None),
    "authType": (1, "B", 0xF0),
    "pageNumber": (1, "B", 0x0F),
}


def shown(message: bytes, field: str) -> int:
    """Return a field as the dissector shows it: the number in its bits."""
    offset, form, mask = SHOWN[field]
    (value,) = struct.unpack_from(form, message, offset)
    number = int(value)
    return number if mask is None else (number & mask) // (mask & -mask)


def frames(name: str) -> Iterator[bytes]:
    """Yield what a capture (pcap or pcapng) holds."""
    raw = (DATA / name).read_bytes()
    modern = raw.startswith(b"\x0a\x0d\x0d\x0a")
    place = 0 if modern else 24
    while place < len(raw):
        if modern:
            kind, size = struct.unpack_from("<II", raw, place)
            (captured,) = struct.unpack_from("<I", raw, place + 20)
            if kind == 6:
                yield raw[place + 28 : place + 28 + captured]
            place += size
        else:
            (captured,) = struct.unpack_from("<I", raw, place + 8)
            yield raw[place + 16 : place + 16 + captured]
            place += 16 + captured


def payload_of(frame: bytes) -> bytes | None:
    """Return the Remote ID message or pack of a frame, behind its counter."""
    if frame[0x11:0x13] == b"\x80\x00":  # Wi-Fi beacon: vendor-specific element of ASD-STAN
        at = frame.find(b"\xfa\x0b\xbc\x0d")
        return frame[at + 5 : at + 2 - 4 + frame[at - 1] + 2] if at > 0 else None
    if frame[0x11:0x13] == b"\xd0\x00" and frame[0x32:0x38] == bytes.fromhex("8869199d9209"):
        return frame[0x3D : 0x3C + frame[0x3B]]  # Wi-Fi neighbour awareness
    at = frame.find(b"\x16\xfa\xff\x0d")  # Bluetooth 5: service data of ASTM
    return frame[at + 5 : at + frame[at - 1]] if at > 0 and frame[8] & CHECKED else None


def payloads(name: str) -> list[bytes]:
    return [found for frame in frames(name) if (found := payload_of(frame))]


def messages(name: str) -> list[bytes]:
    found = []
    for one in payloads(name):
        if one[0] >> 4 == 0xF:
            whole = one[1] == 25 and one[2] <= 9 and len(one) >= 3 + 25 * one[2]
            found += [one[3 + 25 * n : 28 + 25 * n] for n in range(one[2] if whole else 0)]
        else:
            found.append(one[:25])
    return found


def altitude(code: int) -> float | None:
    return None if code == 0 else code * 0.5 - 1000


def held(raw: bytes, read: Location) -> dict[str, tuple[object, object]]:
    """Pair each field of a Location as decoded with what the dissector shows of it."""
    field = {name: shown(raw, name) for name in SHOWN}
    heading = field["direction"] + 180 * field["ewDirectionSegment"]
    scale, start = (0.75, 63.75) if field["speedMultiplier"] else (0.25, 0)
    return {
        "status": (read.status, STATUSES[field["status"]]),
        "height type": (read.height_type, ("take-off", "ground")[field["heightType"]]),
        "heading": (read.heading_deg, heading if heading < 360 else None),
        "speed": (read.speed_mps, field["speed"] * scale + start if field["speed"] < 255 else None),
        "climb": (read.climb_mps, field["vspeed"] / 2 if field["vspeed"] != 126 else None),
        "place": ((read.lat, read.lon), (field["lat"] / 1e7, field["lon"] / 1e7)),
        "pressure": (read.pressure_alt_m, altitude(field["pressAlt"])),
        "geodetic": (read.geodetic_alt_m, altitude(field["geoAlt"])),
        "height": (read.height_m, altitude(field["height"])),
        "horizontal": (read.h_acc_m, H_ACC_M[field["hAccuracy"]]),
        "vertical": (read.v_acc_m, V_ACC_M[field["vAccuracy"]]),
        "baro": (read.baro_acc_m, V_ACC_M[field["baroAccuracy"]]),
        "speed accuracy": (read.speed_acc_mps, SPEED_ACC_MPS[field["speedAccuracy"]]),
        "time": (read.tenths, field["timeStamp"] if field["timeStamp"] < 0xFFFF else None),
        "time accuracy": (read.time_acc_s, field["tsAccuracy"] / 10 or None),
    }


def the_pilot(raw: bytes) -> System:
    """Return what the dissector shows of a System message, whose version has no time."""
    lat, lon = shown(raw, "operatorLat") / 1e7, shown(raw, "operatorLon") / 1e7
    european = shown(raw, "flag_class") == 1
    place = (lat, lon) if lat or lon else (None, None)
    return System(
        classification="european-union" if european else "undeclared",
        operator_place=("take-off", "live", "fixed")[shown(raw, "locType")],
        lat=place[0],
        lon=place[1],
        area_count=shown(raw, "areaCount"),
        area_radius_m=shown(raw, "areaRadius") * 10,
        area_ceiling_m=altitude(shown(raw, "areaCeiling")),
        area_floor_m=altitude(shown(raw, "areaFloor")),
        category=EU_CATEGORIES[shown(raw, "EUCat") if european else 0],
        eu_class=EU_CLASSES[shown(raw, "EUClass") if european else 0],
        operator_alt_m=altitude(shown(raw, "opGeoAlt")),
        at=None,
    )


@pytest.mark.parametrize(("name", "count"), [(WIFI, 31), (BEACON, 21), (BLUETOOTH, 222)])
def test_every_location_on_the_air_is_decoded_to_what_the_dissector_shows(
    name: str, count: int
) -> None:
    locations = [raw for raw in messages(name) if raw[0] >> 4 == 1]

    assert len(locations) == count
    for raw in locations:
        read = message_of(raw)
        assert isinstance(read, Location)
        for field, (decoded, expected) in held(raw, read).items():
            assert decoded == expected, field


@pytest.mark.parametrize("name", [WIFI, BEACON, BLUETOOTH])
def test_every_other_message_on_the_air_is_decoded_to_what_the_dissector_shows(name: str) -> None:
    kinds = set()
    for raw in messages(name):
        read = message_of(raw)
        kinds.add(type(read))
        match read:
            case BasicId():
                assert read.id_type == ID_TYPES[shown(raw, "idType")]
                assert read.aircraft == AIRCRAFT[shown(raw, "uaType")]
                assert read.id.encode() == raw[2:22].rstrip(b"\0")
            case SelfId():
                assert (read.description, raw[1]) == ("text", 0)
                assert read.text.encode() == raw[2:25].rstrip(b"\0")
            case OperatorId():
                assert read.id.encode() == raw[2:22].rstrip(b"\0")
            case System():
                assert read == the_pilot(raw)
            case Location() | Authentication():
                pass

    assert kinds >= {Location, SelfId, System, OperatorId}


def test_the_captures_name_their_aircraft_pilots_and_operators() -> None:
    said = {name: {message_of(raw) for raw in messages(name)} for name in (WIFI, BEACON, BLUETOOTH)}

    assert {one.id for each in said.values() for one in each if isinstance(one, BasicId)} == {
        "MFG1A0123456789",
        "SSEVTFG93700070",
    }
    assert {one.text for each in said.values() for one in each if isinstance(one, SelfId)} == {
        "Recreational",
        "Drone ID demo",
    }
    assert {one.id for each in said.values() for one in each if isinstance(one, OperatorId)} == {
        "GBR-OP-123ABCD",
        "FIN87astrdge12kxyz8",
    }


def test_packs_captured_on_the_air_hold_who_and_where() -> None:
    read = [remote_id.read(one, received_at_ms=NOON) for one in payloads(BEACON)]

    fixes = [fix for found, _ in read for fix in found]
    assert [malformed for _, malformed in read if malformed] == []
    assert len(fixes) == 21
    assert {fix.serial for fix in fixes} == {"MFG1A0123456789"}
    assert {(fix.alt_ref, fix.h_acc_m, fix.v_acc_m) for fix in fixes} == {
        (HeightReference.WGS84, 30.0, 25.0)
    }


def test_a_position_without_an_identity_is_still_a_position() -> None:
    fixes = [f for one in payloads(WIFI) for f in remote_id.read(one, received_at_ms=NOON)[0]]

    assert len(fixes) == 31
    assert {fix.serial for fix in fixes} == {None}


def test_a_drone_without_a_fix_and_packs_torn_on_the_air_are_named() -> None:
    read = [remote_id.read(one, received_at_ms=NOON) for one in payloads(BLUETOOTH)]

    reasons = [one.reason for _, malformed in read for one in malformed]
    assert [fix for fixes, _ in read for fix in fixes] == []
    assert reasons.count("lon/lat: not available (0, 0)") == 222
    assert sum(reason.startswith("pack: ") for reason in reasons) == 19
