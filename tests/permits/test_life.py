"""What can happen to a permit, and what cannot."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.documents import from_document, to_document
from permits.life import Act, IllegalMove, moved, possible
from permits.model import (
    Condition,
    Decision,
    Finding,
    Move,
    Outcome,
    Permit,
    PermitId,
    PermitState,
    Quote,
    QuoteLine,
)
from tests.permits.cases import NOW, application, zone

LATER = NOW + timedelta(hours=3)


def permit(state: PermitState = PermitState.GRANTED, *, automated: bool = True) -> Permit:
    refused = state is PermitState.REFUSED
    return Permit(
        id=PermitId(UUID(int=7)),
        version=1,
        application=application(),
        state=state,
        decision=Decision.REFUSED if refused else Decision.GRANTED,
        automated=automated,
        findings=(
            Finding(
                rule="speed_cap",
                outcome=Outcome.CONDITIONAL,
                zone=zone().id,
                zone_version=2,
                act="Arrêté",
                params={"speed_kmh": "12"},
                conditions=(Condition(code="speed_max", params={"speed_kmh": "12"}),),
                human=True,
            ),
        ),
        conditions=(Condition(code="speed_max", params={"speed_kmh": "12"}),),
        quote=Quote(
            currency="EUR",
            total=Decimal("0.30"),
            lines=(
                QuoteLine(
                    tariff="air",
                    tariff_version=1,
                    act="Délibération",
                    text={"fr": "Air", "en": "Air"},
                    quantity=Decimal(1) / 3,
                    unit="h",
                    unit_price=Decimal("0.90"),
                    amount=Decimal("0.3"),
                    zone=zone().id,
                ),
            ),
        ),
        decided_at=NOW,
        recorded_at=NOW,
    )


def act(move: Move) -> Act:
    return Act(move=move, by="agent", at=LATER, reason="Motif")


@given(state=st.sampled_from(PermitState), automated=st.booleans(), move=st.sampled_from(Move))
def test_a_permit_makes_the_moves_it_names_and_no_other(
    state: PermitState, move: Move, *, automated: bool
) -> None:
    before = permit(state, automated=automated)

    if move in possible(before):
        after = moved(before, act(move))
        assert (after.version, after.recorded_at) == (2, LATER)
        assert (after.move, after.by, after.reason) == (move, "agent", "Motif")
        assert after.application == before.application
    else:
        with pytest.raises(IllegalMove) as refusal:
            moved(before, act(move))
        for named in possible(before):
            assert named in str(refusal.value)


@given(moves=st.lists(st.sampled_from(Move), max_size=12))
def test_a_permit_given_or_taken_back_stays_so(moves: list[Move]) -> None:
    current, ended = permit(PermitState.NEEDS_REVIEW), False
    for move in moves:
        if move in possible(current):
            assert not ended
            current = moved(current, act(move))
        ended = current.state in {PermitState.WITHDRAWN, PermitState.REVOKED}


def test_a_grant_stays_in_force_while_a_human_looks_at_it() -> None:
    assert moved(permit(), act(Move.REVIEW)).state is PermitState.GRANTED


def test_a_refusal_waits_for_the_humans_answer() -> None:
    waiting = moved(permit(PermitState.REFUSED), act(Move.REVIEW))

    assert waiting.state is PermitState.NEEDS_REVIEW
    assert waiting.automated


@pytest.mark.parametrize(
    ("move", "decision", "outcome"),
    [
        (Move.GRANT, Decision.GRANTED, Outcome.PASSED),
        (Move.REFUSE, Decision.REFUSED, Outcome.OBJECTED),
    ],
)
def test_an_officers_decision_is_a_finding_with_its_reason(
    move: Move, decision: Decision, outcome: Outcome
) -> None:
    after = moved(permit(PermitState.NEEDS_REVIEW), act(move))

    assert (after.decision, after.automated, after.decided_at) == (decision, False, LATER)
    assert after.findings[-1].outcome is outcome
    assert after.findings[-1].params == {"reason": "Motif"}
    assert after.findings[:-1] == permit().findings


def test_what_a_human_decided_is_not_reviewed_again() -> None:
    assert possible(permit(PermitState.REFUSED, automated=False)) == ()


@given(state=st.sampled_from(PermitState), move=st.sampled_from(Move), automated=st.booleans())
def test_a_permit_reads_back_from_its_document(
    state: PermitState, move: Move, *, automated: bool
) -> None:
    written = permit(state, automated=automated)
    if move in possible(written):
        written = moved(written, act(move))

    assert from_document(to_document(written)) == written
