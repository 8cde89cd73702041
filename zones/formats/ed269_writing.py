"""How is a zone written in ED-269?

A document keeps to the rules of `ed269_rules`; a zone that cannot is left out, and said to be: one
with heights above the ellipsoid first of all. Heights are whole metres, rounded outwards, several
polygons are several volumes, and a day ends a hundredth of a second early. What the format has no
word for is kept for our own reading, see `kept`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zones.formats.calendar import write_calendar
from zones.formats.crosswalk import to_ed269
from zones.formats.ed269 import ADDED, DOCUMENT, FOREIGN, FORMAT, LIST, READ, core, read_periods
from zones.formats.ed269_rules import LISTS, zone_breaches
from zones.formats.european import (
    DAYS,
    LONGEST_TEXT,
    Draft,
    clock,
    corridors,
    draft,
    foreign_words,
    in_feet,
    offset,
    path_of,
    sound,
    turned,
    words,
)
from zones.formats.identifiers import identifiers
from zones.formats.kept import EXTENSIONS, OURS, digest
from zones.formats.losses import CITY, Authority, Loss, Written
from zones.formats.saying import DAY_S, Speech
from zones.formats.volumes import write_volume
from zones.model import Band, Circle, Corridor, Height, HeightReference, Restriction, Volume, Zone
from zones.periods import Applicability, DailyPeriod, in_utc
from zones.space.geometry import to_geojson

SPEECH = Speech(events=False, whole_days=False, local=False)
PURPOSES = {Restriction.REQ_AUTHORISATION: "AUTHORIZATION"}
OTHER = "ed318"
DAY_END = "23:59:59.99"


def write(zones: Sequence[Zone], authority: Authority = CITY) -> Written:
    """Write zones as an ED-269 document, and say what that cannot."""
    names = identifiers(zone.id for zone in zones)
    around = _around(zones, authority)
    listed: list[dict[str, Any]] = []
    losses: list[Loss] = []
    for zone in zones:
        given, lost = _zone(zone, names[zone.id], authority)
        losses += [*lost, *_other_document(zone, around)]
        listed += [] if given is None else [given]
    called = around.get(LIST)
    document = {name: value for name, value in around.items() if name != LIST}
    document[called if called in LISTS else LISTS[0]] = listed
    return Written(document=document, zones=len(listed), losses=tuple(losses))


def _zone(
    zone: Zone, identifier: str, authority: Authority
) -> tuple[dict[str, Any] | None, list[Loss]]:
    """Return the zone in their words, None where there can be none, and what is not said."""
    drafted = draft(zone, SPEECH)
    if drafted.entries is None:
        return None, drafted.losses
    if any(_ellipsoidal(volume.band) for volume in zone.volumes):
        reason = "the format knows no heights above the ellipsoid: the zone is left out"
        return None, [Loss(zone=zone.id, path="lower", reason=reason)]
    own, _ = sound(
        _own(zone, identifier, authority, drafted),
        to_ed269(zone.carried.get(OTHER, {})),
        zone_breaches,
    )
    carried: Mapping[str, Any] = zone.carried.get(FORMAT, {})
    fitting = {name: value for name, value in carried.items() if name not in {*READ, DOCUMENT}}
    given, foreign = sound(own, fitting, zone_breaches)
    if not isinstance(given.get(EXTENSIONS, {}), Mapping):
        foreign[EXTENSIONS] = given.pop(EXTENSIONS)
    kept = {**_kept(zone, own, drafted), **({FOREIGN: foreign} if foreign else {})}
    added = sorted(set(own) - READ - (set(carried) - set(foreign)))
    if kept or added:
        added += [DOCUMENT] if DOCUMENT not in carried else []
        said = {"of": digest(core(given)), ADDED: added, **kept}
        given[EXTENSIONS] = {**given.get(EXTENSIONS, {}), OURS: said}
    lost = [*drafted.losses, *corridors(zone), *foreign_words(zone, FORMAT), *_rounded(zone)]
    lost += _told(zone, kept, foreign)
    wrong = list(zone_breaches(given))
    if wrong:
        reason = f"cannot be written ({wrong[0][0]}: {wrong[0][1]}): left out"
        return None, [Loss(zone=zone.id, path=wrong[0][0], reason=reason)]
    return given, lost


def _own(zone: Zone, identifier: str, authority: Authority, drafted: Draft) -> dict[str, Any]:
    """Return the members that ours say, or that have to be said."""
    contact = {
        "name": authority.name[:LONGEST_TEXT],
        "email": authority.email,
        "siteURL": authority.site,
        "purpose": PURPOSES.get(zone.restriction, "INFORMATION"),
    }
    return {
        "identifier": identifier,
        "country": authority.country,
        **({"name": zone.name[:LONGEST_TEXT]} if zone.name else {}),
        "type": "COMMON",
        "restriction": zone.restriction.value,
        "applicability": [_period(entry) for entry in drafted.entries or (Applicability(),)],
        "zoneAuthority": [{name: value for name, value in contact.items() if value is not None}],
        "geometry": [part for volume in zone.volumes for part in _parts(volume)],
    }


def _kept(zone: Zone, own: Mapping[str, Any], drafted: Draft) -> dict[str, Any]:
    kept = dict(drafted.kept)
    if zone.id != own["identifier"]:
        kept["id"] = zone.id
    if zone.name != own.get("name", ""):
        kept["name"] = zone.name
    if read_periods(own["applicability"]) != zone.applicability:
        kept["applicability"] = write_calendar(zone.applicability)
    if not all(_exactly(volume) for volume in zone.volumes):
        kept["volumes"] = [
            {**write_volume(volume), "areas": len(_parts(volume))} for volume in zone.volumes
        ]
    others = {name: value for name, value in zone.carried.items() if name != FORMAT}
    return kept | ({"carried": others} if others else {})


def _told(zone: Zone, kept: Mapping[str, Any], foreign: Mapping[str, Any]) -> list[Loss]:
    told = {
        "id": "longer than the seven characters of an identifier: called by a digest",
        "name": f"longer than the {LONGEST_TEXT} characters of a text: cut",
    }
    found = [(name, reason) for name, reason in told.items() if name in kept]
    found += [(f"carried.{FORMAT}.{name}", "is not as the format has it") for name in foreign]
    return [Loss(zone=zone.id, path=path, reason=reason, kept=True) for path, reason in found]


def _rounded(zone: Zone) -> list[Loss]:
    reason = "the format knows whole metres: rounded outwards"
    return [
        Loss(zone=zone.id, path=path_of(zone, at, side), reason=reason, kept=True)
        for at, volume in enumerate(zone.volumes)
        for side, height in (("lower", volume.band.lower), ("upper", volume.band.upper))
        if height is not None and not height.value_m.is_integer()
    ]


def _around(zones: Sequence[Zone], authority: Authority) -> dict[str, Any]:
    """Return the members of the document: those the zones came with, else who publishes them."""
    carried = (zone.carried.get(FORMAT, {}).get(DOCUMENT) for zone in zones)
    around = next((found for found in carried if isinstance(found, Mapping) and found), None)
    if around is None:
        return {"title": authority.name, LIST: LISTS[0]}
    return {name: value for name, value in around.items() if name not in LISTS}


def _other_document(zone: Zone, around: Mapping[str, Any]) -> list[Loss]:
    given = zone.carried.get(FORMAT, {}).get(DOCUMENT, around)
    if given == around:
        return []
    path, reason = f"carried.{FORMAT}.{DOCUMENT}", "was said of another document"
    return [Loss(zone=zone.id, path=path, reason=reason)]


def _ellipsoidal(band: Band) -> bool:
    limits = (band.lower, band.upper)
    return any(each is not None and each.reference is HeightReference.WGS84 for each in limits)


def _exactly(volume: Volume) -> bool:
    limits = (volume.band.lower, volume.band.upper)
    feet = in_feet(*limits)
    whole = all(each is None or _stated(each, feet=feet).is_integer() for each in limits)
    one = volume.drawn is not None or volume.footprint.geom_type == "Polygon"
    return whole and one and not isinstance(volume.drawn, Corridor)


def _parts(volume: Volume) -> list[dict[str, Any]]:
    """Write a volume as one for each of its polygons."""
    lower, upper = volume.band.lower, volume.band.upper
    feet = in_feet(lower, upper)
    limits = {
        "uomDimensions": "FT" if feet else "M",
        **({"lowerLimit": math.floor(_stated(lower, feet=feet))} if lower else {}),
        "lowerVerticalReference": _reference(lower),
        **({"upperLimit": math.ceil(_stated(upper, feet=feet))} if upper else {}),
        "upperVerticalReference": _reference(upper),
    }
    projections: list[dict[str, Any]] = [to_geojson(part) for part in turned(volume.footprint)]
    if isinstance(volume.drawn, Circle):
        circle = volume.drawn
        projections = [{"type": "Circle", "center": [*circle.centre], "radius": circle.radius_m}]
    return [{**limits, "horizontalProjection": projection} for projection in projections]


def _stated(height: Height, *, feet: bool) -> float:
    return height.feet if feet and height.feet is not None else height.value_m


def _reference(height: Height | None) -> str:
    return (height.reference if height else HeightReference.AGL).value


def _period(entry: Applicability) -> dict[str, Any]:
    limits = (("startDateTime", entry.window.start), ("endDateTime", entry.window.end))
    window = {name: in_utc(at) for name, at in limits if at is not None}
    period: dict[str, Any] = {"permanent": "NO" if window else "YES", **window}
    if entry.schedule and not any(_whole(daily) for daily in entry.schedule):
        period["schedule"] = [_daily(daily) for daily in entry.schedule]
    return period


def _whole(daily: DailyPeriod) -> bool:
    return len(daily.days) == len(DAYS) and (daily.start, daily.end) == (0, DAY_S)


def _daily(period: DailyPeriod) -> dict[str, Any]:
    distance = offset(period.offset_s or 0)
    start, end = clock(period.start), clock(period.end)
    return {
        "day": words(period.days),
        "startTime": f"{start}.00{distance}",
        "endTime": f"{DAY_END if period.end == DAY_S else f'{end}.00'}{distance}",
    }
