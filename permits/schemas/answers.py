"""A permit, an advice and their reasons as they are answered, in both languages."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from permits.decisions import Answer
from permits.documents import occupation_document, recurrence_document, volume_document
from permits.life import possible
from permits.model import Condition, Decision, Finding, Move, Outcome, Permit, PermitState, Quote
from permits.texts.catalogue import condition_texts, finding_texts, texts
from zones.model import Layer, Purpose

CENT = Decimal("0.01")


class TextOut(BaseModel):
    """One sentence in each language."""

    fr: str
    en: str


class FindingOut(BaseModel):
    """What one rule found."""

    rule: str
    outcome: Outcome
    zone: str | None
    zone_version: int | None
    act: str
    params: dict[str, str]
    text: TextOut

    @classmethod
    def of(cls, finding: Finding, *, officer: bool = False) -> Self:
        """Tell a finding; an officer also learns what is withheld from others."""
        return cls(
            rule=finding.rule,
            outcome=finding.outcome,
            zone=finding.zone,
            zone_version=finding.zone_version,
            act=finding.act,
            params={**finding.params, **(finding.withheld if officer else {})},
            text=TextOut(**finding_texts(finding)),
        )


class ConditionOut(BaseModel):
    """What the holder must keep to."""

    code: str
    params: dict[str, str]
    text: TextOut

    @classmethod
    def of(cls, condition: Condition) -> Self:
        """Tell a condition."""
        return cls(
            code=condition.code,
            params=dict(condition.params),
            text=TextOut(**condition_texts(condition)),
        )


class QuoteLineOut(BaseModel):
    """One expected fee."""

    tariff: str
    tariff_version: int
    act: str
    text: dict[str, str]
    zone: str | None
    quantity: str
    unit: str
    unit_price: str
    amount: str


class QuoteOut(BaseModel):
    """What the use is expected to cost; money is text, exact to the last digit."""

    currency: str
    total: str
    tariff_versions: list[str]
    lines: list[QuoteLineOut]

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """Tell a quote."""
        lines = [
            QuoteLineOut(
                tariff=line.tariff,
                tariff_version=line.tariff_version,
                act=line.act,
                text=dict(line.text),
                zone=line.zone,
                quantity=f"{line.quantity:f}",
                unit=line.unit,
                unit_price=f"{line.unit_price:f}",
                amount=f"{line.amount:f}",
            )
            for line in quote.lines
        ]
        versions = {f"{line.tariff}@{line.tariff_version}" for line in quote.lines}
        return cls(
            currency=quote.currency,
            total=money(quote.total),
            tariff_versions=sorted(versions),
            lines=lines,
        )


class PermitOut(BaseModel):
    """A permit: what was asked, what was answered, why, at what price, and what can follow."""

    id: UUID
    version: int
    state: PermitState
    decision: Decision
    automated: bool
    operator: str
    purpose: Purpose
    layer: Layer
    vehicles: list[str]
    reference: str
    volumes: list[dict[str, Any]]
    occupation: dict[str, Any] | None
    recurrences: list[dict[str, Any]]
    findings: list[FindingOut]
    conditions: list[ConditionOut]
    alternatives: list[dict[str, Any]]
    review: str
    notice: TextOut
    appeal: TextOut
    moves: list[Move]
    quote: QuoteOut
    decided_at: datetime
    recorded_at: datetime
    move: Move
    reason: str

    @classmethod
    def of(cls, permit: Permit, *, officer: bool = False) -> Self:
        """Tell a permit, with what only an officer may know where it is told to one."""
        asked = permit.application
        review = f"/v1/permits/{permit.id}/review"
        return cls(
            id=permit.id,
            version=permit.version,
            state=permit.state,
            decision=permit.decision,
            automated=permit.automated,
            operator=asked.operator,
            purpose=asked.purpose,
            layer=asked.layer,
            vehicles=list(asked.vehicles),
            reference=asked.reference,
            volumes=[volume_document(each) for each in asked.volumes],
            occupation=occupation_document(asked.occupation),
            recurrences=[recurrence_document(each) for each in asked.recurrences],
            findings=[FindingOut.of(each, officer=officer) for each in permit.findings],
            conditions=[ConditionOut.of(each) for each in permit.conditions],
            alternatives=[],
            review=review,
            notice=TextOut(
                **texts("notice.automated" if permit.automated else "notice.by_officer")
            ),
            appeal=TextOut(**texts("notice.appeal", {"review": review})),
            moves=list(possible(permit)),
            quote=QuoteOut.of(permit.quote),
            decided_at=permit.decided_at,
            recorded_at=permit.recorded_at,
            move=permit.move,
            reason=permit.reason,
        )


class PermitsOut(BaseModel):
    """A page of permits; `next` is the cursor of the next one."""

    items: list[PermitOut]
    next: str | None


class AdviceOut(BaseModel):
    """What would be answered, without applying."""

    permit_needed: bool
    would_be: Decision
    findings: list[FindingOut]
    conditions: list[ConditionOut]
    quote: QuoteOut

    @classmethod
    def of(cls, answer: Answer, quote: Quote, *, permit_needed: bool) -> Self:
        """Tell an advice."""
        return cls(
            permit_needed=permit_needed,
            would_be=answer.decision,
            findings=[FindingOut.of(each) for each in answer.findings],
            conditions=[ConditionOut.of(each) for each in answer.conditions],
            quote=QuoteOut.of(quote),
        )


def money(amount: Decimal) -> str:
    """Write an amount with at least its cents; nothing is rounded here."""
    exponent = amount.as_tuple().exponent
    coarse = isinstance(exponent, int) and exponent > CENT.as_tuple().exponent  # type: ignore[operator]  # a cent is finite
    return f"{amount.quantize(CENT) if coarse else amount:f}"
