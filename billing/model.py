"""The nouns of money: tariffs, usage, fees, invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NewType
from uuid import UUID

from permits.model import PermitId
from permits.occupations import OccupationKind
from permits.parties import Operator, OperatorId, SizeClass
from telemetry.model import VisitId
from zones.model import Layer, Purpose, ZoneId
from zones.periods import ALWAYS, Window

UsageId = NewType("UsageId", UUID)
FeeId = NewType("FeeId", UUID)
InvoiceId = NewType("InvoiceId", UUID)

PRICE_DECIMALS = 6  # what BR-FR-DEC-03 lets an electronic invoice carry
FACTOR_DECIMALS = 4


class InvalidTariff(ValueError):
    """A tariff that cannot be applied; the message names the field."""


class TariffKind(StrEnum):
    """What a tariff counts."""

    PER_ENTRY = "per_entry"
    PER_STARTED_MINUTE = "per_started_minute"
    PER_HOUR = "per_hour"
    PER_KM = "per_km"
    PER_PERMIT = "per_permit"
    PER_M2_DAY = "per_m2_day"
    PER_M2_MONTH = "per_m2_month"
    PER_METRE_YEAR = "per_metre_year"


OCCUPYING = frozenset({TariffKind.PER_M2_DAY, TariffKind.PER_M2_MONTH, TariffKind.PER_METRE_YEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One immutable version of a published price with its legal act.

    Empty `zones`, `purposes` mean all. `factors` multiply by purpose and by the operator's size
    class; a purpose with factor 0 is free. `zones` are ids, or prefixes where they end in a hyphen
    (`surface-quartier-` names them all). `permit_required` False prices presence with or without
    a permit. `occupations` are the kinds of occupation it prices, none meaning all; what occupies
    a place is priced by its size and time, not by zone. `valid` is when this version is the price,
    `source` where its figure comes from.
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
    purpose_factors: Mapping[Purpose, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    size_factors: Mapping[SizeClass, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    permit_required: bool = True
    occupations: frozenset[OccupationKind] = frozenset()
    source: str = ""
    valid: Window = ALWAYS

    def __post_init__(self) -> None:
        """Refuse a price without a legal act, in a foreign form, or that can never apply."""
        if not self.act.strip():
            msg = "act: a tariff cites its legal act, or it cannot be billed"
            raise InvalidTariff(msg)
        if self.version < 1:
            msg = f"version: {self.version} is not a version, they count from 1"
            raise InvalidTariff(msg)
        _require_one_count(self)
        _require_decimal("unit_price", self.unit_price, PRICE_DECIMALS)
        for purpose, factor in self.purpose_factors.items():
            _require_decimal(f"purpose_factors.{purpose}", factor, FACTOR_DECIMALS)
        for size, factor in self.size_factors.items():
            _require_decimal(f"size_factors.{size}", factor, FACTOR_DECIMALS)


def _require_one_count(tariff: Tariff) -> None:
    """Refuse a tariff for zones or occupations that its kind does not count."""
    if tariff.kind is TariffKind.PER_PERMIT and tariff.zones:
        msg = "zones: a fee per permit is due once, whatever the number of zones"
        raise InvalidTariff(msg)
    if tariff.kind in OCCUPYING and tariff.zones:
        msg = "zones: an occupation is priced by its size, wherever it is"
        raise InvalidTariff(msg)
    if tariff.occupations and tariff.kind not in OCCUPYING:
        msg = f"occupations: {tariff.kind} does not count what is occupied"
        raise InvalidTariff(msg)


def _require_decimal(name: str, value: Decimal, decimals: int) -> None:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value < 0:
        msg = f"{name}: {value} is not a finite number from 0 up"
        raise InvalidTariff(msg)
    if -exponent > decimals:
        msg = f"{name}: {value} has more than {decimals} decimals"
        raise InvalidTariff(msg)


class UsageSource(StrEnum):
    """What a usage was metered from."""

    VISIT = "visit"
    PERMIT = "permit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """How much a permit occupied in a period: square metres and metres begun, for how long.

    Days are those of the calendar; months and years count from the first day, where they begin.
    """

    kind: OccupationKind
    area_m2: int
    length_m: int
    days: int
    months: int
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A metered quantity with the visit or permit it comes from; `key` is permanent and unique.

    `at` is when the use began: the tariff in force then is its price, and the period that holds
    it is the one it is billed in. `ended_at` is when it ended; both are a permit's decision, but
    for what it `occupied` in the period.
    """

    id: UsageId
    key: str
    operator: OperatorId
    vehicle: str
    layer: Layer
    zone: ZoneId | None
    zone_version: int | None
    permit: PermitId | None
    permit_version: int | None
    purpose: Purpose | None
    size: SizeClass
    source: UsageSource
    visit: VisitId | None
    at: datetime
    ended_at: datetime
    entries: int
    certain_ms: int
    distance_m: int
    occupied: Occupied | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One usage under one tariff version; `amount` is exact and unrounded."""

    id: FeeId
    usage: UsageId
    operator: OperatorId
    layer: Layer
    zone: ZoneId | None
    permit: PermitId | None
    tariff: str
    tariff_version: int
    quantity: Decimal
    unit: str
    unit_price: Decimal
    factor: Decimal
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingPeriod:
    """A calendar month in the city's time zone."""

    year: int
    month: int
    window: Window

    @property
    def label(self) -> str:
        """Return the period as `YYYY-MM`."""
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who claims: the city, with what a debtor must know to pay and to object."""

    name: str
    siren: str
    address: str
    contact: str
    court: str
    demonstration: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """Fees of one tariff version, zone, permit and factor; the only amount that is rounded, once.

    `quantity` times `unit_price` times `factor` is `exact`, and `amount` is that, rounded half up.
    """

    number: int
    tariff: str
    tariff_version: int
    act: str
    text: Mapping[str, str]
    layer: Layer
    zone: ZoneId | None
    zone_name: str
    permit: PermitId | None
    quantity: Decimal
    unit: str
    unit_price: Decimal
    factor: Decimal
    exact: Decimal
    amount: Decimal
    fees: tuple[FeeId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A claim on one operator for one period; numbered and immutable once issued.

    `debtor` and `seller` are as they were when it was drafted; a draft has no number.
    """

    id: InvoiceId
    debtor: Operator
    seller: Seller
    period: BillingPeriod
    lines: tuple[InvoiceLine, ...]
    total: Decimal
    currency: str
    number: str | None = None
    issued_at: datetime | None = None
    due_on: date | None = None
    previous_hash: str = ""
    hash: str = ""

    @property
    def operator(self) -> OperatorId:
        """Return who owes."""
        return self.debtor.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not agree in what was issued."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one billing run did: counts, and the keys of usage that contradict what was known.

    `unattributed` visits belong to nobody registered, `unpriced` usage met no tariff.
    """

    period: BillingPeriod
    usages_new: int
    usages_known: int
    fees_new: int
    unpriced: int
    unattributed: int
    conflicts: tuple[str, ...]
    drafts: tuple[Invoice, ...]
