"""All over /v1 a parameter that a route does not read is refused by its name."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import APIRouter, Request

from octroi.app import Health, application
from octroi.clock import now
from octroi.web.api import static_app
from permits.parties import Caller, Role
from telemetry.api.live import live_routes
from telemetry.watched.live import Hub
from tests.octroi.served import served


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    hub, elsewhere = Hub(now), APIRouter()

    @elsewhere.get("/ogc/items")
    @elsewhere.get("/map")
    def lenient(request: Request) -> list[str]:
        return list(request.query_params)

    movement = APIRouter(prefix="/v1")
    movement.include_router(live_routes(hub, who=lambda: Caller(role=Role.INSPECTOR, name="eve")))
    hub.close()  # each stream ends with its snapshot
    routers, health = [movement, elsewhere], Health(checks=())
    app = application(routers, static=static_app(), health=health, body_limit_bytes=1000)
    with served(app) as found:
        yield found


def test_a_stream_asked_for_what_it_does_not_read_is_refused(client: httpx.Client) -> None:
    answer = client.get("/v1/live?layers=air&layer=air&operator=ailes")

    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [(each["in"], each["parameter"]) for each in errors] == [
        ("query", "layers"),
        ("query", "operator"),
    ]
    assert errors[0]["detail"] == "it is not read here; known are layer, since, bbox"


def test_what_it_reads_is_taken(client: httpx.Client) -> None:
    answer = client.get("/v1/live?layer=air&layer=river&bbox=2,48,3,49&since=1")

    assert answer.status_code == 200
    assert "event: snapshot" in answer.text


@pytest.mark.parametrize("path", ["/map", "/ogc/items"])
def test_pages_and_what_has_rules_of_its_own_see_to_themselves(
    client: httpx.Client, path: str
) -> None:
    assert client.get(f"{path}?utm=1").json() == ["utm"]
