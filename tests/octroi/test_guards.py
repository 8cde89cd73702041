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
    taken: list[int] = []

    @app.post("/v1/things")
    @app.post("/v1/documents")
    @app.post("/login")
    async def take(request: Request) -> int:
        taken.append(len(await request.body()))
        return taken[-1]

    @app.get("/v1/things/taken")
    def count() -> int:
        return len(taken)

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
    said = f"The body is larger than {limit} bytes."
    assert answer.json()["detail"] == said
    assert answer.json()["errors"] == [{"pointer": "", "detail": said}]


def test_a_body_that_does_not_tell_its_length_is_refused_while_it_arrives(
    client: httpx.Client,
) -> None:
    assert client.post("/v1/things", content=pieces(10)).json() == LIMIT
    answer = client.post("/v1/things", content=pieces(11))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (413, "")


def test_who_sends_far_too_much_without_listening_is_answered_all_the_same(
    client: httpx.Client,
) -> None:
    address = (client.base_url.host, client.base_url.port or 0)
    much = 8_000_000
    named = f"Host: x\r\nConnection: close\r\nContent-Length: {much}"
    head = f"POST /v1/things HTTP/1.1\r\n{named}\r\n\r\n".encode()
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(head + b"x" * much)

        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"purpose": "media", "layer": "air", "purpose": "medical"}', "/purpose"),
        ('[{}, {"volumes": [{"upper": {"value": 1, "value": 2}}]}]', "/1/volumes/0/upper/value"),
        ('{"a/b": 1, "a\\u002fb": 2}', "/a~1b"),
    ],
)
def test_a_member_stated_twice_is_refused_by_its_pointer(
    client: httpx.Client, body: str, pointer: str
) -> None:
    sent = {"Content-Type": "application/json; charset=utf-8"}

    answer = client.post("/v1/things", content=body, headers=sent)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert answer.json()["detail"].startswith(f"{pointer}: it is stated twice")


def test_json_that_says_everything_once_arrives_as_it_was_sent(client: httpx.Client) -> None:
    sent = {"Content-Type": "application/json"}
    for body in (b'{"a": {"a": [1, 1]}}', b"{", b"", b"[" * 900, b"\xff"):
        assert client.post("/v1/things", content=body, headers=sent).json() == len(body)
    pieced = client.post("/v1/things", content=pieces(11), headers=sent)
    assert (pieced.status_code, pieced.json()["status"]) == (413, 413)


def test_what_its_sender_did_not_finish_is_not_taken_for_whole(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 0)
    before = client.get("/v1/things/taken").json()
    head = (
        b"POST /v1/things HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n"
    )
    with socket.create_connection(address) as connection:
        connection.sendall(head + b'{"a": 1}')
        connection.shutdown(socket.SHUT_WR)
        connection.recv(100)

    assert client.get("/v1/things/taken").json() == before


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
