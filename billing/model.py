"""The nouns of money: usage, fees, invoices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType
from uuid import UUID

from billing.money import total
from billing.prices import NoiseClass
from billing.uses import Uses
from billing.vat import OUTSIDE_VAT, Vat, VatSubtotal
from permits.kinds import EnergyClass
from permits.model import PermitId
from permits.occupations import OccupationKind
from permits.parties import Operator, OperatorId, SizeClass
from telemetry.model import VisitId
from zones.demands import StreetCategory, VehicleClass
from zones.model import Layer, Purpose, ZoneId
from zones.periods import Window

UsageId = NewType("UsageId", UUID)
FeeId = NewType("FeeId", UUID)
InvoiceId = NewType("InvoiceId", UUID)
CreditNoteId = NewType("CreditNoteId", UUID)


class UsageSource(StrEnum):
    """What a usage was metered from."""

    VISIT = "visit"
    PERMIT = "permit"
    DECLARED = "declared"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """How much a permit occupied in a period: square metres and metres begun, for how long.

    Days are those of the calendar; months and years count from the first day, where they begin. A
    season is one of the terraces', 1 April to 31 October. `street` is the category of the street,
    as the zone of the usage stated it when the use began. `place` is where it was, as latitude and
    longitude, where no permit says it.
    """

    kind: OccupationKind
    area_m2: int
    length_m: int
    days: int
    months: int
    years: int
    seasons: int = 0
    street: StreetCategory = StreetCategory.NONE
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A metered quantity with the visit, permit or reading of data it comes from.

    `key` is permanent and unique.

    `at` is when the use began: the tariff in force then is its price, and the period that holds
    it is the one it is billed in. `ended_at` is when it ended; both are a permit's decision, but
    for what it `occupied` in the period. `calls` are readings of the city's data for trade. What is
    known of the vehicle is as the registry knew it when it was metered.
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
    vehicle_class: VehicleClass | None = None
    noise: NoiseClass | None = None
    energy_class: EnergyClass | None = None
    cargo_kg: int = 0
    passengers: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A part of the price of one usage under one tariff version; `amount` is exact, unrounded.

    `part` tells what of the price it is: nothing for quantity times unit price, else a slice, the
    fixed amount, a surcharge, the minimum or a cap.
    """

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
    part: str = ""


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
    """Who claims: the city, with what a debtor must know to pay and to object.

    A demonstration asks nobody to pay. `creditor` is the SEPA identifier of a creditor,
    `explained_at` the address of the pages on which claims are explained. `vat_id` (BT-31) is named
    where tax is claimed, and only there.
    """

    name: str
    siren: str
    address: str
    contact: str
    court: str
    demonstration: bool = True
    iban: str = ""
    bic: str = ""
    siret: str = ""
    creditor: str = ""
    contact_en: str = ""
    court_en: str = ""
    explained_at: str = ""
    vat_id: str = ""

    @property
    def paid_by_transfer(self) -> bool:
        """Tell whether a debtor is asked to transfer money to an account."""
        return bool(self.iban) and not self.demonstration

    def contact_in(self, lang: str) -> str:
        """Return whom to ask, in a language where it was said in that."""
        return (self.contact_en if lang == "en" else "") or self.contact

    def court_in(self, lang: str) -> str:
        """Return before which court to object, in a language where it was said in that."""
        return (self.court_en if lang == "en" else "") or self.court


class InvoiceState(StrEnum):
    """Where an invoice is in its life."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    ISSUED = "issued"
    DISPUTED = "disputed"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """Fees of one tariff version, zone, permit and factor; the only amount that is rounded, once.

    `quantity` times `unit_price` times `factor` is `exact`, and `amount` is that, rounded half up:
    without tax, which is reckoned on the whole document.
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
    uses: Uses | None = None
    vat: Vat = OUTSIDE_VAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A claim on one operator for one period; numbered and immutable once issued.

    `debtor` and `seller` are as they were when it was drafted; a draft has no number. It
    `supplements` those issued before for the same period: what came late, or was corrected. Its
    `state` lives beside it, and is not sealed. `total` is what is owed, with the `taxes`: a
    subtotal a rate, none where the lines are outside of VAT. No invoice has lines of both kinds.
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
    supplements: tuple[str, ...] = ()
    state: InvoiceState = InvoiceState.DRAFT
    taxes: tuple[VatSubtotal, ...] = ()

    @property
    def net(self) -> Decimal:
        """Return the sum of the lines, without tax."""
        return total(line.amount for line in self.lines)

    @property
    def operator(self) -> OperatorId:
        """Return who owes."""
        return self.debtor.id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """How much of a line of an invoice is taken back, without tax."""

    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote:
    """The only correction of an invoice: numbered, sealed and chained in a series of its own.

    `total` is what is owed no more, with the `taxes` that go with its lines.
    """

    id: CreditNoteId
    invoice: Invoice
    lines: tuple[CreditLine, ...]
    total: Decimal
    reason: str
    number: str
    issued_at: datetime
    previous_hash: str
    hash: str = ""
    taxes: tuple[VatSubtotal, ...] = ()

    @property
    def net(self) -> Decimal:
        """Return the sum of the lines, without tax."""
        return total(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not agree in what was issued."""

    number: str
    reason: str
