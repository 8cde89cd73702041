"""How is a zone read in ED-269, the older European format for UAS geographical zones?

Read tolerantly, like ED-318: what a zone means is taken, and what the rules object to is remarked
on. Heights are taken as numbers and as texts, lists under either of the names in use.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from shapely.geometry.base import BaseGeometry

from zones.formats.calendar import read_calendar
from zones.formats.defects import (
    Defect,
    Defective,
    Found,
    Remark,
    number,
    optional,
    plain,
    refuse,
    together,
)
from zones.formats.ed269_rules import LISTS, breaches, identifier_of, listed_in
from zones.formats.kept import EXTENSIONS, OURS, digest, take_back
from zones.formats.properties import band, one_of
from zones.formats.volumes import figure_of
from zones.model import (
    Band,
    Circle,
    Corridor,
    Height,
    HeightReference,
    Layer,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.periods import Applicability
from zones.space.geometry import FILE_LIMITS

FORMAT = "ed269"
DOCUMENT, LIST = "document", "list"
ADDED, FOREIGN = "added", "foreign"
SHAPES = ("Circle", "Polygon")
UNITS = {"M": "m", "FT": "ft"}
READ = frozenset({"identifier", "name", "restriction", "applicability", "geometry"})


def recognises(document: Mapping[str, Any]) -> bool:
    """Tell whether the document is ED-269: zones whose geometry is a list of volumes."""
    return any(
        isinstance(zone, Mapping) and isinstance(zone.get("geometry"), list)
        for zone in listed_in(document)
    )


def read(document: Mapping[str, Any], stem: str) -> Found:
    """Read a document into zones, defects by zone, and remarks."""
    remarks = list(breaches(document))
    zones: dict[ZoneId, Zone] = {}
    defects: list[Defect] = []
    for at, given in enumerate(listed_in(document)):
        called = identifier_of(given) or at
        try:
            zone, contradicts = _zone(given, f"{stem}/{at}", _around(document))
            if zone.id in zones:
                refuse("identifier", f"{zone.id!r} appears twice")
            zones[zone.id] = zone
            remarks += [_undone(called)] if contradicts else []
        except Defective as defect:
            defects += defect.of(called)
    return Found(zones=tuple(zones.values()), defects=tuple(defects), remarks=tuple(remarks))


def read_periods(periods: list[Any]) -> tuple[Applicability, ...]:
    """Return the calendar; one of whose periods is permanent and without hours is always."""
    calendar = [_period(each, f"applicability[{at}]") for at, each in enumerate(periods)]
    return () if any(not entry for entry in calendar) else read_calendar(calendar, "applicability")


def core(given: Mapping[str, Any]) -> list[Any]:
    """Return what a zone says in ED-269's own words that ours has a word for."""
    return [given.get(name) for name in sorted(READ)]


def _zone(given: object, called: str, around: Mapping[str, Any]) -> tuple[Zone, bool]:
    """Return the zone, and whether what was kept of it is of an older form of it."""
    if not isinstance(given, Mapping):
        refuse("", "not a zone")
    extended = given.get(EXTENSIONS)
    kept: Mapping[str, Any] = {}
    if isinstance(extended, Mapping) and isinstance(extended.get(OURS), Mapping):
        kept = extended[OURS]
    current = kept.get("of") == digest(core(given))
    read = together(
        id=lambda: ZoneId(str(plain(identifier_of(given) or called, "identifier"))),
        name=lambda: optional(given, "name", str, ""),
        restriction=lambda: one_of(given.get("restriction"), "restriction", Restriction),
        volumes=lambda: _volumes(given.get("geometry")),
        applicability=lambda: read_periods(optional(given, "applicability", list, [])),
        carried=lambda: _carried(given, around, kept if current else {}),
    )
    zone = Zone(version=1, layer=Layer.AIR, **read)
    if current:
        zone = take_back(zone, kept, f"{EXTENSIONS}.{OURS}")
    return zone, bool(kept) and not current


