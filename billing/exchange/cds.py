"""How is a price written as CDS curb policies, with their rates?

A rate is of a unit of time at the kerb; those of a rule tile the length of a stay. Of two policies
that hold at once the one of the lower number is the price: that of a surcharge's hours.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from billing.exchange.saying import (
    LeftOut,
    Tile,
    Unsaid,
    Written,
    cents,
    hours_unsaid,
    identity,
    only_surcharge,
    published_ms,
    tiles,
    unsaid_fields,
)
from billing.money import ONE
from billing.periods import CITY
from billing.prices import Tariff, TariffKind
from zones.demands import VehicleClass
from zones.formats.mds import milliseconds
from zones.formats.mds_hours import DAYS, LAST_SECOND, SPEECH, Hours, daily
from zones.formats.saying import WEEK, say_calendar
from zones.model import Layer, Purpose
from zones.periods import Applicability

VERSION = "1.1.0"
AUTHOR = "Ville de Paris"
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
RAISED, PLAIN = 1, 2  # priorities: the lower goes first
CLASSES = {
    VehicleClass.CARGO_BIKE: "cargo_bicycle",
    VehicleClass.CAR: "car",
    VehicleClass.VAN: "van",
    VehicleClass.TRUCK: "truck",
}
PURPOSES = {
    Purpose.EMERGENCY: "emergency_use",
    Purpose.PUBLIC_SERVICE: "service_vehicles",
    Purpose.WORKS: "construction",
    Purpose.DELIVERY: "delivery",
}


class Unit(NamedTuple):
    """A unit of time, how many counts make one, and whether one begun is due whole."""

    name: str
    of: int
    begun: bool


UNITS = {
    TariffKind.PER_STARTED_MINUTE: Unit("minute", 1, begun=True),
    TariffKind.PER_STARTED_QUARTER_HOUR: Unit("hour", 4, begun=True),
    TariffKind.PER_STARTED_HOUR: Unit("hour", 1, begun=True),
    TariffKind.PER_STARTED_DAY: Unit("day", 1, begun=True),
    TariffKind.PER_MINUTE: Unit("minute", 1, begun=False),
    TariffKind.PER_HOUR: Unit("hour", 1, begun=False),
}


def write(tariffs: Sequence[Tariff], now: datetime) -> Written:
    """Write tariffs as the policies of a curb feed."""
    policies: list[dict[str, Any]] = []
    unsaid: list[Unsaid] = []
    said = 0
    for tariff in tariffs:
        try:
            policies += _policies(tariff)
            lost = list(_unsaid(tariff))
            said += 1
        except LeftOut as left:
            lost = [(left.path, str(left))]
        unsaid += [Unsaid(tariff=tariff.id, path=path, reason=why) for path, why in lost]
    document = {
        "version": VERSION,
        "time_zone": CITY.key,
        "last_updated": milliseconds(now),
        "currency": "EUR",
        "author": AUTHOR,
        "license_url": LICENCE,
        "data": {"policies": policies},
    }
    return Written(document=document, tariffs=said, unsaid=tuple(unsaid))


def _policies(tariff: Tariff) -> list[dict[str, Any]]:
    if tariff.kind not in UNITS:
        path = "kind"
        raise LeftOut(path, f"CDS knows prices of time alone, not {tariff.kind}")
    if tariff.layer not in {None, Layer.SURFACE}:
        path = "layer"
        raise LeftOut(path, f"CDS knows kerbs alone, not the layer {tariff.layer}")
    plain, surcharge = _policy(tariff, PLAIN, tariff.calendar, ONE), only_surcharge(tariff)
    if surcharge is None:
        return [plain]
    return [_policy(tariff, RAISED, surcharge.calendar, ONE + surcharge.rate), plain]


def _policy(
    tariff: Tariff, priority: int, calendar: tuple[Applicability, ...], rate: Decimal
) -> dict[str, Any]:
    return {
        "curb_policy_id": identity(tariff, "cds", str(priority)),
        "name": tariff.id,
        "description": tariff.act,
        "published_date": published_ms(tariff),
        "priority": priority,
        "rules": list(_rules(tariff, rate)),
        "time_spans": list(_spans(tariff, calendar)),
    }


def _rules(tariff: Tariff, rate: Decimal) -> Iterator[dict[str, Any]]:
    """Yield a rule a class of vehicles: a rule holds for those that are of all it names."""
    classes = [CLASSES[each] for each in sorted(tariff.vehicle_classes) if each in CLASSES]
    if tariff.vehicle_classes and not classes:
        path = "vehicle_classes"
        raise LeftOut(path, f"CDS has no word for {', '.join(sorted(tariff.vehicle_classes))}")
    purposes = [PURPOSES.get(each, each.value) for each in sorted(tariff.purposes)]
    for named in classes or [""]:
        yield {
            "name": tariff.text["en"],
            "description": tariff.text["fr"],
            "activity": "stopping",
            **({"user_classes": [named]} if named else {}),
            **({"purposes": purposes} if purposes else {}),
            "rate": _rates(tariff, rate),
        }


def _rates(tariff: Tariff, rate: Decimal) -> list[dict[str, Any]]:
    unit = UNITS[tariff.kind]
    found = tiles(tariff, rate, of=unit.of)
    alone = len(found) == 1
    return [_rate(tariff, unit, tile, alone=alone) for tile in found]


def _rate(tariff: Tariff, unit: Unit, tile: Tile, *, alone: bool) -> dict[str, Any]:
    rounding: dict[str, int] = {}
    if unit.begun:
        whole = unit.of == 1
        rounding = {"increment_duration": 1} if whole else {"increment_amount": tile.cents or 1}
    most = {} if tariff.cap_visit is None else {"maximum_fee": cents(tariff.cap_visit)}
    within = {} if alone else {"start_duration": tile.start}
    until = {} if tile.end is None else {"end_duration": tile.end}
    return {
        "rate": tile.cents * unit.of,
        "rate_unit": unit.name,
        "rate_unit_period": "rolling",
        **rounding,
        **within,
        **until,
        **most,
    }


def _spans(tariff: Tariff, calendar: tuple[Applicability, ...]) -> Iterator[dict[str, Any]]:
    for entry in say_calendar(calendar, tariff.valid, SPEECH).entries or ():
        start, end = entry.window.start, entry.window.end
        dates = {
            **({"start_date": milliseconds(start)} if start else {}),
            **({"end_date": milliseconds(end)} if end else {}),
        }
        for hours in daily(entry.schedule):
            yield {**dates, **_times(hours)}


def _times(hours: Hours | None) -> dict[str, Any]:
    if hours is None:
        return {}
    days = {} if hours.days >= WEEK else {"days_of_week": [DAYS[day] for day in sorted(hours.days)]}
    ends = hours.end_s != LAST_SECOND
    end = {"time_of_day_end": _time(hours.end_s)} if ends else {}
    return {**days, "time_of_day_start": _time(hours.start_s), **end}


def _time(seconds: int) -> str:
    if seconds % 60:
        path = "calendar"
        raise LeftOut(path, "CDS knows hours and minutes alone")
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _unsaid(tariff: Tariff) -> Iterator[tuple[str, str]]:
    yield from unsaid_fields(tariff)
    yield from hours_unsaid(tariff)
    if tariff.zones:
        yield "zones", "a curb policy names no zone: curb zones name it, in curb_policy_ids"
    for each in sorted(tariff.vehicle_classes - set(CLASSES)):
        yield f"vehicle_classes.{each}", "CDS has no word for it"
