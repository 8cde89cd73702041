"""Every route of movement: the live stream, observations, alerts, tracks and visits."""

from fastapi import APIRouter

from permits.identity.guard import Who
from telemetry.api.alerts import alert_routes, handling_routes
from telemetry.api.history import history_routes
from telemetry.api.live import live_routes
from telemetry.api.observations import Clock, Take, observation_routes
from telemetry.live import Hub
from telemetry.service import HistoryService


def router(service: HistoryService, hub: Hub, take: Take, *, who: Who, clock: Clock) -> APIRouter:
    """Return every route of movement; `take` records messages and answers each sender's receipt."""
    routes = APIRouter(prefix="/v1")
    routes.include_router(live_routes(hub, who=who))
    routes.include_router(observation_routes(take, who=who, clock=clock))
    routes.include_router(alert_routes(service, who=who))
    routes.include_router(handling_routes(service, who=who))
    routes.include_router(history_routes(service, who=who))
    return routes
