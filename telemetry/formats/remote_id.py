"""Which positions does a Remote ID broadcast hold (ASTM F3411, ASD-STAN 4709-002)?

A message has 25 bytes; a message pack holds up to nine of one aircraft. Basic ID says who,
Location says where; the others (Self ID, System, Operator ID, Authentication) carry no position
of the aircraft. A height above ground is taken where the aircraft says that it knows it, else the
geodetic one, above the WGS84 ellipsoid; a height above the take-off place is of no use to zones.
The time is tenths of a second since the full hour: the hour is the one that brings it nearest to
when it was received.
"""

import struct
from collections.abc import Iterator

from telemetry.model import Fix, Malformed
from zones.model import HeightReference, Layer

MESSAGE_BYTES = 25
PACK_MESSAGES = 9
NEWEST_VERSION = 2
BASIC_ID, LOCATION, PACK = 0x0, 0x1, 0xF
TYPES = frozenset({BASIC_ID, LOCATION, 0x2, 0x3, 0x4, 0x5})

# Accuracy codes are upper bounds at 95 %; code 0 says nothing and takes the stated default.
H_ACC_M = (50.0, 18520.0, 7408.0, 3704.0, 1852.0, 926.0, 555.6, 185.2, 92.6, 30.0, 10.0, 3.0, 1.0)
V_ACC_M = (150.0, 150.0, 45.0, 25.0, 10.0, 3.0, 1.0)

DEGREE = 10_000_000
UNKNOWN_ALTITUDE = 0
UNKNOWN_SPEED = 255
UNKNOWN_TIME = 0xFFFF
HOUR_MS = 3_600_000
HOUR_TENTHS = 36_000

# Header, status, direction, speed, climb, latitude, longitude, pressure and geodetic altitude,
# height, accuracies of the position, of altitude and speed, time, accuracy of the time, reserved.
_LOCATION = struct.Struct("<BBBBbiiHHHBBHBx")


def read(payload: bytes, *, received_at_ms: int) -> tuple[list[Fix], list[Malformed]]:
    """Read messages and packs one after the other; a broken one never costs its neighbours."""
    fixes: list[Fix] = []
    malformed: list[Malformed] = []
    for line, group in enumerate(_groups(payload), start=1):
        if isinstance(group, str):
            malformed.append(Malformed(reason=group, line=line))
            continue
        serial = next((_serial(one) for one in group if one[0] >> 4 == BASIC_ID), None)
        for one in group:
            if one[0] >> 4 == LOCATION:
                result = _fix(one, serial, received_at_ms, line)
                (fixes if isinstance(result, Fix) else malformed).append(result)  # type: ignore[arg-type]  # the test sorts them
    return fixes, malformed


def _groups(payload: bytes) -> Iterator[list[bytes] | str]:
    """Yield the messages that describe one aircraft together, or why they cannot be read."""
    if not payload:
        yield "payload: empty"
    singles: list[bytes] = []
    while payload:
        kind, version = payload[0] >> 4, payload[0] & 0xF
        if version > NEWEST_VERSION:
            yield f"version: {version} is not known"
            break
        if kind == PACK:
            group, payload = _pack(payload)
            yield group
        elif kind not in TYPES or len(payload) < MESSAGE_BYTES:
            yield f"message: type {kind} of {len(payload)} bytes is not a Remote ID message"
            break
        else:
            singles.append(payload[:MESSAGE_BYTES])
            payload = payload[MESSAGE_BYTES:]
    if singles:
        yield singles


def _pack(payload: bytes) -> tuple[list[bytes] | str, bytes]:
    """Return the messages of one pack, or why there are none, and what follows the pack."""
    size, count = (payload[1], payload[2]) if len(payload) > 2 else (0, 0)  # noqa: PLR2004 # header
    end = 3 + MESSAGE_BYTES * count
    if size != MESSAGE_BYTES or not 0 < count <= PACK_MESSAGES or len(payload) < end:
        reason = f"pack: {count} messages of {size} bytes do not fit {len(payload)} bytes"
        return reason, b""
    messages = [payload[start : start + MESSAGE_BYTES] for start in range(3, end, MESSAGE_BYTES)]
    return messages, payload[end:]


def _serial(message: bytes) -> str | None:
    """Return the identity as sent: the serial number, or what stands in its place."""
    text = message[2:22].split(b"\0")[0].decode("ascii", "replace").strip()
    return text if text.isprintable() and text else None


def _fix(message: bytes, serial: str | None, received_at_ms: int, line: int) -> Fix | Malformed:
    (_, flags, direction, speed, _, lat, lon, _, altitude, height, accuracy, _, tenths, _) = (
        _LOCATION.unpack(message)
    )
    reason = _objection(lat, lon, tenths, accuracy)
    if reason:
        return Malformed(reason=reason, line=line)
    alt_m, alt_ref = _altitude(altitude, height, above_ground=bool(flags & 0x4))
    return Fix(
        at_ms=None if tenths == UNKNOWN_TIME else _instant_ms(tenths, received_at_ms),
        lon=lon / DEGREE,
        lat=lat / DEGREE,
        alt_m=alt_m,
        alt_ref=alt_ref,
        h_acc_m=H_ACC_M[accuracy & 0xF],
        v_acc_m=V_ACC_M[accuracy >> 4],
        speed_mps=_speed_mps(speed, fast=bool(flags & 0x1)),
        heading_deg=_heading_deg(direction, west=bool(flags & 0x2)),
        serial=serial,
        layer=Layer.AIR,
        line=line,
    )


def _altitude(
    altitude: int, height: int, *, above_ground: bool
) -> tuple[float | None, HeightReference | None]:
    """Return the most useful height of a Location message: half metres above -1000 m."""
    if above_ground and height != UNKNOWN_ALTITUDE:
        return height / 2 - 1000, HeightReference.AGL
    if altitude != UNKNOWN_ALTITUDE:
        return altitude / 2 - 1000, HeightReference.WGS84
    return None, None


def _objection(lat: int, lon: int, tenths: int, accuracy: int) -> str | None:
    """Return the first thing wrong with a Location message, if there is one."""
    objections = (
        (lat == 0 and lon == 0, "lon/lat: not available (0, 0)"),
        (
            abs(lat) > 90 * DEGREE or abs(lon) > 180 * DEGREE,
            f"lon/lat: {lon / DEGREE}, {lat / DEGREE} is not on Earth",
        ),
        (
            HOUR_TENTHS < tenths < UNKNOWN_TIME,
            f"timestamp: {tenths} tenths of a second are more than an hour",
        ),
        (
            accuracy & 0xF >= len(H_ACC_M) or accuracy >> 4 >= len(V_ACC_M),
            f"accuracy: code {accuracy:#04x} is reserved",
        ),
    )
    return next((reason for wrong, reason in objections if wrong), None)


def _instant_ms(tenths: int, received_at_ms: int) -> int:
    """Return the instant with these tenths of the hour that is nearest to when it was heard."""
    offset = tenths * 100
    hours = round((received_at_ms - offset) / HOUR_MS)
    return hours * HOUR_MS + offset


def _speed_mps(code: int, *, fast: bool) -> float | None:
    if code == UNKNOWN_SPEED:
        return None
    return code * 0.75 + 255 * 0.25 if fast else code * 0.25


def _heading_deg(code: int, *, west: bool) -> float | None:
    heading = code + (180 if west else 0)
    return float(heading) if heading < 360 else None  # noqa: PLR2004 # 361 is "unknown"
