"""Which addresses are there to read and publish zones? Reading is everybody's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from zones.editions import to_feature
from zones.formats.defects import Defective
from zones.model import ZoneId
from zones.periods import InvalidWindow
from zones.schemas import (
    Asked,
    DefectOut,
    ImportOut,
    InvalidFilter,
    VersionsOut,
    ZoneOut,
    ZonesOut,
    ZoneWire,
    from_etag,
    to_etag,
    to_filters,
)
from zones.service import (
    Imported,
    Retroactive,
    StaleZone,
    UnknownZone,
    ZoneExists,
    ZoneService,
)

GEOJSON = "application/geo+json"
PROBLEM = "application/problem+json"
STATUS: dict[type[Exception], int] = {
    Defective: 422,
    InvalidFilter: 422,
    InvalidWindow: 422,
    Retroactive: 422,
    UnknownZone: 404,
    ZoneExists: 409,
    StaleZone: 412,
}
REFUSALS = tuple(STATUS)


class ExportFormat(StrEnum):
    """How zones are exported."""

    GEOJSON = "geojson"


class GeoJSONResponse(JSONResponse):
    """An answer that says it is GeoJSON."""

    media_type = GEOJSON


def router(service: ZoneService, publisher: Callable[..., str]) -> APIRouter:
    """Return the routes; `publisher` is a dependency that yields who publishes, or refuses."""
    routes = APIRouter(prefix="/v1/zones", tags=["zones"], default_response_class=GeoJSONResponse)
    _add_collections(routes, service)
    _add_single_zones(routes, service)
    _add_publishing(routes, service, publisher)
    return routes


def _add_collections(routes: APIRouter, service: ZoneService) -> None:
    @routes.get("")
    def zones(asked: Asked) -> ZonesOut:
        """List the zones that are the law at an instant, by id, a page at a time."""
        with _refusals():
            return ZonesOut.of(service.listing(to_filters(asked, service.now())))

    @routes.get("/export")
    def export(
        format: ExportFormat = ExportFormat.GEOJSON,  # noqa: A002 - the address says format
        at: AwareDatetime | None = None,
    ) -> GeoJSONResponse:
        """Return all zones that are the law at an instant in one document."""
        match format:
            case ExportFormat.GEOJSON:
                features = [to_feature(edition) for edition in service.everything(at)]
        return GeoJSONResponse(
            {"type": "FeatureCollection", "features": features},
            headers={"Content-Disposition": f'attachment; filename="zones.{format.value}"'},
        )


def _add_single_zones(routes: APIRouter, service: ZoneService) -> None:
    @routes.get("/{zone_id:path}/versions")
    def versions(zone_id: str) -> VersionsOut:
        """Return everything ever recorded about a zone, newest first."""
        found = service.versions(ZoneId(zone_id))
        if not found:
            raise HTTPException(404, detail=f"zone {zone_id} is not published")
        return VersionsOut.of(found)

    @routes.get("/{zone_id:path}")
    def zone(zone_id: str, response: Response, at: AwareDatetime | None = None) -> ZoneOut:
        """Return a zone as it is now, else the next or last version; `ETag` guards changes."""
        found = service.get(ZoneId(zone_id), at)
        if found is None:
            raise HTTPException(404, detail=f"zone {zone_id} is not published")
        edition, newest_record = found
        response.headers["ETag"] = to_etag(newest_record)
        return ZoneOut.of(edition)


def _add_publishing(routes: APIRouter, service: ZoneService, publisher: Callable[..., str]) -> None:
    who = Depends(publisher)

    @routes.post("", status_code=201)
    def publish(body: ZoneWire, response: Response, by: Annotated[str, who]) -> ZoneOut:
        """Publish a new zone, from the start of its validity, else from now on."""
        with _refusals():
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
        with _refusals():
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


@contextmanager
def _refusals() -> Iterator[None]:
    """Give each refusal its status; the sentence is the exception's own."""
    try:
        yield
    except REFUSALS as error:
        raise HTTPException(STATUS[type(error)], detail=str(error)) from error


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
