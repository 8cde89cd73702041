"""How does a drone tell its neighbours who and where it is (ASTM F3411-22a, message pack)?

Messages of 25 bytes: the high nibble of the first byte is the type, the low one the version of the
protocol; numbers are little-endian.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime

PROTOCOL = 2
MESSAGE_BYTES = 25
BASIC_ID, LOCATION, SYSTEM, PACK = 0x0, 0x1, 0x4, 0xF

SERIAL_NUMBER = 1
MULTIROTOR = 2
AIRBORNE = 2
ABOVE_GROUND = 1
# Codes of accuracy: 11 horizontal is better than 3 m, 4 vertical better than 10 m.
ACCURACY_3_M, ACCURACY_10_M, ACCURACY_1_MPS, TENTH_S = 11, 4, 3, 1
UNKNOWN_HEIGHT = 0
HALF_TURN_DEG = 180
EPOCH = datetime(2019, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """What one drone broadcasts at one instant; `altitude_m` is above the WGS84 ellipsoid."""

    serial: str
    at: datetime
    lon: float
    lat: float
    altitude_m: float
    height_m: float
    speed_mps: float
    heading_deg: float
    pilot_lon: float
    pilot_lat: float


def pack(broadcast: Broadcast) -> bytes:
    """Encode one broadcast as a message pack of three messages."""
    messages = [_basic_id(broadcast), _location(broadcast), _system(broadcast)]
    return struct.pack("<BBB", _head(PACK), MESSAGE_BYTES, len(messages)) + b"".join(messages)


def _head(kind: int) -> int:
    return kind << 4 | PROTOCOL


def _height(value_m: float) -> int:
    """Return half metres above -1000 m; 0 stands for unknown."""
    return round((value_m + 1000.0) * 2.0)


def _degrees(value: float) -> int:
    return round(value * 1e7)


def _basic_id(broadcast: Broadcast) -> bytes:
    kind = SERIAL_NUMBER << 4 | MULTIROTOR
    return struct.pack("<BB20s3x", _head(BASIC_ID), kind, broadcast.serial.encode("ascii"))


def _speed(speed_mps: float) -> tuple[int, int]:
    """Return multiplier and value: quarter metres, three quarters from 63.75 m/s on."""
    if speed_mps <= 255 * 0.25:
        return 0, round(speed_mps / 0.25)
    return 1, min(round((speed_mps - 255 * 0.25) / 0.75), 254)


def _location(broadcast: Broadcast) -> bytes:
    heading = round(broadcast.heading_deg) % 360
    western = heading >= HALF_TURN_DEG
    multiplier, speed = _speed(broadcast.speed_mps)
    status = AIRBORNE << 4 | ABOVE_GROUND << 2 | western << 1 | multiplier
    since_hour = broadcast.at.replace(minute=0, second=0, microsecond=0)
    tenths = int((broadcast.at - since_hour).total_seconds() * 10)
    return struct.pack(
        "<BBBBbiiHHHBBHBx",
        _head(LOCATION),
        status,
        heading - HALF_TURN_DEG * western,
        speed,
        0,
        _degrees(broadcast.lat),
        _degrees(broadcast.lon),
        UNKNOWN_HEIGHT,
        _height(broadcast.altitude_m),
        _height(broadcast.height_m),
        ACCURACY_10_M << 4 | ACCURACY_3_M,
        ACCURACY_1_MPS,
        tenths,
        TENTH_S,
    )


def _system(broadcast: Broadcast) -> bytes:
    seconds = int((broadcast.at - EPOCH).total_seconds())
    return struct.pack(
        "<BBiiHBHHBHIx",
        _head(SYSTEM),
        0,
        _degrees(broadcast.pilot_lat),
        _degrees(broadcast.pilot_lon),
        1,
        0,
        UNKNOWN_HEIGHT,
        UNKNOWN_HEIGHT,
        0,
        UNKNOWN_HEIGHT,
        seconds,
    )
