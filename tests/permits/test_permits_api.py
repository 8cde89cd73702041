"""Asking through the front door, on a real database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from httpx import Client

from permits.parties import Role
from tests.permits.cases import NOW, zone
from tests.permits.conftest import Town
from zones.demands import ZoneRules
from zones.model import Layer, Restriction

Headers = dict[str, str]
Body = dict[str, Any]

FOUND = {
    "layer=air": 1,
    "layer=river": 0,
    "decision=granted": 1,
    "state=revoked": 0,
    "bbox=2.30,48.80,2.40,48.90": 1,
    "bbox=2.40,48.80,2.50,48.90": 0,
    "at=2026-12-01T08:00:00Z": 1,
    "at=2026-12-01T09:00:00Z": 0,
}
UNFOLLOWED = (
    "bbox=1,2,3",
    "bbox=nan,nan,nan,nan",
    "bbox=2.5,48,2.4,49",
    "cursor=%00",
    "cursor=LTE=",
    "limit=0",
    "limit=201",
    "at=yesterday",
    "at=2026-12-01T08:00:00",
    "colour=red",
)


def stored(client: Client, who: Headers) -> int:
    return len(client.get("/v1/permits", headers=who).json()["items"])


def test_an_ordinary_flight_is_granted_with_every_reason(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone())

    answer = client.post("/v1/permits", json=flight, headers=operator)

    assert answer.status_code == 201
    permit = answer.json()
    assert (permit["state"], permit["decision"], permit["version"]) == ("granted", "granted", 1)
    assert permit["automated"] is True
    assert permit["alternatives"] == []
    assert permit["review"] == f"/v1/permits/{permit['id']}/review"
    assert "if the use takes place" in permit["quote"].pop("note")["en"]
    assert permit["quote"] == {
        "currency": "EUR",
        "net": "12.40",
        "taxes": [],
        "total": "12.40",
        "tariff_versions": [],
        "lines": [],
    }
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/v1/permits/{permit['id']}"
    assert [each.id.hex for each in town.announced] == [permit["id"].replace("-", "")]
    for finding in permit["findings"]:
        assert finding["text"]["fr"]
        assert finding["text"]["en"]


def test_a_refusal_is_an_answer_that_names_zone_version_and_act(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("louvre", Restriction.PROHIBITED, version=3))

    answer = client.post("/v1/permits", json=flight, headers=operator)

    assert answer.status_code == 201
    permit = answer.json()
    [objection] = [each for each in permit["findings"] if each["outcome"] == "objected"]
    assert permit["decision"] == "refused"
    assert (objection["zone"], objection["zone_version"]) == ("louvre", 3)
    assert objection["act"] == "Arrêté de démonstration"
    assert "interdite" in objection["text"]["fr"]
    assert "tribunal administratif" in permit["appeal"]["fr"]
    assert permit["moves"] == ["review"]


def test_a_permit_reads_back_as_it_was_answered(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("seine", rules=ZoneRules(speed_max_mps=3.5, transit=False)))

    answered = client.post("/v1/permits", json=flight, headers=operator).json()

    shown = client.get(f"/v1/permits/{answered['id']}", headers=operator)
    assert shown.json() == answered
    codes = [each["code"] for each in answered["conditions"]]
    assert codes == ["activate_before_use", "speed_max", "stop_inside"]
    assert client.get("/v1/permits", headers=operator).json()["items"] == [answered]


def test_an_operator_sees_no_trace_of_anothers_permit(
    client: Client, operator: Headers, rival: Headers, flight: Body
) -> None:
    path = f"/v1/permits/{client.post('/v1/permits', json=flight, headers=operator).json()['id']}"
    nothing = "/v1/permits/00000000-0000-4000-8000-000000000000"

    assert client.get(path, headers=rival).status_code == 404
    assert client.post(f"{path}/withdraw", headers=rival).status_code == 404
    assert client.get(nothing, headers=rival).status_code == 404
    assert stored(client, rival) == 0
    assert client.get("/v1/permits?operator=ailes", headers=rival).status_code == 403


def test_somebody_elses_vehicle_is_as_unknown_as_none(
    client: Client, operator: Headers, flight: Body
) -> None:
    for name in ("drone-9", "drone-404"):
        answer = client.post(
            "/v1/permits", json=flight | {"vehicles": ["drone-7", name]}, headers=operator
        )

        assert answer.status_code == 422
        assert answer.json()["detail"] == (
            f"/vehicles/1: '{name}' is not a registered vehicle of the applicant"
        )
    assert stored(client, operator) == 0


def test_a_boat_does_not_fly(client: Client, operator: Headers, flight: Body) -> None:
    answer = client.post("/v1/permits", json=flight | {"vehicles": ["boat-1"]}, headers=operator)

    objected = [each["rule"] for each in answer.json()["findings"] if each["outcome"] == "objected"]
    assert objected == ["vehicles_known"]


def test_an_hour_that_is_over_cannot_be_asked_for(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.now = NOW + timedelta(hours=2)

    answer = client.post("/v1/permits", json=flight, headers=operator)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("/volumes/0/end:")


def test_an_hour_that_has_begun_is_refused_with_its_reason(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.now = NOW + timedelta(minutes=90)

    permit = client.post("/v1/permits", json=flight, headers=operator).json()

    assert permit["decision"] == "refused"


def test_a_request_repeated_under_its_key_is_answered_once(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    headers = operator | {"Idempotency-Key": "once"}

    first = client.post("/v1/permits", json=flight, headers=headers)
    town.now = NOW + timedelta(days=1)
    again = client.post("/v1/permits", json=flight, headers=headers)

    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    assert stored(client, operator) == 1
    assert len(town.announced) == 1


def test_a_key_used_for_another_request_is_refused(
    client: Client, operator: Headers, rival: Headers, flight: Body
) -> None:
    key = {"Idempotency-Key": "once"}
    client.post("/v1/permits", json=flight, headers=operator | key)

    other = client.post(
        "/v1/permits", json=flight | {"reference": "another"}, headers=operator | key
    )
    somebody = client.post(
        "/v1/permits", json=flight | {"vehicles": ["drone-9"]}, headers=rival | key
    )

    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail"]
    assert somebody.status_code == 201
    assert stored(client, operator) == 1


def test_a_key_that_cannot_be_kept_is_refused(
    client: Client, operator: Headers, flight: Body
) -> None:
    for key in ("", "k" * 256, "a\tb"):
        answer = client.post(
            "/v1/permits", json=flight, headers=operator | {"Idempotency-Key": key}
        )

        assert answer.status_code == 422
    assert stored(client, operator) == 0


def test_without_a_key_nobody_applies(client: Client, flight: Body) -> None:
    for headers in ({}, {"Authorization": "Bearer oct_nonsense"}, {"Authorization": "Basic eA=="}):
        answer = client.post("/v1/permits", json=flight, headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_inspector_asks_for_nobody(client: Client, inspector: Headers, flight: Body) -> None:
    answer = client.post("/v1/permits", json=flight, headers=inspector)

    assert answer.status_code == 403
    assert "operator" in answer.json()["detail"]


def test_an_administrator_names_whom_they_act_for(
    client: Client, admin: Headers, operator: Headers, flight: Body
) -> None:
    assert client.post("/v1/permits", json=flight, headers=admin).status_code == 422
    unknown = client.post("/v1/permits", json=flight | {"operator": "nobody"}, headers=admin)
    assert unknown.status_code == 422
    foreign = client.post("/v1/permits", json=flight | {"operator": "rival"}, headers=operator)
    assert foreign.status_code == 403

    answer = client.post("/v1/permits", json=flight | {"operator": "ailes"}, headers=admin)

    assert answer.status_code == 201
    assert answer.json()["operator"] == "ailes"


def test_pages_follow_each_other_without_gap_or_repeat(
    client: Client, operator: Headers, flight: Body
) -> None:
    made = [
        client.post("/v1/permits", json=flight | {"reference": str(n)}, headers=operator).json()
        for n in range(5)
    ]

    seen, query = [], "limit=2"
    while query:
        page = client.get(f"/v1/permits?{query}", headers=operator).json()
        seen += [each["reference"] for each in page["items"]]
        query = f"limit=2&cursor={page['next']}" if page["next"] else ""

    assert seen == [each["reference"] for each in reversed(made)]


def test_permits_are_found_by_layer_decision_place_and_time(
    client: Client, operator: Headers, flight: Body
) -> None:
    client.post("/v1/permits", json=flight, headers=operator)

    found = {
        query: len(client.get(f"/v1/permits?{query}", headers=operator).json()["items"])
        for query in FOUND
    }

    assert found == FOUND


def test_a_filter_that_cannot_be_followed_is_named(client: Client, operator: Headers) -> None:
    for query in UNFOLLOWED:
        answer = client.get(f"/v1/permits?{query}", headers=operator)

        assert answer.status_code == 422, query
        assert query.split("=", maxsplit=1)[0] in answer.json()["detail"]


def test_advice_is_open_to_anybody_and_keeps_nothing(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("louvre", Restriction.PROHIBITED))
    del flight["vehicles"]

    answer = client.post("/v1/advice", json=flight)

    assert answer.status_code == 200
    advice = answer.json()
    assert advice["permit_needed"] is True
    assert advice["would_be"] == "refused"
    assert advice["quote"]["total"] == "20.00"
    assert all(each["text"]["fr"] and each["text"]["en"] for each in advice["findings"])
    assert stored(client, operator) == 0
    assert town.announced == []


def test_advice_to_an_operator_is_what_an_application_would_be_answered(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone(rules=ZoneRules(speed_max_mps=10)))

    advice = client.post("/v1/advice", json=flight, headers=operator).json()
    permit = client.post("/v1/permits", json=flight, headers=operator).json()

    assert advice["would_be"] == permit["decision"]
    assert advice["findings"] == permit["findings"]
    assert advice["quote"] == permit["quote"]


def test_advice_tells_a_stranger_nothing_about_vehicles(client: Client, flight: Body) -> None:
    known = client.post("/v1/advice", json=flight)
    unknown = client.post("/v1/advice", json=flight | {"vehicles": ["drone-404"]})

    assert known.json() == unknown.json()


def test_where_no_zone_asks_the_ground_needs_no_permit(client: Client, flight: Body) -> None:
    answer = client.post("/v1/advice", json=flight | {"layer": Layer.SURFACE})

    assert answer.json()["permit_needed"] is False


def test_a_sensor_reads_no_permits(
    client: Client, admin: Headers, bearer: Callable[[Role, str], Headers]
) -> None:
    sensor = {"id": "ais-1", "name": "AIS quai"}
    assert client.post("/v1/sensors", json=sensor, headers=admin).status_code == 201

    answer = client.get("/v1/permits", headers=bearer(Role.SENSOR, "ais-1"))

    assert answer.status_code == 403
