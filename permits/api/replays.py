"""Taking stored decisions again: for officers, and for whoever asks them years later."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException

from permits.api.situations import OFFICERS, told
from permits.identity.guard import Who, require_role
from permits.parties import Caller
from permits.replays import NotReplayable, ReplayService
from permits.schemas.replays import ReplayOut


def router(service: ReplayService, *, who: Who) -> APIRouter:
    """Return the route; officers only, for it tells of other permits."""
    routes = APIRouter(prefix="/v1", tags=["permits"])

    @routes.get("/permits/{permit_id}/replay")
    def replay(permit_id: UUID, caller: Annotated[Caller, Depends(who)]) -> ReplayOut:
        """Take a stored decision again from what it rested on, and name what differs."""
        require_role(caller, *OFFICERS)
        with told():
            try:
                return ReplayOut.of(service.replay(permit_id))
            except NotReplayable as error:
                raise HTTPException(409, str(error)) from error

    return routes
