"""Zones on a real database: versions that are never rewritten, pages, imports."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI, HTTPException
from psycopg_pool import ConnectionPool

from zones.api import publishing, reading
from zones.api.publishing import Author
from zones.editions import Edition
from zones.formats.geojson import Reading, read_feature
from zones.model import Layer, Restriction, Zone, ZoneId
from zones.notice import TooEarly
from zones.service import StaleZone, ZoneExists, ZoneService
from zones.store.reading import Filters

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **spans: float) -> datetime:
        self.now += timedelta(**spans)
        return self.now


def feature(name: str = "a", lon: float = 2.30, **properties: object) -> dict[str, Any]:
    ring = [[lon, 48.85], [lon + 0.01, 48.85], [lon + 0.01, 48.86], [lon, 48.86], [lon, 48.85]]
    return {
        "type": "Feature",
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"name": name.upper(), "layer": "air", **properties},
    }


def zone(**properties: object) -> Zone:
    return read_feature({**feature(), "properties": {"name": "A", **properties}}, Reading())


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def publish(service: ZoneService, published: Zone, *, by: str) -> Edition:
    """Publish a zone, new or changed."""
    known = service.versions(published.id).editions
    return service.change(published, by=by) if known else service.create(published, by=by)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def service(pool: ConnectionPool, watch: Watch) -> ZoneService:
    return ZoneService(pool, watch, notice_days=0)


def test_a_zone_without_a_start_is_the_law_from_its_publication_on(
    service: ZoneService, watch: Watch
) -> None:
    edition = publish(service, zone(), by="council")

    assert edition.valid.start == watch.now
    assert edition.version == 1
    assert service.listing(Filters(at=watch.now)).editions == (edition,)
    assert not service.listing(Filters(at=watch.now - timedelta(seconds=1))).editions


def test_a_new_version_ends_the_older_one_and_leaves_what_was_believed_readable(
    service: ZoneService, watch: Watch
) -> None:
    publish(service, zone(), by="council")
    changed_at = watch.later(days=1)
    publish(service, zone(restriction="PROHIBITED"), by="prefect")

    newest, remainder, original = service.versions(ZoneId("a")).editions

    assert (newest.version, newest.valid.start, newest.valid.end) == (2, changed_at, None)
    assert (remainder.version, remainder.valid.start, remainder.valid.end) == (1, NOON, changed_at)
    assert (original.version, original.valid.end) == (1, None)
    assert original.superseded_at == changed_at
    assert [each.recorded_by for each in (newest, original)] == ["prefect", "council"]


def test_a_temporary_version_leaves_the_older_one_on_either_side(
    service: ZoneService, watch: Watch
) -> None:
    publish(service, zone(), by="council")
    start, end = NOON + timedelta(days=2), NOON + timedelta(days=3)
    limits = {"start": start.isoformat(), "end": end.isoformat()}
    publish(service, zone(restriction="PROHIBITED", valid=limits), by="prefect")

    law = [
        (each.version, each.restriction, each.valid.start, each.valid.end)
        for each in service.current()
    ]

    assert law == [
        (1, Restriction.REQ_AUTHORISATION, NOON, start),
        (2, Restriction.PROHIBITED, start, end),
        (1, Restriction.REQ_AUTHORISATION, end, None),
    ]
    assert service.current(since=watch.later(days=10))[0].version == 1


def test_many_changes_at_one_instant_leave_one_version_at_a_time(service: ZoneService) -> None:
    for restriction in ("PROHIBITED", "CONDITIONAL", "NO_RESTRICTION", "PROHIBITED"):
        start = {"start": (NOON + timedelta(hours=1)).isoformat()}
        publish(service, zone(restriction=restriction, valid=start), by="council")

    assert [each.version for each in service.current()] == [4]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM zones.zone_version",
        "TRUNCATE zones.zone_version",
        "UPDATE zones.zone_version SET recorded_by = 'somebody else'",
        "UPDATE zones.zone_version SET version = 2, superseded_at = now()",
    ],
)
def test_the_database_itself_refuses_to_rewrite_a_version(
    service: ZoneService, pool: ConnectionPool, statement: str
) -> None:
    publish(service, zone(), by="council")

    with (
        pytest.raises(psycopg.errors.RaiseException, match="never changed"),
        pool.connection() as c,
    ):
        c.execute(statement)


def test_the_database_itself_refuses_two_versions_of_a_zone_at_once(
    service: ZoneService, pool: ConnectionPool
) -> None:
    publish(service, zone(), by="council")
    copy = """
        INSERT INTO zones.zone_version
            (zone_id, version, restriction, feature, bounds, valid, recorded_at, recorded_by)
        SELECT zone_id, 2, restriction, feature, bounds, valid, recorded_at, recorded_by
        FROM zones.zone_version
    """

    with pytest.raises(psycopg.errors.ExclusionViolation), pool.connection() as connection:
        connection.execute(copy)


def test_a_publication_is_announced_once_it_is_committed(
    service: ZoneService, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN octroi_zones")
        publish(service, zone(), by="council")
        heard = [note.payload for note in listener.notifies(timeout=5, stop_after=1)]

    assert heard == [str(service.revision())] == ["1"]


def test_what_was_published_is_read_back_exactly(service: ZoneService) -> None:
    published = zone(
        lower={"value": 100, "unit": "ft", "reference": "AGL"},
        upper={"value": 120, "reference": "AMSL"},
        applicability=[{"schedule": [{"day": ["ANY"], "startEvent": "SS", "endEvent": "SR"}]}],
        rules={"speed_max_mps": 3.333, "transit": False},
        purposes={"emergency": "NO_RESTRICTION"},
        valid={"start": "2026-04-01T00:00:00+02:00"},
        notes={"source": "é"},
    )
    publish(service, published, by="council")

    assert service.current() == (published,)


def test_a_zone_is_read_once_and_known_afterwards(service: ZoneService) -> None:
    publish(service, zone(), by="council")
    before = service.current()
    service.import_(collection(feature("b")), by="council")

    assert service.current()[0] is before[0]


def test_creating_needs_a_free_id(service: ZoneService) -> None:
    service.create(zone(), by="council")

    with pytest.raises(ZoneExists, match="id: zone a exists"):
        service.create(zone(), by="council")


def test_a_change_may_not_reach_into_the_past(service: ZoneService, watch: Watch) -> None:
    service.create(zone(), by="council")
    watch.later(days=1)

    with pytest.raises(TooEarly, match=r"valid\.start"):
        service.change(zone(valid={"start": NOON.isoformat()}), by="council")


def test_two_officers_do_not_overwrite_each_other(service: ZoneService) -> None:
    seen = service.create(zone(), by="council").number
    service.change(zone(restriction="PROHIBITED"), by="prefect", known=seen)

    with pytest.raises(StaleZone):
        service.change(zone(restriction="NO_RESTRICTION"), by="council", known=seen)


def test_importing_the_same_document_twice_changes_nothing(
    service: ZoneService, watch: Watch
) -> None:
    document = collection(feature("a", valid={"start": "2025-01-01T00:00:00Z"}), feature("b"))
    first = service.import_(document, by="council")
    revision = service.revision()
    watch.later(hours=1)
    second = service.import_(document, by="council")

    assert (first.added, second.unchanged) == (("a", "b"), ("a", "b"))
    assert service.revision() == revision
    assert [each.valid.start for each in service.current()][1] == NOON


def test_importing_a_changed_zone_does_not_rewrite_its_past(
    service: ZoneService, watch: Watch
) -> None:
    start = {"start": "2025-01-01T00:00:00+00:00"}
    service.import_(collection(feature("a", valid=start)), by="council")
    now = watch.later(hours=1)
    changed = collection(feature("a", valid=start, restriction="PROHIBITED"))

    imported = service.import_(changed, by="council")

    assert imported.changed == ("a",)
    assert [each.valid.start for each in service.current()] == [now]
    assert service.import_(changed, by="council").unchanged == ("a",)


def test_an_import_with_one_defect_changes_nothing(service: ZoneService) -> None:
    bow_tie = feature("b")
    bow_tie["geometry"]["coordinates"][0][1:3] = reversed(
        bow_tie["geometry"]["coordinates"][0][1:3]
    )

    imported = service.import_(collection(feature("a"), bow_tie), by="council")

    assert [(each.feature, each.path) for each in imported.defects] == [("b", "geometry")]
    assert "self-intersection at 2.3" in imported.defects[0].reason
    assert service.revision() == 0
    assert service.current() == ()


def test_a_dry_run_tells_and_changes_nothing(service: ZoneService) -> None:
    imported = service.import_(collection(feature("a")), by="council", dry_run=True)

    assert imported.added == ("a",)
    assert service.current() == ()


def test_250_zones_are_imported_within_seconds(service: ZoneService) -> None:
    document = collection(*(feature(f"z{n}", lon=2.2 + n / 1000) for n in range(250)))
    clock = time.perf_counter

    started = clock()
    service.import_(document, by="council")
    changed = deepcopy(document)
    for each in changed["features"]:
        each["properties"]["priority"] = 1
    between = clock()
    service.import_(changed, by="council")

    assert between - started < 5
    assert clock() - between < 5
    assert len(service.current()) == 250


def test_pages_follow_each_other_without_gap_or_repetition(service: ZoneService) -> None:
    names = ["B", "a", "a/1", "b", "z", "é"]
    service.import_(collection(*map(feature, names)), by="council")
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = service.listing(Filters(at=NOON, after=after, limit=2))
        seen += [edition.zone_id for edition in page.editions]
        after = page.following

    assert seen == names


def test_a_filter_keeps_zones_of_every_layer(service: ZoneService) -> None:
    everywhere = feature("every")
    del everywhere["properties"]["layer"]
    service.import_(
        collection(feature("air"), feature("river", layer="river"), everywhere), by="council"
    )

    page = service.listing(Filters(at=NOON, layer=Layer.RIVER))

    assert [edition.zone_id for edition in page.editions] == ["every", "river"]


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def client(service: ZoneService) -> Iterator[httpx.Client]:
    def nobody() -> Author:
        raise HTTPException(403, detail="only rule makers publish zones")

    def council() -> Author:
        return Author(name="council")

    app = FastAPI()
    app.include_router(publishing.router(service, council))
    app.include_router(reading.router(service))
    closed = FastAPI()
    closed.include_router(publishing.router(service, nobody))
    closed.include_router(reading.router(service))
    app.mount("/closed", closed)
    with served(app) as address, httpx.Client(base_url=address) as caller:
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
    history = client.get("/v1/zones/quai/1/versions").json()["features"]
    assert [each["properties"]["version"] for each in history] == [2, 1, 1]
    assert history[2]["recorded"]["by"] == "council"
    then = client.get("/v1/zones/quai/1", params={"at": NOON.isoformat()})
    assert then.json()["properties"]["version"] == 1


def test_what_was_read_can_be_published_again(client: httpx.Client) -> None:
    client.post("/v1/zones", json=feature("a", valid={"start": "2026-04-01T00:00:00Z"}))
    body = client.get("/v1/zones/a").json()
    body["properties"]["restriction"] = "PROHIBITED"

    changed = client.put("/v1/zones/a", json=body)

    assert changed.status_code == 200
    assert changed.json()["properties"]["valid"] == {"start": "2026-04-01T00:00:00+00:00"}


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
