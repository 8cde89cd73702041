"""Papers that are missing, or not valid throughout, stop a permit and say why and until when."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.case import Case
from permits.cases import ANYBODY
from permits.decisions import decide
from permits.kinds import DocumentKind
from permits.model import Decision, Outcome
from permits.occupations import Occupation, OccupationKind
from permits.parties import HeldDocument, Operator, OperatorId, VehicleId
from permits.rules.validity import documents_held, documents_valid
from permits.texts.catalogue import condition_texts, finding_texts
from tests.permits.cases import HOUR, NOW, OPERATOR, SOON, Asked, case, vehicle, volume
from zones.model import Purpose
from zones.periods import InvalidWindow

DAY = timedelta(days=1)
INSURED = frozenset({DocumentKind.INSURANCE})


def paper(
    valid_from: datetime = NOW - DAY,
    valid_until: datetime = NOW + DAY,
    *,
    vehicle: str | None = None,
    kind: DocumentKind = DocumentKind.INSURANCE,
) -> HeldDocument:
    return HeldDocument(
        operator=OPERATOR.id,
        vehicle=None if vehicle is None else VehicleId(vehicle),
        kind=kind,
        number="P-1",
        issuer="Assureur",
        valid_from=valid_from,
        valid_until=valid_until,
        attached_by="ailes",
        attached_at=NOW,
    )


def holding(
    *papers: HeldDocument,
    asked: Asked | None = None,
    needed: frozenset[DocumentKind] = INSURED,
    operator: Operator = OPERATOR,
) -> Case:
    wanted = asked or Asked()
    vehicles = tuple(vehicle(name) for name in wanted.vehicles)
    plain = case(asked=wanted, vehicles=vehicles)
    return replace(plain, documents=papers, documents_needed=needed, operator=operator)


def test_a_valid_insurance_lets_the_operation_be_granted() -> None:
    answer = decide(holding(paper()))

    assert answer.decision is Decision.GRANTED
    assert documents_held(holding(paper())).outcome is Outcome.PASSED


def test_an_expired_document_stops_a_new_permit_and_tells_the_date() -> None:
    lapsed = holding(paper(NOW - 30 * DAY, NOW - DAY))

    [finding] = documents_valid(lapsed)

    assert decide(lapsed).decision is Decision.REFUSED
    assert finding.outcome is Outcome.OBJECTED
    assert "assurance" in finding_texts(finding)["fr"]
    assert "30/11/2026 à 08:00" in finding_texts(finding)["fr"]
    assert "30 November 2026 at 08:00" in finding_texts(finding)["en"]


def test_an_expired_document_stops_even_where_none_is_asked_for() -> None:
    lapsed = paper(NOW - 30 * DAY, NOW - DAY, kind=DocumentKind.COMPETENCE)

    assert decide(holding(lapsed, needed=frozenset())).decision is Decision.REFUSED


def test_what_stands_still_for_years_outlasts_papers_that_nobody_asks_for() -> None:
    asked = holding(paper(NOW - DAY, NOW + DAY), needed=frozenset())
    trench = Occupation(kind=OccupationKind.TRENCH, area_m2=120, length_m=30)
    standing = replace(
        asked, application=replace(asked.application, vehicles=(), occupation=trench)
    )
    later = volume(start=NOW + 2 * DAY, lasts=30 * DAY)
    standing = replace(standing, application=replace(standing.application, volumes=(later,)))

    [unasked] = documents_valid(standing)
    [needed] = documents_valid(replace(standing, documents_needed=INSURED))
    expired = replace(standing, documents=(paper(NOW - 3 * DAY, NOW - DAY),))
    [lapsed] = documents_valid(expired)

    assert unasked.outcome is Outcome.NOT_APPLICABLE
    assert (needed.outcome, lapsed.outcome) == (Outcome.OBJECTED, Outcome.OBJECTED)


def test_a_document_that_was_never_attached_is_named_as_missing() -> None:
    finding = documents_held(holding())

    assert finding.outcome is Outcome.OBJECTED
    assert "drone-7" in finding_texts(finding)["fr"]
    assert "insurance" in finding_texts(finding)["en"]


def test_nothing_is_asked_of_an_emergency() -> None:
    urgent = holding(paper(NOW - 30 * DAY, NOW - DAY), asked=Asked(purpose=Purpose.EMERGENCY))

    assert documents_held(urgent).outcome is Outcome.NOT_APPLICABLE
    assert [each.outcome for each in documents_valid(urgent)] == [Outcome.NOT_APPLICABLE]


def test_whoever_asks_without_an_account_is_told_what_is_needed() -> None:
    finding = documents_held(holding(operator=ANYBODY))

    assert finding.outcome is Outcome.CONDITIONAL
    assert "not known" in finding_texts(finding)["en"]
    [condition] = finding.conditions
    assert "assurance" in condition_texts(condition)["fr"]


def test_a_document_of_one_vehicle_insures_no_other() -> None:
    both = Asked(vehicles=("drone-7", "drone-8"))

    own = documents_held(holding(paper(vehicle="drone-7"), asked=both))
    fleet = documents_held(holding(paper(), asked=both))

    assert (own.outcome, own.params["holders"]) == (Outcome.OBJECTED, "drone-8")
    assert fleet.outcome is Outcome.PASSED


def test_a_document_of_the_fleet_stands_in_for_the_expired_one_of_a_vehicle() -> None:
    lapsed = paper(NOW - 30 * DAY, NOW - DAY, vehicle="drone-7")

    assert decide(holding(lapsed, paper())).decision is Decision.GRANTED
    assert decide(holding(lapsed)).decision is Decision.REFUSED


def test_what_is_not_valid_yet_is_not_valid() -> None:
    [finding] = documents_valid(holding(paper(SOON + HOUR / 2, NOW + DAY)))

    assert finding.outcome is Outcome.OBJECTED
    assert finding.params["lapse_at"] == SOON.isoformat()


def test_papers_that_follow_on_one_another_are_one() -> None:
    half = SOON + HOUR / 2

    assert decide(holding(paper(half, NOW + DAY), paper(NOW, half))).decision is Decision.GRANTED
    gap = holding(paper(half + HOUR / 60, NOW + DAY), paper(NOW, half))
    [finding] = documents_valid(gap)
    assert finding.params["lapse_at"] == half.isoformat()


minutes = st.integers(-120, 240)
spans = st.tuples(minutes, minutes).map(sorted).filter(lambda each: each[0] < each[1])


@given(held=st.lists(spans, min_size=1, max_size=5), lasts=st.integers(1, 120))
def test_the_operation_is_covered_exactly_when_every_minute_of_it_is(
    held: list[list[int]], lasts: int
) -> None:
    def at(minute: int) -> datetime:
        return SOON + timedelta(minutes=minute)

    asked = Asked(volumes=(volume(lasts=timedelta(minutes=lasts)),))
    papers = [paper(at(start), at(end)) for start, end in held]

    answers = documents_valid(holding(*papers, asked=asked))

    covered = all(any(start <= each < end for start, end in held) for each in range(lasts))
    outcome = Outcome.PASSED if covered else Outcome.OBJECTED
    assert {each.outcome for each in answers} == {outcome}
    assert all(finding_texts(each) for each in answers)


def test_no_document_is_for_ever_or_backwards() -> None:
    with pytest.raises(InvalidWindow):
        paper(NOW, NOW)


def test_papers_of_somebody_else_do_not_count() -> None:
    strangers = paper(vehicle="drone-9")

    assert documents_held(holding(strangers)).outcome is Outcome.OBJECTED
    assert [each.outcome for each in documents_valid(holding(strangers))] == [
        Outcome.NOT_APPLICABLE
    ]
    assert OperatorId("ailes") == strangers.operator
