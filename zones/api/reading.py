"""Which addresses are there to read zones? They are everybody's."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Response
from fastapi.responses import JSONResponse

from zones.api.refusals import refusals
from zones.editions import AsOf
from zones.exporting import export
from zones.formats.losses import Loss
from zones.formats.writing import WrittenFormat
from zones.model import ZoneId
from zones.periods import in_utc
from zones.reading import ZoneReader
from zones.schemas.answers import (
    DifferenceOut,
    DiffOut,
    NextChangeOut,
    VersionsOut,
    ZoneOut,
    ZonesOut,
)
from zones.schemas.asking import (
    Asked,
    At,
    Instant,
    KnownAt,
    to_as_of,
    to_filters,
)
from zones.tags import from_tag, to_tag

GEOJSON = "application/geo+json"
# ED-318 is GeoJSON with members of its own.
FEATURES = frozenset({WrittenFormat.GEOJSON, WrittenFormat.ED318})
ENDINGS = {each: f"-{each.value}.json" for each in WrittenFormat} | {
    WrittenFormat.GEOJSON: ".geojson"
}
LOSSES = "Name what the format cannot say of the zones, instead of the document."
UNTIL = "Compare with the law of this instant; now when absent."


class GeoJSONResponse(JSONResponse):
    """An answer that says it is GeoJSON."""

    media_type = GEOJSON


def router(service: ZoneReader) -> APIRouter:
    """Return the routes; those of one zone take every path below, so include these last."""
    routes = APIRouter(prefix="/v1/zones", tags=["zones"], default_response_class=GeoJSONResponse)
    _add_collections(routes, service)
    _add_comparison(routes, service)
    _add_histories(routes, service)
    _add_single_zones(routes, service)
    return routes


def _add_collections(routes: APIRouter, service: ZoneReader) -> None:
    @routes.get("")
    def zones(asked: Asked) -> ZonesOut:
        """List the zones that are the law at an instant, by id, a page at a time."""
        with refusals():
            return ZonesOut.of(service.listing(to_filters(asked, service.now())))

    @routes.get("/export")
    def exported(
        format: WrittenFormat = WrittenFormat.GEOJSON,  # noqa: A002 - the address says format
        at: At = None,
        known_at: KnownAt = None,
        *,
        losses: Annotated[bool, Query(description=LOSSES)] = False,
    ) -> JSONResponse:
        """Return all zones that are the law at an instant in one document.

        The header `X-Octroi-Losses` counts what the format cannot say; `losses=true` names it.
        `X-Octroi-Known-At` is the `known_at` that gets the same document for ever after.
        """
        with refusals():
            found = service.everything(to_as_of(at, known_at, service.now()))
        written = export(found.editions, format)
        if losses:
            return JSONResponse({"losses": [_lost(loss) for loss in written.losses]})
        named = f'attachment; filename="zones{ENDINGS[format]}"'
        return JSONResponse(
            written.document,
            media_type=GEOJSON if format in FEATURES else "application/json",
            headers={
                "Content-Disposition": named,
                "X-Octroi-Known-At": in_utc(found.known_at),
                "X-Octroi-Zones": f"{written.zones}/{len(found.editions)}",
                "X-Octroi-Losses": str(len(written.losses)),
            },
        )


def _add_comparison(routes: APIRouter, service: ZoneReader) -> None:
    @routes.get("/diff", response_class=JSONResponse)
    def differences(
        start: Annotated[Instant, Query(alias="from", description="The law of this instant.")],
        to: Annotated[Instant | None, Query(description=UNTIL)] = None,
        from_known_at: KnownAt = None,
        to_known_at: KnownAt = None,
    ) -> DiffOut:
        """Tell what differs between the law of two instants, by meaning and not by bytes."""
        with refusals():
            found = service.differences(
                AsOf(at=start, known_at=from_known_at),
                AsOf(at=to or service.now(), known_at=to_known_at),
            )
        return DiffOut(differences=[DifferenceOut.of(each) for each in found])


def _add_histories(routes: APIRouter, service: ZoneReader) -> None:
    @routes.get("/{zone_id:path}/versions")
    def versions(zone_id: str, known_at: KnownAt = None) -> VersionsOut:
        """Return everything ever recorded about a zone, newest first, and its withdrawals."""
        with refusals():
            found = service.versions(ZoneId(zone_id), known_at)
        if not found.editions:
            raise _unknown(zone_id)
        return VersionsOut.of(found)

    @routes.get("/{zone_id:path}/next-change", response_class=JSONResponse)
    def next_change(zone_id: str, after: At = None, known_at: KnownAt = None) -> NextChangeOut:
        """Tell when a zone changes next: by calendar, switch, new version, or end."""
        with refusals():
            asked = to_as_of(after, known_at, service.now())
            found = service.next_change(ZoneId(zone_id), asked)
        if found is None:
            raise _unknown(zone_id)
        return NextChangeOut(
            at=found.at, why=found.why, in_force=found.in_force, version=found.version
        )


def _add_single_zones(routes: APIRouter, service: ZoneReader) -> None:
    @routes.get("/{zone_id:path}", response_model=ZoneOut)
    def zone(
        zone_id: str,
        response: Response,
        at: At = None,
        known_at: KnownAt = None,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> ZoneOut | Response:
        """Return a zone as it is now, else the next or last version; `ETag` guards changes.

        Asked for an instant, it has to be the law then.
        """
        with refusals():
            found = service.get(ZoneId(zone_id), to_as_of(at, known_at, service.now()))
        if found is None:
            raise _unknown(zone_id)
        edition, newest_record = found
        if at is not None and not edition.valid.holds(at):
            raise HTTPException(404, f"zone {zone_id} is not the law on {at.isoformat()}")
        response.headers["ETag"] = to_tag(newest_record)
        if if_none_match is not None and from_tag(if_none_match) == newest_record:
            return Response(status_code=304, headers=dict(response.headers))
        return ZoneOut.of(edition)


def _lost(loss: Loss) -> dict[str, object]:
    return {**asdict(loss), "sentence": loss.sentence}


def _unknown(zone_id: str) -> HTTPException:
    return HTTPException(404, detail=f"zone {zone_id} is not published")
