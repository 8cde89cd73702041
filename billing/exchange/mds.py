"""How is a price written as MDS Policies?

A policy is of one mode of travel; its rules are asked in order, and the first that fits is the
price: of slices the highest, of hours those of a surcharge.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from billing.exchange.saying import (
    LeftOut,
    Tile,
    Unsaid,
    Written,
    hours_unsaid,
    identity,
    only_surcharge,
    published_ms,
    spoken_zones,
    tiles,
    unsaid_fields,
)
from billing.money import ONE
from billing.prices import Tariff, TariffKind
from zones.demands import VehicleClass
from zones.formats.mds import NOTICE, VERSION, milliseconds, text
from zones.formats.mds import identity as zone_identity
from zones.formats.mds_geography import GEOGRAPHY
from zones.formats.mds_hours import SPEECH, Hours, clock, daily
from zones.formats.mds_policy import PRESENT
from zones.formats.saying import say_calendar
from zones.model import Layer, Zone
from zones.periods import ALWAYS, Applicability

MODES = {
    "delivery-robots": VehicleClass.ROBOT,
    "micromobility": VehicleClass.CARGO_BIKE,
    "passenger-services": VehicleClass.CAR,
}
TYPES = {
    VehicleClass.ROBOT: "delivery_robot",
    VehicleClass.CARGO_BIKE: "cargo_bicycle",
    VehicleClass.CAR: "car",
}
IN_BOUNDS, OUT_OF_BOUNDS = "in_bounds", "out_of_bounds"


class Counting(NamedTuple):
    """What a rule counts and how often its rate is due."""

    rule_type: str
    rule_units: str
    rate_recurrence: str


ONCE = Counting("count", "devices", "once_on_match")
COUNTING = {
    TariffKind.PER_ENTRY: ONCE,
    TariffKind.PER_VISIT: ONCE,
    TariffKind.PER_STARTED_MINUTE: Counting("time", "minutes", "each_time_unit"),
    TariffKind.PER_STARTED_HOUR: Counting("time", "hours", "each_time_unit"),
    TariffKind.PER_STARTED_DAY: Counting("time", "days", "each_time_unit"),
    TariffKind.PER_MINUTE: Counting("time", "minutes", "per_complete_time_unit"),
    TariffKind.PER_HOUR: Counting("time", "hours", "per_complete_time_unit"),
}
EXACT = frozenset({TariffKind.PER_MINUTE, TariffKind.PER_HOUR})


def write(tariffs: Sequence[Tariff], zones: Sequence[Zone]) -> Written:
    """Write tariffs as MDS policies over the geographies of published zones."""
    policies: list[dict[str, Any]] = []
    unsaid: list[Unsaid] = []
    said = 0
    for tariff in tariffs:
        try:
            policies += _policies(tariff, zones)
            lost = list(_unsaid(tariff, zones))
            said += 1
        except LeftOut as left:
            lost = [(left.path, str(left))]
        unsaid += [Unsaid(tariff=tariff.id, path=path, reason=why) for path, why in lost]
    latest = max((each["published_date"] for each in policies), default=0)
    document = {"version": VERSION, "last_updated": latest, "policies": policies}
    return Written(document=document, tariffs=said, unsaid=tuple(unsaid))


def _policies(tariff: Tariff, zones: Sequence[Zone]) -> list[dict[str, Any]]:
    if tariff.kind not in COUNTING:
        path = "kind"
        raise LeftOut(path, f"MDS knows no price {tariff.kind}")
    if tariff.layer not in {None, Layer.SURFACE}:
        path = "layer"
        raise LeftOut(path, f"MDS knows no vehicles of the layer {tariff.layer}")
    if COUNTING[tariff.kind] is ONCE and (tariff.first_free or tariff.slices):
        path = "first_free" if tariff.first_free else "slices"
        raise LeftOut(path, "MDS counts devices there, not entries")
    geographies = [zone_identity(zone, GEOGRAPHY) for zone in spoken_zones(tariff, zones)]
    entries = say_calendar(tariff.calendar, tariff.valid, SPEECH).entries
    found = [
        policy
        for mode in _modes(tariff)
        for at, entry in enumerate(entries or ())
        if (policy := _policy(tariff, mode, at, entry, geographies)) is not None
    ]
    if not found:
        path = "valid"
        raise LeftOut(path, "it had ended before MDS begins, or never holds")
    return found


def _modes(tariff: Tariff) -> list[str]:
    classes = tariff.vehicle_classes
    found = [mode for mode, each in MODES.items() if not classes or each in classes]
    if not found:
        path = "vehicle_classes"
        raise LeftOut(path, f"MDS has no mode for {', '.join(sorted(classes))}")
    return found


def _policy(
    tariff: Tariff, mode: str, at: int, entry: Applicability, geographies: list[str]
) -> dict[str, Any] | None:
    """Return the policy of one mode and one window, None where it is over before it can begin."""
    known = published_ms(tariff)
    earliest = known + NOTICE.seconds * 1000
    start = max(earliest, milliseconds(entry.window.start) if entry.window.start else earliest)
    end = milliseconds(entry.window.end) if entry.window.end else None
    if end is not None and end <= start:
        return None
    parts = ("policy", mode, str(at))
    before = tariff.version - 1
    return {
        "name": text(tariff.text["en"]),
        "mode_id": mode,
        "policy_id": identity(tariff, *parts),
        "description": text(tariff.act),
        "currency": tariff.currency,
        "start_date": start,
        **({} if end is None else {"end_date": end}),
        "published_date": known,
        "prev_policies": [identity(tariff, *parts, version=before)] if before else [],
        "rules": list(_rules(tariff, (mode, str(at)), entry, geographies)),
    }


def _rules(
    tariff: Tariff, parts: tuple[str, ...], entry: Applicability, geographies: list[str]
) -> Iterator[dict[str, Any]]:
    for number, (hours, tile) in enumerate(_priced(tariff, entry)):
        yield {
            "name": tariff.id,
            "rule_id": identity(tariff, "rule", *parts, str(number)),
            **COUNTING[tariff.kind]._asdict(),
            "geographies": geographies,
            "vehicle_types": [TYPES[MODES[parts[0]]]],
            "states": {state: [] for state in PRESENT},
            "rate_amount": tile.cents,
            **_bounds(tile),
            "messages": dict(tariff.text),
            **clock(hours),
        }


def _priced(tariff: Tariff, entry: Applicability) -> Iterator[tuple[Hours | None, Tile]]:
    """Yield what is the price when, whatever comes first being it."""
    surcharge = only_surcharge(tariff)
    if surcharge is not None:
        raised = tiles(tariff, ONE + surcharge.rate)
        said = say_calendar(surcharge.calendar, ALWAYS, SPEECH).entries or ()
        for each in said:
            for hours in daily(each.schedule):
                yield from ((hours, tile) for tile in reversed(raised))
    for hours in daily(entry.schedule):
        yield from ((hours, tile) for tile in reversed(tiles(tariff)))


def _bounds(tile: Tile) -> dict[str, Any]:
    if not tile.start:
        return {"rate_applies_when": IN_BOUNDS}
    return {"maximum": tile.start, "rate_applies_when": OUT_OF_BOUNDS}


def _unsaid(tariff: Tariff, zones: Sequence[Zone]) -> Iterator[tuple[str, str]]:
    yield from unsaid_fields(tariff)
    yield from hours_unsaid(tariff)
    if tariff.purposes:
        yield "purposes", "a policy knows no purposes: it reads as due for every one"
    if tariff.cap_visit is not None:
        yield "cap_visit", "a policy has no cap"
    if tariff.kind in EXACT:
        yield "kind", "a policy charges whole units of time alone: the last begun one is not said"
    if len(spoken_zones(tariff, zones)) > 1:
        yield "zones", "who is in two geographies of a rule is charged once; here, in each zone"
    for each in sorted(tariff.vehicle_classes - set(MODES.values())):
        yield f"vehicle_classes.{each}", "MDS has no mode for it"
    start = tariff.valid.start
    if start is not None and milliseconds(start) < published_ms(tariff) + NOTICE.seconds * 1000:
        yield "valid.start", "a policy begins twenty minutes after its publication at the earliest"
