"""What is due for a use? Its quantity, times the price in force when it began, times the factor.

Nothing is rounded here. Tariffs add up: a use that two of them price owes both. `price` asks
nobody anything, so it prices what might happen as well as what did.
"""

from collections.abc import Container, Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from billing.model import Fee, FeeId, Usage, UsageId
from billing.money import NOTHING, ONE, product
from billing.naming import named
from billing.prices import Tariff
from billing.pricing.applying import factor
from billing.pricing.book import Book, Ready, Shelf
from billing.pricing.caps import Caps
from billing.pricing.parts import Part, rate_of
from permits.model import PermitId

FEES = UUID("6f1d3c52-6d3f-5d0e-9a57-0c70a1b0e002")
Priced = set[tuple[UsageId, str]]


def price(
    usages: Iterable[Usage],
    tariffs: Sequence[Tariff],
    free: Container[PermitId] = frozenset(),
    known: Iterable[Fee] = (),
    *,
    shelf: Shelf | None = None,
) -> tuple[Fee, ...]:
    """Price every usage under every tariff that applies to it, in the order of their keys.

    What is used under a permit that is `free` is priced at nothing. A usage with `known` fees of a
    tariff is not priced by it again, and they fill its caps. Whoever prices again and again by the
    same tariffs has a `shelf` of them.
    """
    ordered = sorted(usages, key=lambda usage: (usage.at, usage.key))
    book, caps = Book(shelf or Shelf(tariffs), ordered), Caps()
    priced = _charged(known, ordered, tariffs, caps)
    found = [
        (usage.key, fee)
        for usage in ordered
        for ready in book.of(usage)
        if (usage.id, ready.tariff.id) not in priced
        for fee in _fees(usage, ready, caps, free=_is_free(usage, free))
    ]
    return tuple(fee for _, fee in sorted(found, key=lambda each: each[0]))


def _fees(usage: Usage, ready: Ready, caps: Caps, *, free: bool) -> list[Fee]:
    """Price one usage under one tariff version: a fee a part."""
    counted = ready.counted(usage)
    if counted is None:
        return []
    multiplied = NOTHING if free else ready.factor(usage)
    parts: Sequence[Part] = ready.parts(usage, counted)
    if multiplied:
        parts = caps.limited(ready.tariff, usage, multiplied, parts)
    return [_fee(usage, ready.tariff, part, multiplied) for part in parts]


def _fee(usage: Usage, tariff: Tariff, part: Part, multiplied: Decimal) -> Fee:
    name = f"{usage.key}|{tariff.id}|{tariff.version}"
    rate = multiplied if part.rate is ONE else product(multiplied, part.rate)
    return Fee(
        id=FeeId(named(FEES, f"{name}|{part.name}" if part.name else name)),
        usage=usage.id,
        operator=usage.operator,
        layer=usage.layer,
        zone=usage.zone,
        permit=usage.permit,
        tariff=tariff.id,
        tariff_version=tariff.version,
        quantity=part.quantity,
        unit=part.unit,
        unit_price=part.unit_price,
        factor=rate,
        amount=product(part.quantity, part.unit_price, rate),
        currency=tariff.currency,
        part=part.name,
    )


def _charged(
    known: Iterable[Fee], usages: Iterable[Usage], tariffs: Iterable[Tariff], caps: Caps
) -> Priced:
    """Fill the caps with what is known; return which usage was priced by which tariff."""
    fees = tuple(known)
    if not fees:
        return set()
    used = {usage.id: usage for usage in usages}
    published = {(tariff.id, tariff.version): tariff for tariff in tariffs}
    for fee in fees:
        usage, tariff = used.get(fee.usage), published.get((fee.tariff, fee.tariff_version))
        if usage is not None and tariff is not None and fee.factor:
            amount = product(fee.quantity, fee.unit_price, rate_of(tariff, fee.part))
            caps.charge(tariff, usage, factor(tariff, usage), amount)
    return {(fee.usage, fee.tariff) for fee in fees}


def _is_free(usage: Usage, free: Container[PermitId]) -> bool:
    return usage.permit is not None and usage.permit in free
