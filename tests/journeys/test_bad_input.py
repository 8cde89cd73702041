"""Bad input gets one clear sentence and the right status, changes nothing, and stops nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.town import (
    ALPHA,
    BETA,
    PALACE,
    RECEIVER,
    Ear,
    Town,
    box,
    connected,
    eventually,
)

JSON = "application/json"
BOW_TIE = [[[2.31, 48.85], [2.33, 48.87], [2.33, 48.85], [2.31, 48.87], [2.31, 48.85]]]
COLLECTIONS = ("zones", "operators", "vehicles", "sensors", "permits", "alerts", "keys", "tariffs")
TOPIC = "octroi/v1/alpha-drones/drone-1/position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request that must be refused: how, with which status, and which words must be said."""

    path: str
    by: str | None
    body: bytes
    status: int
    says: tuple[str, ...]
    content: str = JSON


def observation(town: Town, **changed: object) -> dict[str, object]:
    good = {"at": town.time().isoformat(), "lon": 2.35, "lat": 48.855, "boot": "b", "seq": 1}
    return {name: value for name, value in (good | changed).items() if value is not None}


def application(**changed: object) -> bytes:
    volume = {
        "footprint": box(2.34, 48.85, 2.35, 48.86),
        "upper": {"value": 50, "reference": "AGL"},
        "start": "2099-01-01T10:00:00+01:00",
        "end": "2099-01-01T11:00:00+01:00",
    }
    good = {"purpose": "delivery", "layer": "air", "vehicles": ["drone-1"], "volumes": [volume]}
    return json.dumps(good | changed).encode()


def volume(**changed: object) -> list[dict[str, Any]]:
    (good,) = json.loads(application())["volumes"]
    return [{**good, **changed}]


def polygon(coordinates: object) -> list[dict[str, Any]]:
    return volume(footprint={"type": "Polygon", "coordinates": coordinates})


def zone(**changed: object) -> bytes:
    return json.dumps({**PALACE, "id": "new", **changed}).encode()


HUGE = b"[" + b" " * 20_000_000 + b"]"
CASES = {
    "malformed JSON": Case(
        path="/v1/permits",
        by=ALPHA,
        body=b'{"purpose": "delivery",',
        status=400,
        says=("JSON", "character 23"),
    ),
    "an empty body": Case(path="/v1/permits", by=ALPHA, body=b"", status=422, says=("required",)),
    "a missing field": Case(
        path="/v1/permits", by=ALPHA, body=b'{"layer": "air"}', status=422, says=("/purpose",)
    ),
    "an unknown field": Case(
        path="/v1/permits", by=ALPHA, body=application(urgent=True), status=422, says=("/urgent",)
    ),
    "an unknown word": Case(
        path="/v1/permits", by=ALPHA, body=application(layer="moon"), status=422, says=("/layer",)
    ),
    "NaN as a height": Case(
        path="/v1/permits",
        by=ALPHA,
        body=application(volumes=volume(upper={"value": float("nan"), "reference": "AGL"})),
        status=422,
        says=("/volumes/0/upper/value", "finite"),
    ),
    "NaN as a coordinate": Case(
        path="/v1/permits",
        by=ALPHA,
        body=application(volumes=polygon([[[2.3, float("nan")], [2.4, 48.8], [2.4, 48.9]]])),
        status=422,
        says=("/volumes/0/footprint", "coordinates"),
    ),
    "a polygon that crosses itself": Case(
        path="/v1/permits",
        by=ALPHA,
        body=application(volumes=polygon(BOW_TIE)),
        status=422,
        says=("/volumes/0/footprint", "self-intersection"),
    ),
    "a time without a zone": Case(
        path="/v1/permits",
        by=ALPHA,
        body=application(volumes=volume(start="2099-01-01T10:00:00")),
        status=422,
        says=("/volumes/0/start", "timezone"),
    ),
    "20 MB": Case(path="/v1/permits", by=ALPHA, body=HUGE, status=413, says=("1000000 bytes",)),
    "20 MB of observations": Case(
        path="/v1/observations", by=ALPHA, body=HUGE, status=413, says=("1000000 bytes",)
    ),
    "20 MB of zones": Case(
        path="/v1/zones/import", by="council", body=HUGE, status=413, says=("16000000 bytes",)
    ),
    "somebody else's name": Case(
        path="/v1/permits", by=ALPHA, body=application(operator=BETA), status=403, says=(BETA,)
    ),
    "no key": Case(path="/v1/permits", by=None, body=application(), status=401, says=("API key",)),
    "a zone that crosses itself": Case(
        path="/v1/zones",
        by="council",
        body=zone(geometry={"type": "Polygon", "coordinates": BOW_TIE}),
        status=422,
        says=("geometry", "self-intersection"),
    ),
    "a zone by an operator": Case(
        path="/v1/zones", by=ALPHA, body=zone(), status=403, says=("rulemaker",)
    ),
    "a zone that is there": Case(
        path="/v1/zones", by="council", body=zone(id="air-palace"), status=409, says=("air-palace",)
    ),
    "zones of which one is bad": Case(
        path="/v1/zones/import",
        by="council",
        body=b'{"type": "FeatureCollection", "features": [%s, %s]}'
        % (zone(), zone(id="bad", geometry={"type": "Polygon", "coordinates": BOW_TIE})),
        status=422,
        says=("Nothing was imported", "bad", "self-intersection"),
    ),
    "half a character": Case(
        path="/v1/zones/import",
        by="council",
        body=b'{"type": "FeatureCollection", "features": [%s]}'
        % zone(properties={**PALACE["properties"], "name": "\ud800"}),
        status=422,
        says=("name", "characters"),
    ),
    "an observation that is no object": Case(
        path="/v1/observations",
        by=ALPHA,
        body=b'["here"]',
        status=422,
        says=("expected an object",),
    ),
    "an observation of nobody": Case(
        path="/v1/observations", by=ALPHA, body=b'{"lon": 2}', status=422, says=("vehicle",)
    ),
    "observations by an inspector": Case(
        path="/v1/observations", by="watch", body=b"[]", status=403, says=("operator",)
    ),
    "a vehicle of no operator": Case(
        path="/v1/vehicles",
        by="mayor",
        body=b'{"operator": "nobody", "id": "v", "layer": "air", "kind": "drone"}',
        status=422,
        says=("operator", "nobody"),
    ),
    "the city's own name": Case(
        path="/v1/operators",
        by="mayor",
        body=b'{"id": "octroi", "name": "Me", "size": "small"}',
        status=409,
        says=("octroi", "reserved"),
    ),
    "a key for nobody": Case(
        path="/v1/keys",
        by="mayor",
        body=b'{"role": "operator", "name": "nobody"}',
        status=422,
        says=("nobody",),
    ),
    "a month that is none": Case(
        path="/v1/billing/runs",
        by="treasury",
        body=b'{"period": "2026-13"}',
        status=422,
        says=("period", "2026-13"),
    ),
    "a month that is not over": Case(
        path="/v1/billing/runs",
        by="treasury",
        body=b'{"period": "2098-01"}',
        status=409,
        says=("2098-01",),
    ),
}


