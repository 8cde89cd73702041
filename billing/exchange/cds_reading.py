"""Which tariffs do CDS curb policies come to? Those whose rates ours can charge, others refused.

Of two policies of one name the one of the lower priority number goes first: in its hours it is a
surcharge. The rates of a rule tile the length of a stay without gap or overlap.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from billing.exchange import reading
from billing.exchange.cds import CLASSES, PURPOSES, UNITS
from billing.exchange.reading import Given, euros, joined, member, needed, sliced
from billing.exchange.saying import Read, Unsaid
from billing.members import refuse
from billing.money import NOTHING
from billing.prices import Tariff, TariffKind
from zones.demands import VehicleClass
from zones.formats.mds_hours import DAYS
from zones.model import Layer, Purpose
from zones.periods import ALWAYS, DailyPeriod, Window

VEHICLES = {word: each for each, word in CLASSES.items()}
USES = {**{each.value: each for each in Purpose}, **{word: each for each, word in PURPOSES.items()}}
CHARGED = frozenset({"parking", "loading", "unloading", "stopping"})
NARROWER = {
    "max_stay": "a tariff ends no stay: that is a zone's to demand",
    "no_return": "a tariff forbids no return",
    "user_classes_except": "it reads as due from them too",
}
TIMES = frozenset(
    {"start_date", "end_date", "days_of_week", "time_of_day_start", "time_of_day_end"}
)


def read(document: Mapping[str, Any], given: Given) -> Read:
    """Read the policies of a curb feed as tariffs under an act, or refuse them by name."""
    currency = document.get("currency") or "USD"
    if currency != "EUR":
        refuse("currency", f"the city bills in EUR, not in {currency!s:.3}")
    holder = needed(document, "data", dict, "")
    found: list[tuple[int, str, Tariff]] = []
    unsaid: list[Unsaid] = []
    for path, policy in reading.entries(holder, "policies", "data"):
        priority = needed(policy, "priority", int, path)
        for at, rule in reading.entries(policy, "rules", path):
            if not rule.get("rate"):
                reason = "a rule without a rate is no price: passed over"
                unsaid.append(Unsaid(tariff=_name(policy, path), path=at, reason=reason))
                continue
            found.append((priority, at, _tariff(policy, rule, (path, at), given)))
            unsaid += _unsaid(policy, rule, (path, at))
    tariffs = reading.gathered(_ordered(found), given)
    return Read(tariffs=tariffs, unsaid=tuple(unsaid))


def _name(policy: Mapping[str, Any], path: str) -> str:
    named = member(policy, "name", str, path) or needed(policy, "curb_policy_id", str, path)
    return reading.slug(named)


def _tariff(
    policy: Mapping[str, Any], rule: Mapping[str, Any], paths: tuple[str, str], given: Given
) -> Tariff:
    path, at = paths
    within, periods = _times(policy, path)
    published = reading.instant(member(policy, "published_date", int, path), path)
    name = member(rule, "name", str, at) or member(policy, "name", str, path) or "curb"
    plain = Tariff(
        id=_name(policy, path),
        version=1,
        text={"fr": (member(rule, "description", str, at) or name)[:200], "en": name[:200]},
        act=given.act,
        kind=TariffKind.PER_HOUR,
        unit_price=NOTHING,
        layer=Layer.SURFACE,
        zones=tuple(given.zones),
        purposes=_purposes(rule, at),
        vehicle_classes=_classes(rule, at),
        calendar=reading.calendar(periods, ALWAYS),
        permit_required=False,
        published=published.date() if published else None,
        valid=within,
    )
    return _rated(plain, list(reading.entries(rule, "rate", at)))


def _rated(tariff: Tariff, rates: Sequence[tuple[str, Mapping[str, Any]]]) -> Tariff:
    """Return a tariff at some rates, which tile."""
    kinds = [_kind(rate, path) for path, rate in rates]
    if any(kind is not kinds[0] for kind in kinds):
        refuse(rates[-1][0], "the rates of one rule have one unit, or no tariff is its price")
    kind, of = kinds[0], UNITS[kinds[0]].of
    limits = [_limits(rate, path) for path, rate in rates]
    _require_tiled(limits, [path for path, _ in rates])
    prices = [_price(rate, path, of) for path, rate in rates]
    starts = [Decimal(start) for start, _ in limits]
    caps = {member(rate, "maximum_fee", int, path) for path, rate in rates}
    if len(caps) > 1:
        refuse(rates[-1][0], "maximum_fee: a stay has one cap, the same in all its rates")
    cap = caps.pop()
    priced = replace(tariff, kind=kind, cap_visit=None if cap is None else euros(cap, rates[0][0]))
    return sliced(priced, list(zip(starts, prices, strict=True)), of)


def _kind(rate: Mapping[str, Any], path: str) -> TariffKind:
    unit = needed(rate, "rate_unit", str, path)
    step, amount = (
        member(rate, name, int, path) for name in ("increment_duration", "increment_amount")
    )
    if rate.get("rate_unit_period", "rolling") != "rolling":
        refuse(f"{path}.rate_unit_period", "units are counted from the beginning of a stay")
    quarter = amount is not None and member(rate, "rate", int, path) in {amount * 4, 0}
    if unit == "hour" and step is None and quarter:
        return TariffKind.PER_STARTED_QUARTER_HOUR
    said = (unit, step == 1) if amount is None and step in {None, 1} else None
    found = next(
        (kind for kind, each in UNITS.items() if (each.name, each.begun) == said and each.of == 1),
        None,
    )
    if found is None:
        rounding = f"by {step or amount} " if step or amount else ""
        refuse(f"{path}.rate_unit", f"no tariff counts {rounding}{unit}s of time")
    return found


def _limits(rate: Mapping[str, Any], path: str) -> tuple[int, int | None]:
    return member(rate, "start_duration", int, path) or 0, member(rate, "end_duration", int, path)


def _price(rate: Mapping[str, Any], path: str, of: int) -> Decimal:
    cents = needed(rate, "rate", int, path)
    if cents % of:
        refuse(f"{path}.rate", f"{cents} is no whole number of cents a quarter of an hour")
    return euros(cents // of, f"{path}.rate")


def _require_tiled(limits: Sequence[tuple[int, int | None]], paths: Sequence[str]) -> None:
    if limits[0][0]:
        refuse(f"{paths[0]}.start_duration", f"rates begin at 0, not at {limits[0][0]}")
    for ((start, end), (after, _)), path in zip(pairwise(limits), paths[1:], strict=True):
        if end is None or end <= start:
            refuse(path, f"the rate from {start} before it has no end above its start")
        if end != after:
            gap = "a gap" if end < after else "an overlap"
            refuse(f"{path}.start_duration", f"{gap} between {end} and {after}")
    if limits[-1][1] is not None:
        refuse(f"{paths[-1]}.end_duration", "the last rate has no end")


def _classes(rule: Mapping[str, Any], path: str) -> frozenset[VehicleClass]:
    named = reading.words(rule, "user_classes", path)
    if len(named) > 1:
        refuse(f"{path}.user_classes", "a vehicle is of one class, not of several at once")
    unknown = next((each for each in named if each not in VEHICLES), None)
    if unknown is not None:
        refuse(f"{path}.user_classes", f"{unknown!r} is none of {', '.join(VEHICLES)}")
    return frozenset(VEHICLES[each] for each in named)


def _purposes(rule: Mapping[str, Any], path: str) -> frozenset[Purpose]:
    named = reading.words(rule, "purposes", path)
    unknown = next((each for each in named if each not in USES), None)
    if unknown is not None:
        refuse(f"{path}.purposes", f"{unknown!r} is none of {', '.join(USES)}")
    return frozenset(USES[each] for each in named)


def _times(policy: Mapping[str, Any], path: str) -> tuple[Window, tuple[DailyPeriod, ...]]:
    """Return from when until when a policy holds, and in which hours."""
    windows: set[Window] = set()
    periods: list[DailyPeriod] = []
    always = not policy.get("time_spans")
    for at, span in () if always else reading.entries(policy, "time_spans", path):
        unknown = next((name for name in span if name not in TIMES), None)
        if unknown is not None:
            refuse(f"{at}.{unknown}", "a price has days of the week and hours alone")
        start, end = (
            reading.instant(member(span, name, int, at), f"{at}.{name}")
            for name in ("start_date", "end_date")
        )
        windows.add(reading.window(start, end, f"{at}.end_date"))
        periods += _hours(span, at)
    if len(windows) > 1:
        refuse(f"{path}.time_spans", "they begin or end on several days: a tariff a span is needed")
    return windows.pop() if windows else ALWAYS, tuple(periods)


def _hours(span: Mapping[str, Any], path: str) -> Iterator[DailyPeriod]:
    days = reading.words(span, "days_of_week", path)
    opens, closes = (
        member(span, name, str, path) for name in ("time_of_day_start", "time_of_day_end")
    )
    unknown = next((each for each in days if each not in DAYS), None)
    if unknown is not None:
        refuse(f"{path}.days_of_week", f"{unknown!r} is no day of {', '.join(DAYS)}")
    if days or opens or closes:
        named = frozenset(DAYS.index(each) for each in days)
        yield reading.hours(named, opens, closes, path)


def _unsaid(
    policy: Mapping[str, Any], rule: Mapping[str, Any], paths: tuple[str, str]
) -> Iterator[Unsaid]:
    path, at = paths
    name = _name(policy, path)
    for member_, reason in NARROWER.items():
        if rule.get(member_):
            yield Unsaid(tariff=name, path=f"{at}.{member_}", reason=reason)
    if policy.get("data_source_operator_id"):
        reason = "it reads as due from every operator"
        yield Unsaid(tariff=name, path=f"{path}.data_source_operator_id", reason=reason)
    activity = needed(rule, "activity", str, at)
    if activity not in CHARGED:
        reason = f"a stay is charged for, not {activity[:20]!r}"
        yield Unsaid(tariff=name, path=f"{at}.activity", reason=reason)


def _ordered(found: Sequence[tuple[int, str, Tariff]]) -> list[Tariff]:
    """Return tariffs, those of one name and use that go before each other as one."""
    kept: list[Tariff] = []
    order = sorted(found, key=lambda each: (each[2].id, sorted(each[2].vehicle_classes), each[0]))
    for _, group in groupby(order, key=lambda each: (each[2].id, each[2].vehicle_classes)):
        members = list(group)
        first = members[0][2]
        for _, path, following in members[1:]:
            if not first.valid.overlaps(following.valid):
                kept.append(first)
                first = following
                continue
            both = joined(first, following)
            if both is None:
                refuse(path, "which of two policies goes first no tariff can say: they add up here")
            first = both
        kept.append(first)
    return kept
