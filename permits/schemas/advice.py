"""An advice as it is answered, and what is applied for from one."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from permits.answers.facts import Fact, facts, unread
from permits.model import Decision
from permits.parties import SizeClass
from permits.rules.zonewise import touched
from permits.schemas.answers import ConditionOut
from permits.schemas.findings import FindingOut
from permits.schemas.offers import AlternativeOut, remark
from permits.schemas.quotes import QuoteOut, joined, taxed
from permits.schemas.told import TextOut, money, sentence, told_params
from permits.schemas.words import In, OwnerName, Text, VehicleName
from permits.service import Advice
from zones.model import Restriction

LONGEST_SEAL = 2_000_000
MOST_VEHICLES = 50


class AdvisedIn(In):
    """An application for what an advice was asked about: its `advice`, and who shall do it."""

    operator: OwnerName | None = None
    advice: Annotated[str, Field(min_length=1, max_length=LONGEST_SEAL)]
    vehicles: Annotated[list[VehicleName], Field(min_length=1, max_length=MOST_VEHICLES)] | None = (
        None
    )
    reference: Text | None = None

    def completed(self, advised: dict[str, Any]) -> dict[str, Any]:
        """Return the application that was advised, with what is stated beside it."""
        stated = self.model_dump(exclude={"advice"}, exclude_none=True)
        return {**advised, **stated}


class ZoneOut(BaseModel):
    """A zone that applies, what it says to this purpose, and the act that says so."""

    id: str
    version: int
    name: str
    restriction: Restriction
    act: str


class FactOut(BaseModel):
    """What the answer rests on beside the zones, or what is not known; with its source."""

    fact: str
    known: bool
    params: dict[str, str]
    source: str
    text: TextOut

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """Tell a fact."""
        code = f"fact.{fact.code}.{'known' if fact.known else 'unknown'}"
        return cls(
            fact=fact.code,
            known=fact.known,
            params=told_params(fact.params),
            source=fact.source,
            text=sentence(code, fact.params),
        )


class SizedOut(BaseModel):
    """What a company of a size would pay."""

    size: SizeClass
    currency: str
    total: str
    text: TextOut


class AdviceOut(BaseModel):
    """What would be answered, without applying.

    `advice` can be sent to POST /v1/permits within a day, with the vehicles, to apply for just
    this. `by_size` is there where it is not known who asks.
    """

    permit_needed: bool
    would_be: Decision
    automated: bool
    summary: TextOut
    next_step: TextOut
    zones: list[ZoneOut]
    findings: list[FindingOut]
    conditions: list[ConditionOut]
    facts: list[FactOut]
    quote: QuoteOut
    by_size: list[SizedOut]
    alternatives: list[AlternativeOut]
    alternatives_note: TextOut | None
    notice: TextOut
    advice: str

    @classmethod
    def of(cls, advice: Advice, sealed: str, passed_over: Sequence[str] = ()) -> Self:
        """Tell an advice; `passed_over` are fields that were stated and not looked at."""
        answer, asked = advice.answer, advice.case.application
        known = facts(advice.case) + ((unread(passed_over),) if passed_over else ())
        refused = answer.decision is Decision.REFUSED
        return cls(
            permit_needed=advice.permit_needed,
            would_be=answer.decision,
            automated=True,
            summary=_summary(advice),
            next_step=_next_step(advice),
            zones=[
                ZoneOut(
                    id=each.zone.id,
                    version=each.zone.version,
                    name=each.zone.name,
                    restriction=each.restriction,
                    act=each.zone.act,
                )
                for each in touched(advice.case)
            ],
            findings=[FindingOut.of(each) for each in answer.findings],
            conditions=[] if refused else [ConditionOut.of(each) for each in answer.conditions],
            facts=[FactOut.of(each) for each in known],
            quote=QuoteOut.of(advice.quote, refused=refused),
            by_size=_sizes(advice),
            alternatives=[AlternativeOut.of(each, asked) for each in advice.alternatives or ()],
            alternatives_note=remark(advice),
            notice=sentence("notice.advice"),
            advice=sealed,
        )


def _summary(advice: Advice) -> TextOut:
    decision, fee = advice.answer.decision.value, "cost" if advice.quote.total else "free"
    # Where no permit is needed none is granted or costs anything: the use is what is told of.
    codes = (
        ("advice.needed", f"advice.{decision}", f"advice.{decision}.{fee}")
        if advice.permit_needed
        else ("advice.open", f"advice.open.{decision}", f"advice.open.{fee}")
    )
    price = {"total": money(advice.quote.total), "currency": advice.quote.currency}
    return joined([*(sentence(code, price) for code in codes), *taxed(advice.quote)])


def _next_step(advice: Advice) -> TextOut:
    """Say what whoever asked can do now."""
    if not advice.permit_needed:
        return sentence(f"advice.next.nothing{'_but_pay' if advice.quote.total else ''}")
    match advice.answer.decision:
        case Decision.GRANTED:
            step = "apply_occupation" if advice.application.occupation else "apply"
        case Decision.NEEDS_REVIEW:
            step = "wait"
        case Decision.REFUSED:
            step = "instead" if advice.alternatives else "appeal"
    return sentence(f"advice.next.{step}")


def _sizes(advice: Advice) -> list[SizedOut]:
    return [
        SizedOut(
            size=size,
            currency=quote.currency,
            total=money(quote.total),
            text=sentence(
                "advice.by_size",
                {"size": size.value, "total": money(quote.total), "currency": quote.currency},
            ),
        )
        for size, quote in advice.by_size.items()
    ]
