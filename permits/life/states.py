"""What can still happen to a permit? A state machine: permit and move make its next version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from permits.basis import Basis
from permits.decisions import Answer
from permits.life.attempts import adopted, appealable, declined, forwarded, waits
from permits.life.movers import MOVERS, Mover, addressed
from permits.life.transitions import DECIDING, MOVES, OF_ATTEMPTS, PLACED
from permits.model import (
    Application,
    Attempt,
    Decision,
    Finding,
    Move,
    Outcome,
    Permit,
    PermitState,
    Quote,
)
from permits.offers import Alternative

BY_SILENCE = frozenset({Move.CONSENT, Move.DISMISS})
REASONED = "Code des relations entre le public et l'administration, art. L. 211-2"
_CONCLUSIONS: Mapping[Move, tuple[str, Decision, Outcome]] = {
    Move.GRANT: ("officer_decision", Decision.GRANTED, Outcome.PASSED),
    Move.REFUSE: ("officer_decision", Decision.REFUSED, Outcome.OBJECTED),
    Move.CONSENT: ("silence", Decision.GRANTED, Outcome.PASSED),
    Move.DISMISS: ("silence", Decision.REFUSED, Outcome.OBJECTED),
}


class IllegalMove(Exception):
    """A move the permit's state does not allow; the message names those it does."""

    def __init__(self, permit: Permit, move: Move) -> None:
        self.permit = permit
        self.move = move
        super().__init__(self.told_to())

    def told_to(self, mover: Mover | None = None) -> str:
        """Say what is possible instead, for anybody or for one kind of mover."""
        named = ", ".join(addressed(possible(self.permit, mover))) or "none"
        state = self.permit.state
        return f"a permit that is {state} cannot {self.move}; possible moves: {named}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who makes a move, when, and why.

    `findings` are what a permit is put on hold for, or what an officer who releases it answers;
    `law` is the act that a decision taken by the move rests on.
    """

    move: Move
    by: str
    at: datetime
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    law: str = REASONED


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What is asked for now, what was answered to it, and what it would cost.

    `alternatives` are what would be granted instead, None where nobody looked.
    """

    application: Application
    answer: Answer
    quote: Quote
    basis: Basis | None = None
    alternatives: tuple[Alternative, ...] | None = None


def possible(permit: Permit, mover: Mover | None = None) -> tuple[Move, ...]:
    """Return the moves open to a permit, by anybody or by one kind of mover.

    Only an automated decision can still be reviewed.
    """
    return tuple(
        move
        for move in MOVES[permit.state]
        if _open(permit, move) and (mover is None or mover in MOVERS[move])
    )


def _open(permit: Permit, move: Move) -> bool:
    """Tell whether a move has something to be about: what is in force is decided already."""
    granted = permit.state is PermitState.GRANTED
    if move is Move.REVIEW:
        told = permit.automated and (granted or permit.state not in PLACED)
        return not waits(permit) and (told or appealable(permit))
    if permit.state in PLACED and move in OF_ATTEMPTS:
        return waits(permit) or (granted and move is Move.GRANT)
    return True


def moved(permit: Permit, act: Act) -> Permit:
    """Return the permit's next version after a move, or refuse a move that is not possible."""
    if act.move in DECIDING:
        raise IllegalMove(permit, act.move)
    targets = _targets(permit, act.move)
    attempt = permit.attempt
    if attempt is not None and _about_attempt(permit, act.move):
        return _attempted(_next(permit, act), attempt, act)
    (state,) = targets
    after = replace(_next(permit, act), state=state)
    if state is not PermitState.ON_HOLD:
        after = replace(after, hold=())
    if state in PLACED and act.move is not Move.RETRACT and waits(permit):
        # What happens to the permit meanwhile does not answer what is asked.
        after = replace(after, attempt=attempt)
    if act.move is Move.ACTIVATE:
        return replace(after, activated_at=act.at)
    if act.move is Move.RELEASE:
        return replace(after, findings=(*permit.findings, *act.findings))
    return _concluded(after, act)


def revised(permit: Permit, act: Act, revision: Revision) -> Permit:
    """Return the next version of a permit whose application was decided, first or anew.

    What is in force stays as it was where the new application is not granted: that is kept as an
    attempt, with its reasons.
    """
    if act.move not in DECIDING:
        raise IllegalMove(permit, act.move)
    targets = _targets(permit, act.move)
    after = _next(permit, act)
    decision = revision.answer.decision
    if permit.state in PLACED and decision is not Decision.GRANTED:
        attempt = Attempt(
            move=act.move,
            asked_at=act.at,
            application=revision.application,
            decision=decision,
            findings=revision.answer.findings,
            conditions=revision.answer.conditions,
            quote=revision.quote,
            basis=revision.basis,
            alternatives=revision.alternatives,
        )
        return replace(after, attempt=attempt)
    state = PermitState(decision)
    return replace(
        after,
        hold=(),
        application=revision.application,
        state=state if state in targets else permit.state,
        decision=decision,
        automated=True,
        findings=revision.answer.findings,
        conditions=revision.answer.conditions,
        quote=revision.quote,
        decided_at=act.at,
        alternatives=revision.alternatives,
        basis=revision.basis,
    )


def redrafted(permit: Permit, act: Act, application: Application, quote: Quote) -> Permit:
    """Return the next version of a draft, which nobody decides yet."""
    if permit.state is not PermitState.DRAFT:
        raise IllegalMove(permit, act.move)
    _targets(permit, act.move)
    return replace(_next(permit, act), application=application, quote=quote)


def _targets(permit: Permit, move: Move) -> frozenset[PermitState]:
    if move not in possible(permit):
        raise IllegalMove(permit, move)
    return MOVES[permit.state][move]


def _next(permit: Permit, act: Act) -> Permit:
    return replace(
        permit,
        version=permit.version + 1,
        recorded_at=act.at,
        move=act.move,
        by=act.by,
        reason=act.reason,
        attempt=None,
        hold=act.findings if act.move is Move.HOLD else permit.hold,
    )


def _concluded(permit: Permit, act: Act) -> Permit:
    """Write the decision into the permit that this move takes; others decide nothing."""
    if act.move not in _CONCLUSIONS:
        return permit
    _, decision, _ = _CONCLUSIONS[act.move]
    return replace(
        permit,
        decision=decision,
        automated=act.move in BY_SILENCE,
        decided_at=act.at,
        findings=(*permit.findings, _conclusion(act)),
    )


def _about_attempt(permit: Permit, move: Move) -> bool:
    """Tell whether a move answers, or appeals, what was attempted."""
    if permit.state not in PLACED:
        return False
    return appealable(permit) if move is Move.REVIEW else waits(permit) and move in _CONCLUSIONS


def _attempted(permit: Permit, attempt: Attempt, act: Act) -> Permit:
    """Write down what becomes of what was attempted."""
    if act.move is Move.REVIEW:
        return forwarded(permit, attempt, act.at)
    _, decision, _ = _CONCLUSIONS[act.move]
    make = adopted if decision is Decision.GRANTED else declined
    return make(permit, attempt, _conclusion(act), automated=act.move in BY_SILENCE)


def _conclusion(act: Act) -> Finding:
    rule, _, outcome = _CONCLUSIONS[act.move]
    return Finding(rule=rule, outcome=outcome, act=act.law, params={"reason": act.reason})
