"""What does one Remote ID message of 25 bytes say (ASTM F3411-22a, ASD-STAN EN 4709-002)?

Numbers in the standard's units become metres, degrees and seconds; None is the standard's
"unknown". The accuracies of a position share a byte: the vertical one is its upper half. A code
that the standard reserves is named so, and never guessed at.
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

MESSAGE_BYTES = 25
BASIC_ID, LOCATION, AUTHENTICATION, SELF_ID, SYSTEM, OPERATOR_ID, PACK = 0, 1, 2, 3, 4, 5, 0xF
NEWEST_VERSION = 2

ID_TYPES = ("none", "serial-number", "caa-registration", "utm-uuid", "specific-session")
SPECIFIC_SESSION = 4
AIRCRAFT = (
    *("none", "aeroplane", "helicopter", "gyroplane", "hybrid-lift", "ornithopter", "glider"),
    *("kite", "free-balloon", "captive-balloon", "airship", "parachute", "rocket", "tethered"),
    *("ground-obstacle", "other"),
)
STATUSES = ("undeclared", "ground", "airborne", "emergency", "remote-id-failure")
HEIGHT_TYPES = ("take-off", "ground")
# Upper bounds at 95 % by code; code 0 says nothing.
H_ACC_M = (None, 18520.0, 7408.0, 3704.0, 1852.0, 926.0, 555.6, 185.2, 92.6, 30.0, 10.0, 3.0, 1.0)
V_ACC_M = (None, 150.0, 45.0, 25.0, 10.0, 3.0, 1.0)
SPEED_ACC_MPS = (None, 10.0, 3.0, 1.0, 0.3)
AUTHENTICATIONS = ("none", "uas-id", "operator-id", "message-set", "network", "specific")
DESCRIPTIONS = ("text", "emergency", "extended-status")
CLASSIFICATIONS = ("undeclared", "european-union")
EUROPEAN_UNION = 1
OPERATOR_PLACES = ("take-off", "live", "fixed")
EU_CATEGORIES = ("undeclared", "open", "specific", "certified")
EU_CLASSES = ("undeclared", "C0", "C1", "C2", "C3", "C4", "C5", "C6")

DEGREE = 10_000_000
UNKNOWN_ALTITUDE = 0
UNKNOWN_SPEED = 255
UNKNOWN_CLIMB = 126
UNKNOWN_TIME = 0xFFFF
FULL_CIRCLE = 360
EPOCH = datetime(2019, 1, 1, tzinfo=UTC)
TIMED_SYSTEM = 2  # the version since which a System message has a time


class BasicId(Struct, frozen=True, gc=False, tag="basic-id"):
    """Who: the aircraft's number or name, and what it is."""

    id_type: str
    aircraft: str
    id: str


class Location(Struct, frozen=True, gc=False, tag="location"):
    """Where, how high, how fast and how well known; `tenths` of a second since the full hour.

    A reserved accuracy code is -1: it says something, and nobody knows what.
    """

    status: str
    height_type: str
    heading_deg: float | None
    speed_mps: float | None
    climb_mps: float | None
    lat: float
    lon: float
    pressure_alt_m: float | None
    geodetic_alt_m: float | None
    height_m: float | None
    h_acc_m: float | None
    v_acc_m: float | None
    baro_acc_m: float | None
    speed_acc_mps: float | None
    tenths: int | None
    time_acc_s: float | None


class Authentication(Struct, frozen=True, gc=False, tag="authentication"):
    """One page of a signature; only the first tells how long it is and when it was made."""

    auth_type: str
    page: int
    last_page: int | None
    length: int | None
    at: datetime | None
    data: bytes


class SelfId(Struct, frozen=True, gc=False, tag="self-id"):
    """What for, in the pilot's words."""

    description: str
    text: str


class System(Struct, frozen=True, gc=False, tag="system"):
    """Where the pilot is, how many aircraft fly together, and in which category."""

    classification: str
    operator_place: str
    lat: float | None
    lon: float | None
    area_count: int
    area_radius_m: int
    area_ceiling_m: float | None
    area_floor_m: float | None
    category: str
    eu_class: str
    operator_alt_m: float | None
    at: datetime | None


class OperatorId(Struct, frozen=True, gc=False, tag="operator-id"):
    """Whose: the operator's registration."""

    id_type: str
    id: str


Message = BasicId | Location | Authentication | SelfId | System | OperatorId

# Status, direction, speed, climb, latitude, longitude, pressure and geodetic altitude, height,
# accuracies of the position, of altitude and speed, time, accuracy of the time, reserved.
_LOCATION = struct.Struct("<xBBBbiiHHHBBHBx")
_SYSTEM = struct.Struct("<xBiiHBHHBHIx")
_FIRST_PAGE = struct.Struct("<xBBBI17s")


