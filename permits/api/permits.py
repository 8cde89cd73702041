"""Asking, and what follows: advice, applications, and the life of a permit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict

from permits.api.conversation import (
    IdempotencyKey,
    IfMatch,
    cursor_in,
    cursor_out,
    request_of,
    seen_version,
    tag,
)
from permits.guard import Anyone, Who, acting_operator, require_role, visible_operator
from permits.life import Act, IllegalMove
from permits.model import Decision, InvalidApplication, Move, Permit, PermitState
from permits.parties import Caller, Role
from permits.requests import KeyReused
from permits.schemas.answers import AdviceOut, PermitOut, PermitsOut
from permits.schemas.applications import AdviceIn, ApplicationIn, content
from permits.schemas.words import In, Instant, OwnerName, Reason
from permits.search import LARGEST_PAGE, PAGE, InvalidSearch, Search, bounds
from permits.service import PermitService, StaleVersion, UnknownPermit
from permits.sharing import Full
from zones.model import Layer

OFFICERS = (Role.INSPECTOR, Role.ADMIN)


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


class Filters(BaseModel):
    """What permits are searched by."""

    model_config = ConfigDict(extra="forbid")

    operator: OwnerName | None = None
    state: PermitState | None = None
    decision: Decision | None = None
    layer: Layer | None = None
    at: Instant | None = None
    bbox: str | None = None
    cursor: str | None = None
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE

    def to_search(self, operator: str | None) -> Search:
        """Return the search, among an operator's permits or among all."""
        try:
            bbox = None if self.bbox is None else bounds(self.bbox)
        except InvalidSearch as error:
            raise HTTPException(422, str(error)) from error
        return Search(
            operator=operator,
            state=self.state,
            decision=self.decision,
            layer=self.layer,
            at=self.at,
            bbox=bbox,
            before=cursor_in(self.cursor),
            limit=self.limit,
        )


def router(service: PermitService, *, who: Who, anyone: Anyone) -> APIRouter:
    """Return the routes of permits; `who` knows the caller, `anyone` needs none."""
    routes = APIRouter(prefix="/v1", tags=["permits"])
    _add_asking(routes, service, who, anyone)
    _add_reading(routes, service, who)
    _add_moves(routes, service, who)
    return routes


def _add_asking(routes: APIRouter, service: PermitService, who: Who, anyone: Anyone) -> None:
    @routes.post("/advice")
    def advise(body: AdviceIn, caller: Annotated[Caller | None, Depends(anyone)]) -> AdviceOut:
        """Say what an application would be answered; anybody may ask, and nothing is kept."""
        if caller is None or (body.operator is None and caller.role is not Role.OPERATOR):
            # The registry is not told to strangers, so their vehicles are not looked up.
            application = body.model_copy(update={"vehicles": []}).to_application("")
        else:
            application = body.to_application(acting_operator(caller, body.operator))
        with _told():
            advice = service.advise(application)
        return AdviceOut.of(advice.answer, advice.quote, permit_needed=advice.permit_needed)

    @routes.post("/permits", status_code=201)
    def apply(
        body: ApplicationIn,
        response: Response,
        caller: Annotated[Caller, Depends(who)],
        key: IdempotencyKey = None,
    ) -> PermitOut:
        """Apply for a permit; a refusal is an answer, not an error."""
        application = body.to_application(acting_operator(caller, body.operator))
        request = request_of(caller, key, "POST /v1/permits", content(body))
        with _told():
            permit = service.apply(application, request=request)
        response.headers["Location"] = f"/v1/permits/{permit.id}"
        tag(response, permit)
        return PermitOut.of(permit, officer=caller.role in OFFICERS)


def _add_reading(routes: APIRouter, service: PermitService, who: Who) -> None:
    @routes.get("/permits")
    def listing(
        filters: Annotated[Filters, Query()], caller: Annotated[Caller, Depends(who)]
    ) -> PermitsOut:
        """List permits, newest first; operators see their own."""
        wanted = filters.to_search(visible_operator(caller, filters.operator))
        page = service.listing(wanted)
        return PermitsOut(
            items=[PermitOut.of(each, officer=caller.role in OFFICERS) for each in page.permits],
            next=cursor_out(page.next),
        )

    @routes.get("/permits/{permit_id}")
    def get(
        permit_id: UUID, response: Response, caller: Annotated[Caller, Depends(who)]
    ) -> PermitOut:
        """Show a permit as it stands."""
        permit = _visible(service, permit_id, caller)
        tag(response, permit)
        return PermitOut.of(permit, officer=caller.role in OFFICERS)


def _add_moves(routes: APIRouter, service: PermitService, who: Who) -> None:
    def make(permit_id: UUID, act: Act, caller: Caller, headers: "Headers") -> PermitOut:
        _visible(service, permit_id, caller)
        said = f"{act.move}\n{act.reason}".encode()
        request = request_of(caller, headers.key, f"POST /v1/permits/{permit_id}", said)
        with _told():
            permit = service.move(
                permit_id, act, version=seen_version(headers.if_match), request=request
            )
        tag(headers.response, permit)
        return PermitOut.of(permit, officer=caller.role in OFFICERS)

    def act_of(move: Move, caller: Caller, reason: str | None) -> Act:
        return Act(move=move, by=caller.name, at=service.now(), reason=reason or "")

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


def _visible(service: PermitService, permit_id: UUID, caller: Caller) -> Permit:
    """Return a permit the caller may see; somebody else's is as unknown as none at all."""
    operator = visible_operator(caller, None)
    with _told():
        permit = service.get(permit_id)
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
def _told() -> Iterator[None]:
    """Give each situation its status; the sentence is the exception's own."""
    try:
        yield
    except tuple(STATUSES) as situation:
        raise HTTPException(STATUSES[type(situation)], str(situation)) from situation
