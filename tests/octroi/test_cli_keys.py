"""`octroi keys …` on a real database, as an administrator would type it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from octroi.cli import application

RUN = CliRunner()
APP = application(["keys", "doctor"])


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))


def keys(*words: str) -> Result:
    return RUN.invoke(APP, ["keys", *words])


def test_a_key_is_made_for_some_things_listed_and_revoked() -> None:
    scopes = ("--scope", "invoices:read", "--scope", "permits:read")
    made = keys("create", "finance", "Regie", *scopes, "--days", "30")
    plain = made.stdout.strip()
    prefix = plain[:16]

    assert re.fullmatch(r"oct_[0-9a-f]{12}_\S{43}", plain)
    listed = keys("list").stdout
    assert prefix in listed
    assert "invoices:read permits:read" in listed
    assert plain not in listed
    assert "opens nothing any more" in keys("revoke", prefix).stdout
    unknown = keys("revoke", "oct_000000000000")
    assert (unknown.exit_code, "no key starts with" in unknown.stderr) == (1, True)


def test_a_third_key_is_refused_in_a_sentence() -> None:
    first, second = (keys("create", "admin", "Mairie").stdout[:16] for _ in range(2))

    third = keys("create", "admin", "Mairie")

    assert third.exit_code == 1
    assert "has two keys already" in third.stderr
    assert first in third.stderr
    assert second in third.stderr


def test_the_doctor_says_whether_the_database_keeps_operators_apart() -> None:
    assert "✓ wall:" in RUN.invoke(APP, ["doctor"]).stdout
