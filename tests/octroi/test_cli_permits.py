"""`octroi permits` on a real database: what it shows, what it moves, and how it refuses."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

from octroi import clock
from octroi.cli import application
from octroi.cli.records import opened
from permits.model import Application, Attempt, Decision, Finding, Move, Outcome
from permits.versions import UNSEEN, record
from tests.octroi.flights import flight_on_file
from tests.permits import cases
from tests.permits.cases import Asked, vehicle, volume
from zones.periods import Window

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


def application_at(asked: Application, later: timedelta) -> Application:
    windows = [Window(start=each.start + later, end=each.end + later) for each in asked.volumes]
    pairs = zip(asked.volumes, windows, strict=True)
    return replace(asked, volumes=tuple(replace(each, window=new) for each, new in pairs))


def typed(*words: str) -> Result:
    return RUN.invoke(APP, ["permits", *words])


def test_a_permit_is_activated_held_and_revoked(permit: str, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN octroi_notices")
        assert f"{permit}: active" in typed("activate", permit).output
        heard = [note.payload for note in listener.notifies(timeout=2, stop_after=1)]
    assert heard == [permit]
    assert "moves: release" in typed("hold", permit, "--reason", "Incendie").output
    assert permit in typed("list", "--state", "on_hold").output
    assert typed("hold", permit).exit_code == 2
    assert f"{permit}: granted" in typed("release", permit, "--reason", "Fin").output
    assert f"{permit}: revoked" in typed("revoke", permit, "--reason", "Fête").output
    assert "moves: none" in typed("show", permit).output


def test_a_move_that_is_not_possible_is_refused_with_those_that_are(permit: str) -> None:
    refused = typed("end", permit)

    assert refused.exit_code == 1
    assert "possible moves: activate" in refused.output
    assert typed("show", str(uuid4())).exit_code == 1


@pytest.fixture
def flight(permit: str, tmp_path: Path) -> Path:
    """An application on file: beside the permit, three hours later."""
    assert permit
    return flight_on_file(tmp_path)


def test_an_application_on_file_is_asked_about_then_applied_for_then_refused_beside_itself(
    flight: Path,
) -> None:
    advised = typed("submit", str(flight), "--dry-run", "--lang", "fr")
    assert len(typed("list").output.splitlines()) == 2
    granted = typed("submit", str(flight), "--lang", "fr")
    refused = typed("submit", str(flight))

    assert (advised.exit_code, granted.exit_code, refused.exit_code) == (0, 0, 1)
    assert "Une autorisation est nécessaire" in advised.output
    assert ": accordé, version 1" in granted.output
    assert "sous condition: " in granted.output
    assert "Activer le permis juste avant le vol" in granted.output
    assert "objected: Granted before" in refused.output
    assert "Instead:" in refused.output
    as_data = json.loads(typed("submit", str(flight), "--json").stdout)
    assert as_data["decision"] == "refused"


def test_a_draft_on_file_is_kept_amended_and_submitted_by_its_id(flight: Path) -> None:
    body = json.loads(flight.read_text())
    flight.write_text(json.dumps(body | {"draft": True}))

    kept = json.loads(typed("submit", str(flight), "--json").stdout)
    flight.write_text(json.dumps(body | {"reference": "2"}))
    amended = typed("amend", kept["id"], str(flight))
    submitted = typed("submit", kept["id"])

    assert kept["state"] == "draft"
    assert (amended.exit_code, submitted.exit_code) == (0, 0)
    assert f"{kept['id']}: draft, version 2" in amended.output
    assert f"{kept['id']}: granted, version 3" in submitted.output


def test_a_permit_is_amended_from_a_file_and_stays_with_its_holder(
    permit: str, flight: Path
) -> None:
    body = json.loads(flight.read_text())

    amended = json.loads(typed("amend", permit, str(flight), "--json").stdout)
    flight.write_text(json.dumps(body | {"operator": "rival"}))
    another = typed("amend", permit, str(flight))

    assert (amended["state"], amended["attempt"]) == ("granted", None)
    start = datetime.fromisoformat(amended["volumes"][0]["start"])
    assert start == datetime.fromisoformat(body["volumes"][0]["start"])
    assert another.exit_code == 1
    assert "stays with its holder" in another.output


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON: Expecting property name"),
        ("[" * 100_000, "nested too deep"),
        ("[]", "an object"),
        ('{"purpose": "delivery", "layer": "sea"}', "layer: "),
        ('{"draft": "perhaps"}', "draft: "),
    ],
)
def test_a_file_that_asks_for_nothing_is_refused_by_field(
    tmp_path: Path, written: str | None, named: str
) -> None:
    file = tmp_path / "asked.json"
    if written is not None:
        file.write_text(written)

    refused = typed("submit", str(file), "--operator", "ailes")

    assert (refused.exit_code, named in refused.output) == (2, True), refused.output


def test_who_applies_is_said_once(flight: Path) -> None:
    told = typed("submit", str(flight), "--operator", "rival")

    assert (told.exit_code, "operator: the file says ailes" in told.output.lower()) == (2, True)


def test_what_waits_for_an_officer_is_listed_and_decided(permit: str) -> None:
    assert permit not in typed("list", "--waiting").output
    typed("review", permit, "--reason", "Second regard")

    (line,) = [each for each in typed("list", "--waiting").output.splitlines() if permit in each]
    assert line.strip().endswith("a review is asked for")
    answered = typed("review", permit, "--reason", "Rien à redire", "--grant", "--lang", "fr")
    assert "accorde" in answered.output
    assert permit not in typed("list", "--waiting").output


def test_the_officers_queue_begins_with_what_silence_decides_first(
    permit: str, flight: Path
) -> None:
    second = json.loads(typed("submit", str(flight), "--json").stdout)["id"]
    review = Finding(rule="human_review", outcome=Outcome.CONDITIONAL, human=True)
    with opened() as (parts, _):
        for days, each in ((1, permit), (5, second)):
            before = parts.life.get(UUID(each))
            # Beyond the law's delay: what is over before that lapses, and is due earlier.
            far = application_at(before.application, timedelta(days=90))
            asked = Attempt(
                move=Move.AMEND,
                asked_at=clock.now() - timedelta(days=days),
                application=far,
                decision=Decision.NEEDS_REVIEW,
                findings=(review,),
                conditions=(),
                quote=before.quote,
            )
            after = replace(before, version=2, application=far, attempt=asked)
            with parts.pool.connection() as connection:
                record(connection, before, after, UNSEEN)

    listed = typed("list", "--waiting").output

    assert listed.index(second) < listed.index(permit)
    assert "amend: refusal on" in listed


def test_the_help_of_submitting_shows_an_application() -> None:
    shown = typed("submit", "--help").output

    assert '"radius_m": 50' in shown
    assert "--dry-run" in shown
