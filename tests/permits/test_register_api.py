"""What everybody may know: the register; and what only some may: the registry and the keys."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import Client
from psycopg_pool import ConnectionPool
from shapely.geometry import shape

from permits.access import AccessService, UnknownHolder
from permits.parties import Caller, OperatorId, Role, Sensor, VehicleId
from permits.registration import RegistryService
from tests.permits.cases import NOW, vehicle, zone
from tests.permits.conftest import Town
from zones.model import Restriction

Headers = dict[str, str]
Body = dict[str, Any]


def test_the_register_shows_grants_and_refusals_to_everybody(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    client.post("/v1/permits", json=flight, headers=operator)
    town.zones.append(zone("louvre", Restriction.PROHIBITED))
    client.post("/v1/permits", json=flight, headers=operator)

    answer = client.get("/v1/register").json()

    refused, granted = answer["items"]
    assert (refused["decision"], refused["fee_total"]) == ("refused", None)
    assert (granted["decision"], granted["fee_total"]) == ("granted", "12.40")
    assert granted["operator"] == "Ailes de Seine"
    assert granted["footprint"]["type"] == "Polygon"
    assert "Arrêté de démonstration" in refused["acts"]
    assert "louvre" in [each["zone"] for each in refused["grounds"]]
    assert all(each["text"]["fr"] and each["text"]["en"] for each in refused["grounds"])
    assert "drone-7" not in [refused.get("vehicles"), refused.get("reference")]
    assert "order-4711" not in str(answer)


def test_each_decision_has_an_address_of_its_own_that_everybody_may_read(
    client: Client, operator: Headers, flight: Body
) -> None:
    for days in range(2):
        client.post("/v1/permits", json=later(flight, days), headers=operator)
    newest, oldest = client.get("/v1/register").json()["items"]

    for entry in (newest, oldest):
        assert client.get(f"/v1/register/{entry['id']}").json() == entry
    unknown = client.get("/v1/register/00000000-0000-4000-8000-000000000000")
    assert unknown.status_code == 404
    assert "no decision 00000000-" in unknown.json()["detail"]


def later(flight: Body, days: int) -> Body:
    """Ask for the same hour of another day: nobody flies where somebody does."""
    [asked] = flight["volumes"]
    moved = {
        limit: (datetime.fromisoformat(asked[limit]) + timedelta(days=days)).isoformat()
        for limit in ("start", "end")
    }
    return flight | {"volumes": [asked | moved]}


def test_the_register_is_filtered_and_paged(
    client: Client, operator: Headers, flight: Body
) -> None:
    for days in range(3):
        client.post("/v1/permits", json=later(flight, days), headers=operator)

    first = client.get("/v1/register?layer=air&limit=2").json()
    rest = client.get(f"/v1/register?layer=air&limit=2&cursor={first['next']}").json()

    assert len({each["id"] for each in first["items"] + rest["items"]}) == 3
    assert rest["next"] is None
    assert client.get("/v1/register?layer=river").json()["items"] == []
    assert client.get("/v1/register?purpose=leisure").json()["items"] == []
    assert len(client.get("/v1/register?purpose=delivery").json()["items"]) == 3
    assert client.get("/v1/register?decision=refused").json()["items"] == []
    assert client.get("/v1/register?colour=red").status_code == 422


def test_the_register_comes_as_a_table_that_runs_no_formula(
    client: Client, rival: Headers, flight: Body
) -> None:
    for days in range(2):
        asked = later(flight, days) | {"vehicles": ["drone-9"]}
        client.post("/v1/permits", json=asked, headers=rival)

    answer = client.get("/v1/register?limit=1", headers={"Accept": "text/csv"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'rel="next"' in answer.headers["link"]
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert row["operator"] == "'=Rival"
    assert row["area_wkt"].startswith("POLYGON")
    assert row["fee_total"] == "20.00"
    target = answer.headers["link"].split("<")[1].split(">")[0]
    last = client.get(target, headers={"Accept": "text/csv"})
    assert last.status_code == 200
    assert "link" not in last.headers


def test_operators_are_registered_once_by_administrators(
    client: Client, admin: Headers, operator: Headers
) -> None:
    body = {"id": "seine-fret", "name": "Seine Fret", "siren": "552100554", "size": "medium"}

    assert client.post("/v1/operators", json=body, headers=operator).status_code == 403
    assert client.post("/v1/operators", json=body, headers=admin).status_code == 201
    assert client.post("/v1/operators", json=body, headers=admin).status_code == 201
    other = client.post("/v1/operators", json=body | {"name": "Autre"}, headers=admin)
    assert (other.status_code, other.json()["detail"]) == (
        409,
        "/name: 'seine-fret' is registered with Seine Fret, which stays so",
    )
    sensor = client.post("/v1/sensors", json={"id": "seine-fret", "name": "x"}, headers=admin)
    assert sensor.status_code == 409
    assert client.get("/v1/operators/seine-fret", headers=admin).json()["siren"] == "552100554"
    assert client.get("/v1/operators/seine-fret", headers=operator).status_code == 404
    own = client.get("/v1/operators", headers=operator).json()["items"]
    assert [each["id"] for each in own] == ["ailes"]


def test_a_vehicle_is_registered_by_its_operator(
    client: Client, operator: Headers, rival: Headers, admin: Headers
) -> None:
    body = {"id": "boat-2", "layer": "river", "kind": "barge", "mmsi": 226000001}

    assert client.post("/v1/vehicles", json=body, headers=operator).status_code == 201
    assert client.post("/v1/vehicles", json=body, headers=operator).status_code == 201
    assert client.post("/v1/vehicles", json=body, headers=rival).status_code == 409
    nobody = client.post("/v1/vehicles", json=body | {"operator": "nobody"}, headers=admin)
    assert nobody.status_code == 422
    for wrong in ({"mmsi": True}, {"mmsi": 0}, {"mmsi": "226000001"}, {"id": "a/b"}, {"kind": ""}):
        answer = client.post("/v1/vehicles", json=body | wrong, headers=operator)
        assert answer.status_code == 422
        assert next(iter(wrong)) in answer.json()["detail"]


def test_vehicles_are_shown_to_their_operator_and_to_officers(
    client: Client, operator: Headers, rival: Headers, inspector: Headers
) -> None:
    def seen(who: Headers, query: str = "") -> list[str]:
        found = client.get(f"/v1/vehicles{query}", headers=who).json()["items"]
        return [each["id"] for each in found]

    assert seen(operator) == ["boat-1", "drone-7"]
    assert seen(operator, "?layer=river") == ["boat-1"]
    assert seen(rival) == ["drone-9"]
    assert seen(inspector) == ["boat-1", "drone-7", "drone-9"]
    assert seen(inspector, "?operator=rival") == ["drone-9"]
    path = "/v1/vehicles/ailes/drone-7"
    assert client.get(path, headers=operator).json()["layer"] == "air"
    assert client.get(path, headers=rival).status_code == 404


def test_the_registry_finds_whose_vehicle_it_is(registered: RegistryService) -> None:
    before = registered.revision()
    registered.add_sensor(Sensor(id="ais-1", name="AIS"))
    registered.add_sensor(Sensor(id="ais-1", name="AIS"))

    registry = registered.registry()

    assert registry.vehicle("ailes", "drone-7") == vehicle()
    assert registry.vehicle("ailes", "drone-9") is None
    assert registry.operator("ailes") is not None
    assert registry.is_sensor("ais-1")
    assert not registry.is_sensor("ailes")
    assert registry.by_mmsi(226000001) is None
    assert registered.sensors() == (Sensor(id="ais-1", name="AIS"),)
    assert registered.revision() == before + 1
    assert [each.id for each in registered.vehicles(OperatorId("rival"))] == [VehicleId("drone-9")]


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(
    client: Client, admin: Headers, operator: Headers
) -> None:
    made = client.post("/v1/keys", json={"role": "operator", "name": "ailes"}, headers=admin)
    key = made.json()
    holder = {"Authorization": f"Bearer {key['key']}"}

    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    assert client.get("/v1/permits", headers=holder).status_code == 200
    listed = client.get("/v1/keys", headers=admin)
    assert key["prefix"] in [each["prefix"] for each in listed.json()["items"]]
    assert key["key"] not in listed.text
    assert client.get("/v1/keys", headers=operator).status_code == 403

    assert client.delete(f"/v1/keys/{key['prefix']}", headers=admin).status_code == 204
    assert client.get("/v1/permits", headers=holder).status_code == 401
    assert client.delete("/v1/keys/none", headers=admin).status_code == 404
    stranger = client.post("/v1/keys", json={"role": "operator", "name": "x"}, headers=admin)
    assert stranger.status_code == 422


def test_only_the_whole_key_opens(access: AccessService, pool: ConnectionPool, town: Town) -> None:
    plain, kept = access.create_key(Role.OPERATOR, "ailes")
    forged = plain[:-1] + ("A" if plain[-1] != "A" else "B")

    assert access.caller(plain) == Caller(role=Role.OPERATOR, name="ailes")
    for wrong in ("", forged, plain + "x", plain[:17], "oct_" + "0" * 12 + "_" + "x" * 43):
        assert access.caller(wrong) is None
    assert AccessService(pool, town.clock, b"another secret").caller(plain) is None
    assert plain.encode() not in kept.digest


def test_a_key_expires(access: AccessService, town: Town) -> None:
    plain, _ = access.create_key(Role.FINANCE, "Régie", expires_at=NOW + timedelta(hours=1))

    assert access.caller(plain) is not None
    town.now = NOW + timedelta(hours=1)
    assert access.caller(plain) is None


def test_a_key_needs_a_registered_holder(access: AccessService) -> None:
    for role in (Role.OPERATOR, Role.SENSOR):
        with pytest.raises(UnknownHolder):
            access.create_key(role, "nobody")


def test_what_cannot_be_said_in_json_is_refused_and_changes_nothing(
    client: Client, operator: Headers, bearer: Callable[[Role, str], Headers], flight: Body
) -> None:
    answers = [
        client.post("/v1/permits", content=body, headers=operator | {"Content-Type": kind})
        for body, kind in (
            (b"{", "application/json"),
            (b"", "application/json"),
            (b"null", "application/json"),
            (b"[" * 100_000, "application/json"),
            (b'{"purpose": "\xff"}', "application/json"),
            (b'{"purpose": NaN}', "application/json"),
            (b'{"reference": "\\ud800\\u0000"}', "application/json"),
            (b"purpose=delivery", "application/x-www-form-urlencoded"),
        )
    ]

    for answer in answers:
        assert answer.status_code in {400, 415, 422}
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    admin = bearer(Role.ADMIN, "Mairie")
    assert client.get("/v1/permits", headers=admin).json()["items"] == []
    assert client.post("/v1/permits", json=flight, headers=operator).status_code == 201


def test_the_register_is_geojson_for_those_who_draw_it(
    client: Client, operator: Headers, flight: Body
) -> None:
    for days in range(2):
        client.post("/v1/permits", json=later(flight, days), headers=operator)

    answer = client.get("/v1/register?limit=1", headers={"Accept": "application/geo+json"})

    told = answer.json()
    [feature] = told["features"]
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert "Open Licence" in told["licence"]
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"]["fee_class"] == "full"
    [following] = told["links"]
    assert client.get(following["href"]).json()["next"] is None


def test_whom_a_company_delivers_to_is_not_told_by_the_register(
    client: Client, operator: Headers, flight: Body
) -> None:
    client.post("/v1/permits", json=flight, headers=operator)

    [entry] = client.get("/v1/register").json()["items"]

    assert (entry["precision"], entry["withheld"]) == ("coarse", "trade_secret")
    assert "L. 311-6" in entry["withheld_act"]
    asked = shape(flight["volumes"][0]["footprint"])
    assert shape(entry["footprint"]).area > 2 * asked.area
    assert shape(entry["footprint"]).covers(asked)
