"""Which addresses are there to publish zones?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Query, Response
from fastapi.responses import JSONResponse

from zones.api.reading import GeoJSONResponse
from zones.api.refusals import refusals
from zones.formats.pointers import in_document
from zones.schemas.answers import ImportOut, PublishedOut, WithdrawalOut
from zones.schemas.orders import WithdrawIn
from zones.schemas.wire import ZoneWire
from zones.service import Imported, ZoneService
from zones.tags import from_if_match, to_tag

ONLY_EMERGENCIES = (
    "Ordinary zones are published by the role rulemaker or admin; "
    "an inspector publishes emergency zones only, with ?emergency=true."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who publishes: a rule maker, or somebody who may publish emergency zones only."""

    name: str
    rulemaker: bool = True


Emergency = Annotated[
    bool,
    Query(
        description="In force at once and for 72 hours at most: `valid.end` is needed, and the act "
        "says emergency. Without it a zone waits for the end of the legal notice "
        "(`OCTROI_NOTICE_DAYS`)."
    ),
]
IfMatch = Annotated[
    str | None, Header(description="The `ETag` last read: refuse when changed since.")
]


def router(service: ZoneService, author: Callable[..., Author]) -> APIRouter:
    """Return the routes; `author` is a dependency that yields who publishes, or refuses."""
    routes = APIRouter(prefix="/v1/zones", tags=["zones"], default_response_class=GeoJSONResponse)
    _add_publishing(routes, service, author)
    _add_withdrawing(routes, service, author)
    _add_importing(routes, service, author)
    return routes


def _add_publishing(routes: APIRouter, service: ZoneService, author: Callable[..., Author]) -> None:
    who = Depends(author)

    @routes.post("", status_code=201)
    def publish(
        body: ZoneWire,
        response: Response,
        by: Annotated[Author, who],
        *,
        emergency: Emergency = False,
    ) -> PublishedOut:
        """Publish a new zone, from the start of its validity, else from the end of the notice.

        `remarks` tell what was taken though it is not as it should be, as an import does.
        """
        _may_publish(by, emergency=emergency)
        with refusals():
            edition = service.create(body.to_zone(), by=by.name, emergency=emergency)
        response.headers["ETag"] = to_tag(edition.number)
        response.headers["Location"] = f"/v1/zones/{quote(edition.zone_id)}"
        return PublishedOut.published(edition)

    @routes.put("/{zone_id:path}")
    def change(
        zone_id: str,
        body: ZoneWire,
        response: Response,
        by: Annotated[Author, who],
        if_match: IfMatch = None,
        *,
        emergency: Emergency = False,
    ) -> PublishedOut:
        """Publish the next version of a zone, from its start, else from the end of the notice.

        What was the law until then stays readable. A version that ends leaves what it interrupts
        in force again after it.
        """
        _may_publish(by, emergency=emergency)
        with refusals():
            known = from_if_match(if_match, of="zone")
            edition = service.change(
                body.to_zone(zone_id), by=by.name, known=known, emergency=emergency
            )
        response.headers["ETag"] = to_tag(edition.number)
        return PublishedOut.published(edition)


def _add_withdrawing(
    routes: APIRouter, service: ZoneService, author: Callable[..., Author]
) -> None:
    @routes.post("/{zone_id:path}/withdraw", response_class=JSONResponse)
    def withdraw(
        zone_id: str,
        body: WithdrawIn,
        by: Annotated[Author, Depends(author)],
        if_match: IfMatch = None,
        *,
        dry_run: bool = False,
    ) -> WithdrawalOut:
        """End a zone by an act, from an instant on, else from the end of the notice.

        An emergency zone ends at once. Whoever may publish emergency zones only may end those only.
        """
        with refusals():
            known = from_if_match(if_match, of="zone")
            ending = body.to_ending(zone_id, known, emergencies_only=not by.rulemaker)
            return WithdrawalOut.of(service.withdraw(ending, by=by.name, dry_run=dry_run))


def _add_importing(routes: APIRouter, service: ZoneService, author: Callable[..., Author]) -> None:
    @routes.post("/import", response_class=JSONResponse)
    def import_(
        body: Annotated[dict[str, Any], Body()],
        by: Annotated[Author, Depends(author)],
        *,
        dry_run: bool = False,
    ) -> ImportOut:
        """Publish a GeoJSON, ED-269 or ED-318 document, all of it or nothing.

        A zone that was never published may carry a start in the past, of an act that was published
        elsewhere; changes keep to the legal notice. A dry run tells what would be different.
        """
        _may_publish(by, emergency=False)
        imported = service.import_(body, by=by.name, dry_run=dry_run)
        if imported.defects:
            _refuse(body, imported)
        return ImportOut.of(imported, dry_run=dry_run)


def _may_publish(by: Author, *, emergency: bool) -> None:
    if not (by.rulemaker or emergency):
        raise HTTPException(403, detail=ONLY_EMERGENCIES)


def _refuse(document: dict[str, Any], imported: Imported) -> NoReturn:
    """Refuse a document with every defect, so that they can be mended in one go."""
    first, count = imported.defects[0], len(imported.defects)
    detail: Any = {
        "detail": f"Nothing was imported: {count} defect(s), the first in {first.sentence}",
        "errors": [
            {"pointer": pointer, "detail": defect.reason, "feature": defect.feature}
            for pointer, defect in zip(
                in_document(document, imported.defects), imported.defects, strict=True
            )
        ],
    }
    raise HTTPException(422, detail=detail)
