"""Can this tariff be applied? What contradicts itself is refused, in one sentence by its field."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from billing.members import refuse
from billing.money import NOTHING
from billing.prices import (
    COUNTED_DECIMALS,
    FACTOR_DECIMALS,
    LOADED,
    MOVING,
    OCCUPYING,
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    Slice,
    Tariff,
    TariffKind,
)

# An amount under a cap is written as quantity times price: it has no more decimals than both.
MOST_DECIMALS = QUANTITY_DECIMALS + PRICE_DECIMALS
CAPS = ("cap_visit", "cap_day", "cap_period")
ONLY_MOVING = {
    "calendar": "has no hours",
    "surcharges": "has no hours",
    "vehicle_classes": "has no vehicle",
    "noise_factors": "has no vehicle",
    "energy_factors": "has no vehicle",
    "cap_day": "is not counted by the day",
}


def require_sound(tariff: Tariff) -> None:
    """Refuse a tariff that contradicts itself or counts what its kind does not."""
    for check in CHECKS:
        for name, reason in check(tariff):
            refuse(name, reason)


def _counts(tariff: Tariff) -> Iterator[tuple[str, str]]:
    if tariff.kind is TariffKind.PER_PERMIT and tariff.zones:
        yield "zones", "a fee per permit is due once, whatever the number of zones"
    if tariff.kind in OCCUPYING and tariff.zones:
        yield "zones", "an occupation is priced by its size and street_categories, not by zone"
    if tariff.occupations and tariff.kind not in OCCUPYING:
        yield "occupations", f"{tariff.kind} does not count what is occupied"
    if tariff.street_categories and tariff.kind not in OCCUPYING:
        yield "street_categories", f"{tariff.kind} does not count what is occupied"


def _reads(tariff: Tariff) -> Iterator[tuple[str, str]]:
    if tariff.kind is TariffKind.PER_API_CALL:
        for name in ("zones", "layer"):
            if getattr(tariff, name):
                yield name, "what is read of the city's data is in no zone or layer"


def _moves(tariff: Tariff) -> Iterator[tuple[str, str]]:
    """Refuse what only a visit has: hours, a vehicle, a day's cap."""
    if tariff.kind in MOVING:
        return
    for name, reason in ONLY_MOVING.items():
        if getattr(tariff, name):
            yield name, f"{tariff.kind} {reason}"


def _title(tariff: Tariff) -> Iterator[tuple[str, str]]:
    if tariff.without_title is None:
        return
    if tariff.kind not in MOVING | OCCUPYING:
        yield "without_title", f"{tariff.kind} always rests on a permit or a key"
    if tariff.kind in LOADED:
        yield "without_title", f"{tariff.kind} is told of voyages, permit or not"
    if not tariff.permit_required:
        yield "without_title", "this tariff asks no permit, so its price is due without one"


def _dates(tariff: Tariff) -> Iterator[tuple[str, str]]:
    start = tariff.valid.start
    if tariff.published and start and tariff.published > start.date():
        yield "published", f"{tariff.published} is after the price takes effect"


def _slices(tariff: Tariff) -> Iterator[tuple[str, str]]:
    if not tariff.slices:
        return
    first, last = tariff.slices[0], tariff.slices[-1]
    if first.start != NOTHING:
        yield "slices[0].start", f"slices begin at 0, not at {first.start}"
    for at, (one, following) in enumerate(pairwise(tariff.slices), start=1):
        yield from _joint(one, following, f"slices[{at}].start")
    if last.end is not None:
        yield f"slices[{len(tariff.slices) - 1}].end", "the last slice has no end"
    if tariff.unit_price != first.unit_price:
        yield "unit_price", f"the first slice's, {first.unit_price}, where there are slices"
    if tariff.surcharges:
        yield "surcharges", "a price in slices has none: publish a tariff for those hours beside it"


def _joint(one: Slice, following: Slice, path: str) -> Iterator[tuple[str, str]]:
    if one.end is None or one.end <= one.start:
        yield path, f"the slice from {one.start} before it has no end above its start"
    elif one.end < following.start:
        yield path, f"a gap between {one.end} and {following.start}"
    elif one.end > following.start:
        yield path, f"overlaps the slice before it, which ends at {one.end}"


def _limits(tariff: Tariff) -> Iterator[tuple[str, str]]:
    caps = [(name, getattr(tariff, name)) for name in CAPS if getattr(tariff, name) is not None]
    for name, cap in caps:
        if tariff.minimum is not None and cap < tariff.minimum:
            yield name, f"{cap} is below the minimum, {tariff.minimum}"
    for (name, cap), (wider, over) in pairwise(caps):
        if over < cap:
            yield wider, f"{over} is below {name}, {cap}"
    if caps and _decimals(tariff) > MOST_DECIMALS:
        yield "unit_price", f"with a cap, amounts have at most {MOST_DECIMALS} decimals"


def _decimals(tariff: Tariff) -> int:
    """Return how many decimals an amount can have before the factors."""
    prices = [tariff.unit_price, tariff.fixed, *(each.unit_price for each in tariff.slices)]
    carried = max(_exponent(tariff.carried(price)) for price in prices)
    rates = max((_exponent(each.rate) for each in tariff.surcharges), default=0)
    free = _exponent(tariff.first_free)
    return carried + rates + max(COUNTED_DECIMALS.get(tariff.kind, 0), free)


def _index(tariff: Tariff) -> Iterator[tuple[str, str]]:
    if tariff.index is not None and tariff.carried(tariff.unit_price) == NOTHING:
        yield "index", f"carries the price of {tariff.unit_price} forward to nothing"


def _rates(tariff: Tariff) -> Iterator[tuple[str, str]]:
    for at, surcharge in enumerate(tariff.surcharges):
        if _exponent(surcharge.rate) > FACTOR_DECIMALS or not surcharge.rate:
            yield f"surcharges[{at}].rate", "a surcharge adds something"


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


Check = Callable[[Tariff], Iterator[tuple[str, str]]]
CHECKS: tuple[Check, ...] = (
    _counts,
    _reads,
    _moves,
    _title,
    _dates,
    _slices,
    _limits,
    _index,
    _rates,
)