def location_of(message: bytes) -> Location:
    """Read a Location message."""
    (
        flags,
        direction,
        speed,
        climb,
        lat,
        lon,
        pressure,
        geodetic,
        height,
        place,
        other,
        at,
        at_acc,
    ) = _LOCATION.unpack(message)
    heading = direction + (180 if flags & 0x2 else 0)
    return Location(
        status=named(STATUSES, flags >> 4),
        height_type=HEIGHT_TYPES[flags >> 2 & 1],
        heading_deg=float(heading) if heading < FULL_CIRCLE else None,
        speed_mps=_speed_mps(speed, fast=bool(flags & 0x1)),
        climb_mps=None if climb == UNKNOWN_CLIMB else climb * 0.5,
        lat=lat / DEGREE,
        lon=lon / DEGREE,
        pressure_alt_m=altitude_m(pressure),
        geodetic_alt_m=altitude_m(geodetic),
        height_m=altitude_m(height),
        h_acc_m=_bound(H_ACC_M, place & 0xF),
        v_acc_m=_bound(V_ACC_M, place >> 4),
        baro_acc_m=_bound(V_ACC_M, other >> 4),
        speed_acc_mps=_bound(SPEED_ACC_MPS, other & 0xF),
        tenths=None if at == UNKNOWN_TIME else at,
        time_acc_s=(at_acc & 0xF) / 10 or None,
    )


def basic_id_of(message: bytes) -> BasicId:
    """Read a Basic ID message."""
    kind = message[1] >> 4
    # The identity of a session is bytes, the first of which says of which kind.
    own = message[2:22].rstrip(b"\0").hex() if kind == SPECIFIC_SESSION else text_of(message[2:22])
    return BasicId(id_type=named(ID_TYPES, kind), aircraft=AIRCRAFT[message[1] & 0xF], id=own)


def message_of(message: bytes) -> Message:
    """Read one message of a known type."""
    return _READERS[message[0] >> 4](message)


def named(names: Sequence[str], code: int) -> str:
    """Return what a code means, or that the standard reserves it."""
    return names[code] if code < len(names) else f"reserved-{code}"


def text_of(field: bytes) -> str:
    """Return a text up to its padding; what is no ASCII is shown as such."""
    return field.split(b"\0")[0].decode("ascii", "replace").strip()


def altitude_m(code: int) -> float | None:
    """Return metres from half metres above -1000 m."""
    return None if code == UNKNOWN_ALTITUDE else code / 2 - 1000


def _bound(bounds: Sequence[float | None], code: int) -> float | None:
    return bounds[code] if code < len(bounds) else -1.0


def _speed_mps(code: int, *, fast: bool) -> float | None:
    if code == UNKNOWN_SPEED:
        return None
    return code * 0.75 + 255 * 0.25 if fast else code * 0.25


def _self_id(message: bytes) -> SelfId:
    return SelfId(description=named(DESCRIPTIONS, message[1]), text=text_of(message[2:]))


def _operator_id(message: bytes) -> OperatorId:
    return OperatorId(id_type=named(("operator-id",), message[1]), id=text_of(message[2:22]))


def _authentication(message: bytes) -> Authentication:
    kind, page = named(AUTHENTICATIONS, message[1] >> 4), message[1] & 0xF
    if page:
        return Authentication(kind, page, None, None, None, message[2:])
    _, last_page, length, at, data = _FIRST_PAGE.unpack(message)
    return Authentication(kind, page, last_page, length, _instant(at), data)


def _system(message: bytes) -> System:
    flags, lat, lon, count, radius, ceiling, floor, category, altitude, at = _SYSTEM.unpack(message)
    classification = flags >> 2 & 0x7
    european = classification == EUROPEAN_UNION
    known = (lat, lon) != (0, 0)
    return System(
        classification=named(CLASSIFICATIONS, classification),
        operator_place=named(OPERATOR_PLACES, flags & 0x3),
        lat=lat / DEGREE if known else None,
        lon=lon / DEGREE if known else None,
        area_count=count,
        area_radius_m=radius * 10,
        area_ceiling_m=altitude_m(ceiling),
        area_floor_m=altitude_m(floor),
        category=named(EU_CATEGORIES, category >> 4) if european else "undeclared",
        eu_class=named(EU_CLASSES, category & 0xF) if european else "undeclared",
        operator_alt_m=altitude_m(altitude),
        at=_instant(at) if message[0] & 0xF >= TIMED_SYSTEM else None,
    )


def _instant(seconds: int) -> datetime | None:
    return EPOCH + timedelta(seconds=seconds) if seconds else None


_READERS: dict[int, Callable[[bytes], Message]] = {
    BASIC_ID: basic_id_of,
    LOCATION: location_of,
    AUTHENTICATION: _authentication,
    SELF_ID: _self_id,
    SYSTEM: _system,
    OPERATOR_ID: _operator_id,
}