def kept(town: Town) -> dict[str, Any]:
    """Return all that the city keeps, but for when its keys were used."""
    found = {name: town.get(f"/v1/{name}", "mayor").json() for name in COLLECTIONS}
    for key in found["keys"]["items"]:
        del key["last_used_at"]
    track = town.get(f"/v1/vehicles/{ALPHA}/drone-1/track?minutes=10080", "watch").json()
    return found | {"track": track["positions"]}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_bad_request_gets_a_sentence_and_changes_nothing(town: Town, case: Case) -> None:
    before = kept(town)
    answer = town.ask(
        "POST", case.path, case.by, content=case.body, headers={"Content-Type": case.content}
    )
    problem = answer.json()
    assert answer.status_code == problem["status"] == case.status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    said = problem["detail"]
    assert all(word in said for word in case.says), said
    assert "\n" not in said
    assert kept(town) == before
    assert town.get("/readyz").json() == {"status": "ready"}


OBSERVATIONS: dict[str, tuple[dict[str, object], str]] = {
    "an unknown vehicle": ({"vehicle": "drone-9"}, "vehicle: 'drone-9' is not registered"),
    "another's vehicle": ({"vehicle": "boat-1"}, "vehicle: 'boat-1' is not registered"),
    "NaN": ({"lon": float("nan")}, "lon: "),
    "an accuracy that is NaN": ({"h_acc": float("nan")}, "h_acc: "),
    "an infinite speed": ({"speed": float("inf")}, "speed: "),
    "no latitude": ({"lat": None}, "lat: missing"),
    "a latitude beyond the pole": ({"lat": 91}, "lat: "),
    "a local time": ({"at": "2026-01-01T10:00:00"}, "at: "),
    "a number as text": ({"lon": "2.35"}, "lon: "),
    "more than a number can hold": ({"speed": 10**400}, "speed: "),
}


