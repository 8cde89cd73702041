"""What do readers of other formats share? What they are given, and how prices become tariffs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.members import refuse
from billing.money import NOTHING, ONE, ROUNDING, product
from billing.periods import CITY
from billing.prices import FACTOR_DECIMALS, Slice, Surcharge, Tariff
from billing.soundness import require_sound
from zones.formats.saying import DAY_S, WEEK
from zones.model import ZoneId
from zones.periods import Applicability, DailyPeriod, InvalidWindow, Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_ID = 60
CENTS = -2
CLOCK = re.compile(r"(\d\d):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
RAISED_HOURS = {"fr": "heures majorées", "en": "raised hours"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a document of others does not say: the act, whose geographies, what is `known` already.

    `zones` are those of the prices that name none themselves.
    """

    act: str
    geographies: Mapping[str, ZoneId] = field(default_factory=dict)
    zones: Sequence[str] = ()
    known: Sequence[Tariff] = ()


def member(entry: Mapping[str, Any], name: str, kind: type, path: str) -> Any:  # noqa: ANN401 - the kind is an argument
    """Return a member of a kind, or None where it is missing."""
    value = entry.get(name)
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        refuse(f"{path}.{name}", f"{str(value)[:60]!r} is no {kind.__name__}")
    return value


def words(entry: Mapping[str, Any], name: str, path: str) -> list[str]:
    """Return a list of words, or none where it is missing."""
    found = member(entry, name, list, path) or []
    for each in found:
        if not isinstance(each, str):
            refuse(f"{path}.{name}", f"{str(each)[:60]!r} is no word")
    return list(found)


def needed(entry: Mapping[str, Any], name: str, kind: type, path: str) -> Any:  # noqa: ANN401 - the kind is an argument
    """Return a member that has to be there."""
    value = member(entry, name, kind, path)
    if value is None:
        refuse(f"{path}.{name}", "it has to be there")
    return value


def entries(document: Mapping[str, Any], name: str, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the objects of a list with the path of each."""
    for at, entry in enumerate(needed(document, name, list, path)):
        where = f"{path}.{name}[{at}]".lstrip(".")
        if not isinstance(entry, Mapping):
            refuse(where, "it is no object")
        yield where, entry


def euros(cents: int, path: str) -> Decimal:
    """Return a price of so many cents; a gift is none."""
    if cents < 0:
        refuse(path, f"{cents} is below 0: a tariff pays nobody")
    return Decimal(cents).scaleb(CENTS)


def instant(at_ms: int | None, path: str) -> datetime | None:
    """Return what a count of milliseconds from 1970 stands for, in the city."""
    if at_ms is None:
        return None
    try:
        return (EPOCH + timedelta(milliseconds=at_ms)).astimezone(CITY)
    except (OverflowError, ValueError):
        refuse(path, f"{at_ms} is no instant")


def window(start: datetime | None, end: datetime | None, path: str) -> Window:
    """Return the window between two instants."""
    try:
        return Window(start=start, end=end)
    except InvalidWindow as broken:
        refuse(path, str(broken))


def hours(days: frozenset[int], start: str | None, end: str | None, path: str) -> DailyPeriod:
    """Return daily hours; a clock at the last second of a day is its end."""
    opens, closes = _seconds(start or "00:00", path), _seconds(end or "24:00", path)
    last = DAY_S - 1
    return DailyPeriod(days=days or WEEK, start=opens, end=DAY_S if closes == last else closes)


def calendar(periods: Sequence[DailyPeriod], within: Window) -> tuple[Applicability, ...]:
    """Return the calendar of some hours; none is always."""
    if not periods:
        return ()
    return (Applicability(window=within, schedule=tuple(periods)),)


def sliced(tariff: Tariff, priced: Sequence[tuple[Decimal, Decimal]], scale: int = 1) -> Tariff:
    """Return a tariff with the prices of a range, each from where it begins; the first from 0."""
    free = NOTHING
    if len(priced) > 1 and not priced[0][1]:
        free, priced = priced[1][0] * scale, priced[1:]
    starts = [start * scale - free for start, _ in priced]
    slices = tuple(
        Slice(start=start, end=end, unit_price=price)
        for start, end, (_, price) in zip(starts, [*starts[1:], None], priced, strict=True)
    )
    alone = len(slices) == 1
    unit_price = slices[0].unit_price
    return replace(tariff, first_free=free, slices=() if alone else slices, unit_price=unit_price)


def joined(raised: Tariff, plain: Tariff) -> Tariff | None:
    """Return one tariff of two of which the first is the price in its hours, if there is one."""
    if plain.calendar or plain.surcharges or not raised.calendar or not plain.unit_price:
        return None
    same = replace(raised, calendar=(), unit_price=plain.unit_price)
    ratio = ROUNDING.divide(raised.unit_price, plain.unit_price)
    rate = round(ratio, FACTOR_DECIMALS) - ONE
    exact = rate > NOTHING and product(plain.unit_price, ONE + rate) == raised.unit_price
    if same != plain or plain.slices or not exact:
        return None
    surcharge = Surcharge(text=RAISED_HOURS, rate=rate.normalize(), calendar=raised.calendar)
    return replace(plain, surcharges=(surcharge,))


def gathered(found: Sequence[Tariff], given: Given) -> tuple[Tariff, ...]:
    """Return tariffs, those that differ by classes of vehicles as one, under ids and versions."""
    kept: list[Tariff] = []
    for each in found:
        like = next((at for at, other in enumerate(kept) if _alike(each, other)), None)
        if like is None:
            kept.append(each)
        else:
            both = kept[like].vehicle_classes | each.vehicle_classes
            kept[like] = replace(kept[like], vehicle_classes=both)
    kept.sort(key=lambda each: each.valid.start or EPOCH)
    named: list[Tariff] = []
    for each in kept:
        if any(replace(each, version=other.version) == other for other in given.known):
            continue  # published before, word for word
        named.append(_numbered(each, named, given))
        require_sound(named[-1])
    return tuple(named)


def slug(name: str) -> str:
    """Return a name as the id of a tariff."""
    plain = "".join(each if each.isascii() and each.isalnum() else " " for each in name.lower())
    return "-".join(plain.split())[:LONGEST_ID].strip("-") or "tariff"


def _alike(one: Tariff, other: Tariff) -> bool:
    return (
        bool(one.vehicle_classes and other.vehicle_classes)
        and replace(one, vehicle_classes=other.vehicle_classes) == other
    )


def _numbered(tariff: Tariff, before: Sequence[Tariff], given: Given) -> Tariff:
    """Return a tariff as the next version of its id, or under another where both would be due."""
    names = (tariff.id, *(f"{tariff.id}-{number}" for number in range(2, len(before) + 3)))
    for ident in names:
        same = [each for each in before if each.id == ident]
        if not any(each.valid.overlaps(tariff.valid) for each in same):
            published = [each.version for each in given.known if each.id == ident]
            version = max(published, default=0) + len(same) + 1
            return replace(tariff, id=ident, version=version)
    return tariff


def _seconds(clock: str, path: str) -> int:
    read = CLOCK.fullmatch(clock)
    hour, minute, second = (int(each or 0) for each in read.groups()) if read else (0, 0, 0)
    found = hour * 3600 + minute * 60 + second
    if read is None or found > DAY_S:
        refuse(path, f"{clock[:20]!r} is no time of day")
    return found
