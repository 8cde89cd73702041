"""What can still happen to a permit? A state machine: permit and move make its next version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from permits.basis import Basis
from permits.decisions import Answer
from permits.life.movers import MOVERS, Mover
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

# Where each move may lead. What decides afresh leads where its decision says.
MOVES: Mapping[PermitState, Mapping[Move, frozenset[PermitState]]] = {
    PermitState.DRAFT: {
        Move.SUBMIT: frozenset(
            {PermitState.GRANTED, PermitState.REFUSED, PermitState.NEEDS_REVIEW}
        ),
        Move.AMEND: frozenset({PermitState.DRAFT}),
        Move.WITHDRAW: frozenset({PermitState.WITHDRAWN}),
        Move.EXPIRE: frozenset({PermitState.EXPIRED}),
    },
    # A grant stays in force while a human looks at it; a refusal waits for the human's answer.
    PermitState.GRANTED: {
        Move.ACTIVATE: frozenset({PermitState.ACTIVE}),
        Move.REVIEW: frozenset({PermitState.GRANTED}),
        Move.GRANT: frozenset({PermitState.GRANTED}),
        Move.EXTEND: frozenset({PermitState.GRANTED}),
        Move.AMEND: frozenset({PermitState.GRANTED}),
        Move.HOLD: frozenset({PermitState.ON_HOLD}),
        Move.WITHDRAW: frozenset({PermitState.WITHDRAWN}),
        Move.REVOKE: frozenset({PermitState.REVOKED}),
        Move.EXPIRE: frozenset({PermitState.EXPIRED}),
    },
    PermitState.REFUSED: {Move.REVIEW: frozenset({PermitState.NEEDS_REVIEW})},
    PermitState.NEEDS_REVIEW: {
        Move.GRANT: frozenset({PermitState.GRANTED}),
        Move.REFUSE: frozenset({PermitState.REFUSED}),
        Move.CONSENT: frozenset({PermitState.GRANTED}),
        Move.DISMISS: frozenset({PermitState.REFUSED}),
        Move.AMEND: frozenset({PermitState.GRANTED, PermitState.REFUSED, PermitState.NEEDS_REVIEW}),
        Move.WITHDRAW: frozenset({PermitState.WITHDRAWN}),
        Move.EXPIRE: frozenset({PermitState.EXPIRED}),
    },
    # What is amended while it is used is another use: it is activated again.
    PermitState.ACTIVE: {
        Move.END: frozenset({PermitState.ENDED}),
        Move.EXTEND: frozenset({PermitState.ACTIVE}),
        Move.AMEND: frozenset({PermitState.GRANTED, PermitState.ACTIVE}),
        Move.HOLD: frozenset({PermitState.ON_HOLD}),
        Move.REVOKE: frozenset({PermitState.REVOKED}),
    },
    PermitState.ON_HOLD: {
        Move.RELEASE: frozenset({PermitState.GRANTED}),
        Move.AMEND: frozenset({PermitState.GRANTED, PermitState.ON_HOLD}),
        Move.END: frozenset({PermitState.ENDED}),
        Move.WITHDRAW: frozenset({PermitState.WITHDRAWN}),
        Move.REVOKE: frozenset({PermitState.REVOKED}),
        Move.EXPIRE: frozenset({PermitState.EXPIRED}),
    },
    PermitState.ENDED: {},
    PermitState.WITHDRAWN: {},
    PermitState.REVOKED: {},
    PermitState.EXPIRED: {},
}
# These decide an application, and so need an answer to it.
DECIDING = frozenset({Move.SUBMIT, Move.EXTEND, Move.AMEND})
AUTHORISING = frozenset({PermitState.GRANTED, PermitState.ACTIVE})
# What is on hold keeps its place among the others.
PLACED = AUTHORISING | {PermitState.ON_HOLD}

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
        named = ", ".join(possible(permit)) or "none"
        super().__init__(f"a permit that is {permit.state} cannot {move}; possible moves: {named}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who makes a move, when, and why; `findings` are what a permit is put on hold for.

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
    """What is asked for now, what was answered to it, and what it would cost."""

    application: Application
    answer: Answer
    quote: Quote
    basis: Basis | None = None


def possible(permit: Permit, mover: Mover | None = None) -> tuple[Move, ...]:
    """Return the moves open to a permit, by anybody or by one kind of mover.

    Only an automated decision can still be reviewed.
    """
    return tuple(
        move
        for move in MOVES[permit.state]
        if (permit.automated or move is not Move.REVIEW)
        and (mover is None or mover in MOVERS[move])
    )


def moved(permit: Permit, act: Act) -> Permit:
    """Return the permit's next version after a move, or refuse a move that is not possible."""
    if act.move in DECIDING:
        raise IllegalMove(permit, act.move)
    (state,) = _targets(permit, act.move)
    after = replace(_next(permit, act), state=state)
    if act.move is Move.ACTIVATE:
        return replace(after, activated_at=act.at)
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
            application=revision.application,
            decision=decision,
            findings=revision.answer.findings,
        )
        return replace(after, attempt=attempt, hold=permit.hold)
    state = PermitState(decision)
    return replace(
        after,
        application=revision.application,
        state=state if state in targets else permit.state,
        decision=decision,
        automated=True,
        findings=revision.answer.findings,
        conditions=revision.answer.conditions,
        quote=revision.quote,
        decided_at=act.at,
        alternatives=None,
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
        hold=act.findings if act.move is Move.HOLD else (),
    )


def _concluded(permit: Permit, act: Act) -> Permit:
    """Write the decision into the permit that this move takes; others decide nothing."""
    if act.move not in _CONCLUSIONS:
        return permit
    rule, decision, outcome = _CONCLUSIONS[act.move]
    finding = Finding(rule=rule, outcome=outcome, act=act.law, params={"reason": act.reason})
    return replace(
        permit,
        decision=decision,
        automated=act.move in {Move.CONSENT, Move.DISMISS},
        decided_at=act.at,
        findings=(*permit.findings, finding),
    )
