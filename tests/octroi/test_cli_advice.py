"""`octroi advice` and `octroi permits replay` on a real database with zones and tariffs."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from shapely.geometry import box
from typer.testing import CliRunner, Result

from billing.tariffs import demonstration
from octroi import clock
from octroi.cli import application
from octroi.cli.records import opened
from permits.model import Application, OperationVolume, Permit
from permits.parties import Operator, OperatorId, SizeClass, Vehicle, VehicleId
from tests.permits.cases import height, zone
from zones.demands import ZoneRules
from zones.model import Band, Layer, Purpose, Restriction, Zone
from zones.periods import Window

RUN = CliRunner()
APP = application(["advice", "permits"])
PLACE = (2.350, 48.850, 2.352, 48.852)


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OCTROI_NOTICE_DAYS", "0")


def typed(*words: str) -> Result:
    return RUN.invoke(APP, list(words))


def in_air(name: str, restriction: Restriction, rules: ZoneRules) -> Zone:
    return replace(zone(name, restriction, rules=rules), layer=Layer.AIR)


def flight(start: datetime) -> Application:
    volume = OperationVolume(
        footprint=box(*PLACE),
        window=Window(start=start, end=start + timedelta(hours=1)),
        band=Band(lower=height(30), upper=height(80)),
    )
    return Application(
        operator=OperatorId("ailes"),
        purpose=Purpose.RESEARCH,
        layer=Layer.AIR,
        vehicles=(VehicleId("drone-7"),),
        volumes=(volume,),
    )


def decided_and_then_changed(start: datetime) -> tuple[Permit, Permit]:
    """Return a grant and a refusal, after which the law, the prices and the facts changed."""
    with opened() as (parts, _):
        parts.registry.add_operator(
            Operator(id=OperatorId("ailes"), name="Ailes", siren="", size=SizeClass.SMALL)
        )
        drone = Vehicle(
            operator=OperatorId("ailes"), id=VehicleId("drone-7"), layer=Layer.AIR, kind="drone"
        )
        parts.registry.add_vehicle(drone)
        parts.billing.publish(demonstration(), by="council")
        asks = in_air("bois", Restriction.REQ_AUTHORISATION, ZoneRules(mass_max_kg=5.0))
        parts.zones.create(asks, by="council")
        parts.keeper.refresh()
        granted = parts.permits.apply(flight(start))
        refused = parts.permits.apply(flight(start))
        parts.zones.change(
            in_air("bois", Restriction.PROHIBITED, ZoneRules()), known=1, by="council"
        )
        return granted, refused


@pytest.mark.slow
def test_a_decision_comes_out_the_same_when_the_law_has_changed_since() -> None:
    granted, refused = decided_and_then_changed(clock.now() + timedelta(hours=2))

    answers = [typed("permits", "replay", str(each.id)) for each in (granted, refused)]

    assert [each.exit_code for each in answers] == [0, 0], [each.output for each in answers]
    assert "granted, the same again" in answers[0].stdout
    assert "refused, the same again" in answers[1].stdout


def test_a_permit_that_nobody_knows_is_named() -> None:
    unknown = uuid4()

    answer = typed("permits", "replay", str(unknown))

    assert answer.exit_code == 2
    assert str(unknown) in answer.stderr


def test_advice_is_given_in_words_and_as_data() -> None:
    start = (clock.now() + timedelta(hours=2)).isoformat()
    end = (clock.now() + timedelta(hours=3)).isoformat()
    asked: tuple[str, ...] = ("advice", "2.35", "48.85", "--purpose", "delivery", "--layer", "air")
    asked = (*asked, "--from", start, "--until", end, "--lower", "30", "--upper", "80")

    told, data, wrong = (
        typed(*asked, "--lang", "fr"),
        typed(*asked, "--json"),
        typed(*asked, "--upper", "10"),
    )

    assert told.stdout.startswith("Une autorisation est nécessaire.")
    answer = json.loads(data.stdout)
    assert answer["permit_needed"] is True
    said = " ".join(told.stdout.split())
    assert answer["next_step"]["fr"] in said
    for part in ("findings", "conditions", "facts", "by_size", "alternatives"):
        assert [each["text"]["fr"] for each in answer[part] if each["text"]["fr"] not in said] == []
    assert [each["id"] for each in answer["zones"] if each["id"] not in said] == []
    for text in (answer["quote"]["note"], answer["notice"]):
        assert text["fr"] in said
    assert wrong.exit_code == 2
    assert "volumes/0/upper" in wrong.stderr
