"""What does the ground of a line look like on the wire?"""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from billing.export import document
from billing.money import plain
from billing.proof import ExplainedFee, Explanation
from billing.schemas.accounts import TaxOut
from billing.schemas.invoices import LineOut, UsageOut
from billing.schemas.tariffs import TariffWire
from billing.schemas.wire import Wire
from permits.model import Permit
from telemetry.kept.evidence import Sighting

MOST_FROZEN = 500  # uses of a line that are frozen with a dispute


class GrantOut(Wire):
    """The decision a permit's fee rests on."""

    id: UUID
    version: int
    decision: str
    automated: bool
    decided_at: datetime

    @classmethod
    def of(cls, permit: Permit) -> Self:
        """Write a grant."""
        return cls.model_validate({name: getattr(permit, name) for name in cls.model_fields})


class VerdictOut(Wire):
    """A position and the verdict on it, with the versions it rests on."""

    observation: int
    at: datetime
    received_at: datetime
    lon: float
    lat: float
    h_acc_m: float
    alt_m: float | None
    alt_ref: str | None
    verdict: str | None
    reason: str | None
    zone_version: int | None
    permit_version: int | None
    rulebook_version: int | None

    @classmethod
    def of(cls, seen: Sighting) -> Self:
        """Write a sighting."""
        # Not checked again: of these there are thousands, and each was when it came.
        return cls.model_construct(
            observation=seen.observation,
            at=seen.at,
            received_at=seen.received_at,
            lon=seen.lon,
            lat=seen.lat,
            h_acc_m=seen.h_acc_m,
            alt_m=seen.alt_m,
            alt_ref=seen.alt_ref,
            verdict=seen.kind.name.lower() if seen.kind else None,
            reason=seen.reason.code if seen.reason is not None else None,
            zone_version=seen.zone_version,
            permit_version=seen.permit_version,
            rulebook_version=seen.rulebook_version,
        )


class VisitOut(Wire):
    """The visit a usage was metered from; no positions: their retention has ended."""

    id: UUID
    entered_at: datetime
    left_at: datetime
    certain_ms: int
    uncertain_ms: int
    distance_m: int
    observations: int
    violations: int
    positions: list[VerdictOut]


class ExplainedFeeOut(Wire):
    """One fee with all that it rests on."""

    id: UUID
    formula: dict[str, str]
    amount: str
    tariff: TariffWire
    usage: UsageOut
    permit: GrantOut | None
    visit: VisitOut | None

    @classmethod
    def of(cls, fee: ExplainedFee) -> Self:
        """Write a fee's ground."""
        return cls(
            id=fee.fee.id,
            formula=dict(fee.formula),
            amount=plain(fee.fee.amount),
            tariff=TariffWire.of(fee.tariff),
            usage=UsageOut.of(fee.usage),
            permit=GrantOut.of(fee.permit) if fee.permit else None,
            visit=_visit(fee),
        )


def _visit(fee: ExplainedFee) -> VisitOut | None:
    if fee.evidence is None:
        return None
    visit = fee.evidence.visit
    same = set(VisitOut.model_fields) - {"positions"}
    values: dict[str, Any] = {name: getattr(visit, name) for name in same}
    positions = [VerdictOut.of(seen) for seen in fee.evidence.sightings]
    return VisitOut.model_validate({**values, "positions": positions})


class EvidenceOut(Wire):
    """A line walked back to positions; of `fees_in_line`, the first are told.

    `taxes` are the document's: tax is reckoned on the sum of all lines of a rate.
    """

    invoice: str
    line: LineOut
    formula: dict[str, str]
    taxes: list[TaxOut] = Field(default_factory=list)
    fees_in_line: int
    fees: list[ExplainedFeeOut]

    @classmethod
    def of(cls, explained: Explanation) -> Self:
        """Write an explanation."""
        invoice, line = explained.invoice, explained.line
        sealed = document.write(invoice)
        lines = sealed["lines"]
        return cls(
            invoice=invoice.number or str(invoice.id),
            line=next(LineOut(**each) for each in lines if each["number"] == line.number),
            formula=dict(explained.formula),
            taxes=[TaxOut(**each) for each in sealed.get("taxes", ())],
            fees_in_line=len(line.fees),
            fees=[ExplainedFeeOut.of(fee) for fee in explained.fees],
        )


def snapshot(explained: Explanation) -> str:
    """Write the evidence of a line down as it is now, to be kept to the letter."""
    return EvidenceOut.of(explained).model_dump_json()
