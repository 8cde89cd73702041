"""Which addresses are there to publish zones?"""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Header, Response
from fastapi.responses import JSONResponse

from zones.api.reading import GeoJSONResponse
from zones.api.refusals import refusals
from zones.schemas import DefectOut, ImportOut, ZoneOut, ZoneWire, from_etag, to_etag
from zones.service import Imported, ZoneService

PROBLEM = "application/problem+json"


def router(service: ZoneService, publisher: Callable[..., str]) -> APIRouter:
    """Return the routes; `publisher` is a dependency that yields who publishes, or refuses."""
    routes = APIRouter(prefix="/v1/zones", tags=["zones"], default_response_class=GeoJSONResponse)
    who = Depends(publisher)

    @routes.post("", status_code=201)
    def publish(body: ZoneWire, response: Response, by: Annotated[str, who]) -> ZoneOut:
        """Publish a new zone, from the start of its validity, else from now on."""
        with refusals():
            edition = service.create(body.to_zone(), by=by)
        response.headers["ETag"] = to_etag(edition.number)
        response.headers["Location"] = f"/v1/zones/{quote(edition.zone_id)}"
        return ZoneOut.of(edition)

    @routes.put("/{zone_id:path}")
    def change(
        zone_id: str,
        body: ZoneWire,
        response: Response,
        by: Annotated[str, who],
        if_match: Annotated[str | None, Header()] = None,
    ) -> ZoneOut:
        """Publish the next version of a zone, from a date on, else from now on."""
        with refusals():
            edition = service.change(body.to_zone(zone_id), by=by, known=from_etag(if_match))
        response.headers["ETag"] = to_etag(edition.number)
        return ZoneOut.of(edition)

    @routes.post("/import", response_model=ImportOut, response_class=JSONResponse)
    def import_(
        body: Annotated[dict[str, Any], Body()],
        by: Annotated[str, who],
        *,
        dry_run: bool = False,
    ) -> ImportOut | JSONResponse:
        """Publish a GeoJSON, ED-269 or ED-318 document, all of it or nothing."""
        imported = service.import_(body, by=by, dry_run=dry_run)
        return _defective(imported) if imported.defects else ImportOut.of(imported, dry_run=dry_run)

    return routes


def _defective(imported: Imported) -> JSONResponse:
    """Answer with every defect, so that they can be mended in one go."""
    first = imported.defects[0]
    count = len(imported.defects)
    detail = f"Nothing was imported: {count} defect(s), the first in {first.sentence}"
    return JSONResponse(
        {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": detail,
            "errors": [DefectOut.of(defect).model_dump() for defect in imported.defects],
        },
        status_code=422,
        media_type=PROBLEM,
    )
