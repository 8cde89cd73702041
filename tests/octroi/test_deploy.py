"""What deploy/ describes starts: its files exist, its variables are settings, its broker works."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from octroi.backing import backing
from octroi.client import BrokerRefused, Sender
from octroi.embedded.access import digest
from octroi.embedded.directory import DataDirectoryUnusable
from octroi.embedded.handed import HandedAccounts
from octroi.embedded.mosquitto import mosquitto_program
from octroi.embedded.ports import free_port
from octroi.settings import PREFIX, InvalidSetting, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
METRIC = re.compile(r"\b(?:octroi_\w+|up(?=\{))")
VARIABLE = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")


def prepared(place: Path) -> Path:
    """Run the script that makes secrets, on a copy."""
    shutil.copytree(DEPLOY, place, ignore=shutil.ignore_patterns(".env", "tls"))
    subprocess.run([place / "prepare.sh", "city.example"], check=True, capture_output=True)
    return place


def test_every_variable_of_ours_is_a_setting_and_its_value_is_taken() -> None:
    given = COMPOSE["services"]["octroi"]["environment"]
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    names = {name.removeprefix(PREFIX).lower() for name in ours}
    assert names <= set(Settings.model_fields)
    values = {name: VARIABLE.sub(_default, value) for name, value in ours.items()}
    Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in values.items()})  # type: ignore[arg-type]  # as the environment gives them


def _default(found: re.Match[str]) -> str:
    said = found[2] or ""
    return said[2:] if said.startswith(":-") else "secret"


def test_every_variable_without_a_default_is_made_by_the_script(tmp_path: Path) -> None:
    made = (prepared(tmp_path / "deploy") / ".env").read_text()
    text = (DEPLOY / "compose.yaml").read_text()
    needed = {name for name, said in VARIABLE.findall(text) if not said.startswith(":-")}
    assert needed == set(re.findall(r"^(\w+)=[0-9a-f]{48}$", made, re.MULTILINE))
    assert (tmp_path / "deploy" / ".env").stat().st_mode & 0o077 == 0


def test_what_is_made_stays_when_the_script_runs_again(tmp_path: Path) -> None:
    place = prepared(tmp_path / "deploy")
    before = {file: file.read_bytes() for file in (place / ".env", place / "tls" / "server.crt")}
    subprocess.run([place / "prepare.sh"], check=True, capture_output=True)
    assert {file: file.read_bytes() for file in before} == before


def test_every_service_network_and_volume_named_is_there() -> None:
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
        named = {each.split(":")[0] for each in service.get("volumes", ())}
        files = {each for each in named if each.startswith(".")}
        assert named - files <= set(COMPOSE["volumes"])
        assert all((DEPLOY / each).exists() for each in files - {"./tls"})  # made by the script


def test_every_file_of_the_image_is_there() -> None:
    build = COMPOSE["services"]["octroi"]["build"]
    context = (DEPLOY / build["context"]).resolve()
    lines = (context / build["dockerfile"]).read_text().splitlines()
    copied = [each for line in lines if line.startswith("COPY ") for each in line.split()[1:-1]]
    assert copied
    assert all((context / each).exists() for each in copied)


def test_alarms_are_about_metrics_that_the_guide_lists_and_say_what_is_amiss() -> None:
    listed = set(re.findall(r"\boctroi_\w+", (ROOT / "docs" / "operations.md").read_text()))
    (group,) = yaml.safe_load((DEPLOY / "alarms.yaml").read_text())["groups"]
    for rule in group["rules"]:
        named = {each.removesuffix("_bucket") for each in METRIC.findall(rule["expr"])}
        assert named <= listed | {"up"}
        assert named, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_settings_of_a_citys_own_are_read_and_kept_out_of_what_is_published() -> None:
    (own,) = COMPOSE["services"]["octroi"]["env_file"]
    assert own["required"] is False
    assert own["path"] in (DEPLOY / ".gitignore").read_text().split()


def test_accounts_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirectoryUnusable, match=r"OCTROI_MQTT_ACCOUNTS: .*file cannot be"):
        HandedAccounts(tmp_path / "file", "mqtt://octroi:x@127.0.0.1:1")


def test_the_image_holds_every_package() -> None:
    copied = (DEPLOY / "Dockerfile").read_text()
    packages = {each.parent.name for each in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert {each for each in packages if f"COPY {each} {each}" in copied} == packages


def test_no_secret_is_in_a_file_that_is_kept() -> None:
    ignored = (DEPLOY / ".gitignore").read_text().split()
    assert {".env", "tls/"} <= set(ignored)
    for file in DEPLOY.rglob("*"):
        if file.is_file() and not {".env", "tls"} & set(file.relative_to(DEPLOY).parts):
            assert "PRIVATE KEY" not in file.read_text()


@pytest.mark.parametrize("url", [None, "mqtt://another:x@127.0.0.1:1"])
def test_accounts_are_of_a_broker_that_knows_the_city(tmp_path: Path, url: str | None) -> None:
    settings = Settings(data_dir=tmp_path / "data", mqtt_url=url, mqtt_accounts=tmp_path)
    with (
        pytest.raises(InvalidSetting, match="OCTROI_MQTT_URL of the user octroi"),
        backing(settings),
    ):
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The broker as the compose file runs it, on ports and places of this machine."""

    url: str
    ca: Path
    accounts: HandedAccounts


