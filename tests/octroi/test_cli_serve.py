"""`octroi serve` as a program: what it says, what it survives, and how it refuses."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from octroi.backing import Backing
from octroi.cli.serve import listening

OCTROI = Path(sys.executable).with_name("octroi")
PATIENCE_S = 60.0
PLAIN = {"PATH": "/usr/bin:/bin:/usr/sbin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A program that serves, and what it printed until it did."""

    process: subprocess.Popen[str]
    said: dict[str, str]

    @property
    def url(self) -> str:
        return self.said["Octroi"]

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.get(f"{self.url}{path}", headers=headers, trust_env=False)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def serving(place: Path) -> Iterator[Served]:
    command: list[str | Path] = [OCTROI, "serve", "--port", "0", "--data-dir", place / "data"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place, env=PLAIN
    ) as process:
        try:
            yield Served(process=process, said=dict(_said(process)))
        finally:
            process.kill()


def _said(process: subprocess.Popen[str]) -> Iterator[tuple[str, str]]:
    """Read what is printed until a page can be fetched."""
    assert process.stdout is not None
    for line in process.stdout:
        name, _, value = line.strip().partition("  " if "  " in line.strip() else ": ")
        yield name, value.strip()
        if name == "Octroi":
            url = value.strip()
        if name == "MQTT":
            break
    httpx.get(f"{url}/healthz", trust_env=False, timeout=PATIENCE_S)


def _key(served: Served) -> str:
    """Return the administrator's key, which follows the addresses at a first start."""
    assert served.process.stdout is not None
    for line in served.process.stdout:
        if found := re.search(r"oct_\S+", line):
            return found[0]
    pytest.fail("no key was printed")


