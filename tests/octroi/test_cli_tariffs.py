"""`octroi tariffs …` on a real database, as the council's clerk would type it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from billing.model import Occupied, UsageSource
from octroi.cli import application
from octroi.cli.explained import metered
from permits.occupations import OccupationKind
from tests.billing.prices import PLAIN

RUN = CliRunner()
APP = application(["tariffs"])


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))


def tariffs(*words: str | Path) -> Result:
    return RUN.invoke(APP, ["tariffs", *map(str, words)])


def test_references_are_written_published_once_and_exchanged(tmp_path: Path) -> None:
    list_, curbs = tmp_path / "references.json", tmp_path / "curbs.json"

    known = tariffs("references", "--out", list_)
    late = tariffs("import", list_)
    tariffs("references", "--out", list_, "--from", "2101-01-01")
    tried = tariffs("import", list_, "--dry-run")
    done, again = tariffs("import", list_), tariffs("import", list_)
    exported = tariffs("export", curbs, "--format", "cds")
    listed = tariffs("list", "--at", "2101-06-01")

    count = len(json.loads(list_.read_text())["tariffs"])
    assert "telecom-underground" in known.stdout
    assert (late.exit_code, "no tariff is retroactive" in " ".join(late.stderr.split())) == (
        1,
        True,
    )
    assert f"{count} versions would be published." in tried.stdout
    assert f"{count} versions were published." in done.stdout
    assert "0 versions were published." in again.stdout
    assert "kerb-hour" in listed.stdout
    assert "2 versions written" in exported.stdout
    assert "kerb-hour, cap_day: there is no cap of a day" in exported.stderr
    assert len(json.loads(curbs.read_text())["data"]["policies"]) == 3


def test_a_list_that_cannot_be_taken_is_refused_in_a_sentence(tmp_path: Path) -> None:
    broken, gift = tmp_path / "broken.json", tmp_path / "gift.json"
    broken.write_text("{")
    rate = {"rate": -1, "rate_unit": "hour"}
    policy = {"name": "gift", "priority": 1, "rules": [{"activity": "parking", "rate": [rate]}]}
    gift.write_text(json.dumps({"currency": "EUR", "data": {"policies": [policy]}}))

    unread = tariffs("import", broken)
    actless = tariffs("import", gift, "--format", "cds")
    refused = tariffs("import", gift, "--format", "cds", "--act", "2026 DVD 7")

    assert (unread.exit_code, "is no JSON" in unread.stderr) == (2, True)
    assert (actless.exit_code, "names no legal act" in actless.stderr) == (1, True)
    assert "rate[0].rate: -1 is below 0: a tariff pays nobody" in refused.stderr
    assert "air-minute" not in tariffs("list").stdout


def test_what_was_metered_is_said_by_what_the_use_is_of() -> None:
    held = Occupied(
        kind=OccupationKind.TERRACE, area_m2=20, length_m=1, days=30, months=2, years=1, seasons=0
    )
    uses = {
        "1 entry, 1,000 ms certain, 12 m": replace(PLAIN, certain_ms=1000, distance_m=12),
        "7 readings": replace(PLAIN, source=UsageSource.DATA, calls=7),
        "1 grant": replace(PLAIN, source=UsageSource.PERMIT),
        "900 kg over 12 m, 2 passengers": replace(
            PLAIN, source=UsageSource.DECLARED, cargo_kg=900, distance_m=12, passengers=2
        ),
        "terrace of 20 m², 1 m for 30 days; begun: 2 months, 0 seasons, 1 year": replace(
            PLAIN, occupied=held
        ),
    }

    assert {metered(use): use for use in uses.values()} == uses
