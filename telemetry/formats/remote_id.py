"""Which positions does a Remote ID broadcast hold (ASTM F3411, ASD-STAN 4709-002)?

A message has 25 bytes; a message pack holds up to nine of one aircraft. Basic ID says who,
Location says where; the others (Self ID, System, Operator ID, Authentication) carry no position
of the aircraft. A height above ground is taken where the aircraft says that it knows it, else the
geodetic one, above the WGS84 ellipsoid; a height above the take-off place is of no use to zones.
The time is tenths of a second since the full hour: of the last one that is over or has begun when
it was received, unless a clock that is ahead by minutes is likelier.
"""

from collections.abc import Iterator

from telemetry.formats.remote_id_messages import (
    BASIC_ID,
    LOCATION,
    MESSAGE_BYTES,
    NEWEST_VERSION,
    OPERATOR_ID,
    PACK,
    Location,
    Message,
    basic_id_of,
    location_of,
    message_of,
)
from telemetry.model import Fix, Malformed
from zones.columns import HOUR_MS
from zones.model import HeightReference, Layer

PACK_MESSAGES = 9
LARGEST_BYTES = 10_000 * MESSAGE_BYTES

# Where the aircraft does not say how well it knows its place, though accuracies are upper bounds.
H_ACC_M = 50.0
V_ACC_M = 150.0

HOUR_TENTHS = 36_000
# A clock may be ahead by so much; what were farther ahead is taken for late.
LIKELY_AHEAD_MS = 600_000


def read(payload: bytes, *, received_at_ms: int) -> tuple[list[Fix], list[Malformed]]:
    """Read messages and packs one after the other; a broken one never costs its neighbours."""
    fixes: list[Fix] = []
    malformed: list[Malformed] = []
    for line, group in enumerate(_groups(payload), start=1):
        if isinstance(group, str):
            malformed.append(Malformed(reason=group, line=line))
            continue
        serial = _serial(group)
        for one in group:
            if one[0] >> 4 == LOCATION:
                result = _fix(one, serial, received_at_ms, line)
                (fixes if isinstance(result, Fix) else malformed).append(result)  # type: ignore[arg-type]  # the test sorts them
    return fixes, malformed


def messages(payload: bytes) -> Iterator[Message | Malformed]:
    """Yield what every message says, also those that hold no position."""
    for line, group in enumerate(_groups(payload), start=1):
        if isinstance(group, str):
            yield Malformed(reason=group, line=line)
        else:
            yield from map(message_of, group)


def _groups(payload: bytes) -> Iterator[list[bytes] | str]:
    """Yield the messages that describe one aircraft together, or why they cannot be read."""
    if not payload:
        yield "payload: empty"
    if len(payload) > LARGEST_BYTES:
        yield f"payload: {len(payload)} bytes in one message, at most {LARGEST_BYTES} are read"
        return
    singles: list[bytes] = []
    start = 0
    while start < len(payload):
        reason, end = _extent(payload, start)
        if reason:
            yield reason
            break
        if payload[start] >> 4 == PACK:
            packed = [
                payload[at : at + MESSAGE_BYTES] for at in range(start + 3, end, MESSAGE_BYTES)
            ]
            yield [one for one in packed if not _stranger(one)]
            yield from filter(None, map(_stranger, packed))
        else:
            singles.append(payload[start:end])
        start = end
    if singles:
        yield singles


def _extent(payload: bytes, start: int) -> tuple[str, int]:
    """Return where a message or pack ends, or why it cannot be read."""
    left = len(payload) - start
    if payload[start] >> 4 != PACK:
        short = "" if left >= MESSAGE_BYTES else f"message: {left} of {MESSAGE_BYTES} bytes"
        return _stranger(payload[start : start + 1]) or short, start + MESSAGE_BYTES
    size, count = payload[start + 1 : start + 3] if left > 2 else (0, 0)  # noqa: PLR2004 # header
    end = start + 3 + MESSAGE_BYTES * count
    if size != MESSAGE_BYTES or not 0 < count <= PACK_MESSAGES or end > len(payload):
        return f"pack: {count} messages of {size} bytes do not fit {left} bytes", end
    return "", end


def _stranger(message: bytes) -> str:
    """Say what is not known about a message's first byte; nothing when it is."""
    kind, version = message[0] >> 4, message[0] & 0xF
    if version > NEWEST_VERSION:
        return f"version: {version} is not known"
    return "" if kind <= OPERATOR_ID else f"message: type {kind} is not known"


def _serial(group: list[bytes]) -> str | None:
    """Return the identity as sent: the serial number, else what stands in its place."""
    identities = [basic_id_of(one) for one in group if one[0] >> 4 == BASIC_ID]
    # An aircraft may send both its serial number and a session's; the first is what is registered.
    ordered = sorted(identities, key=lambda one: one.id_type != "serial-number")
    return next((one.id for one in ordered if one.id and one.id.isprintable()), None)


def _fix(message: bytes, serial: str | None, received_at_ms: int, line: int) -> Fix | Malformed:
    location = location_of(message)
    reason = _objection(location)
    if reason:
        return Malformed(reason=reason, line=line)
    alt_m, alt_ref = _altitude(location)
    tenths = location.tenths
    return Fix(
        at_ms=None if tenths is None else _instant_ms(tenths, received_at_ms),
        lon=location.lon,
        lat=location.lat,
        alt_m=alt_m,
        alt_ref=alt_ref,
        h_acc_m=location.h_acc_m or H_ACC_M,
        v_acc_m=location.v_acc_m or V_ACC_M,
        speed_mps=location.speed_mps,
        heading_deg=location.heading_deg,
        serial=serial,
        layer=Layer.AIR,
        line=line,
    )


def _altitude(location: Location) -> tuple[float | None, HeightReference | None]:
    """Return the most useful height of a Location message."""
    if location.height_type == "ground" and location.height_m is not None:
        return location.height_m, HeightReference.AGL
    if location.geodetic_alt_m is not None:
        return location.geodetic_alt_m, HeightReference.WGS84
    return None, None


def _objection(location: Location) -> str | None:
    """Return the first thing wrong with a Location message, if there is one."""
    lat, lon, tenths = location.lat, location.lon, location.tenths
    objections = (
        (lat == 0 and lon == 0, "lon/lat: not available (0, 0)"),
        (abs(lat) > 90 or abs(lon) > 180, f"lon/lat: {lon}, {lat} is not on Earth"),  # noqa: PLR2004 # degrees
        (
            tenths is not None and tenths > HOUR_TENTHS,
            f"timestamp: {tenths} tenths of a second are more than an hour",
        ),
        (-1 in (location.h_acc_m, location.v_acc_m), "accuracy: the code is reserved"),
    )
    return next((reason for wrong, reason in objections if wrong), None)


def _instant_ms(tenths: int, received_at_ms: int) -> int:
    """Return the latest instant with these tenths of the hour that a clock may have said."""
    offset = tenths * 100
    hours = (received_at_ms + LIKELY_AHEAD_MS - offset) // HOUR_MS
    return hours * HOUR_MS + offset
