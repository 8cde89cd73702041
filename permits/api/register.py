"""The public register: who was granted or refused what, on which grounds, for how much."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import PlainTextResponse

from permits.api.conversation import cursor_out
from permits.api.permits import Filters
from permits.schemas.register import EntryOut, RegisterOut, to_csv
from permits.search import Search
from permits.service import PermitService

CSV = "text/csv"


def router(service: PermitService) -> APIRouter:
    """Return the routes of the register; they are public."""
    routes = APIRouter(prefix="/v1", tags=["register"])

    @routes.get("/register", response_model=RegisterOut, responses={200: {"content": {CSV: {}}}})
    def register(
        request: Request,
        filters: Annotated[Filters, Query()],
        as_csv: Annotated[bool, Depends(_csv)],
    ) -> Response | RegisterOut:
        """List decisions, newest first, as JSON or, by `Accept: text/csv`, as a table."""
        page, operators = service.register(filters.to_search(filters.operator))
        entries = [EntryOut.of(each, operators) for each in page.permits]
        cursor = cursor_out(page.next)
        if not as_csv:
            return RegisterOut(items=entries, next=cursor)
        headers = {"Vary": "Accept"}
        if cursor is not None:
            url = request.url.include_query_params(cursor=cursor)
            headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return PlainTextResponse(to_csv(entries), media_type=CSV, headers=headers)

    @routes.get("/register/{permit_id}")
    def entry(permit_id: UUID) -> EntryOut:
        """Show one decision as everybody may know it; `/register/{permit_id}` is its page."""
        page, operators = service.register(Search(permit=permit_id, limit=1))
        if not page.permits:
            raise HTTPException(404, f"no decision {permit_id} is in the register")
        return EntryOut.of(page.permits[0], operators)

    return routes


def _csv(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return CSV in accepted and "application/json" not in accepted
