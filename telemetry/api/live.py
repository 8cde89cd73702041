"""The HTTP interface of the live stream."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from permits.identity.guard import Who, visible_operator, while_known
from permits.parties import Caller
from telemetry.api.asking import Box
from telemetry.watched.live import Hub
from telemetry.watched.views import View
from zones.model import Layer

STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
SINCE = "The number of the last event known: only what came after is sent, if it is still held."


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
