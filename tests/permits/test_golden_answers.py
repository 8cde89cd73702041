"""Answers as people read them, in both languages, fixed by golden files.

`python -m tests.permits.test_golden_answers` writes them anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from shapely.geometry import box

from permits.answers.alternatives import alternatives, worth_looking
from permits.answers.facts import facts
from permits.answers.grid import whole
from permits.case import Case, Neighbour
from permits.cases import ANYBODY, basis_of
from permits.decisions import decide
from permits.model import Application, Permit, PermitId, PermitState, Quote, QuoteLine
from permits.offers import Alternative, Relief, ReliefKind
from permits.schemas.advice import FactOut
from permits.schemas.answers import PermitOut
from permits.schemas.told import TextOut
from tests.permits.cases import NOW, SOON, Asked, case, height, volume, zone
from zones.demands import ZoneRules
from zones.model import Band, Purpose, Restriction, Volume
from zones.periods import Applicability, Window

GOLDEN = Path(__file__).parents[1] / "golden" / "permits"
PERMIT = PermitId(UUID("00000000-0000-4000-8000-000000000001"))
OTHER = PermitId(UUID("00000000-0000-4000-8000-000000000002"))
PRICE = Quote(
    currency="EUR",
    total=Decimal("6.30"),
    lines=(
        QuoteLine(
            tariff="air-minute",
            tariff_version=2,
            act="Délibération de démonstration",
            text={"fr": "Minute de vol", "en": "Minute of flight"},
            quantity=Decimal(60),
            unit="min",
            unit_price=Decimal("0.105"),
            amount=Decimal("6.30"),
            list_price=Decimal("0.14"),
            reliefs=(Relief(kind=ReliefKind.SIZE, of="small", factor=Decimal("0.75")),),
        ),
    ),
)
FEAST = zone(
    "fete",
    Restriction.PROHIBITED,
    applicability=(Applicability(window=Window(start=SOON, end=SOON + timedelta(minutes=45))),),
)
GROUND = zone(
    "quai",
    rules=ZoneRules(experimentation=True, human_review=True, speed_max_mps=10.0),
    volumes=(Volume(footprint=box(2.34, 48.84, 2.37, 48.87), band=Band(upper=height(100))),),
)
BESIDE = Neighbour(permit=OTHER, volume=volume(start=SOON - timedelta(minutes=30)), vehicles=1)


def conflicting() -> Case:
    return replace(case(zone()), neighbours=(BESIDE,))


def of_nobody() -> Case:
    asked = replace(case(zone(rules=ZoneRules(mass_max_kg=4.0)), vehicles=()), operator=ANYBODY)
    bare: Application = replace(asked.application, vehicles=(), operator=ANYBODY.id)
    return replace(asked, application=bare)


CASES = {
    "granted": case(zone(rules=ZoneRules(speed_max_mps=15.0, transit=False, separation_m=50.0))),
    "refused-for-an-hour": case(zone(), FEAST),
    "refused-beside-another": conflicting(),
    "refused-for-its-vehicle": case(zone(), vehicles=()),
    "left-to-an-officer": case(zone(rules=ZoneRules(human_review=True))),
    "granted-by-the-ground": case(GROUND, asked=Asked(purpose=Purpose.RESEARCH)),
    "advised-to-nobody-known": of_nobody(),
}


def decided(asked: Case) -> Permit:
    answer = decide(asked)
    offered: tuple[Alternative, ...] = ()
    if worth_looking(answer.decision, answer.findings, asked.application):
        offers = alternatives(asked, whole(asked.application)) or ()
        offered = tuple(
            Alternative(shift=each.shift, currency="EUR", total=PRICE.total) for each in offers
        )
    return Permit(
        id=PERMIT,
        version=1,
        application=asked.application,
        state=PermitState(answer.decision.value),
        decision=answer.decision,
        automated=True,
        findings=answer.findings,
        conditions=answer.conditions,
        quote=PRICE,
        decided_at=NOW,
        recorded_at=NOW,
        alternatives=offered,
        basis=basis_of(asked, "0"),
    )


def lines(asked: Case) -> Iterator[str]:
    told = PermitOut.of(decided(asked))
    yield f"decision: {told.decision}, automated: {told.automated}"
    yield f"review: {told.review}"
    for finding in told.findings:
        cited = f" {finding.zone}@{finding.zone_version}" if finding.zone else ""
        yield f"{finding.rule} {finding.outcome}{cited} [{finding.act}]"
        yield from both(finding.text)
    for condition in told.conditions:
        yield f"condition {condition.code}"
        yield from both(condition.text)
    yield from offered_lines(told)
    yield from rested_on(told, asked)
    for name, text in (("notice", told.notice), ("appeal", told.appeal)):
        yield name
        yield from both(text)


def offered_lines(told: PermitOut) -> Iterator[str]:
    for alternative in told.alternatives:
        yield f"alternative {alternative.shift_min} min {alternative.rise_m:+g} m"
        yield from both(alternative.text)
        yield f"  {alternative.total} {alternative.currency}"
    if told.alternatives_note:
        yield "alternatives"
        yield from both(told.alternatives_note)


def rested_on(told: PermitOut, asked: Case) -> Iterator[str]:
    for line in told.quote.lines:
        yield f"fee {line.amount} = {line.quantity} {line.unit} x {line.unit_price} [{line.act}]"
        for relief in line.reliefs:
            yield from both(relief.text)
    for fact in facts(asked):
        yield f"fact {fact.code} {'known' if fact.known else 'not known'} [{fact.source}]"
        yield from both(FactOut.of(fact).text)


def both(text: TextOut) -> Iterator[str]:
    yield f"  fr: {text.fr}"
    yield f"  en: {text.en}"


def written(name: str) -> str:
    return "\n".join(lines(CASES[name])) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_an_answer_reads_as_it_was_agreed(name: str) -> None:
    assert written(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for each in CASES:
        (GOLDEN / f"{each}.txt").write_text(written(each), encoding="utf-8")
