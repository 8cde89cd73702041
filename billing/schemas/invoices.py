"""What do runs, invoices and usage look like on the wire?"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from billing.export import document
from billing.model import Invoice, InvoiceState, Usage
from billing.runs import Run
from billing.schemas.accounts import CreditDraftOut, TaxOut, VatOut
from billing.schemas.wire import Wire


class PartyOut(Wire):
    """Who owes."""

    id: str
    name: str
    siren: str
    size: str
    address: str


class SellerOut(Wire):
    """Who claims."""

    name: str
    siren: str
    address: str
    contact: str
    court: str
    demonstration: bool
    iban: str = ""
    bic: str = ""
    siret: str = ""
    creditor: str = Field(default="", description="The SEPA identifier of the creditor (ICS).")
    contact_en: str = ""
    court_en: str = ""
    explained_at: str = Field(default="", description="Where the pages are that explain claims.")
    vat_id: str = Field(default="", description="Named where tax is claimed, and only there.")


class LineOut(Wire):
    """One line: quantity times unit price times factor is `exact`, rounded once to `amount`.

    It stands for as many uses as it has `fees`, from `first_at` to `last_at`.
    """

    number: int
    tariff: str
    tariff_version: int
    act: str
    text: dict[str, str]
    layer: str
    zone: str | None
    zone_name: str
    permit: UUID | None
    quantity: str
    unit: str
    unit_price: str
    factor: str
    exact: str
    amount: str
    fees: list[UUID]
    zone_versions: list[int] = Field(default_factory=list)
    vehicles: list[str] = Field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None
    vat: VatOut | None = Field(default=None, description="The VAT of the line, where it is taxed.")


class InvoiceOut(Wire):
    """An invoice: what was sealed, and the seal."""

    id: UUID
    state: InvoiceState
    number: str | None
    issued_at: str | None
    due_on: str | None
    period: str
    seller: SellerOut
    debtor: PartyOut
    lines: list[LineOut]
    vat_category: str = Field(description="O: outside of VAT; S: taxed. No invoice is both.")
    currency: str
    net: str | None = Field(default=None, description="The sum of the lines, where it is taxed.")
    taxes: list[TaxOut] = Field(default_factory=list, description="The tax on it, by rate.")
    total: str = Field(description="What is owed, tax included.")
    supplements: list[str] = Field(
        default_factory=list, description="What was issued before for the same month."
    )
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, invoice: Invoice) -> Self:
        """Write an invoice."""
        return cls.model_validate(document.write(invoice))


class InvoicesOut(Wire):
    """A page of invoices; `next` is the cursor of the next one."""

    items: list[InvoiceOut]
    next: UUID | None


class PeriodIn(Wire):
    """The month to bill; `dry_run` tells what would be, and changes nothing."""

    period: Annotated[str, Field(examples=["2026-10"])]
    dry_run: bool = False


class RunOut(Wire):
    """What a billing run did, or would do.

    `open_visits` of the month are not over yet: run it again when they are.
    """

    period: str
    usages_new: int
    usages_known: int
    fees_new: int
    unpriced: int
    unattributed: int
    open_visits: int
    conflicts: list[str]
    drafts: list[InvoiceOut]
    credits: list[CreditDraftOut]

    @classmethod
    def of(cls, run: Run) -> Self:
        """Write a run."""
        return cls(
            period=run.period.label,
            usages_new=run.usages_new,
            usages_known=run.usages_known,
            fees_new=run.fees_new,
            unpriced=run.unpriced,
            unattributed=run.unattributed,
            open_visits=run.open_visits,
            conflicts=list(run.conflicts),
            drafts=[InvoiceOut.of(draft) for draft in run.drafts],
            credits=[CreditDraftOut.of(each) for each in run.credits],
        )


class UsageOut(Wire):
    """A metered quantity."""

    id: UUID
    key: str
    operator: str
    vehicle: str
    layer: str
    zone: str | None
    zone_version: int | None
    permit: UUID | None
    permit_version: int | None
    purpose: str | None
    size: str
    source: str
    visit: UUID | None
    at: datetime
    ended_at: datetime
    entries: int
    certain_ms: int
    distance_m: int
    occupied: dict[str, str | int] | None
    vehicle_class: str | None
    noise: str | None
    energy_class: str | None
    cargo_kg: int
    passengers: int
    calls: int

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Write a usage."""
        said = {name: getattr(usage, name) for name in cls.model_fields}
        return cls.model_validate(
            {**said, "occupied": asdict(usage.occupied) if usage.occupied else None}
        )


class PricedOut(Wire):
    """One price of a usage."""

    tariff: str
    tariff_version: int
    quantity: str
    unit: str
    unit_price: str
    factor: str
    amount: str
    currency: str
    part: str


class UsageEntryOut(Wire):
    """A usage with the fees it led to; none means that no tariff priced it."""

    usage: UsageOut
    fees: list[PricedOut]


class UsagesOut(Wire):
    """A page of usage; `next` is the cursor of the next one."""

    items: list[UsageEntryOut]
    next: UUID | None
