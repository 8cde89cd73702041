"""What follows an application: the moves in the life of a permit."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from permits.api.conversation import IdempotencyKey, IfMatch, request_of, seen_version, tag
from permits.api.situations import OFFICERS, told, visible
from permits.guard import Who, require_role
from permits.life import Act
from permits.living import LifeService
from permits.model import Move
from permits.parties import Caller, Role
from permits.schemas.answers import PermitOut
from permits.schemas.words import In, Reason


class ReviewIn(In):
    """Why a human shall look; an officer also says what they decide."""

    reason: Reason | None = None
    decision: Literal["granted", "refused"] | None = None


class WithdrawIn(In):
    """Why the holder gives the permit back."""

    reason: Reason | None = None


class RevokeIn(In):
    """Why the city takes the permit back; it has to say so."""

    reason: Reason


def router(life: LifeService, *, who: Who) -> APIRouter:
    """Return the routes of moves; `who` knows the caller."""
    routes = APIRouter(prefix="/v1", tags=["permits"])

    def make(permit_id: UUID, act: Act, caller: Caller, headers: "Headers") -> PermitOut:
        visible(life, permit_id, caller)
        said = f"{act.move}\n{act.reason}".encode()
        request = request_of(caller, headers.key, f"POST /v1/permits/{permit_id}", said)
        with told():
            permit = life.move(
                permit_id, act, version=seen_version(headers.if_match), request=request
            )
        tag(headers.response, permit)
        return PermitOut.of(permit, officer=caller.role in OFFICERS)

    def act_of(move: Move, caller: Caller, reason: str | None) -> Act:
        return Act(move=move, by=caller.name, at=life.now(), reason=reason or "")

    @routes.post("/permits/{permit_id}/review")
    def review(
        permit_id: UUID,
        caller: Annotated[Caller, Depends(who)],
        headers: Annotated[Headers, Depends()],
        body: ReviewIn | None = None,
    ) -> PermitOut:
        """Ask for a human to look, or, as an officer, decide."""
        said = body or ReviewIn()
        move = _review_move(said, caller)
        return make(permit_id, act_of(move, caller, said.reason), caller, headers)

    @routes.post("/permits/{permit_id}/withdraw")
    def withdraw(
        permit_id: UUID,
        caller: Annotated[Caller, Depends(who)],
        headers: Annotated[Headers, Depends()],
        body: WithdrawIn | None = None,
    ) -> PermitOut:
        """Give a permit back."""
        require_role(caller, Role.OPERATOR, Role.ADMIN)
        reason = body.reason if body else None
        return make(permit_id, act_of(Move.WITHDRAW, caller, reason), caller, headers)

    @routes.post("/permits/{permit_id}/revoke")
    def revoke(
        permit_id: UUID,
        body: RevokeIn,
        caller: Annotated[Caller, Depends(who)],
        headers: Annotated[Headers, Depends()],
    ) -> PermitOut:
        """Take a permit back, for a reason its holder is told."""
        require_role(caller, *OFFICERS)
        return make(permit_id, act_of(Move.REVOKE, caller, body.reason), caller, headers)

    return routes


class Headers:
    """The headers every move takes and answers with."""

    def __init__(
        self, response: Response, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> None:
        self.response = response
        self.key = key
        self.if_match = if_match


def _review_move(said: ReviewIn, caller: Caller) -> Move:
    if said.decision is None:
        require_role(caller, Role.OPERATOR, *OFFICERS)
        return Move.REVIEW
    require_role(caller, *OFFICERS)
    if said.reason is None:
        raise HTTPException(422, "reason: an officer's decision needs one.")
    return Move.GRANT if said.decision == "granted" else Move.REFUSE
