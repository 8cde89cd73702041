"""What is registered and said otherwise is refused by its field; a company is one by its SIREN."""

from typing import Any

import pytest
from httpx import Client, Response
from psycopg_pool import ConnectionPool

Headers = dict[str, str]
Body = dict[str, Any]
SIREN, FIRST, SECOND = "552100554", "55210055400013", "55210055400021"
NORTH = {"id": "nord", "name": "Nord", "size": "medium", "siren": SIREN}
SOUTH = {"id": "sud", "name": "Sud", "size": "medium", "siren": SIREN}


def pointers(answer: Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    told = answer.json()
    assert all(each["pointer"][1:] in told["detail"] for each in told["errors"])
    assert told["detail"].startswith(told["errors"][0]["pointer"] + ": ")
    return [each["pointer"] for each in told["errors"]]


@pytest.fixture
def ask(client: Client, admin: Headers) -> Any:  # noqa: ANN401 - a function of a body
    return lambda body: client.post("/v1/operators", json=body, headers=admin)


def test_an_operator_that_says_otherwise_is_told_every_field(ask: Any) -> None:  # noqa: ANN401
    ask(NORTH)

    answer = ask(NORTH | {"siren": "443061841", "size": "small"})

    assert pointers(answer) == ["/siren", "/size"]
    assert "'nord' is registered with 552100554" in answer.json()["detail"]


def test_a_vehicle_that_says_otherwise_is_told_every_field(
    client: Client, operator: Headers
) -> None:
    drone = {"id": "d1", "layer": "air", "kind": "drone", "mass_kg": 2.5, "equipment": ["lights"]}
    client.post("/v1/vehicles", json=drone, headers=operator)

    other = client.post(
        "/v1/vehicles", json=drone | {"mass_kg": 3, "equipment": []}, headers=operator
    )

    assert pointers(other) == ["/mass_kg", "/equipment"]
    assert "2.5" in other.json()["detail"]
    assert "lights" in other.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ({"layer": "air", "kind": "drone"}, {"serial": "DEMX3ABC"}),
        ({"layer": "river", "kind": "boat"}, {"mmsi": 227000001}),
        ({"layer": "river", "kind": "boat"}, {"eni": "01820123"}),
        ({"layer": "surface", "kind": "van"}, {"plate": "AB-123-CD"}),
    ],
)
def test_a_number_that_is_another_vehicles_is_named(
    client: Client, operator: Headers, rival: Headers, kind: Body, number: Body
) -> None:
    client.post("/v1/vehicles", json={"id": "one", **kind, **number}, headers=rival)
    client.post("/v1/vehicles", json={"id": "known", **kind}, headers=operator)
    named = [f"/{each}" for each in number]

    new = client.post("/v1/vehicles", json={"id": "two", **kind, **number}, headers=operator)
    later = client.post("/v1/vehicles", json={"id": "known", **kind, **number}, headers=operator)

    assert pointers(new) == named
    assert pointers(later) == named
    assert client.get("/v1/vehicles/ailes/two", headers=operator).status_code == 404


def test_a_company_is_not_registered_twice(ask: Any, pool: ConnectionPool) -> None:  # noqa: ANN401
    ask(NORTH)

    assert pointers(ask(SOUTH)) == ["/siren"]
    assert pointers(ask(SOUTH | {"siret": SECOND})) == ["/siren"]
    assert pointers(ask(SOUTH | {"size": "micro"})) == ["/siren", "/size"]
    with pool.connection() as connection:
        found = connection.execute("SELECT 1 FROM permits.operator WHERE id = 'sud'").fetchall()
    assert found == []


def test_establishments_of_one_company_are_operators_of_one_size(ask: Any) -> None:  # noqa: ANN401
    ask(NORTH | {"siret": FIRST})

    assert pointers(ask(SOUTH | {"siret": FIRST})) == ["/siret"]
    assert pointers(ask(SOUTH | {"siret": SECOND, "size": "micro"})) == ["/size"]
    assert ask(SOUTH | {"siret": SECOND}).status_code == 201


def test_a_company_that_is_stated_later_is_not_anothers_either(ask: Any) -> None:  # noqa: ANN401
    ask(NORTH)
    ask({"id": "sud", "name": "Sud", "size": "medium"})

    assert pointers(ask(SOUTH)) == ["/siren"]
    assert ask({"id": "est", "name": "Est", "size": "micro"}).status_code == 201
