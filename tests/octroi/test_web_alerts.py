"""An inspector deals with an alert on the map, and reads how far a vehicle's clock is off."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect, sync_playwright
from psycopg_pool import ConnectionPool

from octroi.sessions import COOKIE
from octroi.web import api
from octroi.web.page import build
from permits.parties import Caller, Role
from telemetry.alerting import AlertService
from telemetry.api.routes import Services, router
from telemetry.intake.clocks import Clocks
from telemetry.kept.evidence import Selection
from telemetry.service import HistoryService
from telemetry.store.ingest import IngestStore
from telemetry.store.standing import save_alerts
from telemetry.told import AlertState, Outcome
from telemetry.watched.live import Hub
from tests.octroi.served import served
from tests.octroi.test_web_map import ZONE, chromium
from tests.telemetry.city_builders import DRONE, LAT, LON, NOON, Seen, batch
from tests.telemetry.desk import an_alert

pytestmark = pytest.mark.slow

INSPECTOR = Caller(role=Role.INSPECTOR, name="ines")
ROW = [DRONE.uid, *DRONE, "air", LON, LAT, 50, "AGL", 90, 5, round(NOON.timestamp() * 1000)]


class Map:
    """The map of a city with one alert about one drone, whose clock is 2.5 s behind."""

    def __init__(self, pool: ConnectionPool) -> None:
        hub = Hub(lambda: NOON, heartbeat_s=0.2)
        self.alerts = AlertService(pool, lambda: NOON, hub.tell)
        with IngestStore(pool).recording(NOON) as recording:
            hub.tell(save_alerts(recording, [replace(an_alert(), level=0)]))
        clocks, seen = Clocks(), batch(Seen())
        late = replace(seen, received_at_ms=seen.positions.at_ms + 2500)
        clocks.add(late, np.ones(1, bool))
        self.hub, self._live = hub, hub.snapshot()
        services = Services(
            history=HistoryService(pool, lambda: NOON),
            alerts=self.alerts,
            hub=hub,
            clocks=clocks,
            take=lambda _messages: {},
            clock=lambda: NOON,
        )
        self.app = FastAPI()
        self.app.include_router(router(services, who=lambda: INSPECTOR))
        shown = api.LiveMap(page=build(), first=lambda _caller: self._first())
        self.app.include_router(
            api.router(
                shown,
                lambda _key: None,
                lambda token: INSPECTOR if token else None,
                lambda: COOKIE,
                "fr",
            )
        )
        self.app.mount("/static", api.static_app())

    def _first(self) -> bytes:
        live = {
            "at": ROW[-1],
            "number": self._live.number,
            "vehicles": [[*ROW, "alert", None]],
            "alerts": self._live.alerts,
            "operators": {"ailes": "Les Ailes"},
        }
        return msgspec.json.encode({"zones": [ZONE], "live": live})


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield launched
        launched.close()


def test_an_inspector_dismisses_an_alert_with_a_word_and_sees_the_clock(
    pool: ConnectionPool, browser: Browser
) -> None:
    city = Map(pool)
    with served(city.app) as visitor:
        page = browser.new_page(locale="fr-FR")
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{visitor.base_url}/map?lang=fr")
        alert = page.locator("li.alert")

        alert.locator("button.see").click()
        expect(page.locator("dd.clock")).to_have_text("2,5 s de retard au plus")
        alert.locator("button.close").click()
        alert.get_by_label("Remarque").fill("un oiseau")
        alert.get_by_role("button", name="Sans suite").click()
        expect(alert).to_have_count(0)
        city.hub.close()
        page.close()

    (ended,) = city.alerts.alerts(Selection())
    events = city.alerts.evidence(ended).events
    assert (ended.state, ended.outcome) == (AlertState.CLOSED, Outcome.DISMISSED)
    assert (events[-1].by, events[-1].note) == ("ines", "un oiseau")
    assert complaints == []