def _volumes(geometry: object) -> tuple[Volume, ...]:
    if not isinstance(geometry, list) or not geometry:
        refuse("geometry", "is no list of volumes")
    parts = {str(at): partial(_volume, each, f"geometry[{at}]") for at, each in enumerate(geometry)}
    return tuple(together(**parts).values())


def _volume(given: object, path: str) -> Volume:
    if not isinstance(given, Mapping):
        refuse(path, "not a volume")
    read = together(figure=lambda: _figure(given, path), band=lambda: _band(given, path))
    area, drawn = read["figure"]
    return Volume(footprint=area, band=read["band"], drawn=drawn)


def _band(given: Mapping[str, Any], path: str) -> Band:
    lower, upper = (_limit(given, side, path) for side in ("lower", "upper"))
    return band(lower, upper, f"{path}.lowerLimit")


def _figure(given: Mapping[str, Any], path: str) -> tuple[BaseGeometry, Circle | Corridor | None]:
    place = f"{path}.horizontalProjection"
    projection = given.get("horizontalProjection")
    if not isinstance(projection, Mapping) or projection.get("type") not in SHAPES:
        refuse(place, "is neither Circle nor Polygon")
    geometry, radius = projection, {}
    if projection["type"] == "Circle":
        geometry = {"type": "Point", "coordinates": projection.get("center")}
        radius = {"radius_m": projection.get("radius")}
    return figure_of(geometry, radius, place, FILE_LIMITS)


def _limit(volume: Mapping[str, Any], side: str, path: str) -> Height | None:
    given, place = volume.get(f"{side}Limit"), f"{path}.{side}Limit"
    if given is None:
        return None
    unit = volume.get("uomDimensions", "M")
    if unit not in tuple(UNITS):
        refuse(f"{path}.uomDimensions", f"{unit!r} is none of {', '.join(UNITS)}")
    name = f"{side}VerticalReference"
    reference = one_of(volume.get(name), f"{path}.{name}", HeightReference)
    return Height.stated(_number(given, place), UNITS[unit], reference)


def _number(value: object, path: str) -> float:
    # Published documents write the limits as numbers and as texts.
    if not isinstance(value, str):
        return number(value, path)
    try:
        return number(float(value), path)
    except ValueError:
        refuse(path, f"{value!r} is not a number")


def _period(period: object, path: str) -> dict[str, Any]:
    if not isinstance(period, Mapping):
        refuse(path, "not a period")
    window = {
        name: period[name]
        for name in ("startDateTime", "endDateTime")
        if period.get("permanent") != "YES" and period.get(name) is not None
    }
    daily = period.get("schedule") or period.get("dailyPeriod") or []
    if not isinstance(daily, list) or not all(isinstance(each, Mapping) for each in daily):
        refuse(f"{path}.schedule", "is no list of objects")
    stated = [_stated(each) for each in daily if each.get("day")]
    return window | ({"schedule": stated} if stated else {})


def _stated(daily: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in daily.items() if value is not None}


def _carried(
    given: Mapping[str, Any], around: Mapping[str, Any], kept: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what is neither read nor was added when a zone of ours was written."""
    added = optional(kept, ADDED, list, [])
    extensions = given.get(EXTENSIONS)
    if isinstance(extensions, Mapping):
        extensions = {name: value for name, value in extensions.items() if name != OURS}
    beside = {EXTENSIONS: extensions or None, DOCUMENT: None if DOCUMENT in added else around}
    said = {
        **{name: value for name, value in given.items() if name not in {*READ, *added, EXTENSIONS}},
        **{name: value for name, value in beside.items() if value is not None},
        **optional(kept, FOREIGN, dict, {}),
    }
    return MappingProxyType({FORMAT: plain(said, "")} if said else {})


def _around(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of the document beside its zones, and what their list is called."""
    called = next(name for name in LISTS if isinstance(document.get(name), list))
    around = {name: value for name, value in document.items() if name != called}
    return {LIST: called, **around}


def _undone(called: int | str) -> Remark:
    return Remark(
        feature=called,
        path=f"{EXTENSIONS}.{OURS}",
        reason="the zone was changed since this was kept of it: passed over",
    )
