"""How is a zone written in ED-269, the older European format for UAS geographical zones?

Read tolerantly, like ED-318: rewritten as a feature of ours and read by the one reader there is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from zones.formats.defects import Defect, Defective, optional, refuse
from zones.formats.geojson import Reading, read_feature
from zones.model import Layer, Zone

LISTS = ("UASZoneList", "features")
UNITS = {"M": "m", "FT": "ft"}


def recognises(document: Mapping[str, Any]) -> bool:
    """Tell whether the document is ED-269: zones whose geometry is a list of volumes."""
    return any(
        isinstance(zone, Mapping) and isinstance(zone.get("geometry"), list)
        for zone in _zones(document)
    )


def read(document: Mapping[str, Any], stem: str) -> tuple[list[Zone], list[Defect]]:
    """Read a document into zones and defects by zone."""
    zones: list[Zone] = []
    defects: list[Defect] = []
    for number, given in enumerate(_zones(document)):
        try:
            zones += [
                read_feature(ours, Reading(called=f"{stem}/{number}")) for ours in _rewritten(given)
            ]
        except Defective as defect:
            found = given.get("identifier") if isinstance(given, Mapping) else None
            name = found if isinstance(found, str) and found else number
            defects.append(Defect(feature=name, path=defect.path, reason=defect.reason))
    return zones, defects


def _zones(document: Mapping[str, Any]) -> list[Any]:
    lists = (document.get(name) for name in LISTS)
    return next((found for found in lists if isinstance(found, list)), [])


def _rewritten(zone: object) -> Iterator[dict[str, Any]]:
    """Yield a feature of ours for each volume of one of their zones."""
    if not isinstance(zone, Mapping):
        refuse("UASZoneList", "not a zone")
    properties = {
        "name": optional(zone, "name", str, ""),
        "layer": Layer.AIR.value,
        "restriction": zone.get("restriction") or "absent",
        "applicability": _calendar(optional(zone, "applicability", list, [])),
    }
    for number, volume in enumerate(optional(zone, "geometry", list, [])):
        if not isinstance(volume, Mapping):
            refuse(f"geometry[{number}]", "not a volume")
        geometry, radius = _geometry(optional(volume, "horizontalProjection", dict, {}))
        yield {
            "type": "Feature",
            "id": zone.get("identifier"),
            "geometry": geometry,
            "properties": properties | radius | _limits(volume),
        }


def _geometry(projection: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if projection.get("type") != "Circle":
        return dict(projection), {}
    centre = {"type": "Point", "coordinates": projection.get("center")}
    return centre, {"radius_m": projection.get("radius")}


def _limits(volume: Mapping[str, Any]) -> dict[str, Any]:
    unit = volume.get("uomDimensions", "M")
    return {
        side: {
            "value": _number(volume[f"{side}Limit"], f"{side}Limit"),
            "unit": UNITS.get(unit, unit),
            "reference": volume.get(f"{side}VerticalReference"),
        }
        for side in ("lower", "upper")
        if volume.get(f"{side}Limit") is not None
    }


def _number(value: object, path: str) -> float:
    # Published documents write the limits as numbers and as texts.
    try:
        return float(str(value))
    except ValueError:
        refuse(path, f"{value!r} is not a number")


def _calendar(periods: list[Any]) -> list[dict[str, Any]] | None:
    """Return ED-318's periods; one that is permanent and daily without hours is always."""
    calendar = [_period(each) for each in periods]
    return None if any(not entry for entry in calendar) else calendar


def _period(period: object) -> dict[str, Any]:
    if not isinstance(period, Mapping):
        refuse("applicability", "not a list of periods")
    window = {
        name: period[name]
        for name in ("startDateTime", "endDateTime")
        if period.get("permanent") != "YES" and period.get(name) is not None
    }
    daily = period.get("dailyPeriod") or period.get("schedule") or []
    schedule = [_stated(each) for each in daily if isinstance(each, Mapping) and each.get("day")]
    return window | ({"schedule": schedule} if schedule else {})


def _stated(daily: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in daily.items() if value is not None}
