"""Keys: two at a time, for what they are for, until they expire or are revoked."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from httpx import Client
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from permits.access import AccessService, TooManyKeys
from permits.identity import guard
from permits.identity.keys import LIFETIME
from permits.parties import Role
from permits.scopes import Scope, scope_of
from tests.permits.cases import NOW
from tests.permits.conftest import Town, nobody, serving

Headers = dict[str, str]
Body = dict[str, Any]


def made(client: Client, admin: Headers, **body: object) -> Body:
    asked = {"role": "operator", "name": "ailes"} | body
    answer = client.post("/v1/keys", json=asked, headers=admin)
    assert answer.status_code == 201, answer.text
    found: Body = answer.json()
    return found


def bearing(key: Body) -> Headers:
    return {"Authorization": f"Bearer {key['key']}"}


def test_a_third_key_is_refused_and_told_which_could_go(client: Client, admin: Headers) -> None:
    first, second = made(client, admin), made(client, admin)
    asked = {"role": "operator", "name": "ailes"}

    refused = client.post("/v1/keys", json=asked, headers=admin)

    assert refused.status_code == 409
    for key in (first, second):
        assert f"oct_{key['prefix']}" in refused.json()["detail"]
        assert client.get("/v1/permits", headers=bearing(key)).status_code == 200
    assert client.delete(f"/v1/keys/{first['prefix']}", headers=admin).status_code == 204
    assert client.get("/v1/permits", headers=bearing(first)).status_code == 401
    assert client.get("/v1/permits", headers=bearing(made(client, admin))).status_code == 200


def test_of_many_who_make_a_key_at_once_two_get_one(access: AccessService) -> None:
    def tried(_number: int) -> bool:
        try:
            access.create_key(Role.OPERATOR, "ailes")
        except TooManyKeys:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(tried, range(8))) == 2


def test_a_key_that_expired_makes_room(access: AccessService, town: Town) -> None:
    for _ in range(2):
        access.create_key(Role.OPERATOR, "ailes", expires_at=NOW + timedelta(days=1))
    town.now = NOW + timedelta(days=1)

    _, kept = access.create_key(Role.OPERATOR, "ailes")

    assert kept.expires_at == town.now + LIFETIME


def test_a_key_opens_what_it_is_for_and_names_the_scope_it_lacks(
    client: Client, admin: Headers, flight: Body
) -> None:
    key = bearing(made(client, admin, scopes=["permits:read", "observations:write"]))

    assert client.get("/v1/permits", headers=key).status_code == 200
    assert client.post("/v1/advice", json=flight, headers=key).status_code == 200
    refused = client.post("/v1/permits", json=flight, headers=key)
    assert refused.status_code == 403
    assert refused.json()["detail"] == (
        "This needs the scope permits:write; the key has observations:write, permits:read."
    )
    assert (
        'error="insufficient_scope", scope="permits:write"' in refused.headers["WWW-Authenticate"]
    )
    assert client.get("/v1/permits", headers=admin).json()["items"] == []


def test_scopes_do_not_widen_a_role(client: Client, admin: Headers) -> None:
    key = bearing(made(client, admin, scopes=["keys:write", "keys:read"]))

    assert client.get("/v1/keys", headers=key).status_code == 403


def test_a_key_with_scopes_makes_none_that_may_do_more(client: Client, admin: Headers) -> None:
    body = {"role": "admin", "name": "robot"}
    key = bearing(made(client, admin, **body, scopes=["keys:write", "zones:write"]))

    for scopes in (None, ["keys:write", "permits:read"]):
        asked = {**body, "scopes": scopes}
        assert client.post("/v1/keys", json=asked, headers=key).status_code == 403
    assert made(client, key, **body, scopes=["zones:write"])["scopes"] == ["zones:write"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["permits:fly"]}, "/scopes/0"),
        ({"expires_at": NOW.isoformat()}, "/expires_at"),
        ({"expires_at": "tomorrow"}, "/expires_at"),
    ],
)
def test_what_no_key_can_be_is_refused_by_field(
    client: Client, admin: Headers, wrong: Body, field: str
) -> None:
    body = {"role": "operator", "name": "ailes"} | wrong
    answer = client.post("/v1/keys", json=body, headers=admin)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(field)
    listed = client.get("/v1/keys", headers=admin).json()["items"]
    assert [each["role"] for each in listed] == ["admin"]


def test_the_last_use_is_known_to_the_minute_and_costs_one_write(
    access: AccessService, pool: ConnectionPool, town: Town
) -> None:
    plain, _ = access.create_key(Role.OPERATOR, "ailes")

    def last_used_after(seconds: int) -> tuple[object, object]:
        town.now = NOW + timedelta(seconds=seconds)
        assert access.caller(plain) is not None
        with pool.connection() as connection:
            row = connection.execute("SELECT last_used_at, xmin FROM permits.api_key").fetchone()
        assert row is not None
        return row[0], row[1]

    first = last_used_after(1)
    assert first[0] == NOW + timedelta(seconds=1)
    assert last_used_after(60) == first
    assert last_used_after(61)[0] == NOW + timedelta(seconds=61)


def test_another_process_refuses_a_revoked_key_at_once(
    access: AccessService, pool: ConnectionPool, town: Town
) -> None:
    other = AccessService(pool, town.clock, b"a secret of the server")
    plain, kept = access.create_key(Role.OPERATOR, "ailes")
    assert other.caller(plain) is not None

    access.revoke(kept.prefix)

    assert other.caller(plain) is None


def test_a_key_that_was_read_of_late_is_known_without_asking_and_no_longer_than_it_is_good(
    access: AccessService, pool: ConnectionPool, town: Town
) -> None:
    secret, soon = b"a secret of the server", NOW + timedelta(seconds=1)
    here = AccessService(pool, town.clock, secret, good_for=timedelta(seconds=2))
    plain, kept = access.create_key(Role.OPERATOR, "ailes")
    expiring, _ = access.create_key(Role.OPERATOR, "ailes", expires_at=soon)
    assert here.at_hand(plain) is None

    # Use is noted once a minute: the first time it is, and what was read does not tell so yet.
    found = [here.caller(each) for each in (plain, plain, expiring, expiring)]
    assert here.at_hand(plain) == found[0] is not None
    assert here.at_hand(expiring) == found[2] is not None
    assert here.at_hand(plain[:-1] + ("A" if plain[-1] != "A" else "B")) is None
    assert access.caller(plain) == found[0]
    assert access.at_hand(plain) is None

    town.now = soon
    assert here.at_hand(expiring) is None
    assert here.at_hand(plain) == found[0]
    town.now = NOW + timedelta(seconds=2)
    assert here.at_hand(plain) is None

    here.caller(plain)
    assert here.at_hand(plain) == found[0]
    here.revoke(kept.prefix)
    assert here.at_hand(plain) is None


def test_a_stream_ends_when_its_readers_key_is_revoked(access: AccessService) -> None:
    who = guard.someone(guard.anyone(guard.bearers(access.caller), nobody))
    app = FastAPI()

    async def ticks() -> AsyncIterator[str]:
        while True:
            yield "tick"
            await asyncio.sleep(0.02)

    @app.get("/v1/live", dependencies=[Depends(who)])
    def live(request: Request) -> StreamingResponse:
        return StreamingResponse(guard.while_known(request, ticks(), every_s=0.1))

    plain, kept = access.create_key(Role.OPERATOR, "ailes")
    with serving(app) as url, Client(base_url=url, timeout=10) as client:
        headers = {"Authorization": f"Bearer {plain}"}
        with client.stream("GET", "/v1/live", headers=headers) as stream:
            heard = stream.iter_text()
            begun = monotonic()
            while monotonic() - begun < 0.5:
                assert "tick" in next(heard)
            access.revoke(kept.prefix)
            assert all("tick" in each for each in heard)  # which comes to its end


@given(st.sampled_from(["GET", "POST", "DELETE"]), st.text(alphabet="abc/é{}?#", max_size=20))
def test_a_path_of_no_subject_needs_a_key_without_scopes(method: str, path: str) -> None:
    assert scope_of(method, f"/v1/{path}") is None
    assert scope_of(method, f"/x{path}/v1/permits") is None


def test_every_route_that_knows_its_caller_has_a_scope(client: Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    guarded = [
        (method.upper(), path)
        for path, routes in described.items()
        for method, route in routes.items()
        if "security" in route
    ]

    assert len(guarded) > 15
    for method, path in guarded:
        scope = scope_of(method, path)
        assert scope is not None, path
        assert scope.endswith("read") == (method == "GET" or path == "/v1/advice"), path
    assert scope_of("GET", "/v1/vehicles/ailes/drone-7/track") is Scope.OBSERVATIONS_READ
