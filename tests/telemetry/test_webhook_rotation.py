"""A secret is replaced without a message lost, or at once when it leaked."""

import base64
import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

import pytest
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner

from octroi.cli import application
from tests.telemetry.asking import City
from tests.telemetry.desk import Desk, an_alert


def verifying(desk: Desk, *secrets: str) -> list[bool]:
    """Tell of the newest message which secrets' holders take it for the city's."""
    headers, body = desk.receiver.headers[-1], desk.receiver.bodies[-1]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    given = headers["webhook-signature"].split(" ")
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    digests = [base64.b64encode(hmac.digest(key, content, hashlib.sha256)) for key in keys]
    return [f"v1,{digest.decode()}" in given for digest in digests]


def test_two_secrets_are_good_until_the_one_before_has_had_its_time(desk: Desk) -> None:
    webhook, courier = desk.register(), desk.courier()
    first = desk.secret
    desk.write(an_alert(1))
    courier.serve(webhook.id)
    assert verifying(desk, first) == [True]

    rotated, second = desk.webhooks.rotate(webhook.id, keep_former=timedelta(hours=24))
    desk.write(an_alert(2))
    courier.serve(webhook.id)

    assert (rotated.rotations, rotated.former_until) == (1, desk.now + timedelta(hours=24))
    assert verifying(desk, first, second) == [True, True]
    desk.now += timedelta(hours=24)
    desk.write(an_alert(3))
    courier.serve(webhook.id)
    assert verifying(desk, first, second) == [False, True]


def test_never_more_than_two_are_good_and_a_leaked_one_ends_at_once(desk: Desk) -> None:
    webhook, courier = desk.register(), desk.courier()
    first = desk.secret
    _, second = desk.webhooks.rotate(webhook.id, keep_former=timedelta(hours=24))
    _, third = desk.webhooks.rotate(webhook.id, keep_former=timedelta(hours=24))

    desk.write(an_alert(1))
    courier.serve(webhook.id)
    assert verifying(desk, first, second, third) == [False, True, True]

    _, fourth = desk.webhooks.rotate(webhook.id, keep_former=timedelta(0))
    desk.write(an_alert(2))
    courier.serve(webhook.id)
    assert verifying(desk, second, third, fourth) == [False, False, True]


def test_an_operator_rotates_its_own_over_http_and_nobody_elses(pool: ConnectionPool) -> None:
    city, mine = City(pool), "operator:ailes"
    made = city.call("POST", "/v1/webhooks", mine, {"url": "http://127.0.0.1:9/alerts"}).json()
    path = f"/v1/webhooks/{made['webhook']['id']}"

    rotated = city.call("POST", f"{path}/rotate", mine, {"keep_former_hours": 1}).json()

    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert city.get(path, mine) == rotated["webhook"]
    assert (rotated["webhook"]["rotations"], bool(rotated["webhook"]["former_until"])) == (1, True)
    assert city.status("POST", f"{path}/rotate", "operator:bateaux", {}) == 404
    assert city.status("POST", f"{path}/rotate", "inspector:ines", {}) == 403
    for wrong in ({"keep_former_hours": -1}, {"keep_former_hours": 169}, {"hours": 1}):
        assert city.status("POST", f"{path}/rotate", mine, wrong) == 422
    assert city.get(path, mine) == rotated["webhook"]


def test_a_secret_is_rotated_on_the_machine(
    monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path_factory.mktemp("octroi")))
    monkeypatch.setenv("OCTROI_WEBHOOK_NETWORKS", "127.0.0.0/8")
    run, app = CliRunner(), application(["webhooks"])
    name, first = run.invoke(app, ["webhooks", "add", "http://127.0.0.1:9/"]).stdout.split()

    kept = run.invoke(app, ["webhooks", "rotate", name]).stdout.splitlines()
    ended = run.invoke(app, ["webhooks", "rotate", name, "--keep-former-hours", "0"]).stdout.split()

    assert kept[1].startswith("The secret before is good until ")
    assert len({first, kept[0], *ended}) == 3
    missing = run.invoke(app, ["webhooks", "rotate", str(UUID(int=9))])
    assert (missing.exit_code, "There is no webhook" in missing.stderr) == (1, True)
