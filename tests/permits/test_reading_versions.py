"""Every version of a permit can be read, and no query parameter is passed over in silence."""

import pytest
from httpx import Client

from tests.permits.cases import SOON
from tests.permits.conftest import Town
from tests.permits.lives import Body, Headers, applied


def test_a_permit_is_shown_as_any_of_its_versions_stood(
    client: Client, operator: Headers, rival: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)
    town.now = SOON
    client.post(f"{path}/activate", headers=operator)
    client.post(f"{path}/end", json={"reason": "Livré"}, headers=operator)

    stood = [client.get(f"{path}?version={number}", headers=operator) for number in (1, 2, 3)]
    listed = client.get(f"{path}/versions", headers=operator).json()["items"]

    assert [each.json()["state"] for each in stood] == ["granted", "active", "ended"]
    assert [each.headers["ETag"] for each in stood] == ['"1"', '"2"', '"3"']
    assert [each.json()["moves"] for each in stood] == [[], [], []]
    assert [each["move"] for each in listed] == ["apply", "activate", "end"]
    assert [each["version"] for each in listed] == [1, 2, 3]
    assert listed[-1]["reason"] == "Livré"
    unknown = client.get(f"{path}?version=4", headers=operator)
    assert (unknown.status_code, "1 to 3" in unknown.json()["detail"]) == (404, True)
    for address in (f"{path}?version=1", f"{path}/versions"):
        assert client.get(address, headers=rival).status_code == 404


def test_what_may_still_be_done_is_told_of_the_latest_version_alone(
    client: Client, operator: Headers, flight: Body
) -> None:
    path = applied(client, operator, flight)

    assert client.get(f"{path}?version=1", headers=operator).json()["moves"]
    client.post(f"{path}/review", json={"reason": "Regardez"}, headers=operator)
    assert client.get(f"{path}?version=1", headers=operator).json()["moves"] == []


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("GET", "/v1/permits/{id}?versoin=1", "known are version"),
        ("GET", "/v1/permits?versoin=1", "state, decision, layer"),
        ("POST", "/v1/permits/{id}/withdraw?versoin=1", "this takes no query"),
        ("GET", "/v1/register/{id}?versoin=1", "this takes no query"),
        ("GET", "/v1/rules?versoin=1", "this takes no query"),
    ],
)
def test_a_parameter_that_is_not_read_is_refused_by_its_name(
    client: Client, operator: Headers, flight: Body, *, method: str, path: str, known: str
) -> None:
    permit = applied(client, operator, flight)
    asked = path.format(id=permit.rpartition("/")[2])

    told = client.request(method, asked, headers=operator)

    assert told.status_code == 422
    [error] = told.json()["errors"]
    assert (error["in"], error["parameter"]) == ("query", "versoin")
    assert known in error["detail"]
    assert client.get(permit, headers=operator).json()["state"] == "granted"
