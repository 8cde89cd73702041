"""The price of everything once more: naive, in fractions, from the documents; shares no code.

It reads a tariff as it is published, as JSON, and knows nothing of the modules that price.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from billing.model import Usage

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MILLISECOND = timedelta(milliseconds=1)
STARTED = {
    "per_started_minute": 60_000,
    "per_started_quarter_hour": 900_000,
    "per_started_hour": 3_600_000,
    "per_started_day": 86_400_000,
}
EXACT = {"per_minute": 60_000, "per_hour": 3_600_000}
SOURCES = {
    "per_permit": "permit",
    "per_api_call": "data",
    "per_tonne_km": "declared",
    "per_passenger": "declared",
}
OCCUPIED = {
    "per_m2_day": ("area_m2", "days"),
    "per_m2_month": ("area_m2", "months"),
    "per_m2_season": ("area_m2", "seasons"),
    "per_m2_year": ("area_m2", "years"),
    "per_metre_year": ("length_m", "years"),
    "per_occupied_year": (None, "years"),
}


def owed(usages: Iterable[Usage], tariffs: Iterable[Mapping[str, Any]]) -> Fraction:
    """Return what some usage owes under some tariffs, exactly."""
    charged: dict[tuple[object, ...], Fraction] = {}
    documents = sorted(tariffs, key=lambda each: str(each["id"]))
    return sum(
        (
            _fee(usage, tariff, charged)
            for usage in sorted(usages, key=lambda each: (each.at, each.key))
            for tariff in documents
        ),
        Fraction(0),
    )


def _fee(
    usage: Usage, tariff: Mapping[str, Any], charged: dict[tuple[object, ...], Fraction]
) -> Fraction:
    factor = _factor(usage, tariff)
    counted = _counted(usage, tariff)
    if factor is None or counted is None:
        return Fraction(0)
    amount = _amount(usage, tariff, *counted)
    if factor == 0:
        return factor
    local = usage.at.astimezone(PARIS)
    for name, span in (("cap_day", f"{local:%Y-%m-%d}"), ("cap_period", f"{local:%Y-%m}")):
        if tariff[name] is not None:
            room = (tariff["id"], usage.operator, usage.vehicle, factor, span)
            amount = min(amount, Fraction(tariff[name]) - charged.get(room, Fraction(0)))
    for name, span in (("cap_day", f"{local:%Y-%m-%d}"), ("cap_period", f"{local:%Y-%m}")):
        if tariff[name] is not None:
            room = (tariff["id"], usage.operator, usage.vehicle, factor, span)
            charged[room] = charged.get(room, Fraction(0)) + amount
    return amount * factor


def _factor(usage: Usage, tariff: Mapping[str, Any]) -> Fraction | None:
    """Return what the price is multiplied by; None where the tariff is not for the usage."""
    if tariff["layer"] not in {None, usage.layer.value}:
        return None
    if tariff["purposes"] and (usage.purpose is None or usage.purpose not in tariff["purposes"]):
        return None
    factor = Fraction(1)
    present = usage.source.value == "visit" or usage.occupied is not None
    if present and usage.permit is None and tariff["permit_required"]:
        if tariff["without_title"] is None:
            return None
        factor = Fraction(tariff["without_title"])
    for said, factors in (
        (usage.purpose, tariff["purpose_factors"]),
        (usage.size, tariff["size_factors"]),
        (usage.noise, tariff["noise_factors"]),
        (usage.energy_class, tariff["energy_factors"]),
    ):
        factor *= Fraction(factors.get(said, 1)) if said else 1
    return factor


def _counted(usage: Usage, tariff: Mapping[str, Any]) -> tuple[Fraction, int] | None:
    kind = tariff["kind"]
    if usage.occupied is not None:
        streets = tariff["street_categories"]
        if streets and usage.occupied.street.value not in streets:
            return None
        size, times = OCCUPIED.get(kind, (None, None))
        found = Fraction(getattr(usage.occupied, size)) if size else Fraction(1)
        return (found, getattr(usage.occupied, times)) if times else None
    source = SOURCES.get(kind, "visit")
    if kind in OCCUPIED or usage.source.value != source:
        return None
    return _moved(usage, tariff, kind)


def _moved(usage: Usage, tariff: Mapping[str, Any], kind: str) -> tuple[Fraction, int] | None:
    if kind in STARTED or kind in EXACT:
        certain = _certain(usage, tariff["calendar"]) if tariff["calendar"] else usage.certain_ms
        return (_time(kind, certain, up=True), 1) if certain else None
    if tariff["calendar"] and not _within(tariff["calendar"], usage.at):
        return None
    return _count(usage, kind), 1


def _count(usage: Usage, kind: str) -> Fraction:
    counts = {
        "per_km": Fraction(usage.distance_m, 1000),
        "per_tonne_km": Fraction(floor(Fraction(usage.cargo_kg * usage.distance_m, 100)), 10_000),
        "per_passenger": Fraction(usage.passengers),
        "per_api_call": Fraction(usage.calls),
    }
    return counts.get(kind, Fraction(usage.entries))


def _time(kind: str, certain_ms: int, *, up: bool) -> Fraction:
    if kind in EXACT:
        return Fraction(floor(Fraction(certain_ms, EXACT[kind]) * 10_000), 10_000)
    whole, rest = divmod(certain_ms, STARTED[kind])
    return Fraction(whole + (1 if rest and up else 0))


def _amount(usage: Usage, tariff: Mapping[str, Any], size: Fraction, times: int) -> Fraction:
    """Return the price before the factors: parts, minimum, and the cap of one use."""
    due = max(Fraction(0), size - Fraction(tariff["first_free"]))
    if not due or not times:
        return Fraction(0)
    amount = _priced(tariff, due) * times + _carried(tariff, tariff["fixed"]) * times
    for each in tariff["surcharges"]:
        share = min(_surcharged(usage, tariff["kind"], each["calendar"], size), due)
        amount += share * times * _carried(tariff, tariff["unit_price"]) * Fraction(each["rate"])
    if tariff["minimum"] is not None:
        amount = max(amount, Fraction(tariff["minimum"]))
    if tariff["cap_visit"] is not None:
        amount = min(amount, Fraction(tariff["cap_visit"]))
    return amount


def _priced(tariff: Mapping[str, Any], due: Fraction) -> Fraction:
    if not tariff["slices"]:
        return due * _carried(tariff, tariff["unit_price"])
    prices = [
        (Fraction(each["start"]), each["end"], _carried(tariff, each["unit_price"]))
        for each in tariff["slices"]
    ]
    if tariff["slicing"] == "reached":
        return due * next(price for _, end, price in prices if end is None or due <= Fraction(end))
    amount = Fraction(0)
    for start, end, price in prices:
        if due > start:
            amount += ((min(due, Fraction(end)) if end is not None else due) - start) * price
    return amount


def _carried(tariff: Mapping[str, Any], price: str) -> Fraction:
    index = tariff["index"]
    if index is None:
        return Fraction(price)
    scale = 10 ** index["decimals"]
    raised = Fraction(price) * Fraction(index["value"]) / Fraction(index["base"])
    return Fraction(floor(raised * scale + Fraction(1, 2)), scale)


def _surcharged(usage: Usage, kind: str, calendar: Any, size: Fraction) -> Fraction:  # noqa: ANN401 - JSON
    if kind in STARTED or kind in EXACT:
        return _time(kind, _certain(usage, calendar), up=False)
    return size if _within(calendar, usage.at) else Fraction(0)


def _certain(usage: Usage, calendar: Any) -> int:  # noqa: ANN401 - JSON
    """Return the least of the certain time that is within hours, whichever part is uncertain."""
    inside = sum(
        max(timedelta(0), min(usage.ended_at, end) - max(usage.at, start)) // MILLISECOND
        for start, end in _spans(calendar, usage.at, usage.ended_at)
    )
    lasted = (usage.ended_at - usage.at) // MILLISECOND
    return max(0, usage.certain_ms - (lasted - inside))


def _within(calendar: Any, at: datetime) -> bool:  # noqa: ANN401 - JSON
    return any(start <= at < end for start, end in _spans(calendar, at, at))


def _spans(calendar: Any, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:  # noqa: ANN401 - JSON
    """Return the disjoint spans of one daily period around some instants."""
    ((period,),) = (each["schedule"] for each in calendar)
    opens, closes = (_hour(period[name]) for name in ("startTime", "endTime"))
    day, found = first.astimezone(PARIS).date() - timedelta(days=1), []
    while day <= last.astimezone(PARIS).date():
        if "ANY" in period["day"] or DAYS[day.weekday()] in period["day"]:
            ends = day if closes > opens else day + timedelta(days=1)
            found.append((_at(day, opens), _at(ends, closes)))
        day += timedelta(days=1)
    return found


def _hour(text: str) -> int:
    return int(text[:2])


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS).astimezone(UTC)


def taxes(lines: Iterable[tuple[str, str]]) -> dict[str, Fraction]:
    """Return the tax of each rate on some amounts without tax, half a cent upwards."""
    nets: dict[str, Fraction] = {}
    for rate, amount in lines:
        nets[rate] = nets.get(rate, Fraction(0)) + Fraction(amount)
    return {
        rate: Fraction(floor(net * Fraction(rate) + Fraction(1, 2)), 100)
        for rate, net in nets.items()
    }
