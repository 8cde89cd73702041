"""What is one position in Octroi's own fields, however it is encoded?

`at` is ISO 8601 with an offset or epoch milliseconds. An accuracy that is absent takes the
format's default; 0 is exact; a height without `alt_ref` has an unknown reference. Numbers are
numbers: texts, booleans, NaN and Infinity are refused. JSON, MessagePack and CBOR spell the same.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from telemetry.model import Fix, Malformed
from zones.model import HeightReference

H_ACC_M = 10.0
V_ACC_M = 15.0
MAX_POSITIONS = 10_000
LAST_MS = 253_402_300_799_999  # the end of the year 9999, the last that can be written
LARGEST_SEQ = 2**63 - 2  # so that there is a number after it
NO_NUMBERS = frozenset({"nan", "infinity", "inf"})

Metres = Annotated[float, Meta(ge=-1e6, le=1e6)]
Accuracy = Annotated[float, Meta(ge=0, le=1e6)]


class Position(Struct, gc=False, kw_only=True):
    """One position as it is written on the wire; fields of others' are passed over."""

    at: Annotated[int, Meta(ge=0, le=LAST_MS)] | Annotated[str, Meta(max_length=40)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    alt: Metres | None = None
    alt_ref: Literal["AGL", "AMSL", "WGS84"] | None = None
    h_acc: Accuracy | None = None
    v_acc: Accuracy | None = None
    speed: Annotated[float, Meta(ge=0, le=1e4)] | None = None
    heading: Annotated[float, Meta(ge=0, le=360)] | None = None
    boot: (
        Annotated[str, Meta(pattern=r"^[ -~]{0,64}\Z")]
        | Annotated[int, Meta(ge=0, le=LARGEST_SEQ)]
        | None
    ) = None
    seq: Annotated[int, Meta(ge=0, le=LARGEST_SEQ)] | None = None


def fix_of(element: object, line: int) -> Fix | Malformed:
    """Read one position from its decoded fields."""
    try:
        position = msgspec.convert(element, Position)
    except (ValueError, RecursionError) as error:
        seq, boot = name_of(element)
        return Malformed(reason=naming_the_field(error, element), line=line, seq=seq, boot=boot)
    return fixed(position, line)


def fixed(position: Position, line: int) -> Fix | Malformed:
    """Turn a position of the wire into a fix, with the defaults for what it leaves out."""
    boot = "" if position.boot is None else str(position.boot)
    at_ms = position.at if isinstance(position.at, int) else instant_ms(position.at)
    if at_ms is None:
        reason = f"at: {position.at!r} is not ISO 8601 with an offset"
        return Malformed(reason=reason, line=line, seq=position.seq, boot=boot)
    return Fix(
        at_ms=at_ms,
        lon=position.lon,
        lat=position.lat,
        alt_m=position.alt,
        alt_ref=None if position.alt_ref is None else HeightReference(position.alt_ref),
        h_acc_m=H_ACC_M if position.h_acc is None else position.h_acc,
        v_acc_m=V_ACC_M if position.v_acc is None else position.v_acc,
        speed_mps=position.speed,
        heading_deg=position.heading,
        boot=boot,
        seq=-1 if position.seq is None else position.seq,
        line=line,
    )


def sorted_out(results: Iterable[Fix | Malformed]) -> tuple[list[Fix], list[Malformed]]:
    """Part what was read from what could not be."""
    found = list(results)
    malformed = [one for one in found if isinstance(one, Malformed)]
    return [one for one in found if isinstance(one, Fix)], malformed


def too_many(count: int) -> Malformed:
    """Refuse a message with more positions than one may hold."""
    reason = f"payload: {count} positions in one message, at most {MAX_POSITIONS} are read"
    return Malformed(reason=reason)


def naming_the_field(error: Exception, element: object) -> str:
    """Put the field's name in front: "lon: Expected `float` <= 180.0"."""
    said, _, path = str(error).partition(" - at `$.")
    name = path.rstrip("`")
    value = element.get(name) if isinstance(element, dict) else None
    if str(value).lower().strip("-") in NO_NUMBERS:
        return f"{name}: {value} is not a number"
    if path:
        return f"{name}: {said}"
    missing = said.partition("missing required field ")[2].strip("`")
    return f"{missing}: missing" if missing else f"payload: {said}"


def name_of(element: object) -> tuple[int | None, str]:
    """Return the sequence number and boot of a bad element, as far as they are legible."""
    if not isinstance(element, dict):
        return None, ""
    seq, boot = element.get("seq"), element.get("boot")
    legible = type(seq) is int and 0 <= seq <= LARGEST_SEQ
    try:
        named = msgspec.convert({"at": 0, "lon": 0, "lat": 0, "boot": boot}, Position).boot
    except ValueError:
        named = None
    return (seq if legible else None), ("" if named is None else str(named))


def instant_ms(text: str) -> int | None:
    """Return epoch milliseconds, or None for what is not an instant."""
    try:
        instant = datetime.fromisoformat(text)
        return None if instant.tzinfo is None else math.floor(instant.timestamp() * 1000 + 0.5)
    except (ValueError, OverflowError):
        return None
