"""A city whose movement is asked for over HTTP, by callers of every kind."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Any

import httpx
import numpy as np
from fastapi import FastAPI, Header, HTTPException
from psycopg_pool import ConnectionPool

from permits.parties import Caller, OperatorId, Role, VehicleId
from telemetry.alerting import AlertService
from telemetry.alerts import alert
from telemetry.api.routes import Services, router
from telemetry.following.fleet import Fleet
from telemetry.intake.clocks import Clocks
from telemetry.judging import judge
from telemetry.messages import Incoming
from telemetry.model import VehicleKey, Visit
from telemetry.rulebook import Rulebook
from telemetry.service import HistoryService
from telemetry.store.ingest import IngestStore
from telemetry.store.standing import save_alerts, save_visits
from telemetry.told import Alert
from telemetry.tracks import advance
from telemetry.watched.live import Hub
from telemetry.webhooks.api import router as webhook_routes
from telemetry.webhooks.service import WebhookService
from tests.telemetry.city_builders import NOON, Seen, batch, permit, rulebook, zone
from zones.model import Layer, Restriction

CITY = rulebook(
    [zone(half_m=100), zone("ban", 50, middle=(500, 0), restriction=Restriction.PROHIBITED)],
    [permit()],
)
BOAT = VehicleKey(OperatorId("bateaux"), VehicleId("b1"))
FLIGHT = (Seen(x=-150, s=0), Seen(x=-50, s=10), Seen(x=50, s=20), Seen(x=150, s=30))
INTRUSION = Seen(x=500, s=40, vehicle=BOAT, layer=Layer.RIVER)


@dataclass(frozen=True)
class Told:
    visits: tuple[Visit, ...]
    alerts: tuple[Alert, ...]


class City:
    """The routes over a real database, and what they handed on."""

    def __init__(self, pool: ConnectionPool) -> None:
        self.pool = pool
        self.taken: list[Incoming] = []
        self.hub = Hub(lambda: NOON + timedelta(minutes=5))
        self.now = NOON + timedelta(minutes=5)
        self.service = AlertService(pool, lambda: self.now, self.hub.tell)
        self.clocks = Clocks()
        self.history = HistoryService(pool, lambda: self.now)
        services = Services(
            history=self.history,
            alerts=self.service,
            hub=self.hub,
            clocks=self.clocks,
            take=self.take,
            clock=lambda: NOON,
        )
        app = FastAPI()
        app.include_router(router(services, who=who))
        here = [ip_network("127.0.0.0/8")]
        webhooks = WebhookService(pool, lambda: self.now, b"secret", allowed=here)
        app.include_router(webhook_routes(webhooks, who=who))
        self._app = app

    def take(self, messages: Sequence[Incoming]) -> Mapping[str, bytes]:
        self.taken += messages
        return {"ailes": b'[{"vehicle":"drone-1","boot":"","stored":[[1,1]]}]'}

    def record(self, *seen: Seen, rules: Rulebook = CITY) -> Told:
        observations = batch(*seen)
        verdicts = judge(observations, rules)
        ids = np.arange(1, len(seen) + 1)
        visits = advance(Fleet(), observations, verdicts, rules, ids).visits
        alerts = alert({}, observations, verdicts, rules).alerts
        with IngestStore(self.pool).recording(NOON) as recording:
            recording.observations(observations, ids)
            recording.verdicts(observations, ids, verdicts, rules)
            save_visits(recording, visits)
            save_alerts(recording, alerts)
        return Told(visits, alerts)

    def call(
        self,
        method: str,
        path: str,
        caller: str | None = None,
        body: Any = None,  # noqa: ANN401 - JSON
    ) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
                headers = {"x-caller": caller} if caller else {}
                return await client.request(method, path, headers=headers, json=body)

        return asyncio.run(once())

    def get(self, path: str, caller: str = "inspector:ines") -> Any:  # noqa: ANN401 - JSON
        answer = self.call("GET", path, caller)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self, method: str, path: str, caller: str, body: Any = None) -> int:  # noqa: ANN401 - JSON
        return self.call(method, path, caller, body).status_code


def who(x_caller: Annotated[str | None, Header()] = None) -> Caller:
    if x_caller is None:
        raise HTTPException(401, "An API key is needed.")
    role, _, name = x_caller.partition(":")
    return Caller(role=Role(role), name=name)
