"""Every route of movement: the live stream, observations, alerts, tracks and visits."""

from dataclasses import dataclass

from fastapi import APIRouter

from permits.identity.guard import Who
from telemetry.alerting import AlertService
from telemetry.api.alerts import alert_routes, handling_routes, patience_routes
from telemetry.api.clocks import clock_routes
from telemetry.api.history import history_routes
from telemetry.api.live import live_routes
from telemetry.api.observations import Clock, Take, observation_routes
from telemetry.intake.clocks import Clocks
from telemetry.intake.shares import WHOLE, Share
from telemetry.service import HistoryService
from telemetry.watched.live import Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the routes of movement ask; `take` records messages, and answers whose receipts."""

    history: HistoryService
    alerts: AlertService
    hub: Hub
    clocks: Clocks
    take: Take
    clock: Clock
    share: Share = WHOLE


def router(services: Services, *, who: Who) -> APIRouter:
    """Return every route of movement."""
    routes = APIRouter(prefix="/v1")
    routes.include_router(live_routes(services.hub, who=who))
    routes.include_router(
        observation_routes(services.take, who=who, clock=services.clock, share=services.share)
    )
    routes.include_router(clock_routes(services.clocks, who=who))
    routes.include_router(patience_routes(services.alerts, who=who))
    routes.include_router(alert_routes(services.alerts, who=who))
    routes.include_router(handling_routes(services.alerts, who=who))
    routes.include_router(history_routes(services.history, who=who))
    return routes
