"""Where does a receiver say that it is itself, in an NMEA 0183 `RMC` sentence?"""

from datetime import UTC, datetime

from pyais.util import compute_checksum

from telemetry.model import Fix, Malformed

H_ACC_M = 10.0
V_ACC_M = 15.0
KNOT = 1852 / 3600
FIELDS = 10


def own_position(text: str, line: int) -> Fix | Malformed | None:
    """Read one RMC sentence; None while the receiver says that it has no fix."""
    body, _, checksum = text.partition("*")
    fields = body.split(",")
    if checksum.strip().upper() != f"{compute_checksum(text.encode()):02X}":
        return Malformed(reason="sentence: the checksum does not match", line=line)
    try:
        return _fix(fields, line, text.encode()) if fields[2:3] == ["A"] else None
    except ValueError as error:
        return Malformed(reason=f"RMC: {error}", line=line)


def _fix(fields: list[str], line: int, said: bytes) -> Fix:
    if len(fields) < FIELDS:
        msg = f"{len(fields)} of {FIELDS} fields"
        raise ValueError(msg)
    _, clock, _, lat, north, lon, east, speed, course, date = fields[:FIELDS]
    return Fix(
        at_ms=_at_ms(clock, date),
        lon=_degrees(lon, east, most=180, negative="W"),
        lat=_degrees(lat, north, most=90, negative="S"),
        h_acc_m=H_ACC_M,
        v_acc_m=V_ACC_M,
        speed_mps=float(speed) * KNOT if speed else None,
        heading_deg=float(course) if course else None,
        said=said,
        line=line,
    )


def _at_ms(clock: str, date: str) -> int:
    moment = datetime.strptime(date + clock[:6], "%d%m%y%H%M%S").replace(tzinfo=UTC)
    fraction = float("0" + clock[6:]) if clock[6:] else 0.0
    return int(moment.timestamp()) * 1000 + round(fraction * 1000)


def _degrees(text: str, side: str, *, most: int, negative: str) -> float:
    """Turn degrees and minutes run together, as in 04852.3960, into degrees."""
    value = float(text)
    degrees = value // 100 + value % 100 / 60
    if not 0 <= degrees <= most:
        msg = f"{text} is not a coordinate"
        raise ValueError(msg)
    return -degrees if side == negative else degrees
