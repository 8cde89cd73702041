"""Does a document keep to ED-269, the older format for UAS geographical zones?

No official schema is at hand. These are the data types of EUROCAE ED-269 (2020), chapter 8, as the
InterUSS project states them: an identifier of at most seven characters, a country of three, texts
of at most 200, at least one period, authority and volume; heights in whole metres or feet above
ground or sea, never above the ellipsoid; areas that are one polygon or one circle; times of day
with their distance from UTC.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from zones.formats.defects import Remark
from zones.formats.official import DURATION, EMAIL, OFFSET, URI, is_instant
from zones.model import Restriction
from zones.space.coordinates import WrongCoordinates, check_coordinates
from zones.space.geometry import FILE_LIMITS

LISTS = ("features", "UASZoneList")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY")
REASONS = (
    "AIR_TRAFFIC",
    "SENSITIVE",
    "PRIVACY",
    "POPULATION",
    "NATURE",
    "NOISE",
    "FOREIGN_TERRITORY",
    "EMERGENCY",
    "OTHER",
)
PURPOSES = ("AUTHORIZATION", "NOTIFICATION", "INFORMATION")
TEXTS = {"name": 200, "otherReasonInfo": 30, "uSpaceClass": 100, "message": 200}
AUTHORITY_TEXTS = {"name": 200, "service": 200, "contactName": 200, "phone": 200}
PATTERNS = {"email": EMAIL, "siteURL": URI, "intervalBefore": DURATION}
YES_NO = ("YES", "NO")
MOST_REASONS, LONGEST_IDENTIFIER = 9, 7
COUNTRY = re.compile(r"[A-Z]{3}")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?" + OFFSET)

Breach = tuple[str, str]


def breaches(document: Mapping[str, Any]) -> tuple[Remark, ...]:
    """Return everything in a document that ED-269 does not allow, by zone and path."""
    listed = listed_in(document)
    counted = Counter(identifier_of(zone) for zone in listed)
    found = [
        Remark(feature=identifier_of(zone) or number, path=path, reason=reason)
        for number, zone in enumerate(listed)
        for path, reason in zone_breaches(zone)
    ]
    return (
        *found,
        *(
            Remark(feature=name, path="identifier", reason=f"{count} zones have it")
            for name, count in counted.items()
            if name and count > 1
        ),
    )


def listed_in(document: Mapping[str, Any]) -> list[Any]:
    """Return the zones of a document, whatever their list is called."""
    lists = (document.get(name) for name in LISTS)
    return next((found for found in lists if isinstance(found, list)), [])


def identifier_of(zone: object) -> str:
    """Return the identifier of a zone, empty where there is none."""
    found = zone.get("identifier") if isinstance(zone, Mapping) else None
    return found if isinstance(found, str) else ""


def zone_breaches(zone: object) -> Iterator[Breach]:
    """Yield what is wrong with one zone."""
    if not isinstance(zone, Mapping):
        yield "", "not a zone"
        return
    yield from _head(zone)
    yield from _texts(zone, TEXTS, "")
    for name, part in (
        ("applicability", _period),
        ("zoneAuthority", _authority),
        ("geometry", _volume),
    ):
        listed = zone.get(name)
        if not isinstance(listed, list) or not listed:
            yield name, "is no list of at least one"
            continue
        for at, each in enumerate(listed):
            path = f"{name}[{at}]"
            yield from part(each, path) if isinstance(each, Mapping) else [(path, "not an object")]


def _head(zone: Mapping[str, Any]) -> Iterator[Breach]:
    identifier, country = identifier_of(zone), zone.get("country")
    if not 0 < len(identifier) <= LONGEST_IDENTIFIER:
        given = zone.get("identifier")
        yield "identifier", f"{given!r} is not a text of one to {LONGEST_IDENTIFIER} characters"
    if not isinstance(country, str) or not COUNTRY.fullmatch(country):
        yield "country", f"{country!r} is not three capital letters of ISO 3166-1"
    if not isinstance(zone.get("type"), str):
        yield "type", f"{zone.get('type')!r} is not a text"
    yield from _word(zone, "restriction", tuple(Restriction), "")
    yield from _word(zone, "regulationExemption", (None, *YES_NO), "")
    conditions = zone.get("restrictionConditions")
    if conditions is not None and not _list_of(conditions, str):
        yield "restrictionConditions", "is no list of texts"
    region = zone.get("region")
    if region is not None and (not isinstance(region, int) or isinstance(region, bool)):
        yield "region", f"{region!r} is not a whole number"
    yield from _reasons(zone.get("reason"))


def _reasons(reasons: object) -> Iterator[Breach]:
    if reasons is None:
        return
    if not isinstance(reasons, list) or len(reasons) > MOST_REASONS:
        yield "reason", f"is no list of at most {MOST_REASONS}"
        return
    for at, reason in enumerate(reasons):
        if reason not in REASONS:
            yield f"reason[{at}]", f"{reason!r} is none of {', '.join(REASONS)}"


def _authority(authority: Mapping[str, Any], path: str) -> Iterator[Breach]:
    yield from _texts(authority, AUTHORITY_TEXTS, f"{path}.")
    yield from _word(authority, "purpose", (None, *PURPOSES), f"{path}.")
    for name, pattern in PATTERNS.items():
        value = authority.get(name)
        if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
            yield f"{path}.{name}", f"{value!r} is not as it has to be"


def _period(period: Mapping[str, Any], path: str) -> Iterator[Breach]:
    yield from _word(period, "permanent", YES_NO, f"{path}.")
    for name in ("startDateTime", "endDateTime"):
        if period.get(name) is not None and not is_instant(period[name]):
            yield f"{path}.{name}", f"{period[name]!r} is not an instant with its offset from UTC"
    if "dailyPeriod" in period:
        yield f"{path}.dailyPeriod", "is called schedule"
    schedule = period.get("schedule", period.get("dailyPeriod"))
    if schedule is not None and not _list_of(schedule, Mapping):
        yield f"{path}.schedule", "is no list of at least one object"
        return
    for at, daily in enumerate(schedule or []):
        yield from _daily(daily, f"{path}.schedule[{at}]")


def _daily(daily: Mapping[str, Any], path: str) -> Iterator[Breach]:
    days = daily.get("day")
    if not isinstance(days, list) or not days or any(day not in DAYS for day in days):
        yield f"{path}.day", f"{days!r} is no list of {', '.join(DAYS)}"
    for name in ("startTime", "endTime"):
        value = daily.get(name)
        if not isinstance(value, str) or not TIME.fullmatch(value):
            yield f"{path}.{name}", f"{value!r} is not a time of day with its offset from UTC"


def _volume(volume: Mapping[str, Any], path: str) -> Iterator[Breach]:
    yield from _word(volume, "uomDimensions", ("M", "FT"), f"{path}.")
    for side in ("lower", "upper"):
        yield from _word(volume, f"{side}VerticalReference", ("AGL", "AMSL"), f"{path}.")
        limit = volume.get(f"{side}Limit")
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
            yield f"{path}.{side}Limit", f"{limit!r} is not a whole number"
    yield from _projection(volume.get("horizontalProjection"), f"{path}.horizontalProjection")


def _projection(projection: object, path: str) -> Iterator[Breach]:
    given = projection if isinstance(projection, Mapping) else {}
    kinds = {"Circle": ("Point", "center"), "Polygon": ("Polygon", "coordinates")}
    if given.get("type") not in tuple(kinds):
        yield f"{path}.type", f"{given.get('type')!r} is none of {', '.join(kinds)}"
        return
    kind, member = kinds[given["type"]]
    try:
        check_coordinates(kind, given.get(member), FILE_LIMITS.vertices)
    except WrongCoordinates as wrong:
        yield f"{path}.{member}", str(wrong)
    radius = given.get("radius")
    if kind == "Point" and not (_number(radius) and given["radius"] > 0):
        yield f"{path}.radius", f"{radius!r} is not a positive number of metres"


def _texts(members: Mapping[str, Any], longest: Mapping[str, int], path: str) -> Iterator[Breach]:
    for name, most in longest.items():
        text = members.get(name)
        if text is not None and not (isinstance(text, str) and len(text) <= most):
            yield f"{path}{name}", f"is not a text of at most {most} characters"


def _word(
    members: Mapping[str, Any], name: str, words: tuple[str | None, ...], path: str
) -> Iterator[Breach]:
    if members.get(name) not in words:
        known = ", ".join(word for word in words if word)
        yield f"{path}{name}", f"{members.get(name)!r} is none of {known}"


def _list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, kind) for each in value)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
