"""Reads a recorded track from GPX 1.1: the points of its tracks, routes and waypoints, in order.

A GPX file states no accuracy; the format's default is 10 m and 15 m. Elevations are metres above
mean sea level (GPX 1.1, `ele`). The vehicle is the name of its track. The document is read whole:
for longer tracks than memory holds there is CSV.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from telemetry.formats.track_csv import UnreadableField, UnreadableTrack, instant_ms
from telemetry.model import Fix, Malformed
from zones.model import HeightReference

DEFAULT_H_ACC_M = 10.0
DEFAULT_V_ACC_M = 15.0
POINTS = ("trkpt", "rtept", "wpt")


def read(text: str, stem: str) -> Iterator[Fix | Malformed]:
    """Yield each point as a fix, or as malformed with its place in the file, counted from 1."""
    try:
        root = defusedxml.ElementTree.fromstring(text)
    except (DefusedXmlException, SyntaxError, ValueError) as broken:
        msg = f"not readable as GPX: {broken}"
        raise UnreadableTrack(msg) from broken
    if _local(root) != "gpx":
        msg = f"the document is a {_local(root)}, not a gpx"
        raise UnreadableTrack(msg)
    for number, (name, point) in enumerate(_points(root, stem), start=1):
        yield _fix(name, point, number)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _points(root: Element, stem: str) -> Iterator[tuple[str, Element]]:
    for part in root:
        name = _child(part, "name") or stem
        for element in part.iter():
            if _local(element) in POINTS:
                yield name, element


def _child(element: Element, name: str) -> str:
    return next((child.text or "" for child in element if _local(child) == name), "").strip()


def _fix(vehicle: str, point: Element, number: int) -> Fix | Malformed:
    at, elevation = _child(point, "time"), _child(point, "ele")
    try:
        lon, lat = float(point.get("lon", "")), float(point.get("lat", ""))
        alt_m = float(elevation) if elevation else None
        at_ms = instant_ms(at)
    except UnreadableField as broken:
        return Malformed(line=number, reason=str(broken))
    except ValueError as broken:
        return Malformed(line=number, reason=f"lon, lat or ele is not a number: {broken}")
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - degrees
        return Malformed(line=number, reason=f"lon {lon}, lat {lat} is no place on Earth")
    return Fix(
        vehicle=vehicle,
        at_ms=at_ms,
        at_text=at,
        lon=lon,
        lat=lat,
        alt_m=alt_m,
        alt_ref=None if alt_m is None else HeightReference.AMSL,
        h_acc_m=DEFAULT_H_ACC_M,
        v_acc_m=DEFAULT_V_ACC_M,
        line=number,
    )
