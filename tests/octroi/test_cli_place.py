"""Does every command that opens the city's data take the same `--data-dir`?"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from octroi.cli import application
from octroi.embedded.postgres import EmbeddedPostgres

RUN = CliRunner()
# What is judged offline has no installation.
WITHOUT_DATA = {
    "billing dictionary",
    "check",
    "decode",
    "history columns",
    "tariffs references",
    "zones check",
}
READING = (
    "billing verify",
    "billing list",
    "explain P-2026-000001/1",
    "zones list",
    "zones export {place}/out.geojson",
    "zones import {place}/file.geojson --dry-run",
    "permits list",
    "permits replay 00000000-0000-4000-8000-000000000000",
    "keys list",
    "operators list",
    "advice 2.35 48.85 --purpose delivery --layer air --from 2026-10-01 --until 2026-10-02",
    "doctor",
)


def leaves(command: object, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Give each command with its options."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, [word for each in getattr(command, "params", []) for word in each.opts]
        return
    for word, each in below.items():
        yield from leaves(each, f"{name} {word}".strip())


def test_every_command_that_opens_the_citys_data_takes_the_directory() -> None:
    options = dict(leaves(get_command(application())))

    assert len(options) > 20
    assert {name for name, own in options.items() if "--data-dir" not in own} == WITHOUT_DATA


def test_the_directory_that_was_asked_for_wins_over_the_variable(
    monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path / "variable"))
    app: typer.Typer = application(["doctor"])

    asked = RUN.invoke(app, ["doctor", "--data-dir", str(tmp_path / "asked")])
    unasked = RUN.invoke(app, ["doctor"])

    assert f"data in {tmp_path / 'asked'}" in asked.stdout
    assert f"data in {tmp_path / 'variable'}" in unasked.stdout


def test_the_doctor_says_that_a_configured_broker_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCTROI_MQTT_URL", "mqtt://octroi:secret@127.0.0.1:1")

    told = RUN.invoke(application(["doctor"]), ["doctor", "--data-dir", str(tmp_path)])

    assert told.exit_code == 1
    assert told.stderr == "No broker answers at 127.0.0.1:1: start it, or mend OCTROI_MQTT_URL.\n"


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_says_that_nothing_is_there_and_makes_nothing(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "file.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    words, place = command.format(place=tmp_path).split(), tmp_path / "typed wrong"

    told = RUN.invoke(application([words[0]]), [*words, "--data-dir", str(place)])

    assert (told.exit_code, told.stderr) == (2, f"There is no Octroi in {place}.\n")
    assert [each.name for each in tmp_path.iterdir()] == ["file.geojson"]


def test_beside_a_demonstration_its_directory_is_named(tmp_path: Path) -> None:
    cluster = tmp_path / "demo" / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("17")

    told = RUN.invoke(application(["billing"]), ["billing", "verify", "--data-dir", str(tmp_path)])

    there = tmp_path / "demo"
    assert told.exit_code == 2
    assert f"the demonstration's is in {there}: --data-dir {there}" in told.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["demo"]


def test_an_empty_database_of_the_citys_is_not_taken_for_an_octroi(
    monkeypatch: pytest.MonkeyPatch, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    empty = postgres.url_of("postgres")
    monkeypatch.setenv("OCTROI_DATABASE_URL", empty)

    told = RUN.invoke(application(["keys"]), ["keys", "list", "--data-dir", str(tmp_path)])

    said = "There is no Octroi in the database of OCTROI_DATABASE_URL.\n"
    assert (told.exit_code, told.stderr, list(tmp_path.iterdir())) == (2, said, [])
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT to_regnamespace('octroi')").fetchone() == (None,)
