"""The HTTP interface of the past: tracks and visits; operators see their own."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query

from permits.identity.guard import Who, visible_operator
from permits.parties import Caller, OperatorId, VehicleId
from telemetry.api.asking import At, Limit, Since
from telemetry.api.windows import AskedWindow, bounded
from telemetry.kept.evidence import Selection
from telemetry.model import VehicleKey, VisitId
from telemetry.schemas.cursors import cursor_out
from telemetry.schemas.history import TrackOut, VisitHistoryOut, VisitOut, VisitsOut
from telemetry.service import HistoryService, NoSuchVisit
from zones.model import Layer

LONGEST_TRACK = timedelta(days=7)
LONGEST_TRACK_MIN = LONGEST_TRACK // timedelta(minutes=1)


def history_routes(service: HistoryService, *, who: Who) -> APIRouter:
    """Return the routes of tracks and visits; operators see their own."""
    routes = APIRouter(tags=["history"])

    @routes.get("/vehicles/{operator}/{vehicle}/track")
    def track(
        operator: str,
        vehicle: str,
        caller: Annotated[Caller, Depends(who)],
        asked: AskedWindow,
        minutes: Annotated[int, Query(ge=1, le=LONGEST_TRACK_MIN)] = 60,
    ) -> TrackOut:
        """Return a vehicle's positions, oldest first: from an instant to another, or the last ones.

        Without `from` those of the last `minutes` are told. Positions are kept for a while
        only, see `OCTROI_KEEP_POSITIONS_DAYS`.
        """
        visible_operator(caller, operator)
        key = VehicleKey(OperatorId(operator), VehicleId(vehicle))
        window = service.last(minutes)
        if asked.start is not None:
            end = asked.end or window.end or asked.start
            window = bounded(asked.start, end, LONGEST_TRACK, why="a track is told")
        return TrackOut.of(key, service.track(key, window))

    @routes.get("/visits")
    def visits(  # noqa: PLR0913 - as many as there are filters
        caller: Annotated[Caller, Depends(who)],
        before: Since,
        at: At,
        *,
        operator: str | None = None,
        vehicle: str | None = None,
        zone: str | None = None,
        layer: Layer | None = None,
        limit: Limit = 100,
    ) -> VisitsOut:
        """List visits that have ended, newest first."""
        found = service.visits(
            Selection(
                operator=visible_operator(caller, operator),
                vehicle=vehicle,
                zone=zone,
                layer=layer,
                at=at,
                before=before,
                limit=limit,
            )
        )
        following = cursor_out(found[-1].entered_at, found[-1].id) if len(found) == limit else None
        return VisitsOut(visits=[VisitOut.of(visit) for visit in found], next=following)

    @routes.get("/visits/{visit_id}/history")
    def visit_history(visit_id: UUID, caller: Annotated[Caller, Depends(who)]) -> VisitHistoryOut:
        """Show a visit as it stands, and what was said of it before late positions corrected it.

        A visit keeps its id when it is corrected. Where it was none, `visit` is null.
        """
        try:
            found = service.visit_history(VisitId(visit_id))
        except NoSuchVisit as error:
            raise HTTPException(404, str(error)) from error
        if visible_operator(caller, None) not in {None, found.vehicle.operator}:
            raise HTTPException(404, str(NoSuchVisit(visit_id)))
        return VisitHistoryOut.of(found)

    return routes
