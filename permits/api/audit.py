"""Who of the city's staff asked to see what of which operators: for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from permits.api.conversation import cursor_in, cursor_out
from permits.auditing import AuditService
from permits.identity.guard import Who, require_role
from permits.parties import Caller, OperatorId, Role
from permits.readings import ReadingSearch
from permits.schemas.audit import ReadingOut, ReadingsOut
from permits.schemas.words import Instant
from permits.search import LARGEST_PAGE, PAGE


def router(service: AuditService, *, who: Who) -> APIRouter:
    """Return the route of the audit."""
    routes = APIRouter(prefix="/v1", tags=["audit"])

    @routes.get("/audit/readings")
    def readings(
        caller: Annotated[Caller, Depends(who)],
        *,
        operator: str | None = None,
        name: str | None = None,
        since: Annotated[Instant | None, Query()] = None,
        until: Annotated[Instant | None, Query()] = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
    ) -> ReadingsOut:
        """List what the city's staff asked to see of operators, newest first, by whom and why.

        Each is written down before it is shown, the same again within a minute once; a reader says
        why in the header `X-Octroi-Reason`. With `operator` those about it, or about all.
        """
        require_role(caller, Role.ADMIN)
        found = service.readings(
            ReadingSearch(
                operator=None if operator is None else OperatorId(operator),
                name=name,
                since=since,
                until=until,
                before=cursor_in(cursor),
                limit=limit + 1,
            )
        )
        shown = found[:limit]
        return ReadingsOut(
            items=[ReadingOut.of(each) for each in shown],
            next=cursor_out(shown[-1].number) if len(found) > limit else None,
        )

    return routes
