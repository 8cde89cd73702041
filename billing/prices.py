"""The nouns of prices: what a tariff counts, and all that its act can say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from types import MappingProxyType

from billing.vat import OUTSIDE_VAT, Vat
from permits.kinds import EnergyClass
from permits.occupations import OccupationKind
from permits.parties import SizeClass
from zones.demands import StreetCategory, VehicleClass
from zones.model import Layer, Purpose
from zones.periods import ALWAYS, Applicability, Window

PRICE_DECIMALS = 6  # what BR-FR-DEC-03 lets an electronic invoice carry
QUANTITY_DECIMALS = 4  # and BR-FR-DEC-02
FACTOR_DECIMALS = 4
CENTS = 2
ROUNDING = Context(prec=80, rounding=ROUND_HALF_UP)


class InvalidTariff(ValueError):
    """A tariff that cannot be applied; the message names the field."""


class TariffKind(StrEnum):
    """What a tariff counts."""

    PER_ENTRY = "per_entry"
    PER_VISIT = "per_visit"
    PER_STARTED_MINUTE = "per_started_minute"
    PER_STARTED_QUARTER_HOUR = "per_started_quarter_hour"
    PER_STARTED_HOUR = "per_started_hour"
    PER_STARTED_DAY = "per_started_day"
    PER_MINUTE = "per_minute"
    PER_HOUR = "per_hour"
    PER_KM = "per_km"
    PER_TONNE_KM = "per_tonne_km"
    PER_PASSENGER = "per_passenger"
    PER_PERMIT = "per_permit"
    PER_API_CALL = "per_api_call"
    PER_M2_DAY = "per_m2_day"
    PER_M2_MONTH = "per_m2_month"
    PER_M2_SEASON = "per_m2_season"
    PER_M2_YEAR = "per_m2_year"
    PER_METRE_YEAR = "per_metre_year"
    PER_OCCUPIED_YEAR = "per_occupied_year"


OCCUPYING = frozenset(
    {
        TariffKind.PER_M2_DAY,
        TariffKind.PER_M2_MONTH,
        TariffKind.PER_M2_SEASON,
        TariffKind.PER_M2_YEAR,
        TariffKind.PER_METRE_YEAR,
        TariffKind.PER_OCCUPIED_YEAR,
    }
)
# Presence counted in time: how many milliseconds a unit has, and whether one begun is due whole.
STARTED_MS = {
    TariffKind.PER_STARTED_MINUTE: 60_000,
    TariffKind.PER_STARTED_QUARTER_HOUR: 900_000,
    TariffKind.PER_STARTED_HOUR: 3_600_000,
    TariffKind.PER_STARTED_DAY: 86_400_000,
}
EXACT_MS = {TariffKind.PER_MINUTE: 60_000, TariffKind.PER_HOUR: 3_600_000}
TIMED = frozenset({*STARTED_MS, *EXACT_MS})
# What is told of voyages, no position says it.
LOADED = frozenset({TariffKind.PER_TONNE_KM, TariffKind.PER_PASSENGER})
MOVING = frozenset(TariffKind) - OCCUPYING - {TariffKind.PER_PERMIT, TariffKind.PER_API_CALL}
# How many decimals the quantity of a kind has; every other kind counts whole units.
COUNTED_DECIMALS = {
    TariffKind.PER_MINUTE: QUANTITY_DECIMALS,
    TariffKind.PER_HOUR: QUANTITY_DECIMALS,
    TariffKind.PER_TONNE_KM: QUANTITY_DECIMALS,
    TariffKind.PER_KM: 3,
}


class NoiseClass(StrEnum):
    """How loud a vehicle is, by its guaranteed sound power level."""

    QUIET = "quiet"
    NORMAL = "normal"
    LOUD = "loud"


# The loudest of a class, in dB of guaranteed sound power; above the last it is loud. No act sets
# these limits: they are the demonstration's.
NOISE_LIMITS_DB = {NoiseClass.QUIET: 65, NoiseClass.NORMAL: 85}


class Slicing(StrEnum):
    """Whether each slice prices what lies in it, or the one reached prices everything."""

    EACH = "each"
    REACHED = "reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the range of a quantity with a price of its own; a missing end never comes."""

    start: Decimal
    end: Decimal | None = None
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """What is added to the price in some hours: a share of it."""

    text: Mapping[str, str]
    rate: Decimal
    calendar: tuple[Applicability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What the prices of an act are carried forward by: times `value`, divided by `base`.

    The result is a published price and rounded, half up, to `decimals`.
    """

    name: str
    base: Decimal
    value: Decimal
    decimals: int = CENTS
    source: str = ""


NO_PURPOSE_FACTORS: Mapping[Purpose, Decimal] = MappingProxyType({})
NO_SIZE_FACTORS: Mapping[SizeClass, Decimal] = MappingProxyType({})
NO_NOISE_FACTORS: Mapping[NoiseClass, Decimal] = MappingProxyType({})
NO_ENERGY_FACTORS: Mapping[EnergyClass, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One immutable version of a published price with its legal act.

    **Whom it prices.** Empty `zones`, `purposes`, `vehicle_classes`, `occupations` and
    `street_categories` mean all, an empty `calendar` always. `zones` are ids, or prefixes where
    they end in a hyphen (`surface-quartier-` names them all). What occupies a place is priced by
    its size, time and street, not by zone. Where a permit is required and there was none, nothing
    is due, or `without_title` times the price, as an indemnity.

    **What it costs.** The first `first_free` of the quantity cost nothing; the rest costs
    `unit_price`, or what the slices it falls in say; `fixed` is added once, each surcharge in its
    hours. The sum is at least `minimum`, at most `cap_visit` for a use, `cap_day` and `cap_period`
    for all uses of one vehicle in a day or month of the city. All that is multiplied by the factors
    of purpose, size of company, noise and energy class: a factor of 0 is free. `index` carries the
    prices of the act (`unit_price`, slices and `fixed`) forward. `vat` comes on top of all of it.

    `published` is the day of its publication, `valid` when this version is the price, `source`
    where its figure comes from.
    """

    id: str
    version: int
    text: Mapping[str, str]
    act: str
    kind: TariffKind
    unit_price: Decimal
    currency: str = "EUR"
    layer: Layer | None = None
    zones: tuple[str, ...] = ()
    purposes: frozenset[Purpose] = frozenset()
    vehicle_classes: frozenset[VehicleClass] = frozenset()
    occupations: frozenset[OccupationKind] = frozenset()
    street_categories: frozenset[StreetCategory] = frozenset()
    calendar: tuple[Applicability, ...] = ()
    permit_required: bool = True
    without_title: Decimal | None = None
    first_free: Decimal = Decimal(0)
    slices: tuple[Slice, ...] = ()
    slicing: Slicing = Slicing.EACH
    fixed: Decimal = Decimal(0)
    surcharges: tuple[Surcharge, ...] = ()
    minimum: Decimal | None = None
    cap_visit: Decimal | None = None
    cap_day: Decimal | None = None
    cap_period: Decimal | None = None
    purpose_factors: Mapping[Purpose, Decimal] = field(default_factory=lambda: NO_PURPOSE_FACTORS)
    size_factors: Mapping[SizeClass, Decimal] = field(default_factory=lambda: NO_SIZE_FACTORS)
    noise_factors: Mapping[NoiseClass, Decimal] = field(default_factory=lambda: NO_NOISE_FACTORS)
    energy_factors: Mapping[EnergyClass, Decimal] = field(default_factory=lambda: NO_ENERGY_FACTORS)
    index: Index | None = None
    vat: Vat = OUTSIDE_VAT
    source: str = ""
    published: date | None = None
    valid: Window = ALWAYS

    def carried(self, price: Decimal) -> Decimal:
        """Return a price of the act carried forward by the index, where there is one."""
        if self.index is None:
            return price
        raised = ROUNDING.divide(ROUNDING.multiply(price, self.index.value), self.index.base)
        return raised.quantize(Decimal(1).scaleb(-self.index.decimals), context=ROUNDING)

    def __post_init__(self) -> None:
        """Refuse a price without a legal act; `billing.tariffs` refuses the rest at the door."""
        if not self.act.strip():
            msg = "act: a tariff cites its legal act, or it cannot be billed"
            raise InvalidTariff(msg)
        if self.version < 1:
            msg = f"version: {self.version} is not a version, they count from 1"
            raise InvalidTariff(msg)
