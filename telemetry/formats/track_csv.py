"""Reads a recorded track from CSV.

Columns: `vehicle,at,lon,lat[,alt,alt_ref,h_acc,v_acc,speed,heading,layer]` in any order.

An empty field is unknown; an unknown accuracy takes the format's stated default, and 0 is exact.
A row that cannot be read is named by its line and costs its neighbours nothing. Here is what each
row means; `track_csv_columns` reads whole stretches of rows in which nothing is amiss.
"""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from telemetry.model import Fix, Malformed
from zones.model import HeightReference, Layer

DEFAULT_H_ACC_M = 10.0
DEFAULT_V_ACC_M = 15.0
REQUIRED = ("vehicle", "at", "lon", "lat")
OPTIONAL = ("alt", "alt_ref", "h_acc", "v_acc", "speed", "heading", "layer")
# Year 9999: later instants exist in no calendar Python or PostgreSQL would share.
LATEST_MS = 253_402_300_799_999


OTHER_SEPARATORS = (";", "\t")


class UnreadableTrack(ValueError):
    """A file that is not a track at all."""


class UnreadableField(ValueError):
    """A field that does not say what it should; the message names it."""


def header_of(line: str) -> list[str]:
    """Return the names of the columns, or raise UnreadableTrack."""
    try:
        header = [name.strip() for name in _fields(line.removeprefix("\ufeff"))]
    except csv.Error as broken:
        msg = f"the header line is not CSV: {broken}"
        raise UnreadableTrack(msg) from broken
    missing = [name for name in REQUIRED if name not in header]
    if missing and any(mark in line for mark in OTHER_SEPARATORS):
        msg = "the columns are not separated by commas (and decimals by points)"
        raise UnreadableTrack(msg)
    if missing:
        msg = f"the header lacks the column {missing[0]}"
        raise UnreadableTrack(msg)
    unknown = [name for name in header if name not in REQUIRED + OPTIONAL]
    if unknown:
        msg = f"the header has an unknown column {unknown[0]!r}"
        raise UnreadableTrack(msg)
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        msg = f"the header has the column {twice[0]} twice"
        raise UnreadableTrack(msg)
    return header


def rows(header: list[str], lines: Iterable[str], first: int) -> Iterator[Fix | Malformed]:
    """Yield each line as a fix or as malformed; the first of them has this number."""
    for number, line in enumerate(lines, start=first):
        if line.strip():
            yield _fix(header, line, number)


def _fields(line: str) -> list[str]:
    # Line by line: no field holds a line break, and a stray quote must not swallow the rest.
    return next(csv.reader([line], strict=True), [])


def _fix(header: list[str], text: str, line: int) -> Fix | Malformed:
    try:
        row = _fields(text)
    except csv.Error as broken:
        return Malformed(line=line, reason=str(broken))
    if len(row) != len(header):
        return Malformed(line=line, reason=f"{len(row)} fields instead of {len(header)}")
    return fix_of({name: value.strip() for name, value in zip(header, row, strict=True)}, line)


def fix_of(fields: Mapping[str, str], line: int) -> Fix | Malformed:
    """Return the fix that named fields spell, or what is wrong with the first bad one."""
    try:
        return Fix(
            vehicle=_named(fields["vehicle"]),
            at_ms=instant_ms(fields["at"]),
            at_text=fields["at"],
            lon=_within(fields, "lon", -180, 180),
            lat=_within(fields, "lat", -90, 90),
            alt_m=_number(fields, "alt"),
            alt_ref=_reference(fields.get("alt_ref", "")),
            h_acc_m=_accuracy(fields, "h_acc", DEFAULT_H_ACC_M),
            v_acc_m=_accuracy(fields, "v_acc", DEFAULT_V_ACC_M),
            speed_mps=_number(fields, "speed"),
            heading_deg=_number(fields, "heading"),
            layer=_layer(fields.get("layer", "")),
            line=line,
        )
    except UnreadableField as broken:
        return Malformed(line=line, reason=str(broken))


def instant_ms(text: str) -> int | None:
    """Return epoch milliseconds of ISO 8601 with an offset, or of the digits; None for nothing."""
    if not text:
        return None
    try:
        moment = int(text) if text.lstrip("-").isdigit() else _iso_ms(text)
    except (ValueError, OverflowError) as broken:
        msg = f"at {text!r} is neither ISO 8601 with an offset nor epoch milliseconds"
        raise UnreadableField(msg) from broken
    if not 0 <= moment <= LATEST_MS:
        msg = f"at {text!r} is outside the years 1970 to 9999"
        raise UnreadableField(msg)
    return moment


def _iso_ms(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return round(moment.timestamp() * 1000)


def _named(text: str) -> str:
    if not text:
        msg = "vehicle is empty"
        raise UnreadableField(msg)
    return text


def _number(fields: Mapping[str, str], name: str) -> float | None:
    text = fields.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError as broken:
        msg = f"{name} {text!r} is not a number"
        raise UnreadableField(msg) from broken
    if not math.isfinite(number):
        msg = f"{name} {text!r} is not finite"
        raise UnreadableField(msg)
    return number


def _within(fields: Mapping[str, str], name: str, least: float, most: float) -> float:
    number = _number(fields, name)
    if number is None:
        msg = f"{name} is empty"
        raise UnreadableField(msg)
    if not least <= number <= most:
        msg = f"{name} {number} is outside {least} to {most}"
        raise UnreadableField(msg)
    return number


def _accuracy(fields: Mapping[str, str], name: str, default: float) -> float:
    number = _number(fields, name)
    if number is None:
        return default
    if number < 0:
        msg = f"{name} {number} is negative"
        raise UnreadableField(msg)
    return number


def _reference(text: str) -> HeightReference | None:
    if not text:
        return None
    try:
        return HeightReference(text)
    except ValueError as broken:
        msg = f"alt_ref {text!r} is not one of {', '.join(HeightReference)}"
        raise UnreadableField(msg) from broken


def _layer(text: str) -> Layer | None:
    if not text:
        return None
    try:
        return Layer(text)
    except ValueError as broken:
        msg = f"layer {text!r} is not one of {', '.join(Layer)}"
        raise UnreadableField(msg) from broken