@pytest.mark.parametrize(("changed", "reason"), OBSERVATIONS.values(), ids=OBSERVATIONS.keys())
def test_a_bad_observation_is_refused_by_its_field_and_costs_its_neighbour_nothing(
    town: Town, changed: dict[str, object], reason: str, request: pytest.FixtureRequest
) -> None:
    number = list(OBSERVATIONS).index(request.node.callspec.id)
    bad = observation(town, **{"vehicle": "drone-1", "boot": "http", "seq": 1000, **changed})
    good = observation(town, vehicle="drone-1", boot="http", seq=number)
    answer = town.ask(
        "POST",
        "/v1/observations",
        ALPHA,
        content=json.dumps([bad, good]),
        headers={"Content-Type": JSON},
    )
    assert answer.status_code == 200
    receipts = answer.json()
    (refused,) = [one for each in receipts for one in each["refused"]]
    assert refused["seq"] == 1000
    assert refused["reason"].startswith(reason)
    assert [each["stored"] for each in receipts if each["stored"]] == [[[number, number]]]


GARBAGE: dict[str, tuple[str, bytes]] = {
    "nothing": (TOPIC, b""),
    "no text": (TOPIC, b"\xff\xfe\x00\x80"),
    "half a document": (TOPIC, b'{"lon": 2.3'),
    "no object": (TOPIC, b"42"),
    "a nest": (TOPIC, b"[" * 100_000),
    "NaN": (TOPIC, b'{"at": 0, "lon": NaN, "lat": 48.8, "boot": "b", "seq": 1}'),
    "a foreign vehicle": (
        "octroi/v1/alpha-drones/boat-1/position",
        b'{"at": 0, "lon": 2.3, "lat": 48.8, "boot": "b", "seq": 2}',
    ),
    "Remote ID that is none": ("octroi/v1/alpha-drones/drone-1/remote-id", b"\xf2\x19\x03abc"),
    "NMEA that is none": ("octroi/v1/alpha-drones/drone-1/nmea", b"!AIVDM,1,1,,A,x,0*00\r\n"),
    "OwnTracks that is none": ("owntracks/alpha-drones/drone-1", b'{"_type": "location"}'),
    "too many": (TOPIC, b"[" + b"{}," * 10_000 + b"{}]"),
    "what no reader takes from an operator": ("octroi/v1/alpha-drones/nmea", b"!AIVDM"),
}


@pytest.fixture
def drone(town: Town) -> Iterator[Ear]:
    with connected(town.mqtt_url, ALPHA, town.keys[ALPHA]) as ear:
        ear.listen("octroi/v1/alpha-drones/receipt")
        yield ear


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_over_mqtt_is_refused_counted_and_told(town: Town, drone: Ear, name: str) -> None:
    topic, payload = GARBAGE[name]
    before = town.installed.pipeline.counters.counts
    drone.say(topic, payload)
    (entry, *_more) = eventually(lambda: [one for _, told in drone.heard for one in told])
    after = town.installed.pipeline.counters.counts
    assert entry["stored"] == entry["quarantined"] == []
    assert after.refused - before.refused == after.received - before.received == 1
    assert after.stored == before.stored
    reason = [one["reason"] for _, told in drone.heard for each in told for one in each["refused"]]
    assert all(": " in each for each in reason)
    assert len(reason) == 1


def test_the_stream_goes_on_behind_garbage_of_every_kind(town: Town, drone: Ear) -> None:
    before = town.installed.pipeline.counters.counts
    good = [
        json.dumps(observation(town, boot="after", seq=seq)).encode() for seq in range(len(GARBAGE))
    ]
    for (topic, payload), sound in zip(GARBAGE.values(), good, strict=True):
        drone.say(topic, payload)
        drone.say(TOPIC, sound)
    eventually(lambda: town.installed.pipeline.counters.counts.stored == before.stored + len(good))
    assert town.get("/readyz").status_code == 200


def test_a_message_larger_than_the_brokers_limit_stops_nobody_else(town: Town) -> None:
    with connected(town.mqtt_url, ALPHA, town.keys[ALPHA]) as giant:
        giant.client.publish(TOPIC, b" " * 20_000_000, qos=1)
        with town.sender(BETA) as boat:
            payload = json.dumps(observation(town, boot="beside")).encode()
            boat.send("octroi/v1/beta-boats/boat-1/position", payload)
            assert boat.settle(timeout_s=30)
    assert boat.tally.stored == 1
    assert town.get("/readyz").status_code == 200


def test_time_that_cannot_be_is_kept_apart_and_not_believed(town: Town) -> None:
    with town.sender(ALPHA) as drone:
        for seq, days in enumerate((1, -400)):
            at = (town.time() + timedelta(days=days)).isoformat()
            payload = json.dumps(observation(town, at=at, boot="odd", seq=seq)).encode()
            drone.send(TOPIC, payload)
        assert drone.settle(timeout_s=30)
    assert (drone.tally.quarantined, drone.tally.stored) == (2, 0)


def test_a_receiver_may_not_speak_as_an_operator(town: Town) -> None:
    before = kept(town)
    with connected(town.mqtt_url, RECEIVER, town.keys[RECEIVER]) as ear:
        ear.say(TOPIC, json.dumps(observation(town, boot="forged")).encode())
    assert kept(town) == before
