"""What should the map answer? Read off the raw GeoJSON, with none of the product's code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.permits.interuss.plane import TooClose, asked_shape, covers, meet, zone_shape

Json = dict[str, Any]
Text = str | None

PARIS = ZoneInfo("Europe/Paris")
# Ground without a raster, sea level above the ellipsoid; and how near to those nothing may lie.
GROUND_AMSL = (26.0, 131.0)
SEA_W84 = (44.0, 45.2)
UNSURE_M = 2.0
METRES = {"m": 1.0, "ft": 0.3048, "M": 1.0, "FT": 0.3048}
REFERENCE = {"SFC": "AGL", "W84": "WGS84"}
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def ellipsoidal(value: float, reference: str) -> tuple[float, float]:
    """Return between which heights above the ellipsoid a height surely lies."""
    match reference:
        case "WGS84":
            return (value, value)
        case "AMSL":
            return (value + SEA_W84[0], value + SEA_W84[1])
        case _:
            return (value + GROUND_AMSL[0] + SEA_W84[0], value + GROUND_AMSL[1] + SEA_W84[1])


def height(limit: Json | None) -> tuple[float, str] | None:
    if limit is None:
        return None
    unit = str(limit.get("unit", limit.get("units")))
    reference = str(limit["reference"])
    return (limit["value"] * METRES[unit], REFERENCE.get(reference, reference))


def surely_below(low: tuple[float, str] | None, high: tuple[float, str] | None) -> bool:
    """Tell whether nothing up to `low` reaches what begins at `high`."""
    if low is None or high is None:
        return False
    if low[1] == high[1]:
        return low[0] <= high[0]
    top, bottom = ellipsoidal(*low)[1], ellipsoidal(*high)[0]
    if abs(top - bottom) < UNSURE_M:
        msg = f"{top} and {bottom} m above the ellipsoid"
        raise TooClose(msg)
    return top < bottom


def bands_meet(zone: Json, lower: Json | None, upper: Json | None, *, spot: bool) -> bool:
    own = (height(zone.get("lower")), height(zone.get("upper")))
    asked = (height(lower), height(upper))
    if spot and asked[0] is not None and any(each == asked[0] for each in own):
        return True
    return not (surely_below(asked[1], own[0]) or surely_below(own[1], asked[0]))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def in_force(properties: Json, start: datetime | None, end: datetime | None) -> bool:
    """Walk through the window minute by minute, on the clock of the wall; its end is left out."""
    if start is None or end is None:
        return open_ended(properties, start, end)
    at = start
    while at < end:
        if holds(properties, at):
            return True
        at += timedelta(minutes=1)
    return False


def open_ended(properties: Json, start: datetime | None, end: datetime | None) -> bool:
    """Without an end every hour of the week comes; only dates can keep a zone away."""
    valid = properties.get("valid", {})
    periods = properties.get("applicability") or [{}]
    return overlap(start, end, valid.get("start"), valid.get("end")) and any(
        overlap(start, end, each.get("startDateTime"), each.get("endDateTime")) for each in periods
    )


def overlap(start: datetime | None, end: datetime | None, begins: Text, ends: Text) -> bool:
    return (end is None or begins is None or instant(begins) < end) and (
        start is None or ends is None or start < instant(ends)
    )


def holds(properties: Json, at: datetime) -> bool:
    valid = properties.get("valid", {})
    if not within(at, valid.get("start"), valid.get("end")):
        return False
    periods = properties.get("applicability")
    return not periods or any(period_holds(each, at) for each in periods)


def within(at: datetime, start: str | None, end: str | None) -> bool:
    return (start is None or instant(start) <= at) and (end is None or at < instant(end))


def period_holds(period: Json, at: datetime) -> bool:
    if not within(at, period.get("startDateTime"), period.get("endDateTime")):
        return False
    schedule = period.get("schedule")
    return not schedule or any(daily_holds(each, at) for each in schedule)


def daily_holds(daily: Json, at: datetime) -> bool:
    wall = at.astimezone(PARIS)
    begins, ends = daily.get("startTime", "00:00"), daily.get("endTime", "24:00")
    shown = f"{wall.hour:02}:{wall.minute:02}"
    today, yesterday = DAYS[wall.weekday()], DAYS[wall.weekday() - 1]
    named = daily.get("day", ["ANY"])
    on_today = "ANY" in named or today in named
    on_yesterday = "ANY" in named or yesterday in named
    if begins < ends:
        return on_today and begins <= shown < ends
    return (on_today and shown >= begins) or (on_yesterday and shown < ends)


def impact(zone: Json, purpose: str) -> str:
    """Say what a zone does to a flight for a purpose, where nothing sets it aside."""
    properties = zone["properties"]
    rules = properties.get("rules", {})
    said = properties.get("purposes", {}).get(purpose, properties["restriction"])
    if said == "PROHIBITED":
        return "Block"
    if said == "NO_RESTRICTION":
        return "Advise" if set(rules) - {"human_review", "transit"} else "Nothing"
    return "Block" if rules.get("human_review") else "Advise"


def touches(zone: Json, asked: Json, *, timed: bool = True) -> bool:
    properties = zone["properties"]
    if properties.get("layer") not in {None, "air"}:
        return False
    if not meet(zone_shape(zone["geometry"], properties), asked["shape"]):
        return False
    if not bands_meet(properties, asked["lower"], asked["upper"], spot=asked["spot"]):
        return False
    return not timed or in_force(properties, asked["start"], asked["end"])


def set_aside(zone: Json, above: Json, asked: Json, purpose: str) -> bool:
    """Tell whether a zone of higher priority, always in force at all heights, covers the asked."""
    mine, theirs = zone["properties"], above["properties"]
    if theirs.get("priority", 0) <= mine.get("priority", 0) or impact(above, purpose) == "Block":
        return False
    assert not {"applicability", "lower", "upper", "rules"} & set(theirs), "too much for an oracle"
    return touches(above, asked) and covers(zone_shape(above["geometry"], theirs), asked["shape"])


def asked_of(filters: Json) -> list[Json]:
    after, before = filters.get("after"), filters.get("before")
    start = after and instant(after)
    end = before and instant(before) + timedelta(milliseconds=1)
    if "volumes4d" not in filters:
        position = filters["position"]
        place = [position["location"]["lng"], position["location"]["lat"]]
        altitude = position.get("altitude")
        shape = {"kind": "point", "place": place, "places": [place]}
        return [
            {
                "shape": shape,
                "lower": altitude,
                "upper": altitude,
                "spot": True,
                "start": start,
                "end": end,
            }
        ]
    found = []
    for each in filters["volumes4d"]:
        volume = each["volume"]
        begins = [limit for limit in (start, _time(each, "time_start")) if limit]
        ends = [limit for limit in (end, _time(each, "time_end")) if limit]
        found.append(
            {
                "shape": asked_shape(volume),
                "lower": volume.get("altitude_lower"),
                "upper": volume.get("altitude_upper"),
                "spot": False,
                "start": max(begins, default=None),
                "end": min(ends, default=None),
            }
        )
    return found


def _time(volume: Json, name: str) -> datetime | None:
    given = volume.get(name)
    return given and instant(given["value"])


def selected(zones: Sequence[Json], filters: Json) -> bool:
    """Tell whether any zone passes all filters."""
    purpose = filters.get("operation_rule_set") or "delivery"
    wanted = {
        None: {"Block", "Advise", "Nothing"},
        "Block": {"Block"},
        "Advise": {"Advise"},
        "BlockOrAdvise": {"Block", "Advise"},
    }[filters.get("resulting_operational_impact")]
    asked = asked_of(filters)
    for zone in zones:
        here = [each for each in asked if touches(zone, each)]
        if not here or not fits(zone["properties"], filters):
            continue
        yields = filters.get("resulting_operational_impact") is not None and all(
            any(set_aside(zone, above, each, purpose) for above in zones) for each in here
        )
        if not yields and impact(zone, purpose) in wanted:
            return True
    return False


def fits(properties: Json, filters: Json) -> bool:
    european = filters.get("ed269", {})
    carried = properties.get("carried", {}).get("ed269", {})
    acceptable = european.get("acceptable_restrictions")
    if acceptable and properties["restriction"] not in acceptable:
        return False
    wanted = european.get("u_space_class")
    if wanted is not None and carried.get("uSpaceClass") != wanted:
        return False
    source = filters.get("restriction_source")
    authorities = [each["name"] for each in carried.get("zoneAuthority", [])]
    named = {properties.get("act"), *(authorities or ["Ville de Paris"])}
    return source is None or source in named


def expected(zones: Sequence[Json], filters: Json, purposes: Sequence[str]) -> str:
    """Say what the interface should answer to one filter set."""
    rule_set = filters.get("operation_rule_set")
    if rule_set is not None and rule_set not in purposes:
        return "UnsupportedFilter"
    return "Present" if selected(zones, filters) else "Absent"
