"""What the city's staff asks to see of operators is written down first, and stays so."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from octroi.auditing import audited, owners_of
from octroi.cli import application
from octroi.records import Records, records
from octroi.settings import load
from permits.access import AccessService
from permits.api import audit, permits, registry
from permits.identity import guard
from permits.parties import Role
from tests.octroi.served import served
from tests.permits import cases
from tests.permits.conftest import SECRET, nobody

Headers = dict[str, str]
LEARNED = datetime(2026, 12, 1, 7, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = LEARNED

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(
    database_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Records]:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))
    settings = load(data_dir=tmp_path)
    with records(database_url, clock, settings, secret=SECRET) as opened:
        opened.registry.add_operator(cases.OPERATOR)
        opened.registry.add_vehicle(cases.vehicle())
        yield opened


@pytest.fixture
def key(parts: Records, clock: Clock) -> Callable[[Role, str], Headers]:
    access = AccessService(parts.pool, clock, SECRET)

    def make(role: Role, name: str) -> Headers:
        return {"Authorization": f"Bearer {access.create_key(role, name)[0]}"}

    return make


@pytest.fixture
def client(parts: Records, clock: Clock) -> Iterator[httpx.Client]:
    access = AccessService(parts.pool, clock, SECRET)
    known = guard.anyone(guard.bearers(access.caller), nobody)
    who = audited(guard.someone(known), parts.audit, owners_of(parts))
    app = FastAPI()
    app.include_router(permits.router(parts.permits, parts.life, who=who, anyone=known))
    app.include_router(registry.router(parts.registry, who=who))
    app.include_router(audit.router(parts.audit, who=who))
    with served(app) as client:
        yield client


def told(client: httpx.Client, admin: Headers, **asked: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - parameters
    answer = client.get("/v1/audit/readings", headers=admin, params=asked)
    assert answer.status_code == 200, answer.text
    return [
        (each["name"], each["address"], each["operators"], each["reason"])
        for each in answer.json()["items"]
    ]


def test_staff_is_written_down_with_whom_it_asked_about_and_why_and_operators_are_not(
    client: httpx.Client, parts: Records, key: Callable[[Role, str], Headers]
) -> None:
    permit = parts.permits.apply(cases.application()).id
    inspector, own, admin = (
        key(Role.INSPECTOR, "Inspectrice"),
        key(Role.OPERATOR, "ailes"),
        key(Role.ADMIN, "Mairie"),
    )
    why = inspector | {"X-Octroi-Reason": "Plainte 12"}

    assert client.get(f"/v1/permits/{permit}", headers=why).status_code == 200
    client.get("/v1/permits?state=granted", headers=inspector)
    client.get("/v1/vehicles?operator=ailes", headers=inspector)
    client.get("/v1/operators/ailes", headers=inspector)
    client.get(f"/v1/permits/{permit}", headers=own)
    client.get(f"/v1/permits/{uuid4()}", headers=inspector)

    written = [
        ("Inspectrice", "/v1/operators/ailes", ["ailes"], ""),
        ("Inspectrice", "/v1/vehicles?operator=ailes", ["ailes"], ""),
        ("Inspectrice", "/v1/permits?state=granted", None, ""),
        ("Inspectrice", f"/v1/permits/{permit}", ["ailes"], "Plainte 12"),
    ]
    assert told(client, admin) == written
    assert told(client, admin, operator="rival") == written[2:3]
    assert told(client, admin, name="Mairie") == []
    assert client.get("/v1/audit/readings", headers=inspector).status_code == 403
    assert client.get("/v1/audit/readings", headers=own).status_code == 403


def test_the_same_again_is_written_down_once_a_minute_and_pages_go_on(
    client: httpx.Client, clock: Clock, key: Callable[[Role, str], Headers]
) -> None:
    inspector, admin = key(Role.INSPECTOR, "Inspectrice"), key(Role.ADMIN, "Mairie")
    for minute in range(3):
        clock.at = LEARNED + timedelta(minutes=minute)
        for _ in range(2):
            client.get("/v1/permits", headers=inspector)

    assert len(told(client, admin)) == 3
    first = client.get("/v1/audit/readings?limit=2", headers=admin).json()
    second = client.get(f"/v1/audit/readings?cursor={first['next']}", headers=admin).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    since = (LEARNED + timedelta(minutes=1)).isoformat()
    assert len(told(client, admin, since=since)) == 2
    assert len(told(client, admin, until=since)) == 1


def test_who_cannot_be_written_down_is_shown_nothing(
    client: httpx.Client, database_url: str, key: Callable[[Role, str], Headers]
) -> None:
    inspector = key(Role.INSPECTOR, "Inspectrice")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE permits.reading RENAME TO elsewhere")

    assert client.get("/v1/permits", headers=inspector).status_code == 500


def test_what_is_written_down_stays_and_the_command_line_tells_it(
    client: httpx.Client, database_url: str, key: Callable[[Role, str], Headers]
) -> None:
    client.get("/v1/operators/ailes", headers=key(Role.FINANCE, "Régie"))

    with psycopg.connect(database_url, autocommit=True) as connection:
        for statement in ("DELETE FROM permits.reading", "UPDATE permits.reading SET name = ''"):
            with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
                connection.execute(statement.encode())
    listed = CliRunner().invoke(application(["audit"]), ["audit", "--operator", "ailes"])

    assert listed.exit_code == 0, listed.output
    assert "Régie" in listed.output
    assert "/v1/operators/ailes" in listed.output
