"""What every request passes before it is read."""

import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Request

from octroi.guards import Guards
from octroi.problems import install
from octroi.sessions import COOKIE
from tests.octroi.served import served

LIMIT = 1000
SESSION = {"Cookie": f"{COOKIE}=some-session"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    app = FastAPI()
    install(app)

    @app.post("/v1/things")
    @app.post("/v1/documents")
    @app.post("/login")
    async def take(request: Request) -> int:
        return len(await request.body())

    @app.get("/v1/things")
    def give() -> str:
        return "thing"

    app.add_middleware(Guards, body_limit_bytes=LIMIT, larger={"/v1/documents": 2 * LIMIT})
    with served(app) as client:
        yield client


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 100


@pytest.mark.parametrize(("path", "limit"), [("/v1/things", LIMIT), ("/v1/documents", 2 * LIMIT)])
def test_a_body_is_taken_up_to_the_limit_and_not_a_byte_more(
    client: httpx.Client, path: str, limit: int
) -> None:
    assert client.post(path, content=b"x" * limit).json() == limit
    answer = client.post(path, content=b"x" * (limit + 1))
    assert answer.status_code == 413
    assert answer.json()["detail"] == f"The body is larger than {limit} bytes."


def test_a_body_that_does_not_tell_its_length_is_refused_while_it_arrives(
    client: httpx.Client,
) -> None:
    assert client.post("/v1/things", content=pieces(10)).json() == LIMIT
    assert client.post("/v1/things", content=pieces(11)).status_code == 413


def test_a_length_that_is_no_number_is_refused(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 0)
    with socket.create_connection(address) as connection:
        connection.sendall(b"POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_page_of_another_site_cannot_write_with_a_visitors_session(
    client: httpx.Client,
) -> None:
    assert client.post("/v1/things", headers=SESSION).status_code == 403
    assert client.post("/v1/things", headers=SESSION | {"X-Octroi-Csrf": "1"}).status_code == 200
    assert client.get("/v1/things", headers=SESSION).status_code == 200
    # The form of the login page is looked at by the page itself.
    assert client.post("/login", headers=SESSION).status_code == 200


def test_whoever_brings_a_key_needs_no_further_proof(client: httpx.Client) -> None:
    headers = SESSION | {"Authorization": "Bearer oct_x"}
    assert client.post("/v1/things", headers=headers).status_code == 200


def test_every_answer_carries_the_requests_name(client: httpx.Client) -> None:
    named = client.get("/v1/things", headers={"X-Request-Id": "my-request.1"})
    assert named.headers["X-Request-Id"] == "my-request.1"
    for odd in ("", "a b", "x" * 65):
        given = client.get("/v1/things", headers={"X-Request-Id": odd}).headers["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]{16}", given)
    assert client.post("/v1/things", content=b"x" * 2000).headers["X-Request-Id"]


def test_every_answer_forbids_guessing_its_type(client: httpx.Client) -> None:
    headers = client.get("/v1/things").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_whatever_can_be_read_can_be_asked_after_without_its_body(client: httpx.Client) -> None:
    asked, read = client.head("/v1/things"), client.get("/v1/things")

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["Content-Length"] == read.headers["Content-Length"]
    assert client.head("/v1/documents").status_code == 405
