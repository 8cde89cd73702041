"""What do all formats of others need: what was not said, an id, whole cents, what is unsayable?

A price is said exactly or left out; what narrows or lowers it is named where a format has no word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid5

from billing.money import ONE, product
from billing.periods import midnight
from billing.prices import Slicing, Surcharge, Tariff
from billing.pricing.applying import covers
from zones.formats.mds import EARLIEST_MS, NAMESPACE, NOTICE, milliseconds, speaks_of
from zones.formats.mds_hours import SPEECH
from zones.formats.saying import say_calendar
from zones.model import Zone
from zones.periods import ALWAYS

CENTS_A_EURO = Decimal(100)
# What neither format has words for, with the reason; each is said of the tariffs that state it.
UNSAID = {
    "without_title": "nothing is said of use without a permit",
    "fixed": "there is no sum due once beside the price",
    "minimum": "there is no least sum",
    "cap_day": "there is no cap of a day",
    "cap_period": "there is no cap of a month",
    "purpose_factors": "there is one price whatever the purpose: the list price is said",
    "size_factors": "there is one price whatever the company's size: the list price is said",
    "noise_factors": "there is one price however loud the vehicle: the list price is said",
    "energy_factors": "there is one price whatever a vehicle runs on: the list price is said",
    "source": "the source of the figure has no place",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """What a format does not say of a tariff, or a tariff not of a document."""

    tariff: str
    path: str
    reason: str

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        return f"{self.tariff}, {self.path}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document, how many tariffs are in it, and what it does not say of those there are."""

    document: Mapping[str, Any]
    tariffs: int
    unsaid: tuple[Unsaid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The tariffs that a document of others comes to, and what they do not say of it."""

    tariffs: tuple[Tariff, ...]
    unsaid: tuple[Unsaid, ...]


class Tile(NamedTuple):
    """A part of the range of a quantity, from where to where, with its price in cents."""

    start: int
    end: int | None
    cents: int


class LeftOut(Exception):
    """A tariff that a format cannot say at all: its path, and the reason."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"{reason}: left out")


def identity(tariff: Tariff, *parts: str, version: int | None = None) -> str:
    """Return the id of what is made of a version of a tariff, this one unless another is named."""
    number = tariff.version if version is None else version
    return str(uuid5(NAMESPACE, "/".join(["tariff", tariff.id, str(number), *parts])))


def cents(price: Decimal, rate: Decimal = ONE) -> int:
    """Return a price in whole cents, or leave it out: none is ever rounded."""
    amount = product(price, rate, CENTS_A_EURO)
    if amount != amount.to_integral_value():
        path = "unit_price"
        raise LeftOut(path, f"the format knows whole cents, not {price} EUR")
    return int(amount)


def tiles(tariff: Tariff, rate: Decimal = ONE, *, of: int = 1) -> list[Tile]:
    """Return what each part of the quantity costs, the free one too; `of` counts make a unit."""
    if tariff.slicing is Slicing.REACHED and tariff.slices:
        path = "slicing"
        raise LeftOut(path, "the format knows no slice that prices everything")
    free = _whole("first_free", tariff.first_free, of)
    found = [Tile(0, free, 0)] if free else []
    for each in tariff.slices:
        end = None if each.end is None else free + _whole("slices", each.end, of)
        priced = cents(tariff.carried(each.unit_price), rate)
        found.append(Tile(free + _whole("slices", each.start, of), end, priced))
    if not tariff.slices:
        found.append(Tile(free, None, cents(tariff.carried(tariff.unit_price), rate)))
    return found


def published_ms(tariff: Tariff) -> int:
    """Return when a version was published: as its act says, else the notice before it is valid."""
    if tariff.published is not None:
        return milliseconds(midnight(tariff.published))
    start = tariff.valid.start
    return EARLIEST_MS if start is None else milliseconds(start - NOTICE)


def only_surcharge(tariff: Tariff) -> Surcharge | None:
    """Return the surcharge that a format can say: one, of hours that never change."""
    if tariff.calendar or len(tariff.surcharges) != 1:
        return None
    (found,) = tariff.surcharges
    return found if all(each.window == ALWAYS for each in found.calendar) else None


def hours_unsaid(tariff: Tariff) -> Iterator[tuple[str, str]]:
    """Yield what of the hours of a price, and of those of its surcharges, is not said."""
    yield from say_calendar(tariff.calendar, tariff.valid, SPEECH).unsaid
    surcharge = only_surcharge(tariff)
    if surcharge is not None:
        for path, reason in say_calendar(surcharge.calendar, ALWAYS, SPEECH).unsaid:
            yield f"surcharges[0].{path}", reason
    elif tariff.surcharges:
        yield "surcharges", "there is one set of raised hours at most, in a price for all hours"


def unsaid_fields(tariff: Tariff) -> Iterator[tuple[str, str]]:
    """Yield what a tariff states and neither format says."""
    yield from ((name, reason) for name, reason in UNSAID.items() if _states(tariff, name))
    if tariff.permit_required:
        yield "permit_required", "nothing is said of permits: it reads as due from everyone"
    if tariff.vat.taxed:
        yield "vat", "there is no VAT: the price is said without it"
    if tariff.index is not None:
        yield "index", "there is no index: the price is said as carried forward"


def spoken_zones(tariff: Tariff, zones: Sequence[Zone]) -> list[Zone]:
    """Return the zones of a tariff among some, in the order of their ids, or leave it out."""
    found = [zone for zone in zones if covers(tariff, zone.id) and speaks_of(zone)]
    if not found:
        path = "zones"
        raise LeftOut(path, "none of them is published on the surface")
    return sorted(found, key=lambda zone: zone.id)


def _whole(path: str, size: Decimal, of: int) -> int:
    if size % of:
        raise LeftOut(path, f"the format knows whole units, not {size}")
    return int(size // of)


def _states(tariff: Tariff, name: str) -> bool:
    value = getattr(tariff, name)
    return value is not None and bool(value)
