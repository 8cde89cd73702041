"""Reads a recorded flight from the subtitles (SRT) that DJI's drones write beside their films.

Each drone spells its telemetry in its own way; three ways are read: `GPS(lon,lat,…)` with
`BAROMETER:` (Mavic Pro) or `H …m` (Phantom 4 RTK, Mavic Mini), and `[latitude: …] [longitude: …]`
with `rel_alt` or `altitude` (since the Mavic 2, which writes `longtitude`).

What the format leaves open is taken so:

- height: metres above the take-off, not above the ground below the drone; nothing says how high
  the take-off was, so the reference is unknown and every limit of height uncertain. `abs_alt` is
  not used, as its reference differs between drones, nor the third number of `GPS(…)`, which is
  satellites for some and metres for others;
- accuracy: 10 m, and half of the last digit written (four decimals are up to 6.8 m off), which
  the film has in place of the position; 15 m of height;
- time: the date and clock of the drone, without a time zone, taken as Europe/Paris; in the hour
  that comes twice in autumn, its first time. Some drones write no date: the time is then unknown.
- vehicle: the name of the file. Layer: air.

A cue is named by the line of its times. Latitude 0, longitude 0 is what a drone writes while it
has no position.
"""

import math
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from telemetry.formats.track_csv import UnreadableField
from telemetry.model import Fix, Malformed
from zones.model import Layer
from zones.space.geometry import scale
from zones.time.clocks import PARIS_TIME

DEFAULT_H_ACC_M = 10.0
DEFAULT_V_ACC_M = 15.0
ASSUMED = (
    "DJI subtitles state no time zone, taken as Europe/Paris, no accuracy, taken as 10 m and what "
    "their digits round off, and heights above the take-off only, whose reference is unknown"
)
# A subtitle has a few lines; whatever is longer is something else.
LONGEST_CUE = 10_000

NUMBER = r"\s*([-+]?\d+(?:\.\d+)?)"
START = re.compile(r"\s*\d+\s+\d+:\d\d:\d\d[,.]\d+\s*-->")
TIMES = re.compile(r"\d+:\d\d:\d\d[,.]\d+\s*-->\s*\d+:\d\d:\d\d[,.]\d+")
GPS = re.compile(rf"\bGPS\s*\({NUMBER}\s*,{NUMBER}\s*[,)]")
LATITUDE = re.compile(rf"\blatitude\s*:{NUMBER}\s*[\],]")
LONGITUDE = re.compile(rf"\blongt?itude\s*:{NUMBER}\s*[\],]")
HEIGHTS = tuple(
    re.compile(spelled)
    for spelled in (
        rf"\brel_alt\s*:{NUMBER}",
        rf"\bBAROMETER\s*:{NUMBER}",
        rf"\bH{NUMBER}m\b",
        rf"\baltitude\s*:{NUMBER}",
    )
)
INSTANT = re.compile(
    r"\b(\d{4})[.\-/](\d{1,2})[.\-/](\d{1,2})\s+(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,3}))?"
)


class Cue(NamedTuple):
    """One subtitle, by the line of its times."""

    line: int
    text: str


def recognises(start: str) -> bool:
    """Tell whether a file that starts so is subtitles."""
    return START.match(start) is not None


def read(lines: Iterable[str], stem: str) -> Iterator[Fix | Malformed]:
    """Yield each cue as a fix, or as malformed with the line of its times."""
    for cue in _cues(lines):
        yield _fix(cue, stem)


def _cues(lines: Iterable[str]) -> Iterator[Cue]:
    """Cut at the lines of times: empty lines between are often missing."""
    begun: int | None = None
    text = ""
    for number, line in enumerate(lines, start=1):
        if TIMES.search(line):
            if begun is not None:
                yield Cue(begun, text)
            begun, text = number, ""
        elif len(text) < LONGEST_CUE:
            text += line[:LONGEST_CUE]
    if begun is not None:
        yield Cue(begun, text)


def _fix(cue: Cue, stem: str) -> Fix | Malformed:
    try:
        lon, lat, rounded_off_m = _place(cue.text)
        at = _instant(cue.text)
    except UnreadableField as broken:
        return Malformed(line=cue.line, reason=str(broken))
    return Fix(
        vehicle=stem,
        at_ms=None if at is None else round(at.timestamp() * 1000),
        at_text="" if at is None else at.isoformat(),
        lon=lon,
        lat=lat,
        alt_m=_height(cue.text),
        h_acc_m=DEFAULT_H_ACC_M + rounded_off_m,
        v_acc_m=DEFAULT_V_ACC_M,
        layer=Layer.AIR,
        line=cue.line,
    )


def _place(text: str) -> tuple[float, float, float]:
    """Return longitude, latitude, and how many metres their spelling rounds off."""
    found = _position(text)
    if found is None:
        msg = "the cue has no whole position"
        raise UnreadableField(msg)
    lon, lat = float(found[0]), float(found[1])
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - degrees
        msg = f"lon {lon}, lat {lat} is no place on Earth"
        raise UnreadableField(msg)
    if lon == lat == 0:
        msg = "lon 0, lat 0: the drone had no position"
        raise UnreadableField(msg)
    return lon, lat, _rounded_off_m(*found)


def _position(text: str) -> tuple[str, str] | None:
    """Return longitude and latitude as written."""
    if both := GPS.search(text):
        return both[1], both[2]
    lon, lat = LONGITUDE.search(text), LATITUDE.search(text)
    return (lon[1], lat[1]) if lon and lat else None


def _rounded_off_m(lon: str, lat: str) -> float:
    """Return how far the place may be from what is written, by half of its last digits."""
    east, north = scale(float(lat))
    halves = (0.5 * 10.0 ** -len(written.partition(".")[2]) for written in (lon, lat))
    return math.hypot(*(half * m for half, m in zip(halves, (east, north), strict=True)))


def _height(text: str) -> float | None:
    for spelled in HEIGHTS:
        if found := spelled.search(text):
            return float(found[1])
    return None


def _instant(text: str) -> datetime | None:
    found = INSTANT.search(text)
    if found is None:
        return None
    milliseconds = int((found[7] or "0").ljust(3, "0"))
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        clock = datetime(year, month, day, hour, minute, second, tzinfo=PARIS_TIME)
    except ValueError as broken:
        msg = f"{found[0]!r} is no date and time: {broken}"
        raise UnreadableField(msg) from broken
    return clock.replace(microsecond=milliseconds * 1000)
