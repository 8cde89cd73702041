"""Fifty ask at once, over HTTP: no more are granted than there is room for, and no fewer."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations
from threading import Barrier
from typing import Any

import pytest
from httpx import Client
from shapely.geometry import box, mapping

from permits.parties import Role
from permits.registration import RegistryService
from tests.permits.cases import NOW, vehicle, zone
from tests.permits.conftest import Town
from zones.demands import ZoneRules
from zones.model import Layer

CLIENTS, ROOM, ROUNDS = 50, 10, 20

Headers = dict[str, str]
Body = dict[str, Any]


def at_once(client: Client, operator: Headers, bodies: list[Body]) -> list[Body]:
    """Post everything in the same moment, each on a connection of its own."""
    gate = Barrier(len(bodies))

    def post(body: Body) -> Body:
        gate.wait()
        answer = client.post("/v1/permits", json=body, headers=operator, timeout=60)
        assert answer.status_code == 201, answer.text
        said: Body = answer.json()
        return said

    with ThreadPoolExecutor(len(bodies)) as clients:
        return list(clients.map(post, bodies))


def day(flight: Body, days: int, **changed: object) -> Body:
    [asked] = flight["volumes"]
    start = NOW + timedelta(days=days, hours=1)
    window = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    return flight | {"volumes": [asked | window | changed]}


@pytest.mark.slow
def test_of_fifty_who_want_ten_places_ten_get_one(
    client: Client, bearer: Callable[[Role, str], Headers], town: Town, flight: Body
) -> None:
    boats = bearer(Role.OPERATOR, "ailes")
    town.zones.append(zone("quay", rules=ZoneRules(capacity=ROOM)))
    afloat = flight | {"layer": "river", "vehicles": ["boat-1"]}

    for number in range(ROUNDS):
        answers = at_once(client, boats, [day(afloat, number)] * CLIENTS)

        said = Counter(each["decision"] for each in answers)
        assert said == {"granted": ROOM, "refused": CLIENTS - ROOM}


@pytest.mark.slow
def test_of_fifty_who_want_one_sky_none_meet(
    client: Client, operator: Headers, registered: RegistryService, flight: Body
) -> None:
    for link in range(CLIENTS):
        registered.add_vehicle(vehicle(f"link-{link}"))
    # A chain of areas, each of which meets its neighbours' and no other's.
    for number in range(ROUNDS):
        chain = [2.30 + 0.0015 * link for link in range(CLIENTS)]
        bodies = [
            day(flight, number, footprint=mapping(box(west, 48.85, west + 0.002, 48.852)))
            | {"vehicles": [f"link-{link}"]}
            for link, west in enumerate(chain)
        ]

        answers = at_once(client, operator, bodies)

        links = [link for link, each in enumerate(answers) if each["decision"] == "granted"]
        assert all(abs(one - other) > 1 for one, other in combinations(links, 2))
        # Nobody was refused for nothing: beside everyone who was, somebody flies.
        assert all({link - 1, link, link + 1} & set(links) for link in range(CLIENTS))


@pytest.mark.slow
@pytest.mark.parametrize("layer", [Layer.AIR, Layer.RIVER])
def test_of_fifty_places_that_one_vehicle_is_wanted_in_it_gets_one(
    client: Client, bearer: Callable[[Role, str], Headers], layer: Layer, flight: Body
) -> None:
    ailes = bearer(Role.OPERATOR, "ailes")
    # Far from each other, and on the river nobody is in anybody's way.
    named = {"layer": layer, "vehicles": ["drone-7" if layer is Layer.AIR else "boat-1"]}
    places = [2.25 + 0.0036 * place for place in range(CLIENTS)]

    for number in range(ROUNDS // 10):
        bodies = [
            day(flight, number, footprint=mapping(box(west, 48.85, west + 0.001, 48.851))) | named
            for west in places
        ]

        answers = at_once(client, ailes, bodies)

        said = Counter(each["decision"] for each in answers)
        assert said == {"granted": 1, "refused": CLIENTS - 1}


def test_the_second_of_two_who_want_one_sky_learns_where_and_not_who(
    client: Client, operator: Headers, rival: Headers, inspector: Headers, flight: Body
) -> None:
    first = client.post("/v1/permits", json=flight, headers=operator).json()
    second = client.post(
        "/v1/permits", json=flight | {"vehicles": ["drone-9"]}, headers=rival
    ).json()

    assert (first["decision"], second["decision"]) == ("granted", "refused")
    assert first["id"] not in str(second)
    assert "ailes" not in str(second)
    seen = client.get(f"/v1/permits/{second['id']}", headers=inspector).json()
    [found] = [each for each in seen["findings"] if each["rule"] == "conflict"]
    assert found["params"]["permits"] == first["id"]
    public = client.get("/v1/register?decision=refused").json()
    assert first["id"] not in str(public)
    # Where exactly the first will be is for who asked, and for nobody who reads or asks idly.
    assert "place" in found["params"]
    idle = client.post("/v1/advice", json={k: flight[k] for k in flight if k != "reference"}).json()
    for told in (public["items"][0]["grounds"], idle["findings"]):
        [stripped] = [each for each in told if each["rule"] == "conflict"]
        assert not {"place", "heights", "start_at", "end_at"} & set(stripped["params"])
        assert "déjà accordé à d'autres" in stripped["text"]["fr"]


def test_what_is_given_back_is_free_again(client: Client, operator: Headers, flight: Body) -> None:
    first = client.post("/v1/permits", json=flight, headers=operator).json()
    client.post(f"/v1/permits/{first['id']}/withdraw", headers=operator)

    assert client.post("/v1/permits", json=flight, headers=operator).json()["state"] == "granted"


def test_advice_knows_of_those_who_were_granted_before(
    client: Client, operator: Headers, flight: Body
) -> None:
    asked = {key: value for key, value in flight.items() if key != "reference"}
    assert client.post("/v1/advice", json=asked).json()["would_be"] == "granted"

    client.post("/v1/permits", json=flight, headers=operator)

    assert client.post("/v1/advice", json=asked).json()["would_be"] == "refused"


def test_an_officer_cannot_grant_what_is_taken(
    client: Client, operator: Headers, inspector: Headers, flight: Body
) -> None:
    first = client.post("/v1/permits", json=flight, headers=operator).json()
    second = client.post("/v1/permits", json=flight, headers=operator).json()
    review = f"/v1/permits/{second['id']}/review"
    client.post(review, json={"reason": "Please look."}, headers=operator)
    decided = {"decision": "granted", "reason": "It matters."}

    answer = client.post(review, json=decided, headers=inspector)

    assert answer.status_code == 409
    assert first["id"] in answer.json()["detail"]
    client.post(f"/v1/permits/{first['id']}/withdraw", headers=operator)
    assert client.post(review, json=decided, headers=inspector).json()["state"] == "granted"