def test_ctrl_c_while_modules_are_loaded_ends_without_a_word(tmp_path: Path) -> None:
    # Whoever runs in the background of a shell begins deaf to Ctrl-C.
    heard: list[str | Path] = ["env", "--default-signal=INT"]
    command = [*heard, OCTROI, "serve", "--port", "0", "--data-dir", tmp_path / "data"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=PLAIN
    ) as process:
        try:
            # The first of many libraries is there, the rest is still to come.
            while "numpy" not in Path(f"/proc/{process.pid}/maps").read_text():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()

    assert (process.returncode, *said) == (130, "", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_first_start_tells_its_addresses_and_a_key_and_a_second_keeps_all(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as first:
        key = _key(first)
        assert first.get("/readyz").json() == {"status": "ready"}
        assert first.said["Map"] == f"{first.url}/map"
        assert first.said["Data"] == str(tmp_path / "data")
        assert first.get("/v1/keys", key).json()["items"][0]["role"] == "admin"
        operator = {"id": "alpha", "name": "Alpha", "size": "small"}
        headers = {"Authorization": f"Bearer {key}"}
        made = httpx.post(
            f"{first.url}/v1/operators", json=operator, headers=headers, trust_env=False
        )
        assert made.status_code == 201
        # Nothing is written at the end: what was answered is kept.
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
    with serving(tmp_path) as second:
        (found,) = second.get("/v1/operators", key).json()["items"]
        assert found["id"] == "alpha"
        assert second.end(signal.SIGTERM) == 0
        printed, complaints = second.process.communicate()
    assert "oct_" not in printed
    assert "Traceback" not in complaints


@pytest.mark.slow
def test_it_stops_in_order_while_somebody_watches_the_stream(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        headers = {"Authorization": f"Bearer {_key(served)}"}
        stream = f"{served.url}/v1/live"
        with httpx.stream("GET", stream, headers=headers, trust_env=False) as answer:
            lines = answer.iter_lines()
            assert next(lines)
            other = _refused(tmp_path, "serve", "--port", "0", "--data-dir", tmp_path / "data")
            assert f"process {served.process.pid}" in other
            assert served.end(signal.SIGINT) == 0
            list(lines)
        assert "Traceback" not in served.process.communicate()[1]


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return int(closed.getsockname()[1])


def _refused(
    place: Path, *arguments: str | Path, code: int = 1, variables: dict[str, str] | None = None
) -> str:
    """Run a command that must fail, and return its one sentence."""
    done = subprocess.run(
        [OCTROI, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env=PLAIN | (variables or {}),
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stdout) == (code, "")
    (sentence,) = done.stderr.strip().splitlines()
    return sentence


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_busy_port_is_named_and_nothing_is_begun(
    tmp_path: Path, taken_port: int, command: str
) -> None:
    place = tmp_path / "data"
    said = _refused(tmp_path, command, "--port", str(taken_port), "--data-dir", place)
    assert f"Port {taken_port} of 127.0.0.1 is in use" in said
    assert not (place / "postgres").exists()


def test_a_data_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    said = _refused(tmp_path, "serve", "--port", "0", "--data-dir", tmp_path / "file")
    assert said.startswith(f"The data directory {tmp_path / 'file'}")
    assert (tmp_path / "file").read_text() == "mine"
    # Nobody may create a directory there, not even root.
    said = _refused(tmp_path, "demo", "--port", "0", "--data-dir", "/sys/octroi")
    assert "The data directory /sys/octroi" in said
    said = _refused(tmp_path, "demo", "--port", "0", "--data-dir", "/proc/octroi")
    assert "nothing can be made in /proc;" in said


SETTINGS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "a misspelt name": ({"OCTROI_DATADIR": "/x"}, ("OCTROI_DATADIR", "OCTROI_DATA_DIR?")),
    "a port that is none": ({"OCTROI_PORT": "70000"}, ("OCTROI_PORT", "70000", "65535")),
}


@pytest.mark.parametrize(("variables", "words"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_setting_that_cannot_be_is_named(
    tmp_path: Path, variables: dict[str, str], words: tuple[str, ...]
) -> None:
    said = _refused(tmp_path, "serve", "--data-dir", tmp_path / "data", variables=variables)
    assert all(word in said for word in words), said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["99999", "abc"])
def test_a_port_that_is_none_is_a_wrong_call(tmp_path: Path, port: str) -> None:
    said = subprocess.run(
        [OCTROI, "serve", "--port", port], capture_output=True, check=False, cwd=tmp_path, env=PLAIN
    )
    assert said.returncode == 2
    assert port.encode() in said.stderr


def test_a_configuration_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "octroi.toml").write_text("port = ")
    assert "octroi.toml" in _refused(tmp_path, "serve", "--data-dir", tmp_path / "data")


def test_a_broker_that_does_not_answer_is_said_where_its_address_is() -> None:
    url = "mqtt://octroi:secret@127.0.0.1:1"
    backing = Backing(database_url="", mqtt_url=url, secret=b"")

    said = listening(backing, answering=False)

    assert said == "127.0.0.1:1: not answering, retrying; HTTPS takes observations meanwhile"
    assert listening(backing, answering=True) == "127.0.0.1:1"


def test_a_database_that_does_not_answer_is_said(tmp_path: Path, closed_port: int) -> None:
    url = f"postgresql://octroi:very-secret@127.0.0.1:{closed_port}/octroi"
    there = {"OCTROI_DATABASE_URL": url}
    said = _refused(
        tmp_path, "serve", "--port", "0", "--data-dir", tmp_path / "data", variables=there
    )
    assert said.startswith("The database does not answer")
    assert str(closed_port) in said
    assert "very-secret" not in said
    assert not (tmp_path / "data").exists()


def test_a_summary_that_could_not_be_written_is_said_before_the_show(tmp_path: Path) -> None:
    summary = tmp_path / "nowhere" / "out.json"
    said = _refused(tmp_path, "demo", "--data-dir", tmp_path / "data", "--summary", summary)
    assert str(summary) in said


def test_a_zone_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "track.csv").write_text("vehicle,at,lon,lat\nv,0,2.35,48.85\n")
    zones, track = tmp_path / "none.geojson", tmp_path / "track.csv"
    assert str(zones) in _refused(tmp_path, "check", track, "--zones", zones, code=2)
