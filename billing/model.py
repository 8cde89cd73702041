"""The nouns of money: tariffs, usage, fees, invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NewType
from uuid import UUID

from permits.model import OperatorId, PermitId, SizeClass
from telemetry.model import VisitId
from zones.model import ALWAYS, Layer, Purpose, Window, ZoneId

UsageId = NewType("UsageId", UUID)
FeeId = NewType("FeeId", UUID)
InvoiceId = NewType("InvoiceId", UUID)


class InvalidTariff(ValueError):
    """A tariff that cannot be applied; the message names the field."""


class TariffKind(StrEnum):
    """What a tariff counts."""

    PER_ENTRY = "per_entry"
    PER_STARTED_MINUTE = "per_started_minute"
    PER_HOUR = "per_hour"
    PER_KM = "per_km"
    PER_PERMIT = "per_permit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One immutable version of a published price with its legal act.

    Empty `zones`, `purposes` mean all. `factors` multiply by purpose and by the operator's size
    class; a purpose with factor 0 is free. `zones` are id prefixes (`surface-quartier-` names them
    all). `valid` is when this version is the price.
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
    valid: Window = ALWAYS

    def __post_init__(self) -> None:
        """Refuse a price without a legal act, below zero, or not finite."""
        if not self.act:
            msg = "act: a tariff cites its legal act, or it cannot be billed"
            raise InvalidTariff(msg)
        if not self.unit_price.is_finite() or self.unit_price < 0:
            msg = f"unit_price: {self.unit_price} is not a price"
            raise InvalidTariff(msg)


class UsageSource(StrEnum):
    """What a usage was metered from."""

    VISIT = "visit"
    PERMIT = "permit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A metered quantity with the visit or permit it comes from; `key` is permanent and unique."""

    id: UsageId
    key: str
    operator: OperatorId
    vehicle: str
    layer: Layer
    zone: ZoneId | None
    zone_version: int | None
    permit: PermitId | None
    purpose: Purpose | None
    size: SizeClass
    source: UsageSource
    visit: VisitId | None
    at: datetime
    entries: int
    certain_ms: int
    distance_m: int


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
class InvoiceLine:
    """Fees of one tariff version, zone and permit; the only amount that is rounded, once."""

    number: int
    tariff: str
    tariff_version: int
    act: str
    text: Mapping[str, str]
    zone: ZoneId | None
    permit: PermitId | None
    quantity: Decimal
    unit: str
    unit_price: Decimal
    exact: Decimal
    amount: Decimal
    fees: tuple[FeeId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A claim on one operator for one period; numbered and immutable once issued."""

    id: InvoiceId
    operator: OperatorId
    period: BillingPeriod
    lines: tuple[InvoiceLine, ...]
    total: Decimal
    currency: str
    number: str | None = None
    issued_at: datetime | None = None
    due_on: date | None = None
    previous_hash: str = ""
    hash: str = ""
