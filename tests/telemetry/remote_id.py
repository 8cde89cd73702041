"""What a drone broadcasts of itself, bit by bit."""

import struct

from telemetry.formats.remote_id_messages import MESSAGE_BYTES

LOCATION = struct.Struct("<BBBBbiiHHHBBHBx")
BASIC = struct.pack("<BB20s3x", 0x02, 0x12, b"1581F45678")


def location(  # noqa: PLR0913 # an example names what matters to it
    lat: int = 488566000,
    lon: int = 23522000,
    *,
    speed: int = 20,
    flags: int = 0,
    direction: int = 90,
    altitude: int = 2160,
    height: int = 0,
    accuracy: int = 0x4B,
    tenths: int = 6000,
) -> bytes:
    return LOCATION.pack(
        0x12,
        0x20 | flags,
        direction,
        speed,
        0,
        lat,
        lon,
        0,
        altitude,
        height,
        accuracy,
        0,
        tenths,
        0,
    )


def pack(*messages: bytes) -> bytes:
    return bytes([0xF2, MESSAGE_BYTES, len(messages)]) + b"".join(messages)
