"""Who may make which move in the life of a permit? Its holder, an officer, or nobody."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from permits.model import Move
from permits.parties import Role

BY_ITSELF = "octroi"


class Mover(StrEnum):
    """In which quality somebody makes a move."""

    HOLDER = "holder"
    OFFICER = "officer"
    EITHER = "either"
    NOBODY = "nobody"


_HOLDER = frozenset({Mover.HOLDER, Mover.EITHER})
_OFFICER = frozenset({Mover.OFFICER, Mover.EITHER})

# Moves that nobody may make are made by the city's own clock.
MOVERS: Mapping[Move, frozenset[Mover]] = MappingProxyType(
    {
        Move.APPLY: _HOLDER,
        Move.DRAFT: _HOLDER,
        Move.SUBMIT: _HOLDER,
        Move.REVIEW: _HOLDER | _OFFICER,
        Move.GRANT: _OFFICER,
        Move.REFUSE: _OFFICER,
        Move.CONSENT: frozenset(),
        Move.DISMISS: frozenset(),
        Move.ACTIVATE: _HOLDER,
        Move.END: _HOLDER,
        Move.EXTEND: _HOLDER,
        Move.AMEND: _HOLDER,
        Move.RETRACT: _HOLDER,
        Move.HOLD: _OFFICER,
        Move.RELEASE: _OFFICER,
        Move.WITHDRAW: _HOLDER,
        Move.REVOKE: _OFFICER,
        Move.EXPIRE: frozenset(),
    }
)
_QUALITIES: Mapping[Role, Mover] = MappingProxyType(
    {Role.OPERATOR: Mover.HOLDER, Role.INSPECTOR: Mover.OFFICER, Role.ADMIN: Mover.EITHER}
)


def addressed(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Return the moves whose addresses these are made at: a review grants or refuses."""
    deciding = {Move.GRANT, Move.REFUSE}
    return tuple(dict.fromkeys(Move.REVIEW if each in deciding else each for each in moves))


def mover_of(role: Role) -> Mover:
    """Return in which quality a role moves permits; an administrator is whoever is needed."""
    return _QUALITIES.get(role, Mover.NOBODY)


def roles_for(move: Move) -> tuple[Role, ...]:
    """Return the roles that may make a move."""
    return tuple(role for role, mover in _QUALITIES.items() if mover in MOVERS[move])
