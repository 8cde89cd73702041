"""Publishing and reading zones over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from psycopg_pool import ConnectionPool

from tests.octroi.served import served
from tests.zones.publications import NOON, Watch, collection, feature
from zones.api import publishing, reading
from zones.api.publishing import Author
from zones.service import ZoneService


@pytest.fixture
def client(pool: ConnectionPool, watch: Watch) -> Iterator[httpx.Client]:
    def nobody() -> Author:
        raise HTTPException(403, detail="only rule makers publish zones")

    def council() -> Author:
        return Author(name="council")

    service = ZoneService(pool, watch, notice_days=0)
    app = FastAPI()
    app.include_router(publishing.router(service, council))
    app.include_router(reading.router(service))
    closed = FastAPI()
    closed.include_router(publishing.router(service, nobody))
    closed.include_router(reading.router(service))
    app.mount("/closed", closed)
    with served(app) as caller:
        yield caller


def test_a_zone_is_published_read_changed_and_its_versions_kept(
    client: httpx.Client, watch: Watch
) -> None:
    created = client.post("/v1/zones", json=feature("quai/1"))
    assert (created.status_code, created.headers["location"]) == (201, "/v1/zones/quai/1")
    read = client.get(created.headers["location"])
    assert read.headers["content-type"] == "application/geo+json"
    remarks = created.json()["remarks"]
    assert read.json() | {"remarks": remarks} == created.json()
    assert read.headers["etag"] == created.headers["etag"]

    watch.later(hours=1)
    changed = client.put(
        "/v1/zones/quai/1",
        json=feature("quai/1", restriction="PROHIBITED"),
        headers={"If-Match": read.headers["etag"]},
    )
    assert (changed.status_code, changed.json()["properties"]["version"]) == (200, 2)
    stale = client.put(
        "/v1/zones/quai/1",
        json=feature("quai/1"),
        headers={"If-Match": read.headers["etag"]},
    )
    assert stale.status_code == 412
    for tag in ("garbage", '"', "", "W/3", '"x"', "-1"):
        wrong = client.put("/v1/zones/quai/1", json=feature("quai/1"), headers={"If-Match": tag})
        assert (wrong.status_code, "If-Match" in wrong.text) == (400, True)
    history = client.get("/v1/zones/quai/1/versions").json()["features"]
    assert [each["properties"]["version"] for each in history] == [2, 1, 1]
    assert history[2]["recorded"]["by"] == "council"
    then = client.get("/v1/zones/quai/1", params={"at": NOON.isoformat()})
    assert then.json()["properties"]["version"] == 1


def test_what_was_read_can_be_published_again(client: httpx.Client) -> None:
    client.post("/v1/zones", json=feature("a", valid={"start": "2026-04-01T02:00:00+02:00"}))
    body = client.get("/v1/zones/a").json()
    body["properties"]["restriction"] = "PROHIBITED"

    changed = client.put("/v1/zones/a", json=body)

    assert changed.status_code == 200
    assert changed.json()["properties"]["valid"] == {"start": "2026-04-01T00:00:00Z"}


def test_zones_are_listed_by_place_layer_instant_and_page(client: httpx.Client) -> None:
    for number in range(3):
        client.post("/v1/zones", json=feature(f"z{number}", lon=2.30 + number / 10))

    def ids(**asked: str | int) -> list[str]:
        answer = client.get("/v1/zones", params=asked).json()
        assert answer["type"] == "FeatureCollection"
        return [each["id"] for each in answer["features"]]

    first = client.get("/v1/zones", params={"limit": 2}).json()
    assert ids() == ["z0", "z1", "z2"]
    assert ids(bbox="2.39,48.8,2.41,48.9") == ["z1"]
    assert ids(layer="river") == []
    assert ids(at="2020-01-01T00:00:00Z") == []
    assert ids(limit=2) == ["z0", "z1"]
    assert ids(limit=2, cursor=first["next"]) == ["z2"]
    assert len(client.get("/v1/zones/export?format=geojson").json()["features"]) == 3


def _bow_tie(body: dict[str, Any]) -> None:
    ring = body["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]


def _unknown_property(body: dict[str, Any]) -> None:
    body["properties"]["restiction"] = "PROHIBITED"


def _huge(body: dict[str, Any]) -> None:
    body["geometry"]["coordinates"][0][1:1] = [[2.3 + n / 1e6, 48.85] for n in range(5000)]


def _upside_down(body: dict[str, Any]) -> None:
    body["properties"]["lower"] = {"value": 9, "reference": "AGL"}
    body["properties"]["upper"] = {"value": 3, "reference": "AGL"}


def _nameless(body: dict[str, Any]) -> None:
    del body["id"]


def _over(body: dict[str, Any]) -> None:
    body["properties"]["valid"] = {"start": "2026-02-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}


def _nul(body: dict[str, Any]) -> None:
    body["properties"]["name"] = "a\0b"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_bow_tie, "self-intersection at 2.3"),
        (_unknown_property, "restiction"),
        (_huge, "5000 vertices"),
        (_upside_down, "lower"),
        (_nameless, "id"),
        (_over, "valid"),
        (_nul, "name"),
    ],
)
def test_a_bad_zone_is_refused_with_its_reason_and_stores_nothing(
    client: httpx.Client, spoil: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    body = feature()
    spoil(body)

    answer = client.post("/v1/zones", json=body)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.get("/v1/zones").json()["features"] == []


def test_an_unreadable_filter_is_named(client: httpx.Client) -> None:
    for query in ("bbox=1,2,3", "bbox=3,48,2,49", "bbox=nan,1,2,3", "cursor=%21", "limit=1001"):
        answer = client.get(f"/v1/zones?{query}")

        assert answer.status_code == 422
        assert query.split("=", maxsplit=1)[0] in answer.text


def test_only_publishers_publish_and_everybody_reads(client: httpx.Client) -> None:
    assert client.post("/closed/v1/zones", json=feature()).status_code == 403
    assert client.put("/closed/v1/zones/a", json=feature()).status_code == 403
    assert client.post("/closed/v1/zones/import", json=collection()).status_code == 403
    assert client.get("/closed/v1/zones").status_code == 200


def test_unknown_and_taken_ids_have_their_own_answers(client: httpx.Client) -> None:
    assert client.get("/v1/zones/none").status_code == 404
    assert client.get("/v1/zones/none/versions").status_code == 404
    assert client.put("/v1/zones/none", json=feature("none")).status_code == 404
    assert client.post("/v1/zones", json=feature()).status_code == 201
    assert client.post("/v1/zones", json=feature()).status_code == 409
    assert client.put("/v1/zones/other", json=feature()).status_code == 422


def test_an_import_answers_with_every_defect_by_feature(client: httpx.Client) -> None:
    bad, worse = feature("bad"), feature("worse", layer="sea")
    _bow_tie(bad)

    refused = client.post("/v1/zones/import", json=collection(feature(), bad, worse))
    tried = client.post("/v1/zones/import?dry_run=true", json=collection(feature()))
    done = client.post("/v1/zones/import", json=collection(feature()))

    assert refused.status_code == 422
    errors = refused.json()["detail"]["errors"]
    assert [(each["feature"], each["pointer"]) for each in errors] == [
        ("bad", "/features/1/geometry"),
        ("worse", "/features/2/properties/layer"),
    ]
    outcome = {"added": ["a"], "changed": [], "unchanged": []}
    assert tried.json().items() >= {"dry_run": True, **outcome}.items()
    assert [each["sentence"] for each in tried.json()["differences"]] == ["a (A) is new."]
    remarks = done.json().pop("remarks")
    assert done.json() == {"dry_run": False, **outcome, "differences": [], "remarks": remarks}
    assert [(each["feature"], each["path"]) for each in remarks] == [("a", "properties.act")]


def test_a_zone_that_did_not_change_is_not_sent_again(client: httpx.Client) -> None:
    client.post("/v1/zones", json=feature("quai"))
    tag = client.get("/v1/zones/quai").headers["etag"]

    unchanged = client.get("/v1/zones/quai", headers={"If-None-Match": tag})
    client.put("/v1/zones/quai", json=feature("quai", restriction="PROHIBITED"))
    changed = client.get("/v1/zones/quai", headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == tag
    assert changed.status_code == 200


def test_whoever_publishes_a_zone_is_told_what_it_lacks_as_an_import_is(
    client: httpx.Client,
) -> None:
    lacking = feature("quai")
    lacking["properties"] = {}
    complete = feature("pont")
    complete["properties"] = {"name": "Pont", "act": "Arrêté 1"}

    told = client.post("/v1/zones", json=lacking).json()
    sound = client.post("/v1/zones", json=complete).json()
    sent_back = client.put("/v1/zones/quai", json=told)

    assert [each["path"] for each in told["remarks"]] == ["properties.name", "properties.act"]
    assert told["remarks"][1]["reason"] == "it has none; a restriction rests on an act"
    assert sound["remarks"] == []
    assert sent_back.status_code == 200
