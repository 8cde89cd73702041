"""What does a published price look like on the wire?"""

from typing import Annotated, Literal, Self

from pydantic import Field

from billing.model import Tariff
from billing.schemas.wire import Wire
from billing.tariffs import read, write


class ValidOut(Wire):
    """From when until when; a missing end never comes."""

    start: str
    end: str | None = None


class TariffWire(Wire):
    """One version of a published price; numbers are text, a bare date is its midnight in Paris."""

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]
    version: Annotated[int, Field(ge=1, lt=2**31)]
    text: dict[Literal["fr", "en"], Annotated[str, Field(min_length=1, max_length=200)]]
    act: Annotated[str, Field(min_length=1, max_length=400)]
    kind: str
    unit_price: Annotated[str, Field(max_length=30)]
    currency: str = "EUR"
    layer: str | None = None
    zones: Annotated[list[str], Field(max_length=1000, default_factory=list)]
    purposes: Annotated[list[str], Field(default_factory=list)]
    purpose_factors: Annotated[dict[str, str], Field(default_factory=dict)]
    size_factors: Annotated[dict[str, str], Field(default_factory=dict)]
    permit_required: bool = True
    occupations: Annotated[list[str], Field(default_factory=list)]
    source: Annotated[str, Field(max_length=400)] = ""
    valid: ValidOut

    def to_tariff(self) -> Tariff:
        """Return the noun, or refuse what cannot be one."""
        return read(self.model_dump())

    @classmethod
    def of(cls, tariff: Tariff) -> Self:
        """Write a tariff version."""
        return cls.model_validate(write(tariff))


class TariffsOut(Wire):
    """Published prices."""

    items: list[TariffWire]
    next: None = None
