"""Which parts make the price of one usage, before the factors? Each is a quantity times a price."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from billing.money import NOTHING, ONE, product, total
from billing.prices import QUANTITY_DECIMALS, Slicing, Tariff
from billing.pricing.counting import UNITS, Counted
from billing.units import MONEY

# The unit of a part that counts no use but is due once.
ONCE = "once"
BASE, FIXED, MINIMUM = "", "fixed", "minimum"
CAP_VISIT, CAP_DAY, CAP_PERIOD = "cap_visit", "cap_day", "cap_period"
SLICE, SURCHARGE = "slice", "surcharge"


class Part(NamedTuple):
    """A part of a price: its name, how much of what, at which price, at which rate of it."""

    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    rate: Decimal = ONE

    @property
    def amount(self) -> Decimal:
        """Return what the part comes to, before the factors."""
        return product(self.quantity, self.unit_price, self.rate)


def parts(tariff: Tariff, counted: Counted, surcharged: Sequence[Decimal]) -> tuple[Part, ...]:
    """Return the parts of a price; `surcharged` is how much of the size each surcharge is for."""
    due = billable(tariff, counted)
    found = list(_sliced(tariff, due) if tariff.slices else _flat(tariff, due))
    if not due.quantity:
        return tuple(found)
    if tariff.fixed:
        found.append(Part(FIXED, Decimal(due.times), ONCE, tariff.carried(tariff.fixed)))
    unit, price = UNITS[tariff.kind], tariff.carried(tariff.unit_price)
    for at, (surcharge, size) in enumerate(zip(tariff.surcharges, surcharged, strict=True)):
        if size:
            quantity = min(size, due.size) * due.times
            found.append(Part(f"{SURCHARGE}-{at}", quantity, unit, price, surcharge.rate))
    return _limited(tariff, tuple(found))


def plain_part(tariff: Tariff) -> Part | None:
    """Return the only part a price can have, of no quantity yet; None where there can be others."""
    more = (tariff.slices, tariff.surcharges, tariff.first_free, tariff.fixed)
    if any(more) or tariff.minimum is not None or tariff.cap_visit is not None:
        return None
    return Part(BASE, NOTHING, UNITS[tariff.kind], tariff.carried(tariff.unit_price))


def billable(tariff: Tariff, counted: Counted) -> Counted:
    """Return what is left to pay for when the free part is taken off."""
    return Counted(max(NOTHING, counted.size - tariff.first_free), counted.times)


def rate_of(tariff: Tariff, part: str) -> Decimal:
    """Return the rate of a part by its name."""
    kind, _, at = part.partition("-")
    return tariff.surcharges[int(at)].rate if kind == SURCHARGE else ONE


def money(name: str, amount: Decimal) -> Part:
    """Return an amount as a part: of money, in units small enough for four decimals to do."""
    plain = amount.normalize()
    exponent = plain.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    small = max(0, decimals - QUANTITY_DECIMALS)
    return Part(name, plain.scaleb(small), MONEY, Decimal(1).scaleb(-small))


def _flat(tariff: Tariff, due: Counted) -> Iterator[Part]:
    yield Part(BASE, due.quantity, UNITS[tariff.kind], tariff.carried(tariff.unit_price))


def _sliced(tariff: Tariff, due: Counted) -> Iterator[Part]:
    for at, each in enumerate(tariff.slices):
        above = max(NOTHING, due.size - each.start)
        within = above if each.end is None else min(above, each.end - each.start)
        last = each.end is None or due.size <= each.end
        if tariff.slicing is Slicing.REACHED:
            within = due.size if last else NOTHING
        if within or (last and not due.size):
            price = tariff.carried(each.unit_price)
            yield Part(f"{SLICE}-{at}", within * due.times, UNITS[tariff.kind], price)
        if last:
            return


def _limited(tariff: Tariff, found: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts, or in their place the least or the most that one use costs."""
    amount = total(part.amount for part in found)
    if tariff.minimum is not None and amount < tariff.minimum:
        return (money(MINIMUM, tariff.minimum),)
    if tariff.cap_visit is not None and amount > tariff.cap_visit:
        return (money(CAP_VISIT, tariff.cap_visit),)
    return found
