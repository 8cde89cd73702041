"""An inspector deals with an alert on the map, and reads a vehicle's card: its clock, its track."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

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
from telemetry.watched.live_batch import LiveBatch
from tests.octroi.served import served
from tests.octroi.test_web_map import ZONE, chromium
from tests.telemetry.city_builders import DRONE, LAT, LON, NOON, Seen, batch
from tests.telemetry.desk import an_alert
from tests.telemetry.news import news
from tests.telemetry.past import Past, Was

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
            "vehicles": [[*ROW, "alert", None, DRONE.operator]],
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


def heard(sender: str, s: float, x: float) -> LiveBatch:
    """Return what somebody says of the drone: itself, or a receiver."""
    said = news(Seen(s=s, x=x))
    return replace(said, observations=replace(said.observations, senders=(sender,)))


def test_a_card_draws_what_a_receiver_begins_to_hear_apart_without_asking_for_the_track_again(
    pool: ConnectionPool, browser: Browser
) -> None:
    Past(pool).write(*(Was(at=NOON - timedelta(seconds=s)) for s in (30, 20, 10)))
    city = Map(pool)
    with served(city.app) as visitor:
        page = browser.new_page(locale="fr-FR")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{visitor.base_url}/map?lang=fr")
        page.locator("li.alert button.see").click()
        expect(page.locator("#stream")).to_have_attribute("data-state", "live")
        expect(page.locator(".spark polyline")).to_have_count(1)
        expect(page.locator(".voices")).to_be_hidden()
        loaded = sum("/track?" in each for each in asked)

        for s in (1, 2, 3):
            city.hub.publish(heard("quai-1", s, 400))
            expect(page.locator(".voices")).to_contain_text("quai-1")
            city.hub.publish(heard(DRONE.operator, s + 0.5, 0))
            page.wait_for_timeout(300)
        expect(page.locator(".spark polyline")).to_have_count(2)
        city.hub.close()
        page.close()

    assert sum("/track?" in each for each in asked) == loaded
