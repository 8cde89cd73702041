"""The HTTP interface of movement: the live stream, observations, tracks, alerts and visits."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from permits.identity.guard import Who, require_role, visible_operator, while_known
from permits.parties import Caller, OperatorId, Role, VehicleId
from telemetry.evidence import Selection
from telemetry.handling import IllegalMove
from telemetry.live import Hub
from telemetry.messages import Incoming
from telemetry.model import Alert, AlertId, AlertState, VehicleKey
from telemetry.schemas import (
    AlertEvidenceOut,
    AlertOut,
    AlertsOut,
    AssignmentIn,
    HandlingIn,
    TrackOut,
    UnreadableCursor,
    VisitOut,
    VisitsOut,
    cursor_in,
    cursor_out,
)
from telemetry.service import HistoryService, NoSuchAlert
from telemetry.views import Bounds, View
from zones.model import Layer

STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
NAME = re.compile(r"[^/+#\s\x00]{1,100}")
SINCE = "The number of the last event known: only what came after is sent, if it is still held."
LONGEST_TRACK_MIN = 7 * 24 * 60
NO_NOTE = HandlingIn()

Take = Callable[[Sequence[Incoming]], Mapping[str, bytes]]
Clock = Callable[[], datetime]
Position = dict[str, Any]


def bounds(
    bbox: Annotated[str | None, Query(description="west,south,east,north in degrees")] = None,
) -> Bounds | None:
    """Read a box in longitude and latitude."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError as error:
        msg = f"bbox: {bbox!r} is not west,south,east,north"
        raise HTTPException(422, msg) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        raise HTTPException(422, f"bbox: {bbox!r} is not west,south,east,north in degrees")
    return west, south, east, north


def since(cursor: Annotated[str | None, Query()] = None) -> tuple[datetime, UUID] | None:
    """Read where a page starts."""
    try:
        return None if cursor is None else cursor_in(cursor)
    except UnreadableCursor as error:
        raise HTTPException(422, str(error)) from error


def instant(at: Annotated[datetime | None, Query()] = None) -> datetime | None:
    """Read an instant, which needs a time zone."""
    if at is not None and at.tzinfo is None:
        raise HTTPException(422, f"at: {at.isoformat()} has no time zone")
    return at


Box = Annotated[Bounds | None, Depends(bounds)]
Since = Annotated[tuple[datetime, UUID] | None, Depends(since)]
At = Annotated[datetime | None, Depends(instant)]
Limit = Annotated[int, Query(ge=1, le=1000)]


def router(service: HistoryService, hub: Hub, take: Take, *, who: Who, clock: Clock) -> APIRouter:
    """Return every route of movement; `take` records messages and answers each sender's receipt."""
    routes = APIRouter(prefix="/v1")
    routes.include_router(live_routes(hub, who=who))
    routes.include_router(observation_routes(take, who=who, clock=clock))
    routes.include_router(alert_routes(service, who=who))
    routes.include_router(handling_routes(service, who=who))
    routes.include_router(history_routes(service, who=who))
    return routes


