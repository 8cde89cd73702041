"""Which status does a situation have, and whose permit may a caller see?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from fastapi import HTTPException

from permits.identity.guard import visible_operator
from permits.life.activation import Untimely
from permits.life.movers import addressed, mover_of
from permits.life.states import IllegalMove, possible
from permits.living import LifeService, Objected
from permits.model import InvalidApplication, Permit
from permits.parties import Caller, Role
from permits.requests import KeyReused
from permits.rules.sharing import Full
from permits.schemas.findings import FindingOut
from permits.versions import StaleVersion, UnknownPermit

OFFICERS = (Role.INSPECTOR, Role.ADMIN)

STATUSES: dict[type[Exception], int] = {
    UnknownPermit: 404,
    IllegalMove: 409,
    Objected: 409,
    Full: 409,
    Untimely: 409,
    StaleVersion: 412,
    InvalidApplication: 422,
    KeyReused: 422,
}


def visible(
    life: LifeService, permit_id: UUID, caller: Caller, version: int | None = None
) -> Permit:
    """Return a permit the caller may see; somebody else's is as unknown as none at all.

    It is told as it stands, or as a version of it stood.
    """
    operator = visible_operator(caller, None)
    with told(caller):
        permit = life.get(permit_id, operator, version)
    if operator not in {None, permit.application.operator}:
        raise HTTPException(404, f"no permit {permit_id} is known")
    return permit


@contextmanager
def told(caller: Caller | None = None) -> Iterator[None]:
    """Give each situation its status; the sentence is the exception's own.

    A caller whose move cannot be made is told as data which could be.
    """
    try:
        yield
    except tuple(STATUSES) as situation:
        role = caller.role if caller else Role.OPERATOR
        detail = {"detail": _sentence(situation, role), **_data(situation, role)}
        raise HTTPException(STATUSES[type(situation)], detail) from situation


def _sentence(situation: Exception, role: Role) -> str:
    if isinstance(situation, IllegalMove):
        return situation.told_to(mover_of(role))
    if isinstance(situation, InvalidApplication):
        return f"/{situation}"
    return str(situation)


def _data(situation: Exception, role: Role) -> dict[str, Any]:
    if isinstance(situation, InvalidApplication):
        place, _, reason = str(situation).partition(": ")
        return {"errors": [{"pointer": f"/{place}", "detail": reason}]}
    if isinstance(situation, KeyReused):
        parameter, _, reason = str(situation).partition(": ")
        return {"errors": [{"in": "header", "parameter": parameter, "detail": reason}]}
    if not isinstance(situation, IllegalMove | Objected | Untimely):
        return {}
    permit, mover = situation.permit, mover_of(role)
    stands: dict[str, Any] = {
        "state": permit.state,
        "moves": list(addressed(possible(permit, mover))),
    }
    if isinstance(situation, Objected):
        officer = role in OFFICERS
        findings = [FindingOut.of(each, officer=officer) for each in situation.findings]
        stands["findings"] = [each.model_dump(mode="json") for each in findings]
    return stands