@contextmanager
def running(place: Path) -> Iterator[Running]:
    deploy, program = prepared(place / "deploy"), mosquitto_program()
    assert program is not None
    accounts, queues = place / "accounts", place / "queues"
    accounts.mkdir()
    queues.mkdir()
    tls, plain = free_port(), free_port()
    text = (deploy / "broker" / "mosquitto.conf").read_text()
    for there, here in {
        "/octroi/tls": deploy / "tls",
        "/accounts": accounts,
        "/mosquitto/data": queues,
        "listener 8883": f"user root\nlistener {tls} 127.0.0.1",
        "listener 1883": f"listener {plain} 127.0.0.1",
    }.items():
        text = text.replace(there, str(here))
    (place / "mosquitto.conf").write_text(text)
    command: list[str | Path] = [
        "sh",
        deploy / "broker" / "broker.sh",
        place / "mosquitto.conf",
        accounts,
    ]
    path = f"{program.parent}:{os.defpath}"
    with subprocess.Popen(command, env={"PATH": path}, stdout=subprocess.DEVNULL) as process:
        try:
            handed = HandedAccounts(accounts, f"mqtt://octroi:the%20city@127.0.0.1:{plain}")
            yield Running(
                url=f"mqtts://127.0.0.1:{tls}", ca=deploy / "tls" / "ca.crt", accounts=handed
            )
        finally:
            process.terminate()


def opens(broker: Running, user: str, key: str) -> bool:
    try:
        with Sender(broker.url, user=user, key=key, ca=broker.ca):
            return True
    except BrokerRefused:
        return False


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
def test_the_broker_knows_over_tls_whom_octroi_lets_in_and_nobody_else(tmp_path: Path) -> None:
    with running(tmp_path) as broker:
        broker.accounts.set_users({"ailes": digest("the key"), "others": digest("another")})
        assert eventually(lambda: opens(broker, "ailes", "the key"))
        assert not opens(broker, "ailes", "a wrong key")
        city = Sender(broker.accounts.url, user="octroi", key="the city")
        with (
            city,
            Sender(broker.url, user="others", key="another", ca=broker.ca, version="5") as sender,
        ):
            sender.send("octroi/v1/ailes/drone-1/position", b"{}")
            assert sender.settle(30)
        assert sender.reasons == {("refused", "topic: Not authorized"): 1}
        broker.accounts.set_users({"others": digest("another")})
        assert eventually(lambda: not opens(broker, "ailes", "the key"))
