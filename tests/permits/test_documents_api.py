"""Operators register by checked numbers, attach their papers, and are stopped when these end."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from httpx import Client
from psycopg_pool import ConnectionPool

from permits.kinds import DocumentKind
from tests.permits.cases import NOW
from tests.permits.conftest import Town
from zones.model import Layer

Headers = dict[str, str]
Body = dict[str, Any]
UAS = "FIN87astrdge12k8-xyz"
COMPANY = {"id": "volant", "name": "Volant", "size": "micro", "siret": "55210055400013"}
DRONE = {"id": "d-1", "layer": "air", "kind": "drone"}
BOAT = {"id": "b-1", "layer": "river", "kind": "boat"}
VAN = {"id": "v-1", "layer": "surface", "kind": "van"}


def insurance(days: int = 30, **changed: Any) -> Body:  # noqa: ANN401 - whatever a client sends
    return {
        "kind": "insurance",
        "number": "P-1",
        "issuer": "Assureur",
        "valid_from": (NOW - timedelta(days=60)).isoformat(),
        "valid_until": (NOW + timedelta(days=days)).isoformat(),
        **changed,
    }


def test_the_secret_part_of_a_drone_operators_number_is_never_shown_nor_kept(
    client: Client, admin: Headers, pool: ConnectionPool
) -> None:
    body = COMPANY | {"uas_number": UAS}

    made = client.post("/v1/operators", json=body, headers=admin)

    assert made.status_code == 201
    assert made.json()["uas_number"] == "FIN87astrdge12k8"
    assert made.json()["siren"] == "552100554"
    assert client.post("/v1/operators", json=body, headers=admin).status_code == 201
    assert "xyz" not in made.text
    with pool.connection() as connection:
        [kept] = connection.execute(
            "SELECT o::text || encode(uas_digest, 'escape') FROM permits.operator o"
            " WHERE id = 'volant'"
        ).fetchone() or [""]
    assert "87astrdge12k8" in kept
    assert "xyz" not in kept


def test_a_number_is_one_operators_with_one_secret_part(client: Client, admin: Headers) -> None:
    client.post("/v1/operators", json=COMPANY | {"uas_number": UAS}, headers=admin)

    taken = client.post(
        "/v1/operators",
        json={"id": "autre", "name": "Autre", "size": "small", "uas_number": UAS},
        headers=admin,
    )
    # Another secret part that has the same check character.
    other = client.post(
        "/v1/operators", json=COMPANY | {"uas_number": "FIN87astrdge12k8-00e"}, headers=admin
    )

    assert (taken.status_code, other.status_code) == (409, 409)
    assert "another operator" in taken.json()["detail"]
    assert "another secret part" in other.json()["detail"]


@pytest.mark.parametrize(
    ("pointer", "wrong"),
    [
        ("/siren", {"siren": "732829321"}),
        ("/siret", {"siret": "55210055400014"}),
        ("/siret", {"siren": "000000018"}),
        ("/uas_number", {"uas_number": "FIN87astrdge12k8"}),
        ("/uas_number", {"uas_number": "FIN87astrdge12k8-xya"}),
        ("/uas_number", {"uas_number": 7}),
    ],
)
def test_a_wrong_number_of_an_operator_is_named(
    client: Client, admin: Headers, pointer: str, wrong: Body
) -> None:
    answer = client.post("/v1/operators", json=COMPANY | wrong, headers=admin)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert "xya" not in answer.text
    assert client.get("/v1/operators/volant", headers=admin).status_code == 404


@pytest.mark.parametrize(
    ("pointer", "body"),
    [
        ("/serial", DRONE | {"serial": "1581F45678"}),
        ("/mmsi", DRONE | {"mmsi": 227000001}),
        ("/mmsi", BOAT | {"mmsi": 111000001}),
        ("/eni", BOAT | {"eni": "1234567"}),
        ("/eni", VAN | {"eni": "01820123"}),
        ("/plate", BOAT | {"plate": "AB-123-CD"}),
        ("/plate", VAN | {"plate": "ab 123"}),
        ("/ce_class", VAN | {"ce_class": "C1"}),
        ("/ce_class", DRONE | {"ce_class": "C7"}),
        ("/category", BOAT | {"category": "open"}),
        ("/mass_kg", DRONE | {"ce_class": "C1", "mass_kg": 0.9}),
        ("/mass_kg", DRONE | {"mass_kg": 0}),
        ("/mass_kg", DRONE | {"mass_kg": True}),
        ("/length_m", BOAT | {"length_m": -1}),
        ("/length_m", BOAT | {"length_m": 1001}),
        ("/noise_db", DRONE | {"noise_db": "80"}),
        ("/energy_class", DRONE | {"energy_class": "crit_air_1"}),
        ("/energy_class", BOAT | {"energy_class": "crit_air_1"}),
        ("/energy_class", VAN | {"energy_class": "ccnr_ii"}),
        ("/energy_class", VAN | {"energy_class": "euro_6"}),
        ("/equipment/0", DRONE | {"equipment": ["wings"]}),
    ],
)
def test_a_wrong_fact_of_a_vehicle_is_named_and_nothing_is_stored(
    client: Client, operator: Headers, pointer: str, body: Body
) -> None:
    answer = client.post("/v1/vehicles", json=body, headers=operator)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert client.get(f"/v1/vehicles/ailes/{body['id']}", headers=operator).status_code == 404


def test_what_is_stated_of_a_vehicle_is_told_again_and_the_rest_is_null(
    client: Client, operator: Headers
) -> None:
    stated: Body = {
        "serial": "1581F45TB22A00ZH012K",
        "ce_class": "C2",
        "category": "open",
        "mass_kg": 3.9,
        "noise_db": 80.5,
        "energy_class": "electric",
        "equipment": ["geo_awareness", "remote_id"],
    }

    made = client.post("/v1/vehicles", json=DRONE | stated, headers=operator)
    again = client.post("/v1/vehicles", json=DRONE | stated, headers=operator)

    assert (made.status_code, again.status_code) == (201, 201)
    told = client.get("/v1/vehicles/ailes/d-1", headers=operator).json()
    assert (
        told
        == made.json()
        == DRONE
        | stated
        | {
            "operator": "ailes",
            "vehicle_class": "drone",
            "mmsi": None,
            "eni": None,
            "plate": None,
            "length_m": None,
        }
    )


def test_a_number_of_a_vehicle_is_that_of_no_other(client: Client, operator: Headers) -> None:
    for body, number in ((BOAT, {"eni": "01820123"}), (VAN, {"plate": "AB-123-CD"})):
        assert client.post("/v1/vehicles", json=body | number, headers=operator).status_code == 201
        twin = body | number | {"id": "twin"}
        assert client.post("/v1/vehicles", json=twin, headers=operator).status_code == 409


@pytest.fixture
def insured(town: Town, client: Client) -> Client:
    """Ask whoever flies to be insured."""
    town.documents_needed[Layer.AIR] = frozenset({DocumentKind.INSURANCE})
    return client


@pytest.mark.parametrize("holder", ["operators/ailes", "vehicles/ailes/drone-7"])
def test_a_permit_waits_for_the_insurance_and_ends_with_it(
    insured: Client, operator: Headers, flight: Body, holder: str
) -> None:
    def asked() -> Body:
        answer: Body = insured.post("/v1/permits", json=flight, headers=operator).json()
        return answer

    def objections(answer: Body) -> list[str]:
        return [each["rule"] for each in answer["findings"] if each["outcome"] == "objected"]

    missing = asked()
    lapsed = insurance(-1)
    assert insured.post(f"/v1/{holder}/documents", json=lapsed, headers=operator).is_success
    expired = asked()
    public = insured.get("/v1/register").text
    assert "documents_valid" in public
    assert not [own for own in ("P-1", "Assureur", "drone-7") if own in public]
    renewed = insurance(number="P-2")
    made = insured.post(f"/v1/{holder}/documents", json=renewed, headers=operator)
    granted = asked()

    assert objections(missing) == ["documents_held"]
    assert objections(expired) == ["documents_valid"]
    [said] = [each["text"] for each in expired["findings"] if each["outcome"] == "objected"]
    assert "30/11/2026" in said["fr"]
    assert "30 November 2026" in said["en"]
    assert made.json()["attached_by"] == "ailes"
    assert granted["decision"] == "granted"
    listed = insured.get(f"/v1/{holder}/documents", headers=operator).json()["items"]
    assert [(each["number"], each["valid"]) for each in listed] == [("P-1", False), ("P-2", True)]


def test_the_same_document_again_changes_nothing(client: Client, operator: Headers) -> None:
    first, again = (
        client.post("/v1/operators/ailes/documents", json=insurance(), headers=operator)
        for _ in range(2)
    )

    assert first.json() == again.json()
    listed = client.get("/v1/operators/ailes/documents", headers=operator).json()
    assert len(listed["items"]) == 1


def test_documents_are_shown_to_their_operator_and_to_officers(
    client: Client, rival: Headers, inspector: Headers, admin: Headers
) -> None:
    path = "/v1/operators/ailes/documents"

    assert client.post(path, json=insurance(), headers=rival).status_code == 403
    assert client.post(path, json=insurance(), headers=inspector).status_code == 403
    assert client.post(path, json=insurance(), headers=admin).status_code == 201
    assert client.get(path, headers=rival).status_code == 403
    assert client.get(path, headers=inspector).json()["items"][0]["attached_by"] == "Mairie"
    assert client.get(path).status_code == 401
    for unknown in ("operators/nobody", "vehicles/ailes/none"):
        where = f"/v1/{unknown}/documents"
        assert client.post(where, json=insurance(), headers=admin).status_code == 404
        assert client.get(where, headers=admin).status_code == 404


@pytest.mark.parametrize(
    ("pointer", "wrong"),
    [
        ("/kind", {"kind": "luck"}),
        ("/number", {"number": ""}),
        ("/issuer", {"issuer": "\x07"}),
        ("/valid_from", {"valid_from": "2026-01-01"}),
        ("/valid_until", {"valid_until": (NOW - timedelta(days=60)).isoformat()}),
        ("/valid_until", {"valid_until": "9999-01-01T00:00:00Z"}),
        ("/colour", {"colour": "red"}),
    ],
)
def test_a_wrong_field_of_a_document_is_named_and_nothing_is_stored(
    client: Client, operator: Headers, pointer: str, wrong: Body
) -> None:
    path = "/v1/operators/ailes/documents"

    answer = client.post(path, json=insurance(**wrong), headers=operator)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert client.get(path, headers=operator).json()["items"] == []


def test_a_document_is_never_changed_nor_removed(
    client: Client, operator: Headers, pool: ConnectionPool
) -> None:
    client.post("/v1/operators/ailes/documents", json=insurance(), headers=operator)

    for statement in (
        "UPDATE permits.document SET number = 'x'",
        "DELETE FROM permits.document",
        "TRUNCATE permits.document",
    ):
        with pool.connection() as connection, pytest.raises(psycopg.errors.RaiseException):
            connection.execute(statement)


def test_what_was_not_known_can_be_stated_later_and_what_is_known_stays(
    client: Client, operator: Headers, admin: Headers
) -> None:
    def add(**changed: Any) -> tuple[int, Body]:  # noqa: ANN401 - whatever a client sends
        answer = client.post("/v1/vehicles", json=DRONE | changed, headers=operator)
        return answer.status_code, answer.json()

    add()
    assert add(mass_kg=3.5)[1]["mass_kg"] == 3.5
    assert add(noise_db=80.0, equipment=[])[1] == add()[1]
    told = client.get("/v1/vehicles/ailes/d-1", headers=operator).json()
    assert (told["mass_kg"], told["noise_db"], told["equipment"]) == (3.5, 80.0, [])
    assert [add(mass_kg=3.6)[0], add(kind="van")[0], add(equipment=["lights"])[0]] == [409] * 3

    add(id="d-2", serial="DEMX3ABC")
    assert add(serial="DEMX3ABC")[0] == 409
    company = COMPANY | {"siret": ""}
    client.post("/v1/operators", json=company, headers=admin)
    later = client.post("/v1/operators", json=COMPANY | {"uas_number": UAS}, headers=admin)
    assert later.json()["uas_number"] == "FIN87astrdge12k8"
    assert client.post("/v1/operators", json=company, headers=admin).json() == later.json()
