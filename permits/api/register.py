"""The public register: who was granted or refused what, on which grounds, for how much."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from permits.api.conversation import cursor_out
from permits.api.permits import Filters
from permits.schemas.register import EntryOut, RegisterOut, to_csv, to_features
from permits.search import Search
from permits.service import PermitService

CSV, GEOJSON = "text/csv", "application/geo+json"
OFFERED: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {}, GEOJSON: {}}}}


def router(service: PermitService) -> APIRouter:
    """Return the routes of the register; they are public."""
    routes = APIRouter(prefix="/v1", tags=["register"])

    @routes.get("/register", response_model=RegisterOut, responses=OFFERED)
    def register(
        request: Request,
        filters: Annotated[Filters, Query()],
        wanted: Annotated[str | None, Depends(_form)],
    ) -> Response | RegisterOut:
        """List decisions, newest first: JSON or, by `Accept`, `text/csv`, `application/geo+json`.

        Areas are coarsened where safety or a secret of trade demands it, and say so.
        """
        page, operators = service.register(filters.to_search(filters.operator))
        entries = [EntryOut.of(each, operators) for each in page.permits]
        cursor = cursor_out(page.next)
        if wanted is None:
            return RegisterOut(items=entries, next=cursor)
        following = None if cursor is None else _following(request, cursor)
        link = {} if following is None else {"Link": f'<{following}>; rel="next"'}
        headers = {"Vary": "Accept", **link}
        if wanted == CSV:
            return PlainTextResponse(to_csv(entries), media_type=CSV, headers=headers)
        features = to_features(entries, following)
        return JSONResponse(features, media_type=GEOJSON, headers=headers)

    @routes.get("/register/{permit_id}")
    def entry(permit_id: UUID) -> EntryOut:
        """Show one decision as everybody may know it; `/register/{permit_id}` is its page."""
        page, operators = service.register(Search(permit=permit_id, limit=1))
        if not page.permits:
            raise HTTPException(404, f"no decision {permit_id} is in the register")
        return EntryOut.of(page.permits[0], operators)

    return routes


def _form(request: Request) -> str | None:
    """Return the form asked for that is not JSON."""
    accepted = request.headers.get("accept", "")
    if "application/json" in accepted:
        return None
    return next((each for each in (CSV, GEOJSON) if each in accepted), None)


def _following(request: Request, cursor: str) -> str:
    url = request.url.include_query_params(cursor=cursor)
    return f"{url.path}?{url.query}"
