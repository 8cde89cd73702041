"""The live map is whole when it is loaded, and a browser that takes its picture comes to an end."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from octroi.sessions import COOKIE
from octroi.web import api
from octroi.web.page import build
from permits.parties import Caller, Role
from telemetry.api.live import live_routes
from telemetry.watched.live import Hub
from tests.octroi.served import served

pytestmark = pytest.mark.slow

INSPECTOR = Caller(role=Role.INSPECTOR, name="inspection")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)
SQUARE = [[2.33, 48.85], [2.34, 48.85], [2.34, 48.86], [2.33, 48.86], [2.33, 48.85]]
ZONE = {
    "type": "Feature",
    "id": "louvre",
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    "properties": {"name": "Louvre", "layer": "air", "restriction": "PROHIBITED", "version": 1},
}
ALERT = {
    "id": "a1",
    "severity": "critical",
    "state": "open",
    "operator": "ailes",
    "vehicle": "drone-7",
    "zone": "louvre",
    "zone_name": "Louvre",
    "lon": 2.335,
    "lat": 48.855,
    "reason": "prohibited",
    "count": 1,
    "opened_at": NOW.isoformat(),
    "text": {"fr": "drone-7 est en zone interdite.", "en": "drone-7 is in a prohibited zone."},
}
DRONE = ["ailes/drone-7", "ailes", "drone-7", "air", 2.335, 48.855, 50, "AGL", 90, 5, NOW_MS]


def first(hub: Hub) -> bytes:
    """Tell of one drone of one operator, in alert, in one zone."""
    live = {
        "at": NOW_MS,
        "number": hub.snapshot().number,
        "vehicles": [[*DRONE, "alert", None, "ailes"]],
        "alerts": [ALERT],
        "operators": {"ailes": "Les Ailes de Seine"},
    }
    return json.dumps({"zones": [ZONE], "live": live}).encode()


def city() -> tuple[FastAPI, Hub]:
    """Return an app whose map is open to all, and the hub its endless stream comes from."""
    hub = Hub(lambda: NOW, heartbeat_s=0.2)
    shown = api.LiveMap(page=build(), first=lambda _caller: first(hub))
    app = FastAPI()
    app.include_router(
        api.router(shown, lambda _key: None, lambda token: INSPECTOR if token else None,
                   lambda: COOKIE, "fr")
    )  # fmt: skip
    app.include_router(live_routes(hub, who=lambda: INSPECTOR), prefix="/v1")
    app.mount("/static", api.static_app())
    return app, hub


def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("Chromium is missing; install it with: sudo apt-get install -y chromium")
    return found


@pytest.mark.parametrize(
    "option", ["--virtual-time-budget=8000", "--timeout=60000"], ids=["virtual time", "at load"]
)
def test_a_picture_of_the_map_is_taken_and_shows_vehicles_zones_and_alerts(
    tmp_path: Path, option: str
) -> None:
    app, hub = city()
    with served(app) as visitor:
        done = subprocess.run(
            [
                *(chromium(), "--headless", "--no-sandbox", "--disable-gpu", option),
                *(f"--user-data-dir={tmp_path}", "--window-size=1400,900", "--dump-dom"),
                f"{visitor.base_url}/map?lang=en",
            ],
            capture_output=True,
            text=True,
            timeout=50,
            check=True,
        )
        hub.close()

    page = done.stdout
    assert "drone-7 is in a prohibited zone." in page
    assert "Les Ailes de Seine" in page
    assert page.count('<span class="count">1</span>') == len(["vehicle", "zone", "restriction"])
    assert '<path class="zone' in page
    assert "Connecting" not in page
