"""Every failure is a problem document with a sentence, and the service says whether it is ready."""

from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import psycopg
import pytest
from fastapi import APIRouter, Body, Header, HTTPException
from psycopg_pool import PoolTimeout
from pydantic import BaseModel
from structlog.testing import capture_logs

from octroi.app import Health, application
from octroi.problems import MEDIA_TYPE
from octroi.web.api import static_app
from tests.octroi.served import served

AILING = {"database": "", "broker": ""}
FAILURES: dict[str, tuple[Exception, int, str]] = {
    "refused": (HTTPException(409, "It is taken."), 409, "It is taken."),
    "away": (psycopg.OperationalError("gone"), 503, "The database does not answer"),
    "busy": (PoolTimeout("no connection"), 503, "The database does not answer"),
    "parted": (
        HTTPException(422, {"detail": "2 faults.", "errors": [{"pointer": "/a", "detail": "b"}]}),
        422,
        "2 faults.",
    ),
    "unstorable": (psycopg.DataError("NUL"), 422, "cannot be stored"),
    "half": (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "half"), 422, "cannot be stored"),
    "broken": (RuntimeError("secret"), 500, "the failure is in its log"),
}


class Thing(BaseModel):
    """What the routes here take."""

    size: int


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    routes = APIRouter()

    @routes.post("/things")
    def take(body: Thing) -> int:
        return body.size

    @routes.post("/many")
    def many(body: Annotated[dict[str, Any] | list[dict[str, Any]], Body()]) -> int:
        return len(body)

    @routes.api_route("/domain/{thing}", methods=["GET", "POST"])
    def domain(thing: str, x_say: Annotated[str, Header()]) -> None:
        raise HTTPException(422, x_say, headers={"X-Thing": thing})

    @routes.get("/typed/{number}")
    def typed(number: int, limit: int, count: Annotated[int, Header()]) -> int:
        return number + limit + count

    @routes.get("/fail/{name}")
    def fail(name: str) -> None:
        raise FAILURES[name][0]

    health = Health(checks=[lambda: AILING["database"], lambda: AILING["broker"]])
    app = application([routes], static=static_app(), health=health, body_limit_bytes=300_000)
    with capture_logs(), served(app) as client:
        yield client


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_as_a_problem(client: httpx.Client, name: str) -> None:
    _, status, sentence = FAILURES[name]
    answer = client.get(f"/fail/{name}")
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)
    assert problem["status"] == status
    assert problem["instance"] == f"/fail/{name}"
    assert {"type", "title", "detail"} <= problem.keys()
    assert sentence in problem["detail"]
    assert "secret" not in answer.text


def test_a_wrong_field_is_named_by_a_pointer(client: httpx.Client) -> None:
    problem = client.post("/things", json={"size": "large"}).json()
    assert problem["detail"] == "/size: expected a whole number, not 'large'"
    assert problem["errors"] == [
        {"pointer": "/size", "detail": problem["detail"].removeprefix("/size: ")}
    ]


@pytest.mark.parametrize(
    ("method", "path", "said", "error"),
    [
        ("POST", "/domain/x", "size: is odd", {"pointer": "/size"}),
        ("POST", "/domain/x", "volumes[0].upper: is odd", {"pointer": "/volumes/0/upper"}),
        ("POST", "/domain/x", "/volumes/0/upper: is odd", {"pointer": "/volumes/0/upper"}),
        ("GET", "/domain/x?box=1", "box: is odd", {"in": "query", "parameter": "box"}),
        ("GET", "/domain/x", "thing: is odd", {"in": "path", "parameter": "thing"}),
        ("GET", "/domain/x", "Idempotency-Key: is odd", {"in": "header"}),
        ("GET", "/domain/x", "Something else went wrong: really", None),
    ],
)
def test_a_field_that_a_sentence_begins_with_is_named_where_it_came_from(
    client: httpx.Client, method: str, path: str, said: str, error: dict[str, str] | None
) -> None:
    answer = client.request(method, path, headers={"X-Say": said, "Idempotency-Key": "k"})

    problem = answer.json()
    assert answer.status_code == 422
    found = problem.get("errors", [])
    if error is None:
        assert (found, problem["detail"]) == ([], said)
    else:
        named = error.get("pointer", said.partition(":")[0])
        assert problem["detail"] == f"{named}: is odd"
        assert found[0].items() >= {**error, "detail": "is odd"}.items()


def test_a_wrong_parameter_is_named_with_where_it_came_from(client: httpx.Client) -> None:
    problem = client.get("/typed/x?limit=many", headers={"Count": "few"}).json()

    named = {(each["in"], each["parameter"]) for each in problem["errors"]}
    assert named == {("path", "number"), ("query", "limit"), ("header", "count")}
    assert problem["title"] == "Unprocessable Content"
    assert problem["detail"].startswith("number: ")


def test_what_is_no_json_is_told_where(client: httpx.Client) -> None:
    answer = client.post(
        "/things", content=b'{"size": }', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    told = answer.json()
    assert "at character 9" in told["detail"]
    assert told["errors"] == [{"pointer": "", "detail": told["detail"]}]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"size": "\xff\xfe"}', "The body is not text in UTF-8: 0xff at byte 10."),
        (b"[" * 100_000 + b"]" * 100_000, "The body is nested too deep to be read."),
        (b'{"size": %s}' % (b"9" * 5_000), "The body holds a number of too many digits."),
    ],
    ids=["bytes", "a nest", "digits"],
)
def test_what_cannot_even_be_read_is_told_as_what_it_is(
    client: httpx.Client, body: bytes, said: str
) -> None:
    answer = client.post("/things", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["detail"]) == (400, said)
    assert answer.json()["errors"] == [{"pointer": "", "detail": said}]


def test_a_pointer_names_fields_and_not_the_kinds_that_were_tried(
    client: httpx.Client,
) -> None:
    errors = client.post("/many", json=[{}, 3]).json()["errors"]
    assert {each["pointer"] for each in errors} == {"", "/1"}


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client: httpx.Client) -> None:
    for answer, status in ((client.get("/none"), 404), (client.delete("/things"), 405)):
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)
    assert client.get("/none").json()["detail"] == "There is nothing at /none."
    assert client.delete("/things").json()["detail"] == "/things does not answer DELETE."


def test_a_body_that_is_no_object_is_told_what_it_should_be(client: httpx.Client) -> None:
    unnamed = client.post("/things", content=b'{"size": 1}')
    form = client.post("/things", data={"size": "1"})
    array = client.post("/things", json=[])

    assert (unnamed.status_code, form.status_code, array.status_code) == (415, 415, 422)
    assert "send the body as application/json" in unnamed.json()["detail"]
    assert "application/x-www-form-urlencoded" in form.json()["detail"]
    assert array.json()["detail"] == "The body is not a JSON object."
    assert [each["pointer"] for each in array.json()["errors"]] == [""]


def test_the_service_is_ready_when_its_database_and_broker_are(client: httpx.Client) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    AILING["broker"] = "The MQTT broker does not answer."
    try:
        answer = client.get("/readyz")
    finally:
        AILING["broker"] = ""
    assert (answer.status_code, answer.json()["detail"]) == (
        503,
        "The MQTT broker does not answer.",
    )
    assert answer.headers["Retry-After"]
    assert client.get("/healthz").json() == {"status": "ok"}
