"""What can still happen to a permit? A state machine: permit and move make its next version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from permits.model import Decision, Finding, Move, Outcome, Permit, PermitState

# A grant stays in force while a human looks at it; a refusal waits for the human's answer.
MOVES: Mapping[PermitState, Mapping[Move, PermitState]] = {
    PermitState.GRANTED: {
        Move.REVIEW: PermitState.GRANTED,
        Move.GRANT: PermitState.GRANTED,
        Move.WITHDRAW: PermitState.WITHDRAWN,
        Move.REVOKE: PermitState.REVOKED,
    },
    PermitState.REFUSED: {Move.REVIEW: PermitState.NEEDS_REVIEW},
    PermitState.NEEDS_REVIEW: {
        Move.GRANT: PermitState.GRANTED,
        Move.REFUSE: PermitState.REFUSED,
        Move.WITHDRAW: PermitState.WITHDRAWN,
    },
    PermitState.WITHDRAWN: {},
    PermitState.REVOKED: {},
}

REASONED = "Code des relations entre le public et l'administration, art. L. 211-2"


class IllegalMove(Exception):
    """A move the permit's state does not allow; the message names those it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who makes a move, when, and why."""

    move: Move
    by: str
    at: datetime
    reason: str = ""


def possible(permit: Permit) -> tuple[Move, ...]:
    """Return the moves open to a permit; only an automated decision can still be reviewed."""
    return tuple(
        move for move in MOVES[permit.state] if permit.automated or move is not Move.REVIEW
    )


def moved(permit: Permit, act: Act) -> Permit:
    """Return the permit's next version after a move, or refuse a move that is not possible."""
    open_moves = possible(permit)
    if act.move not in open_moves:
        named = ", ".join(open_moves) or "none"
        msg = f"a permit that is {permit.state} cannot {act.move}; possible moves: {named}"
        raise IllegalMove(msg)
    after = replace(
        permit,
        version=permit.version + 1,
        state=MOVES[permit.state][act.move],
        recorded_at=act.at,
        move=act.move,
        by=act.by,
        reason=act.reason,
    )
    return _decided(after, act)


def _decided(permit: Permit, act: Act) -> Permit:
    """Write an officer's decision into the permit; other moves decide nothing."""
    outcomes = {
        Move.GRANT: (Decision.GRANTED, Outcome.PASSED),
        Move.REFUSE: (Decision.REFUSED, Outcome.OBJECTED),
    }
    if act.move not in outcomes:
        return permit
    decision, outcome = outcomes[act.move]
    finding = Finding(
        rule="officer_decision", outcome=outcome, act=REASONED, params={"reason": act.reason}
    )
    return replace(
        permit,
        decision=decision,
        automated=False,
        decided_at=act.at,
        findings=(*permit.findings, finding),
    )
