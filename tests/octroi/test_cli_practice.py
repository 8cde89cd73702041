"""Commands decide as the service beside them does, and answer with nothing but their answer."""

from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from octroi.backing import backing
from octroi.cli import application
from octroi.cli.records import opened
from octroi.settings import load
from permits.kinds import DocumentKind
from tests.octroi.flights import flight_on_file
from tests.permits import cases
from zones.model import Layer

RUN = CliRunner()
APP = application(["permits"])


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Path:
    """The data directory of a service that was started once, to ask flights for an insurance."""
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_MQTT_URL", "mqtt://127.0.0.1:1")
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))
    needed = {Layer.AIR: frozenset({DocumentKind.INSURANCE})}
    with backing(load(documents_needed=needed, notice_days=0)):
        pass
    with opened() as (parts, _):
        parts.registry.add_operator(cases.OPERATOR)
        parts.registry.add_vehicle(cases.vehicle())
    return tmp_path


def asked(place: Path) -> Result:
    return RUN.invoke(APP, ["permits", "submit", str(flight_on_file(place)), "--dry-run"])


def test_a_command_asks_for_the_documents_that_the_service_asks_for(place: Path) -> None:
    told = asked(place)

    assert told.exit_code == 1
    assert "The layer “air” asks for documents that were never attached (insurance)" in told.stdout


def test_what_a_command_is_told_itself_it_follows(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTROI_DOCUMENTS_NEEDED", "river:insurance")

    assert asked(place).exit_code == 0


def test_a_command_logs_nothing_into_its_answer_and_leaves_logging_as_it_was(place: Path) -> None:
    before = structlog.get_config()

    told = asked(place)

    assert "rulebook" not in told.output
    assert structlog.get_config() == before
