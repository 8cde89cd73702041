"""What can happen to a permit, and what cannot."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.decisions import Answer
from permits.documents import from_document, to_document
from permits.life.movers import Mover, addressed
from permits.life.states import (
    Act,
    IllegalMove,
    Revision,
    moved,
    possible,
    redrafted,
    revised,
)
from permits.life.transitions import DECIDING, MOVES, PLACED
from permits.model import (
    Attempt,
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


def attempt(decision: Decision = Decision.NEEDS_REVIEW, move: Move = Move.AMEND) -> Attempt:
    before = permit()
    return Attempt(
        move=move,
        asked_at=NOW,
        application=replace(before.application, reference="another"),
        decision=decision,
        findings=before.findings,
        conditions=(),
        quote=before.quote,
        alternatives=(),
    )


FINAL = {PermitState.ENDED, PermitState.WITHDRAWN, PermitState.REVOKED, PermitState.EXPIRED}
decisions = st.sampled_from(Decision)


attempts = st.sampled_from(
    [
        None,
        *(
            attempt(decision, move)
            for decision in (Decision.NEEDS_REVIEW, Decision.REFUSED)
            for move in (Move.AMEND, Move.EXTEND)
        ),
    ]
)


def made(before: Permit, move: Move, decision: Decision) -> Permit:
    """Make any move; what asks for something else is answered by this decision."""
    if move not in DECIDING:
        return moved(before, act(move))
    if before.state is PermitState.DRAFT and move is Move.AMEND:
        return redrafted(before, act(move), before.application, before.quote)
    answer = Answer(decision=decision, findings=(), conditions=())
    asked = replace(before.application, reference="another")
    return revised(
        before, act(move), Revision(application=asked, answer=answer, quote=before.quote)
    )


@given(
    state=st.sampled_from(PermitState),
    automated=st.booleans(),
    move=st.sampled_from(Move),
    decision=decisions,
    attempted=attempts,
)
def test_a_permit_makes_the_moves_it_names_and_no_other(
    state: PermitState,
    move: Move,
    decision: Decision,
    attempted: Attempt | None,
    *,
    automated: bool,
) -> None:
    before = replace(
        permit(state, automated=automated), attempt=attempted if state in PLACED else None
    )

    if move in possible(before):
        after = made(before, move, decision)
        assert (after.version, after.recorded_at) == (2, LATER)
        assert (after.move, after.by, after.reason) == (move, "agent", "Motif")
        assert after.state in MOVES[state][move]
    else:
        with pytest.raises(IllegalMove) as refusal:
            made(before, move, decision)
        for named in addressed(possible(before)):
            assert named in str(refusal.value)


@given(path=st.lists(st.tuples(st.sampled_from(Move), decisions), max_size=12))
def test_no_path_leads_out_of_a_final_state(path: list[tuple[Move, Decision]]) -> None:
    current = permit(PermitState.DRAFT)
    for move, decision in path:
        if move in possible(current):
            assert current.state not in FINAL
            current = made(current, move, decision)


def test_every_state_is_reached_from_an_application_or_a_draft() -> None:
    reached = {PermitState.DRAFT, *map(PermitState, Decision)}
    for _ in PermitState:
        reached |= {
            target for state in reached for targets in MOVES[state].values() for target in targets
        }

    assert reached == set(PermitState)
    assert {state for state in PermitState if not MOVES[state]} == FINAL


@given(state=st.sampled_from(PermitState), mover=st.sampled_from(Mover))
def test_nobody_is_offered_a_move_that_is_not_theirs(state: PermitState, mover: Mover) -> None:
    offered = possible(permit(state), mover)

    assert set(offered) <= set(possible(permit(state)))
    assert not set(offered) & {Move.CONSENT, Move.DISMISS, Move.EXPIRE}
    if mover is Mover.NOBODY:
        assert offered == ()


@given(state=st.sampled_from(sorted(PLACED)), decision=decisions)
def test_what_is_in_force_stays_where_an_amendment_is_not_granted(
    state: PermitState, decision: Decision
) -> None:
    before = permit(state)

    after = made(before, Move.AMEND, decision)

    if decision is Decision.GRANTED:
        assert after.application.reference == "another"
        assert after.attempt is None
        return
    assert (after.application, after.state) == (before.application, state)
    assert (after.findings, after.decision) == (before.findings, before.decision)
    assert after.attempt is not None
    assert (after.attempt.decision, after.attempt.application.reference) == (decision, "another")


@given(
    state=st.sampled_from(sorted(PLACED)),
    asked=st.sampled_from([Move.AMEND, Move.EXTEND]),
    answer=st.sampled_from([Move.GRANT, Move.REFUSE, Move.CONSENT, Move.DISMISS]),
)
def test_what_waits_is_in_force_once_it_is_granted_and_never_before(
    state: PermitState, asked: Move, answer: Move
) -> None:
    before = replace(permit(state), attempt=attempt(move=asked))

    after = moved(before, act(answer))

    if answer in {Move.GRANT, Move.CONSENT}:
        assert (after.application.reference, after.attempt) == ("another", None)
        assert after.findings[-1].params == {"reason": "Motif"}
        used_otherwise = state is PermitState.ACTIVE and asked is Move.AMEND
        assert after.state is (PermitState.GRANTED if used_otherwise else state)
        return
    assert (after.application, after.state) == (before.application, state)
    assert (after.findings, after.decision) == (before.findings, before.decision)
    assert after.attempt is not None
    assert after.attempt.decision is Decision.REFUSED
    assert after.attempt.automated is (answer is Move.DISMISS)


@given(state=st.sampled_from(sorted(PLACED)), move=st.sampled_from(Move))
def test_what_waits_goes_on_waiting_through_whatever_happens_to_what_is_in_force(
    state: PermitState, move: Move
) -> None:
    before = replace(permit(state), attempt=attempt())
    answering = {Move.GRANT, Move.REFUSE, Move.CONSENT, Move.DISMISS, Move.RETRACT}

    if move in possible(before) and move not in answering | DECIDING:
        after = moved(before, act(move))
        assert after.attempt == (before.attempt if after.state in PLACED else None)


def test_a_refusal_of_an_amendment_by_the_machine_is_looked_at_by_a_human_where_it_is_asked() -> (
    None
):
    refused = replace(permit(PermitState.ACTIVE), attempt=attempt(Decision.REFUSED))

    looked_at = moved(refused, act(Move.REVIEW))
    again = moved(looked_at, act(Move.REFUSE))

    assert looked_at.attempt is not None
    assert (looked_at.state, looked_at.attempt.waits) == (PermitState.ACTIVE, True)
    assert Move.REVIEW not in possible(looked_at)
    assert Move.REVIEW not in possible(again)


def test_what_waits_can_be_given_up() -> None:
    after = moved(replace(permit(), attempt=attempt()), act(Move.RETRACT))

    assert (after.attempt, after.state) == (None, PermitState.GRANTED)
    assert Move.RETRACT not in possible(after)


def test_what_is_amended_while_it_is_used_is_activated_again() -> None:
    active = moved(permit(), act(Move.ACTIVATE))

    assert active.activated_at == LATER
    assert made(active, Move.AMEND, Decision.GRANTED).state is PermitState.GRANTED
    assert made(active, Move.EXTEND, Decision.GRANTED).state is PermitState.ACTIVE


def test_a_permit_on_hold_says_what_for_until_it_is_released() -> None:
    (finding,) = permit().findings
    held = moved(permit(), replace(act(Move.HOLD), findings=(finding,)))

    assert held.hold == (finding,)
    assert made(held, Move.AMEND, Decision.REFUSED).hold == (finding,)
    assert moved(held, act(Move.RELEASE)).hold == ()


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


@given(
    state=st.sampled_from(PermitState),
    move=st.sampled_from(Move),
    attempted=attempts,
    automated=st.booleans(),
)
def test_a_permit_reads_back_from_its_document(
    state: PermitState, move: Move, attempted: Attempt | None, *, automated: bool
) -> None:
    written = replace(permit(state, automated=automated), attempt=attempted)
    if move in possible(written):
        written = made(written, move, Decision.REFUSED)

    assert from_document(to_document(written)) == written
