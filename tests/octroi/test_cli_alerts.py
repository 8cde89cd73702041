"""`octroi alerts …` and `octroi webhooks …` on a real database, as an inspector would type them."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner, Result

from octroi.cli import application
from telemetry.store.ingest import IngestStore
from telemetry.store.standing import save_alerts
from tests.telemetry.city_builders import NOON
from tests.telemetry.desk import an_alert

RUN = CliRunner()
APP = application(["alerts", "webhooks"])
FIRST = str(UUID(int=1))


@pytest.fixture(autouse=True)
def _installation(
    monkeypatch: pytest.MonkeyPatch, pool: ConnectionPool, database_url: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))
    with IngestStore(pool).recording(NOON) as recording:
        save_alerts(recording, [an_alert(1), an_alert(2)])


def octroi(*words: str) -> Result:
    return RUN.invoke(APP, words)


def test_an_inspector_works_through_the_list_and_each_step_stays_on_record(
    pool: ConnectionPool,
) -> None:
    listed = octroi("alerts", "list", "--state", "open")
    taken = octroi("alerts", "acknowledge", FIRST, "--by", "ines", "--note", "called")
    octroi("alerts", "assign", FIRST, "lea", "--by", "ines")
    closed = octroi("alerts", "close", FIRST, "--dismiss", "--note", "a bird")
    again = octroi("alerts", "close", FIRST)
    shown = octroi("alerts", "show", FIRST)

    assert listed.stdout.count("drone-1 has no permit") == 2
    assert (taken.stdout, closed.stdout) == (f"{FIRST}: acknowledged\n", f"{FIRST}: dismissed\n")
    assert (again.exit_code, "is closed and cannot become closed" in again.stderr) == (1, True)
    assert "est sans autorisation" in shown.stdout
    assert [word for word in ("ines", "called", "lea", "a bird") if word not in shown.stdout] == []
    assert octroi("alerts", "show", str(UUID(int=9))).exit_code == 1
    with (
        pool.connection() as connection,
        pytest.raises(psycopg.errors.RaiseException, match="added to, and never changed"),
    ):
        connection.execute("UPDATE telemetry.alert_event SET note = ''")


def test_a_city_decides_when_people_are_told_by_an_act() -> None:
    decided = octroi("alerts", "rule", "speed", "--act", "Arrêté 12", "--raised-after-s", "7.5")
    rules = octroi("alerts", "rules")

    assert decided.exit_code == 0
    assert next(line for line in rules.stdout.splitlines() if "speed" in line).split()[2] == "7.5"
    wrong = octroi("alerts", "rule", "speed", "--act", "x", "--margin-m", "-1")
    assert (wrong.exit_code, "margin_m: -1 is not from 0 to 1000" in wrong.stderr) == (1, True)
    unknown = octroi("alerts", "rule", "haste", "--act", "x")
    assert (unknown.exit_code, "reason: 'haste' is none of" in unknown.stderr) == (2, True)


def test_a_webhook_is_added_with_its_secret_shown_once_and_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OCTROI_WEBHOOK_NETWORKS", "127.0.0.0/8")

    made = octroi("webhooks", "add", "http://127.0.0.1:9/alerts", "--level", "1")
    name, secret = made.stdout.split()
    listed = octroi("webhooks", "list")
    octroi("webhooks", "test", name)
    shown = octroi("webhooks", "show", name)
    removed = octroi("webhooks", "remove", name)

    assert secret.startswith("whsec_")
    assert secret not in listed.stdout + shown.stdout
    assert "nothing was sent yet" in listed.stdout
    assert "webhook.test" in shown.stdout
    assert removed.exit_code == 0
    assert name not in octroi("webhooks", "list").stdout
    inside = octroi("webhooks", "add", "https://10.0.0.1/")
    assert (inside.exit_code, "inside a network" in inside.stderr) == (1, True)
    assert "OCTROI_WEBHOOK_NETWORKS" in inside.stderr
    stranger = octroi("webhooks", "add", "http://127.0.0.1:9/", "--operator", "nobody")
    assert "no operator 'nobody' is known" in stranger.stderr


def test_a_city_decides_how_soon_silence_is_told_in_one_layer() -> None:
    rule = ("alerts", "rule", "silent", "--act", "Arrêté 14")

    first = octroi(*rule, "--raised-after-layer", "air=15", "--raised-after-layer", "subsoil=60")
    octroi(*rule, "--raised-after-layer", "river=")
    wrong = octroi(*rule, "--raised-after-layer", "air:15")

    assert first.exit_code == 0
    (line,) = (each for each in octroi("alerts", "rules").stdout.splitlines() if "silent" in each)
    assert line.rstrip().endswith("air 15, subsoil 60")
    assert wrong.exit_code == 2
    assert "raised_after_layer: 'air:15' is not a layer and seconds, such as air=30" in wrong.stderr
