"""Does every command that opens the city's data take the same `--data-dir`?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from octroi.cli import application

RUN = CliRunner()
# What is judged offline has no installation.
WITHOUT_DATA = {"check", "zones check"}


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
