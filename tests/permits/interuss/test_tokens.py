"""Only tokens of the configured authority open the interfaces, each for what it is for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI
from implicitdict import ImplicitDict
from uas_standards.interuss.automated_testing.geospatial_map.v1 import api
from uas_standards.interuss.automated_testing.geospatial_map.v1.constants import Scope

from octroi import problems
from permits.interuss import map_api
from permits.interuss.features import Law
from permits.interuss.tokens import TokenCheck, Unbelievable, UnusableKey
from tests.permits.cases import NOW
from tests.permits.conftest import serving
from tests.permits.interuss.tokens import AUDIENCE, CURVE, DIRECT, PLAN, QUERY, public, token
from zones.catalogue import Catalogue
from zones.heights.vertical import paris_datum

MAP = "/interuss/geospatial_map"
RIVAL = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CHECK = TokenCheck(public(), AUDIENCE, lambda: NOW)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    law = Law(catalogue=Catalogue(()), datum=paris_datum())
    app = FastAPI()
    problems.install(app)
    app.include_router(map_api.router(lambda: law, lambda: NOW, CHECK))
    with serving(app) as url, httpx.Client(base_url=url) as client:
        yield client


def asked(client: httpx.Client, held: str | None, body: Any = None) -> httpx.Response:  # noqa: ANN401 - JSON
    headers = {} if held is None else {"Authorization": f"Bearer {held}"}
    return client.post(f"{MAP}/map/queries", json=body or {"checks": []}, headers=headers)


def test_the_scopes_of_a_good_token_are_read() -> None:
    by_curve = TokenCheck(public(CURVE), AUDIENCE, lambda: NOW)

    assert CHECK.scopes(token(NOW, PLAN, DIRECT)) == {PLAN, DIRECT}
    assert CHECK.scopes(token(NOW, aud=["other", AUDIENCE])) == frozenset()
    assert by_curve.scopes(token(NOW, QUERY, key=CURVE)) == {QUERY}


@pytest.mark.parametrize(
    "held",
    [
        "nonsense",
        token(NOW, QUERY, key=CURVE),
        jwt.encode({"aud": AUDIENCE, "exp": 2**33, "scope": QUERY}, RIVAL, algorithm="RS256"),
        jwt.encode({"aud": AUDIENCE, "exp": 2**33, "scope": QUERY}, "", algorithm="none"),
        jwt.encode({"aud": AUDIENCE, "exp": 2**33, "scope": QUERY}, "x" * 64, algorithm="HS256"),
        token(NOW, QUERY, aud="another.example"),
        token(NOW, QUERY, aud=None),
        token(NOW, QUERY, exp=None),
        token(NOW, QUERY, exp="soon"),
        token(NOW, QUERY, exp=int(NOW.timestamp())),
        token(NOW, QUERY, nbf=int((NOW + HOUR).timestamp())),
    ],
)
def test_a_token_that_proves_nothing_is_not_believed(held: str) -> None:
    with pytest.raises(Unbelievable, match=r"access token"):
        CHECK.scopes(held)


def test_a_key_allows_one_algorithm_and_a_weak_or_secret_one_none() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    other = ec.generate_private_key(ec.SECP384R1())

    for pem in (public(weak), public(other), "nonsense", ""):
        with pytest.raises(UnusableKey):
            TokenCheck(pem, AUDIENCE, lambda: NOW)


def test_no_token_is_401_and_one_for_something_else_403(client: httpx.Client) -> None:
    for held, status in (
        (None, 401),
        ("nonsense", 401),
        (token(NOW - 2 * HOUR, QUERY), 401),
        (token(NOW, PLAN, DIRECT), 403),
        (token(NOW), 403),
        (token(NOW, scope=None), 403),
        (token(NOW, scope=[QUERY]), 403),
        (token(NOW, PLAN, QUERY), 200),
    ):
        answer = asked(client, held)

        assert answer.status_code == status, answer.text
        if status != 200:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"].endswith(("…", "."))


def test_the_map_says_that_it_is_ready(client: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {token(NOW, QUERY)}"}

    told = client.get(f"{MAP}/status", headers=headers).json()

    assert told["status"] == "Ready"
    assert told["api_name"] == "Geospatial Map Provider Automated Testing Interface"
    assert client.get(f"{MAP}/status").status_code == 401


def test_no_data_source_becomes_the_law(client: httpx.Client) -> None:
    source = f"{MAP}/geospatial_data_sources/{uuid4()}"
    asked_for = {"https_source": {"url": "https://zones.test/ed269.json", "format": "ED-269"}}
    headers = {"Authorization": f"Bearer {token(NOW, Scope.DirectAutomatedTest.value)}"}

    loaded = client.put(source, json=asked_for, headers=headers)
    gone = client.delete(source, headers=headers)
    listed = client.get(f"{MAP}/geospatial_data_sources", headers=headers)

    assert client.put(source, json=asked_for).status_code == 401
    assert client.put(source, json={}, headers=headers).status_code == 400
    assert client.get(source, headers=headers).status_code == 404
    for answer, status in ((loaded, "Unsupported"), (gone, "Deactivated")):
        assert answer.status_code == 200, answer.text
        told = ImplicitDict.parse(answer.json(), api.GeospatialDataSourceResponse).data_source
        assert (told.status, bool(told.message)) == (status, True)
    assert listed.json() == {"data_sources": []}


SQUARE = [{"lat": lat, "lng": lng} for lng, lat in ((2.3, 48.8), (2.4, 48.8), (2.4, 48.9))]
BOW_TIE = [SQUARE[0], {"lat": 48.9, "lng": 2.4}, SQUARE[1], {"lat": 48.9, "lng": 2.3}]
HEIGHT = {"value": 10, "reference": "SFC", "units": "M"}


def volume(**said: object) -> dict[str, object]:
    return {"volumes4d": [{"volume": {"outline_polygon": {"vertices": SQUARE}, **said}}]}


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ({"position": {"location": {"lat": 91, "lng": 2}}}, "location/lat"),
        ({"position": {"location": {"lat": "48", "lng": 2}}}, "location/lat"),
        ({"position": {"location": {"lat": True, "lng": 2}}}, "location/lat"),
        ({"position": {"altitude": HEIGHT}}, "position/location"),
        ({"volumes4d": [{"volume": {}}]}, "outline_circle"),
        ({"volumes4d": {}}, "volumes4d"),
        (volume(outline_circle={"center": SQUARE[0], "radius": {"value": 1}}), "exactly one"),
        (volume(outline_polygon={"vertices": SQUARE[:2]}), "vertices"),
        (volume(outline_polygon={"vertices": BOW_TIE}), "self-intersection"),
        (volume(altitude_lower=HEIGHT, altitude_upper=HEIGHT), "altitude_upper"),
        (volume(altitude_lower={**HEIGHT, "value": 11}, altitude_upper=HEIGHT), "altitude_upper"),
        (volume(altitude_lower={**HEIGHT, "reference": "Takeoff"}), "SFC"),
        (volume(altitude_lower={**HEIGHT, "units": "KM"}), "altitude_lower/units"),
        (volume(altitude_lower={**HEIGHT, "value": 1e9}), "altitude_lower/value"),
        ({"after": "yesterday"}, "after"),
        ({"after": "2026-12-01T00:00:00"}, "after"),
        ({"after": "2026-12-02T00:00:00Z", "before": "2026-12-01T00:00:00Z"}, "before"),
        ({"resulting_operational_impact": "Maybe"}, "resulting_operational_impact"),
        ({"ed269": {"acceptable_restrictions": ["SOME"]}}, "acceptable_restrictions/0"),
    ],
)
def test_what_cannot_be_read_is_400_and_named(
    client: httpx.Client, filters: dict[str, object], named: str
) -> None:
    answer = asked(client, token(NOW, QUERY), {"checks": [{"filter_sets": [filters]}]})

    assert answer.status_code == 400, answer.text
    assert named in answer.json()["detail"].casefold() or named in answer.json()["detail"]
    assert answer.json()["detail"].startswith("/checks/0/filter_sets/0")
    assert answer.json()["errors"][0]["pointer"] in answer.json()["detail"]


def test_a_body_that_is_no_json_or_no_object_is_400(client: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {token(NOW, QUERY)}", "Content-Type": "application/json"}

    for body in (b"{", b"[]", b"NaN", b'{"checks": [{"filter_sets": 1}]}', b"{}"):
        answer = client.post(f"{MAP}/map/queries", content=body, headers=headers)

        assert answer.status_code == 400, (body, answer.text)
        assert answer.json()["detail"]


def test_an_endless_list_of_questions_is_refused_and_none_is_answered_by_none(
    client: httpx.Client,
) -> None:
    held = token(NOW, QUERY)

    assert asked(client, held, {"checks": [{}] * 501}).status_code == 400
    answer = asked(client, held, {"checks": [{}, {"filter_sets": []}, {"filter_sets": [{}]}]})
    assert answer.json()["results"] == [{"features_selection_outcome": "Absent"}] * 3
