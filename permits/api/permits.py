"""Asking and reading: advice, applications, and permits as they stand."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from permits.api.advising import AskedIn, add_advice, in_full
from permits.api.conversation import IdempotencyKey, cursor_in, cursor_out, request_of, tag
from permits.api.situations import told, visible
from permits.identity.guard import Anyone, Who, acting_operator, visible_operator
from permits.life.movers import mover_of
from permits.living import LifeService
from permits.model import Decision, PermitState
from permits.parties import Caller
from permits.schemas.answers import PermitOut, PermitsOut, VersionOut, VersionsOut
from permits.schemas.applications import content
from permits.schemas.telling import told_as_json
from permits.schemas.words import Instant, OwnerName
from permits.search import LARGEST_PAGE, PAGE, InvalidSearch, Search, bounds
from permits.service import PermitService
from permits.versions import Seen
from zones.model import Layer, Purpose

LAST_VERSION = 2**31 - 1  # that could be counted


class Filters(BaseModel):
    """What permits are searched by."""

    model_config = ConfigDict(extra="forbid")

    operator: OwnerName | None = None
    state: PermitState | None = None
    decision: Decision | None = None
    layer: Layer | None = None
    purpose: Purpose | None = None
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
            purpose=self.purpose,
            at=self.at,
            bbox=bbox,
            before=cursor_in(self.cursor),
            limit=self.limit,
        )


class QueueFilters(Filters):
    """What those who look after permits search by, besides."""

    waiting: bool = False

    @override
    def to_search(self, operator: str | None) -> Search:
        """Return the search, of what waits for an officer where that is asked."""
        return replace(super().to_search(operator), waiting=self.waiting)


def router(service: PermitService, life: LifeService, *, who: Who, anyone: Anyone) -> APIRouter:
    """Return the routes of permits; `who` knows the caller, `anyone` needs none."""
    routes = APIRouter(prefix="/v1", tags=["permits"])
    add_advice(routes, service, anyone)
    _add_asking(routes, service, life, who)
    _add_reading(routes, service, life, who)
    return routes


def _add_asking(routes: APIRouter, service: PermitService, life: LifeService, who: Who) -> None:
    @routes.post("/permits", status_code=201, response_model=PermitOut)
    def apply(
        body: AskedIn, caller: Annotated[Caller, Depends(who)], key: IdempotencyKey = None
    ) -> Response:
        """Apply for a permit, in full or by an advice; a refusal is an answer, not an error.

        With `draft` it is kept undecided until it is submitted.
        """
        asked = in_full(body, service)
        application = asked.to_application(acting_operator(caller, asked.operator))
        request = request_of(caller, key, "POST /v1/permits", content(body) if key else b"")
        with told():
            if asked.draft:
                permit = life.draft(application, by=caller.name, seen=Seen(request=request))
            else:
                permit = service.apply(application, request=request)
        # As it is written down: the framework would read it all again, in a thread of its own.
        answer = Response(
            told_as_json(permit, mover_of(caller.role), life.waiting(permit)),
            status_code=201,
            media_type="application/json",
            headers={"Location": f"/v1/permits/{permit.id}"},
        )
        tag(answer, permit)
        return answer


def _add_reading(routes: APIRouter, service: PermitService, life: LifeService, who: Who) -> None:
    @routes.get("/permits")
    def listing(
        filters: Annotated[QueueFilters, Query()], caller: Annotated[Caller, Depends(who)]
    ) -> PermitsOut:
        """List permits, newest first; operators see their own.

        With `waiting` those that wait for an officer: applications, extensions, amendments and
        reviews.
        """
        wanted = filters.to_search(visible_operator(caller, filters.operator))
        page = service.listing(wanted)
        return PermitsOut(
            items=[
                PermitOut.of(each, mover_of(caller.role), life.waiting(each))
                for each in page.permits
            ],
            next=cursor_out(page.next),
        )

    @routes.get("/permits/{permit_id}")
    def get(
        permit_id: UUID,
        response: Response,
        caller: Annotated[Caller, Depends(who)],
        version: Annotated[int | None, Query(ge=1, le=LAST_VERSION)] = None,
    ) -> PermitOut:
        """Show a permit as it stands, or with `version` as that version stood.

        What is passed has no `moves` and waits for nobody any more.
        """
        permit = visible(life, permit_id, caller, version)
        tag(response, permit)
        answer = PermitOut.of(permit, mover_of(caller.role), life.waiting(permit))
        if version is None or permit.version == visible(life, permit_id, caller).version:
            return answer
        return answer.model_copy(update={"moves": [], "waiting": None})

    @routes.get("/permits/{permit_id}/versions")
    def versions(permit_id: UUID, caller: Annotated[Caller, Depends(who)]) -> VersionsOut:
        """List what became of a permit: which move made each version, and how it stood then."""
        permit = visible(life, permit_id, caller)
        known = life.versions(permit.id, visible_operator(caller, None))
        return VersionsOut(items=[VersionOut.of(each) for each in known])
