"""How is what a zone says written as MDS Policies?

A policy is of one mode of travel, so that a zone is one for each of the modes that the city
regulates on its surface and MDS knows. A prohibition is a count of no vehicles, a limit of speed a
rule of whole kilometres an hour, rounded to the safe side. A policy without rules is none.
"""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from zones.demands import VehicleClass
from zones.formats.losses import Loss, Written
from zones.formats.mds import (
    NOTICE,
    UNDATED,
    VERSION,
    Published,
    before,
    identity,
    milliseconds,
    published_ms,
    speaks_of,
    text,
)
from zones.formats.mds_geography import GEOGRAPHY
from zones.formats.mds_hours import SPEECH, clock, daily
from zones.formats.properties import write_rules
from zones.formats.saying import say
from zones.model import Restriction, Zone
from zones.periods import Applicability

# The modes a zone is written for, and the vehicle class of ours that is one of each.
MODES = {"delivery-robots": VehicleClass.ROBOT, "passenger-services": VehicleClass.CAR}
PRESENT = ("available", "non_operational", "reserved", "on_trip", "stopped")
SAID_RULES = ("speed_min_mps", "speed_max_mps")
KPH = 3.6
HAIR_KPH = 0.005  # 12 km/h are 3.333 m/s
# What a policy cannot say, beside demands that are neither speed nor count.
UNSAID = {
    "purposes": "a policy knows no purposes: the zone's own restriction is said",
    "street_category": "policies know no categories of streets",
    "priority": "policies have no order among each other",
    "act": "a policy names no legal act",
    "notes": "a policy has no notes",
}


def write(zones: Sequence[Zone], published: Published = UNDATED) -> Written:
    """Write zones as MDS policies, and say what those cannot."""
    policies: list[dict[str, Any]] = []
    losses: list[Loss] = []
    said = 0
    for zone in zones:
        found, lost = _policies(zone, published)
        policies += found
        said += bool(found)
        losses += [Loss(zone=zone.id, path=path, reason=reason) for path, reason in lost]
    latest = max((each["published_date"] for each in policies), default=0)
    document = {"version": VERSION, "last_updated": latest, "policies": policies}
    return Written(document=document, zones=said, losses=tuple(losses))


def _policies(
    zone: Zone, published: Published
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    if not speaks_of(zone):
        reason = f"MDS knows no vehicles of the layer {zone.layer}: the zone is left out"
        return [], [("layer", reason)]
    said = say(zone, SPEECH)
    if said.entries is None:
        return [], [("valid", "the zone never holds: it is left out")]
    if not any(_demands(zone, mode) for mode in MODES):
        return [], [("restriction", "nothing a policy can say: the zone is left out")]
    known = published_ms(zone, published)
    policies = [
        policy
        for mode in MODES
        for at, entry in enumerate(said.entries or (Applicability(),))
        if (policy := _policy(zone, mode, at, entry, known)) is not None
    ]
    lost = [*said.unsaid, *_unsaid(zone), *_late(zone, known)]
    return policies, lost if policies else [("valid", "had ended before 2018: left out")]


def _policy(
    zone: Zone, mode: str, at: int, entry: Applicability, known: int
) -> dict[str, Any] | None:
    """Return the policy of one mode and one window, None where it has no rules or is over."""
    rules = list(_rules(zone, mode, at, entry))
    earliest = known + NOTICE // dt.timedelta(milliseconds=1)
    start = earliest if entry.window.start is None else milliseconds(entry.window.start)
    start = max(start, earliest)
    end = None if entry.window.end is None else milliseconds(entry.window.end)
    if not rules or (end is not None and end <= start):
        return None
    parts = ("policy", mode, str(at))
    return {
        "name": text(zone.name or zone.id),
        "mode_id": mode,
        "policy_id": identity(zone, *parts),
        "description": text(zone.act or zone.name or zone.id),
        "start_date": start,
        **({} if end is None else {"end_date": end}),
        "published_date": known,
        "prev_policies": before(zone, *parts),
        "rules": rules,
    }


def _rules(zone: Zone, mode: str, at: int, entry: Applicability) -> Iterator[dict[str, Any]]:
    for kind, demand in _demands(zone, mode).items():
        for number, hours in enumerate(daily(entry.schedule)):
            yield {
                "name": text(f"{zone.name or zone.id}: {kind}"),
                "rule_id": identity(zone, "rule", mode, str(at), kind, str(number)),
                "geographies": [identity(zone, GEOGRAPHY)],
                **demand,
                **clock(hours),
            }


def _demands(zone: Zone, mode: str) -> dict[str, dict[str, Any]]:
    """Return what a zone demands of a mode that a policy can say, by kind."""
    demands: dict[str, dict[str, Any]] = {}
    if zone.restriction_for(None, MODES[mode]) is Restriction.PROHIBITED:
        states: dict[str, list[str]] = {state: [] for state in PRESENT}
        count = {"rule_type": "count", "rule_units": "devices", "maximum": 0}
        demands["prohibited"] = {**count, "states": states}
    limits: dict[str, int] = {}
    if zone.rules.speed_min_mps is not None:
        limits["minimum"] = math.ceil(zone.rules.speed_min_mps * KPH - HAIR_KPH)
    if zone.rules.speed_max_mps is not None:
        limits["maximum"] = math.floor(zone.rules.speed_max_mps * KPH + HAIR_KPH)
    if limits:
        states = {"on_trip": []}
        demands["speed"] = {"rule_type": "speed", "rule_units": "kph", "states": states, **limits}
    return demands


def _unsaid(zone: Zone) -> Iterator[tuple[str, str]]:
    yield from ((name, reason) for name, reason in UNSAID.items() if getattr(zone, name))
    if zone.restriction in {Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL}:
        yield "restriction", f"a policy knows no {zone.restriction}"
    for vehicle_class in set(zone.classes) - set(MODES.values()):
        yield f"classes.{vehicle_class}", "MDS has no mode for it"
    for name, demand in write_rules(zone.rules).items():
        if name not in SAID_RULES:
            yield f"rules.{name}", "a policy has no rule for it"
        elif not _whole(demand * KPH):
            yield f"rules.{name}", "a policy knows whole km/h: rounded to the safe side"


def _late(zone: Zone, known: int) -> Iterator[tuple[str, str]]:
    start = zone.valid.start
    if start is not None and milliseconds(start) < known + NOTICE // dt.timedelta(milliseconds=1):
        yield "valid.start", "a policy begins twenty minutes after its publication at the earliest"


def _whole(speed_kph: float) -> bool:
    return abs(speed_kph - round(speed_kph)) <= HAIR_KPH
