"""Which addresses are there to read zones? They are everybody's."""

from enum import StrEnum

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from zones.api.refusals import refusals
from zones.editions import to_feature
from zones.model import ZoneId
from zones.schemas import Asked, VersionsOut, ZoneOut, ZonesOut, to_etag, to_filters
from zones.service import ZoneService

GEOJSON = "application/geo+json"


class ExportFormat(StrEnum):
    """How zones are exported."""

    GEOJSON = "geojson"


class GeoJSONResponse(JSONResponse):
    """An answer that says it is GeoJSON."""

    media_type = GEOJSON


def router(service: ZoneService) -> APIRouter:
    """Return the routes; those of one zone take every path below, so include these last."""
    routes = APIRouter(prefix="/v1/zones", tags=["zones"], default_response_class=GeoJSONResponse)
    _add_collections(routes, service)
    _add_single_zones(routes, service)
    return routes


def _add_collections(routes: APIRouter, service: ZoneService) -> None:
    @routes.get("")
    def zones(asked: Asked) -> ZonesOut:
        """List the zones that are the law at an instant, by id, a page at a time."""
        with refusals():
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
