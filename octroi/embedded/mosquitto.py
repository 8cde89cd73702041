"""How does Debian's Mosquitto become this installation's broker?

Its configuration, users and access rules are written into the data directory; it listens on
loopback, as the servers' account, started inside its own directory as PostgreSQL is.

A user may hold several connections, so client ids are not tied to users: whoever guesses the id
of another's session could end it. The city's own id is therefore derived from its password (see
`octroi.embedded.broker.client_id`), and everyone else should let the library choose a random one.
"""

import re
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import psutil
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from octroi.embedded.access import CITY, PROBE, password_file, rules, users_in, with_city
from octroi.embedded.accounts import ENVIRONMENT, Account, give, owner_of, put
from octroi.embedded.directory import DataDirectory, DataDirectoryUnusable, unusable
from octroi.embedded.oversize import LIMIT_BYTES, OversizeWatch
from octroi.embedded.ports import LOOPBACK, remembered_port
from octroi.embedded.processes import living

NOT_ON_THE_PATH = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
OLDEST = (2, 0)
PATIENCE_S = 20.0

# Bytes limit a queue, not messages: the default drops all but 1,000 while the city is away. (Not 0
# for "no limit": Mosquitto 2.0 then hangs up on whoever publishes a topic that is not theirs.)
# Without set_tcp_nodelay an alert waits up to 50 ms for nothing. max_packet_size hangs up on who
# sends more; message_size_limit would acknowledge such a message and throw it away.
CONFIGURATION = """\
listener {port} {host}
set_tcp_nodelay true
allow_anonymous false
password_file passwords
acl_file rules
persistence true
persistence_location ./
autosave_interval 30
persistent_client_expiration 30d
max_queued_messages 10000000
max_queued_bytes 268435456
max_inflight_messages 4000
max_packet_size {limit}
log_dest file mosquitto.log
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%S
pid_file mosquitto.pid
"""


class BrokerDidNotStart(Exception):
    """Mosquitto refused; its reason is in the message."""


def mosquitto_program() -> Path | None:
    """Return where a recent enough Mosquitto is installed, if one is."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=NOT_ON_THE_PATH)
    if found is None:
        return None
    said = subprocess.run([found, "-h"], capture_output=True, text=True, check=False, timeout=10)
    version = re.search(r"version (\d+)\.(\d+)", said.stdout)
    recent = version is not None and (int(version[1]), int(version[2])) >= OLDEST
    return Path(found) if recent else None


class Mosquitto:
    """A Mosquitto living in the data directory while the context is open.

    Open the context in a thread that lives as long: the broker ends with the thread that began it.
    """

    guarded = True
    name = "Mosquitto"

    def __init__(self, directory: DataDirectory, program: Path) -> None:
        """Prepare a broker run by `program`."""
        self._program = program
        self._root = directory.path
        self._place = directory.path / "broker"
        self._account: Account | None = directory.account
        self._closing = ExitStack()
        self._port = 0
        self._password = ""
        self._changing = threading.Lock()
        self._oversize = OversizeWatch(self._place / "mosquitto.log")

    @property
    def url(self) -> str:
        """Return where the city connects, password included."""
        return f"mqtt://{CITY}:{self._password}@{LOOPBACK}:{self._port}"

    @property
    def oversized(self) -> int:
        """Return how often a sender of too large a message was hung up on."""
        return self._oversize.count

    def __enter__(self) -> Self:
        """Write the files and start the broker."""
        with ExitStack() as opening:
            try:
                self._prepare()
            except OSError as error:
                raise DataDirectoryUnusable(unusable(self._root, error)) from error
            opening.callback(self._stop, self._start())
            self._oversize.start()
            opening.callback(self._oversize.stop)
            self._closing = opening.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop the broker; sessions and their queues are kept on disk."""
        self._closing.close()

    def set_users(self, digests: Mapping[str, str]) -> None:
        """Let these users in and no others; who is not among them any more is disconnected.

        A user whose digest stays keeps its connections. Works from the return on.
        """
        with self._changing:
            if digests != users_in(self._read("passwords")):
                put(self._place / "rules", rules(digests), self._account)
                probe = self._write_passwords(digests)
                self._process.send_signal(signal.SIGHUP)
                self._await_welcome(probe)

    def _prepare(self) -> None:
        self._place.mkdir(mode=0o700, exist_ok=True)
        if self._account is not None and any(self._place.iterdir()):
            self._account = owner_of(self._place)
        give(self._place, self._account)
        self._end_leftover()
        secret = self._root / "broker.password"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(24))
        self._password = secret.read_text().strip()
        self._port = remembered_port(self._root / "broker.port")
        put(self._place / "rules", rules(users_in(self._read("passwords"))), self._account)
        put(
            self._place / "mosquitto.conf",
            CONFIGURATION.format(port=self._port, host=LOOPBACK, limit=LIMIT_BYTES),
            self._account,
        )

    def _end_leftover(self) -> None:
        """Wait for a broker whose Octroi was killed: two must not share one file."""
        leftover = living(self._place / "mosquitto.pid", "mosquitto")
        if leftover is not None:
            leftover.terminate()
            for stubborn in psutil.wait_procs([leftover], timeout=PATIENCE_S)[1]:
                stubborn.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        probe = self._write_passwords(users_in(self._read("passwords")))
        # A killed Octroi takes its broker along: setpriv asks the kernel for SIGTERM then.
        guardian = shutil.which("setpriv")
        command: list[str | Path] = [guardian, "--pdeathsig", "TERM"] if guardian else []
        process = subprocess.Popen(
            [*command, self._program, "-c", "mosquitto.conf"],
            cwd=self._place,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for Octroi, which stops the broker last
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
        )
        self._process = process
        try:
            self._await_welcome(probe)
        except BaseException:
            self._stop(process)
            raise
        return process

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _write_passwords(self, digests: Mapping[str, str]) -> str:
        """Write the users, the city among them, and a new password of the probe's."""
        probe = secrets.token_urlsafe(16)
        everyone = with_city(password_file(digests), self._password, probe)
        put(self._place / "passwords", everyone, self._account)
        return probe

    def _await_welcome(self, probe: str) -> None:
        """Wait until the broker knows the probe's newest password: then it knows everything."""
        deadline = time.monotonic() + PATIENCE_S
        while not _welcomed(self._port, PROBE, probe):
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = self._read("mosquitto.log").strip()[-500:]
                msg = f"Mosquitto does not answer; its log in {self._place} ends with: {log}"
                raise BrokerDidNotStart(msg)
            time.sleep(0.02)

    def _read(self, name: str) -> str:
        path = self._place / name
        return path.read_text(errors="replace") if path.exists() else ""


def _welcomed(port: int, name: str, password: str) -> bool:
    """Tell whether the broker lets a user in."""
    answers: list[bool] = []
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(
        not reason.is_failure
    )
    client.username_pw_set(name, password)
    try:
        client.connect(LOOPBACK, port)
    except OSError:
        return False
    while not answers and client.loop(0.05) == 0:
        pass
    client.disconnect()
    return answers == [True]
