"""From which state may which move lead where? The state machine of permits as one table."""

from collections.abc import Mapping

from permits.model import Move, PermitState

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
        Move.REFUSE: frozenset({PermitState.GRANTED}),
        Move.CONSENT: frozenset({PermitState.GRANTED}),
        Move.DISMISS: frozenset({PermitState.GRANTED}),
        Move.EXTEND: frozenset({PermitState.GRANTED}),
        Move.AMEND: frozenset({PermitState.GRANTED}),
        Move.RETRACT: frozenset({PermitState.GRANTED}),
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
        Move.REVIEW: frozenset({PermitState.ACTIVE}),
        Move.GRANT: frozenset({PermitState.GRANTED, PermitState.ACTIVE}),
        Move.REFUSE: frozenset({PermitState.ACTIVE}),
        Move.CONSENT: frozenset({PermitState.GRANTED, PermitState.ACTIVE}),
        Move.DISMISS: frozenset({PermitState.ACTIVE}),
        Move.EXTEND: frozenset({PermitState.ACTIVE}),
        Move.AMEND: frozenset({PermitState.GRANTED, PermitState.ACTIVE}),
        Move.RETRACT: frozenset({PermitState.ACTIVE}),
        Move.HOLD: frozenset({PermitState.ON_HOLD}),
        Move.REVOKE: frozenset({PermitState.REVOKED}),
    },
    PermitState.ON_HOLD: {
        Move.RELEASE: frozenset({PermitState.GRANTED}),
        Move.REVIEW: frozenset({PermitState.ON_HOLD}),
        Move.GRANT: frozenset({PermitState.ON_HOLD}),
        Move.REFUSE: frozenset({PermitState.ON_HOLD}),
        Move.CONSENT: frozenset({PermitState.ON_HOLD}),
        Move.DISMISS: frozenset({PermitState.ON_HOLD}),
        Move.AMEND: frozenset({PermitState.GRANTED, PermitState.ON_HOLD}),
        Move.RETRACT: frozenset({PermitState.ON_HOLD}),
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
# Of what is in force these decide an extension or amendment that waits, or give it up.
OF_ATTEMPTS = frozenset({Move.GRANT, Move.REFUSE, Move.CONSENT, Move.DISMISS, Move.RETRACT})
