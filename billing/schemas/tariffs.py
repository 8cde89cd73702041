"""What does a published price look like on the wire?"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from billing.money import plain
from billing.prices import InvalidTariff, Tariff
from billing.schemas.wire import Wire
from billing.tariffs import read, write

Number = Annotated[str, Field(max_length=30)]
Names = dict[Literal["fr", "en"], Annotated[str, Field(min_length=1, max_length=200)]]
Calendar = Annotated[list[dict[str, Any]], Field(max_length=100, default_factory=list)]


class ValidOut(Wire):
    """From when until when; a missing end never comes."""

    start: str
    end: str | None = None


class SliceWire(Wire):
    """A part of the range of a quantity with its price; slices tile the range from 0 on."""

    start: Number
    end: Number | None = None
    unit_price: Number


class SurchargeWire(Wire):
    """A share of the price that is added in the hours of a calendar."""

    text: Names
    rate: Number
    calendar: Calendar


class IndexWire(Wire):
    """What the prices of the act are carried forward by: times value, divided by base, rounded."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    base: Number
    value: Number
    decimals: int = 2
    source: Annotated[str, Field(max_length=400)] = ""


class VatWire(Wire):
    """What tax comes on top: none outside of VAT (category O), or a legal rate (category S)."""

    category: str
    rate_percent: Number | None = None


class TariffWire(Wire):
    """One version of a published price; numbers are text, a bare date is its midnight in Paris.

    Calendars are lists of ED-318 `limitedApplicability` periods, as those of zones. `carried_price`
    is the unit price carried forward by an index; it need not be told, and is checked where it is.
    """

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]
    version: Annotated[int, Field(ge=1, lt=2**31)]
    text: Names
    act: Annotated[str, Field(min_length=1, max_length=400)]
    kind: str
    unit_price: Number
    currency: str = "EUR"
    layer: str | None = None
    zones: Annotated[list[str], Field(max_length=1000, default_factory=list)]
    purposes: Annotated[list[str], Field(default_factory=list)]
    vehicle_classes: Annotated[list[str], Field(default_factory=list)]
    occupations: Annotated[list[str], Field(default_factory=list)]
    street_categories: Annotated[list[str], Field(default_factory=list)]
    calendar: Calendar
    permit_required: bool = True
    without_title: Number | None = None
    first_free: Number = "0"
    slices: Annotated[list[SliceWire], Field(max_length=100, default_factory=list)]
    slicing: str = "each"
    fixed: Number = "0"
    surcharges: Annotated[list[SurchargeWire], Field(max_length=20, default_factory=list)]
    minimum: Number | None = None
    cap_visit: Number | None = None
    cap_day: Number | None = None
    cap_period: Number | None = None
    purpose_factors: Annotated[dict[str, str], Field(default_factory=dict)]
    size_factors: Annotated[dict[str, str], Field(default_factory=dict)]
    noise_factors: Annotated[dict[str, str], Field(default_factory=dict)]
    energy_factors: Annotated[dict[str, str], Field(default_factory=dict)]
    index: IndexWire | None = None
    carried_price: Number | None = None
    vat: VatWire | None = None
    source: Annotated[str, Field(max_length=400)] = ""
    published: str | None = None
    valid: ValidOut

    def to_tariff(self) -> Tariff:
        """Return the noun, or refuse what cannot be one."""
        tariff = read(self.model_dump(exclude={"carried_price"}))
        carried = plain(tariff.carried(tariff.unit_price))
        if self.carried_price not in {None, carried}:
            msg = f"carried_price: {self.carried_price} is not what the index gives, {carried}"
            raise InvalidTariff(msg)
        return tariff

    @classmethod
    def of(cls, tariff: Tariff) -> Self:
        """Write a tariff version."""
        carried = plain(tariff.carried(tariff.unit_price)) if tariff.index else None
        return cls.model_validate({**write(tariff), "carried_price": carried})


class TariffsOut(Wire):
    """Published prices."""

    items: list[TariffWire]
    next: None = None
