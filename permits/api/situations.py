"""Which status does a situation have, and whose permit may a caller see?"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import HTTPException

from permits.guard import visible_operator
from permits.life import IllegalMove
from permits.living import LifeService, StaleVersion, UnknownPermit
from permits.model import InvalidApplication, Permit
from permits.parties import Caller, Role
from permits.requests import KeyReused
from permits.sharing import Full

OFFICERS = (Role.INSPECTOR, Role.ADMIN)


def visible(life: LifeService, permit_id: UUID, caller: Caller) -> Permit:
    """Return a permit the caller may see; somebody else's is as unknown as none at all."""
    operator = visible_operator(caller, None)
    with told():
        permit = life.get(permit_id, operator)
    if operator not in {None, permit.application.operator}:
        raise HTTPException(404, f"no permit {permit_id} is known")
    return permit


STATUSES: dict[type[Exception], int] = {
    UnknownPermit: 404,
    IllegalMove: 409,
    Full: 409,
    StaleVersion: 412,
    InvalidApplication: 422,
    KeyReused: 422,
}


@contextmanager
def told() -> Iterator[None]:
    """Give each situation its status; the sentence is the exception's own."""
    try:
        yield
    except tuple(STATUSES) as situation:
        raise HTTPException(STATUSES[type(situation)], str(situation)) from situation
