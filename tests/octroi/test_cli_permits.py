"""`octroi permits` on a real database: what it shows, what it moves, and how it refuses."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

from octroi import clock
from octroi.cli import application
from octroi.cli.records import opened
from tests.permits import cases
from tests.permits.cases import Asked, vehicle, volume

RUN = CliRunner()
APP = application(["permits"])


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))


@pytest.fixture
def permit() -> Iterator[str]:
    """A flight granted for ten minutes from now."""
    with opened() as (parts, _):
        parts.registry.add_operator(cases.OPERATOR)
        parts.registry.add_vehicle(vehicle())
        soon = volume(start=clock.now() + timedelta(minutes=10))
        yield str(parts.permits.apply(cases.application(Asked(volumes=(soon,)))).id)


def typed(*words: str) -> Result:
    return RUN.invoke(APP, ["permits", *words])


def test_a_permit_is_activated_held_and_revoked(permit: str, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN octroi_notices")
        assert f"{permit}: active" in typed("activate", permit).output
        heard = [note.payload for note in listener.notifies(timeout=2, stop_after=1)]
    assert heard == [permit]
    assert "moves: release" in typed("hold", permit, "Incendie").output
    assert permit in typed("list", "--state", "on_hold").output
    assert f"{permit}: granted" in typed("release", permit, "Fin").output
    assert f"{permit}: revoked" in typed("revoke", permit, "Fête").output
    assert "moves: none" in typed("show", permit).output


def test_a_move_that_is_not_possible_is_refused_with_those_that_are(permit: str) -> None:
    refused = typed("end", permit)

    assert refused.exit_code == 1
    assert "possible moves: activate" in refused.output
    assert typed("show", str(uuid4())).exit_code == 1
