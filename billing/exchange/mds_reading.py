"""Which tariffs do MDS Policies come to? Those whose rates ours can charge; others are refused.

The rules of a policy are asked in order. So what a rule charges depends on those before it: bounds
of one quantity become slices, hours before all hours a surcharge, anything else is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from billing.exchange import reading
from billing.exchange.mds import COUNTING, IN_BOUNDS, MODES, ONCE, OUT_OF_BOUNDS, TYPES
from billing.exchange.reading import Given, euros, joined, member, needed, sliced
from billing.exchange.saying import Read, Unsaid
from billing.members import refuse
from billing.money import NOTHING
from billing.prices import Tariff, TariffKind
from zones.demands import VehicleClass
from zones.formats.mds_hours import DAYS
from zones.formats.mds_policy import PRESENT
from zones.model import Layer
from zones.periods import ALWAYS, DailyPeriod

CLASSES = {word: each for each, word in TYPES.items()}
# The first kind that counts so: entries of a vehicle are its visits.
KINDS = {counting: kind for kind, counting in COUNTING.items() if kind is not TariffKind.PER_ENTRY}
MICROMOBILITY = "micromobility"  # where no mode is named
NARROWER = {
    "provider_ids": "it reads as due from every operator",
    "propulsion_types": "it reads as due whatever drives the vehicle",
    "value_url": "no price changes from outside",
}


class Bounds(NamedTuple):
    """From where to where a rule's rate is due."""

    start: int
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with a rate: what it is of, when, and what it costs within which bounds."""

    path: str
    of: Tariff
    hours: tuple[DailyPeriod, ...]
    bounds: tuple[Bounds, ...]
    price: Decimal


def read(document: Mapping[str, Any], given: Given) -> Read:
    """Read MDS policies as tariffs under an act, or refuse them by name."""
    inner = document.get("data")
    holder = inner if isinstance(inner, Mapping) else document
    policies = (
        list(reading.entries(holder, "policies", ""))
        if "policies" in holder
        else [("policy", document)]
    )
    found: list[Tariff] = []
    unsaid: list[Unsaid] = []
    for path, policy in policies:
        tariffs, lost = _policy(policy, path, given)
        found += tariffs
        unsaid += lost
    return Read(tariffs=reading.gathered(found, given), unsaid=tuple(unsaid))


def _policy(
    policy: Mapping[str, Any], path: str, given: Given
) -> tuple[list[Tariff], list[Unsaid]]:
    name = reading.slug(needed(policy, "name", str, path))
    stated = list(reading.entries(policy, "rules", path))
    priced = [(at, each) for at, each in stated if each.get("rate_amount") is not None]
    lost = [
        Unsaid(tariff=name, path=f"{at}.{member_}", reason=reason)
        for at, each in [(path, policy), *priced]
        for member_, reason in NARROWER.items()
        if each.get(member_)
    ]
    lost += [Unsaid(tariff=name, path=at, reason=why) for at, why in _unsaid(stated, policy)]
    return _tariffs([_rule(policy, each, at, given) for at, each in priced]), lost


def _unsaid(
    stated: Sequence[tuple[str, Mapping[str, Any]]], policy: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if (policy.get("mode_id") or MICROMOBILITY) == MICROMOBILITY:
        yield "mode_id", "of micromobility the city knows cargo bicycles alone"
    for path, each in stated:
        if each.get("rate_amount") is None:
            yield path, "a rule without a rate is no price: passed over"
        elif set(member(each, "states", dict, path) or PRESENT) != set(PRESENT):
            yield f"{path}.states", "presence is charged for whatever the vehicle's state"
        if each.get("rate_recurrence") == "per_complete_time_unit":
            yield f"{path}.rate_recurrence", "a tariff charges the part of a unit too"
        if len(reading.words(each, "geographies", path)) > 1:
            yield f"{path}.geographies", "a vehicle in two of them is charged in each"


def _rule(policy: Mapping[str, Any], rule: Mapping[str, Any], path: str, given: Given) -> Rule:
    kind = _kind(rule, path)
    start, end = (
        reading.instant(member(policy, name, int, path), f"{path}.{name}")
        for name in ("start_date", "end_date")
    )
    published = reading.instant(member(policy, "published_date", int, path), path)
    name = needed(policy, "name", str, path)
    said = member(rule, "messages", dict, path) or {}
    price = euros(needed(rule, "rate_amount", int, path), f"{path}.rate_amount")
    return Rule(
        path=path,
        of=Tariff(
            id=reading.slug(member(rule, "name", str, path) or name),
            version=1,
            text={lang: str(said.get(lang) or name)[:200] for lang in ("fr", "en")},
            act=given.act,
            kind=kind,
            unit_price=NOTHING,
            currency=_currency(policy, path),
            layer=Layer.SURFACE,
            zones=_zones(rule, path, given),
            vehicle_classes=_classes(policy, rule, path),
            permit_required=False,
            published=published.date() if published else None,
            valid=reading.window(start, end, f"{path}.end_date"),
        ),
        hours=_hours(rule, path),
        bounds=_bounds(rule, path, kind),
        price=price,
    )


def _kind(rule: Mapping[str, Any], path: str) -> TariffKind:
    names = ("rule_type", "rule_units", "rate_recurrence")
    said = tuple(rule.get(name) for name in names)
    if said == (*ONCE[:2], "once_on_unmatch"):
        return TariffKind.PER_VISIT  # due when it leaves: of a visit, that is once
    found = next((kind for counting, kind in KINDS.items() if tuple(counting) == said), None)
    if found is None:
        counted = ", ".join(f"{name} {each!r}" for name, each in zip(names, said, strict=True))
        refuse(path, f"no tariff counts {counted}")
    return found


def _currency(policy: Mapping[str, Any], path: str) -> str:
    found = policy.get("currency") or "USD"
    if found != "EUR":
        refuse(f"{path}.currency", f"the city bills in EUR, not in {found!s:.3}")
    return "EUR"


def _zones(rule: Mapping[str, Any], path: str, given: Given) -> tuple[str, ...]:
    named = reading.words(rule, "geographies", path)
    unknown = next((each for each in named if each not in given.geographies), None)
    if unknown is not None and not given.zones:
        refuse(f"{path}.geographies", f"no published zone is the geography {unknown}")
    if not named:
        refuse(f"{path}.geographies", "a rule holds in some, this in none")
    return tuple(given.zones) or tuple(sorted(given.geographies[each] for each in named))


def _classes(
    policy: Mapping[str, Any], rule: Mapping[str, Any], path: str
) -> frozenset[VehicleClass]:
    mode = member(policy, "mode_id", str, path) or MICROMOBILITY
    if mode not in MODES:
        refuse(f"{path}.mode_id", f"{mode!r} is no mode of {', '.join(MODES)}")
    types = reading.words(rule, "vehicle_types", path) or [TYPES[MODES[mode]]]
    known = frozenset(CLASSES[each] for each in types if each in CLASSES)
    if not known:
        refuse(f"{path}.vehicle_types", f"none of {', '.join(types)} is known here")
    return known


def _hours(rule: Mapping[str, Any], path: str) -> tuple[DailyPeriod, ...]:
    days = reading.words(rule, "days", path)
    start, end = (member(rule, name, str, path) for name in ("start_time", "end_time"))
    if not (days or start or end):
        return ()
    unknown = sorted(set(days) - set(DAYS))
    if unknown:
        refuse(f"{path}.days", f"{unknown[0]!r} is no day of {', '.join(DAYS)}")
    named = frozenset(DAYS.index(each) for each in days)
    return (reading.hours(named, start, end, path),)


def _bounds(rule: Mapping[str, Any], path: str, kind: TariffKind) -> tuple[Bounds, ...]:
    """Return where a rate is due: within the bounds, or else on both sides of them."""
    least = member(rule, "minimum", int, path) or 0
    most = member(rule, "maximum", int, path)
    applies = rule.get("rate_applies_when") or OUT_OF_BOUNDS
    if COUNTING[kind] is ONCE and (least or most is not None):
        refuse(path, "a price by how many vehicles there are is none of one vehicle")
    if applies == IN_BOUNDS:
        return (Bounds(least, most),)
    below = [Bounds(0, least)] if least else []
    above = [] if most is None else [Bounds(most, None)]
    if applies != OUT_OF_BOUNDS or not (below or above):
        refuse(f"{path}.rate_applies_when", "out of bounds that there are not: it is never due")
    return (*below, *above)


def _tariffs(rules: Sequence[Rule]) -> list[Tariff]:
    """Return the tariffs of the rules of one policy, in their order."""
    groups: list[list[Rule]] = []
    for rule in rules:
        like = next((each for each in groups if _tiers(each[0], rule)), None)
        if like is None:
            groups.append([rule])
        else:
            like.append(rule)
    return _ordered([(group[0], _priced(group)) for group in _by_hours(groups)])


def _tiers(one: Rule, other: Rule) -> bool:
    return (one.of, one.hours) == (other.of, other.hours)


def _by_hours(groups: Sequence[list[Rule]]) -> list[list[Rule]]:
    """Join groups that say the same of different hours."""
    kept: list[list[Rule]] = []
    for group in groups:
        same = next((each for each in kept if _same_but_hours(each, group)), None)
        if same is None:
            kept.append(group)
        else:
            hours = (*same[0].hours, *group[0].hours)
            kept[kept.index(same)] = [replace(each, hours=hours) for each in same]
    return kept


def _same_but_hours(one: Sequence[Rule], other: Sequence[Rule]) -> bool:
    told = [[(each.of, each.bounds, each.price) for each in group] for group in (one, other)]
    return bool(one[0].hours and other[0].hours) and told[0] == told[1]


def _priced(group: Sequence[Rule]) -> Tariff:
    """Return the tariff of rules of the same use: at each quantity the first that is due."""
    limits = {0} | {limit for each in group for bound in each.bounds for limit in bound if limit}
    found: list[tuple[Decimal, Decimal]] = []
    for start in sorted(limits):
        price = next((each.price for each in group if _due(each, start)), NOTHING)
        if not found or found[-1][1] != price:
            found.append((Decimal(start), price))
    of = replace(group[0].of, calendar=reading.calendar(group[0].hours, ALWAYS))
    return sliced(of, found)


def _due(rule: Rule, at: int) -> bool:
    return any(bound.start <= at and (bound.end is None or at < bound.end) for bound in rule.bounds)


def _ordered(found: Sequence[tuple[Rule, Tariff]]) -> list[Tariff]:
    """Return tariffs that are due beside each other; where one goes before, it is a surcharge."""
    kept: list[Tariff] = []
    for rule, tariff in found:
        before = next((each for each in kept if _both_due(each, tariff)), None)
        if before is None:
            kept.append(tariff)
            continue
        both = joined(before, tariff)
        if both is None:
            refuse(rule.path, "which of two rules goes first no tariff can say: they add up here")
        kept[kept.index(before)] = both
    return kept


def _both_due(one: Tariff, other: Tariff) -> bool:
    """Tell whether a vehicle could be under both."""
    return bool(set(one.zones) & set(other.zones)) and bool(
        one.vehicle_classes & other.vehicle_classes
    )
