"""`octroi operators …` on a real database, as an administrator would type it."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from octroi import clock
from octroi.cli import application

RUN = CliRunner()
APP = application(["operators"])
UAS = "FIN87astrdge12k8-xyz"
DOCUMENT = """
INSERT INTO permits.document VALUES
    ('ailes', NULL, 'insurance', 'P-1', 'Assureur', tstzrange(%(start)s, %(end)s), 'x', %(start)s)
"""


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))


def operators(*words: str, typed: str = "") -> Result:
    return RUN.invoke(APP, ["operators", *words], input=typed)


def test_an_operator_is_registered_listed_and_shown_without_its_secret(database_url: str) -> None:
    made = operators("add", "ailes", "Ailes", "--size", "small", "--siret", "73282932000074")
    asked = operators(
        "add", "ailes", "Ailes", "--size", "small", "--uas-number", "-", typed=f"{UAS}\n"
    )
    now = clock.now()
    span = {"start": now - timedelta(days=2), "end": now - timedelta(days=1)}
    with psycopg.connect(database_url) as connection:
        connection.execute(DOCUMENT, span)
    listed, shown = operators("list"), operators("show", "ailes")

    assert "SIREN 732829320" in made.stdout
    assert asked.exit_code == 0
    for said in (asked, listed, shown):
        assert "FIN87astrdge12k8" in said.stdout
        assert "xyz" not in said.stdout
    assert "not valid now" in shown.stdout


def test_a_wrong_number_is_named_and_nothing_is_registered() -> None:
    wrong = operators("add", "ailes", "Ailes", "--size", "small", "--siren", "732829321")

    assert wrong.exit_code == 2
    assert "siren: '732829321' is not a SIREN" in wrong.stderr
    assert operators("show", "ailes").exit_code == 1


def test_another_operator_of_the_same_name_is_refused() -> None:
    operators("add", "ailes", "Ailes", "--size", "small")

    other = operators("add", "ailes", "Autres", "--size", "small")

    assert other.exit_code == 1
    assert "name: 'ailes' is registered with Ailes, which stays so" in other.stderr