def live_routes(hub: Hub, *, who: Who) -> APIRouter:
    """Return the route of the live stream."""
    routes = APIRouter(tags=["live"])

    @routes.get("/live", response_class=StreamingResponse)
    def live(
        request: Request,
        caller: Annotated[Caller, Depends(who)],
        *,
        box: Box,
        layer: Annotated[list[Layer] | None, Query()] = None,
        since: Annotated[str | None, Query(description=SINCE, pattern="^[0-9]{1,18}$")] = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        """Stream positions, verdicts and alerts as server-sent events; operators see their own."""
        view = View(
            bounds=box,
            layers=frozenset(layer) if layer else None,
            operator=visible_operator(caller, None),
        )
        stream = while_known(request, hub.stream(view, last_event_id or since))
        return StreamingResponse(stream, media_type="text/event-stream", headers=STREAM_HEADERS)

    return routes


def observation_routes(take: Take, *, who: Who, clock: Clock) -> APIRouter:
    """Return the route by which positions arrive over HTTPS."""
    routes = APIRouter(tags=["observations"])

    @routes.post("/observations", response_class=Response)
    def observe(
        body: Annotated[Position | list[Position], Body()],
        caller: Annotated[Caller, Depends(who)],
    ) -> Response:
        """Take one position or many, as over MQTT with a `vehicle` each; answer the receipt."""
        require_role(caller, Role.OPERATOR, Role.SENSOR)
        received_at_ms = round(clock().timestamp() * 1000)
        listed = body if isinstance(body, list) else [body]
        messages = [
            Incoming(
                topic=f"octroi/v1/{caller.name}/{vehicle}/position",
                # Written as it came: NaN stays what the reader refuses, and is no absent value.
                payload=json.dumps([_nameless(position) for position in positions]).encode(),
                received_at_ms=received_at_ms,
            )
            for vehicle, positions in groupby(listed, key=_vehicle)
        ]
        receipt = take(messages).get(caller.name, b"[]")
        return Response(receipt, media_type="application/json")

    return routes


def alert_routes(service: HistoryService, *, who: Who) -> APIRouter:
    """Return the routes by which alerts are read; operators see their own."""
    routes = APIRouter(prefix="/alerts", tags=["alerts"])

    @routes.get("")
    def alerts(  # noqa: PLR0913 - as many as there are filters
        caller: Annotated[Caller, Depends(who)],
        box: Box,
        before: Since,
        at: At,
        *,
        state: AlertState | None = None,
        layer: Layer | None = None,
        operator: str | None = None,
        limit: Limit = 100,
    ) -> AlertsOut:
        """List alerts, newest first."""
        found = service.alerts(
            Selection(
                operator=visible_operator(caller, operator),
                state=state,
                layer=layer,
                at=at,
                bounds=box,
                before=before,
                limit=limit,
            )
        )
        following = cursor_out(found[-1].opened_at, found[-1].id) if len(found) == limit else None
        return AlertsOut(alerts=[AlertOut.of(alert) for alert in found], next=following)

    @routes.get("/{alert_id}/evidence")
    def evidence(alert_id: UUID, caller: Annotated[Caller, Depends(who)]) -> AlertEvidenceOut:
        """Show the positions, verdicts and versions that an alert rests on."""
        return AlertEvidenceOut.of(service.evidence(_own(service, alert_id, caller)))

    return routes


def handling_routes(service: HistoryService, *, who: Who) -> APIRouter:
    """Return the routes by which inspectors act on alerts."""
    routes = APIRouter(prefix="/alerts", tags=["alerts"])

    def move(
        caller: Caller, alert_id: UUID, to: AlertState, *, note: str, assignee: str | None = None
    ) -> AlertOut:
        require_role(caller, Role.INSPECTOR, Role.ADMIN)
        by = caller.name or caller.role.value
        try:
            alert = service.move(AlertId(alert_id), to, by=by, assignee=assignee, note=note)
        except NoSuchAlert as error:
            raise HTTPException(404, str(error)) from error
        except IllegalMove as error:
            raise HTTPException(409, str(error)) from error
        return AlertOut.of(alert)

    @routes.post("/{alert_id}/acknowledge")
    def acknowledge(
        alert_id: UUID, caller: Annotated[Caller, Depends(who)], body: HandlingIn = NO_NOTE
    ) -> AlertOut:
        """Say that somebody has seen it."""
        return move(caller, alert_id, AlertState.ACKNOWLEDGED, note=body.note)

    @routes.post("/{alert_id}/assign")
    def assign(
        alert_id: UUID, body: AssignmentIn, caller: Annotated[Caller, Depends(who)]
    ) -> AlertOut:
        """Give it to somebody."""
        return move(caller, alert_id, AlertState.ASSIGNED, note=body.note, assignee=body.assignee)

    @routes.post("/{alert_id}/close")
    def close(
        alert_id: UUID, caller: Annotated[Caller, Depends(who)], body: HandlingIn = NO_NOTE
    ) -> AlertOut:
        """Say that nothing more is to be done."""
        return move(caller, alert_id, AlertState.CLOSED, note=body.note)

    return routes


def history_routes(service: HistoryService, *, who: Who) -> APIRouter:
    """Return the routes of tracks and visits; operators see their own."""
    routes = APIRouter(tags=["history"])

    @routes.get("/vehicles/{operator}/{vehicle}/track")
    def track(
        operator: str,
        vehicle: str,
        caller: Annotated[Caller, Depends(who)],
        minutes: Annotated[int, Query(ge=1, le=LONGEST_TRACK_MIN)] = 60,
    ) -> TrackOut:
        """Return a vehicle's positions of the last minutes, oldest first."""
        visible_operator(caller, operator)
        key = VehicleKey(OperatorId(operator), VehicleId(vehicle))
        return TrackOut.of(key, service.track(key, minutes))

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

    return routes


def _own(service: HistoryService, name: UUID, caller: Caller) -> Alert:
    """Return an alert the caller may see; another operator's is as if it were not there."""
    operator = visible_operator(caller, None)
    try:
        alert = service.alert(AlertId(name))
    except NoSuchAlert as error:
        raise HTTPException(404, str(error)) from error
    if operator is not None and alert.vehicle.operator != operator:
        raise HTTPException(404, f"There is no alert {name}.")
    return alert


def _vehicle(position: Position) -> str:
    """Return the vehicle a position names, as a topic can carry it."""
    if "vehicle" not in position:
        raise HTTPException(422, "vehicle: it is required, and missing")
    vehicle = position["vehicle"]
    if not (isinstance(vehicle, str) and NAME.fullmatch(vehicle) and vehicle.isprintable()):
        raise HTTPException(422, f"vehicle: {vehicle!r} is not the name of a vehicle")
    return vehicle


def _nameless(position: Position) -> Position:
    return {field: value for field, value in position.items() if field != "vehicle"}
