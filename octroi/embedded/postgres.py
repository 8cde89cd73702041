"""How does a machine without a database get a real PostgreSQL?

`initdb` and `pg_ctl` are run by Octroi. Each command is started inside the cluster's directory
and told to work on "its working directory": so the servers' account needs no permission on any
parent directory, and nothing outside the data directory is touched.
"""

import re
import secrets
import shlex
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from subprocess import CompletedProcess
from types import MappingProxyType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from octroi.embedded.accounts import Account, give, owner_of, put, run_as
from octroi.embedded.directory import DataDirectory, DataDirectoryUnusable, unusable
from octroi.embedded.ports import LOOPBACK, free_port
from octroi.embedded.processes import living
from octroi.embedded.programs import postgres_programs

NAME = "octroi"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # bytes of sun_path, less the closing zero
NO_PROCESS = 4_194_305  # above the highest number Linux gives
ATTEMPTS = 4
WORKING_DIRECTORY = Path("/proc/self/cwd")

# A laptop's settings; durability stays as PostgreSQL ships it.
TUNING = MappingProxyType(
    {
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_checkpoints": "off",
        "max_wal_size": "2GB",  # or a checkpoint every few seconds under load
        "random_page_cost": "1.1",
        "jit": "off",
        "unix_socket_permissions": "0700",
    }
)
NOTHING: Mapping[str, str] = MappingProxyType({})


class PostgresDidNotStart(Exception):
    """PostgreSQL's own programs refused; its reason is in the message."""


def initialised(root: Path) -> bool:
    """Tell whether a data directory holds a cluster."""
    try:
        return (root / "postgres" / "PG_VERSION").exists()
    except PermissionError as error:
        raise DataDirectoryUnusable(unusable(root, error)) from error


class EmbeddedPostgres:
    """A PostgreSQL server living in the data directory while the context is open."""

    def __init__(self, directory: DataDirectory, *, options: Mapping[str, str] = NOTHING) -> None:
        """Prepare a server; `options` win over PostgreSQL's and our settings."""
        self._root = directory.path
        self._cluster = directory.path / "postgres"
        self._options = {**TUNING, **options}
        self._directory = directory
        self._account: Account | None = directory.account
        self._closing = ExitStack()
        self._address = ""
        self._bin = Path()

    @property
    def url(self) -> str:
        """Return where clients connect, password included."""
        return self.url_of(NAME)

    def url_of(self, database: str) -> str:
        """Return where clients of another database of this server connect."""
        return f"postgresql://{NAME}:{self._password()}@{self._address.format(quote(database))}"

    def __enter__(self) -> Self:
        """Create the cluster if there is none, and start the server."""
        with ExitStack() as opening:
            try:
                self._bin = opening.enter_context(postgres_programs(self._directory))
                self._prepare()
            except OSError as error:
                raise DataDirectoryUnusable(unusable(self._root, error)) from error
            self._start()
            opening.callback(self._stop)
            self._create_database()
            self._closing = opening.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop the server and wait until everything is on disk."""
        self._closing.close()

    def _prepare(self) -> None:
        if initialised(self._root):
            self._adopt()
        else:
            self._initialise()

    def _adopt(self) -> None:
        """Take over a cluster of an earlier run, however that ended."""
        if self._account is not None:
            self._account = owner_of(self._cluster)
        have = (self._cluster / "PG_VERSION").read_text().strip()
        said = run_as(self._account, [self._bin / "postgres", "--version"], cwd=self._cluster)
        need = re.findall(r"\d+", said.stdout)[:1]
        if need != [have]:
            msg = (
                f"The data in {self._cluster} were written by PostgreSQL {have} and this Octroi "
                f"brings PostgreSQL {' '.join(need)}; migrate them with pg_dump and pg_restore."
            )
            raise PostgresDidNotStart(msg)
        pid_file = self._cluster / "postmaster.pid"
        if living(pid_file, "postgres"):
            # Its Octroi was killed; we hold the lock, so nobody else can be using it.
            self._stop()
        elif pid_file.exists():
            # PostgreSQL would take any process of that number for its predecessor. The rest of the
            # file stays: with it the server makes sure that no orphan still uses the data.
            _, rest = pid_file.read_text().split("\n", 1)
            put(pid_file, f"{NO_PROCESS}\n{rest}", self._account)
            (self._cluster / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Run initdb beside the final place, so that a killed run leaves no half cluster."""
        fresh = self._cluster.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        give(fresh, self._account)
        password = self._root / "postgres.password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        with tempfile.TemporaryFile() as handed:
            handed.write(password.read_bytes())
            handed.flush()
            give(handed.fileno(), self._account)
            said = run_as(
                self._account,
                [
                    *(self._bin / "initdb", "-D", _here(fresh), "-U", NAME),
                    *("--auth=scram-sha-256", f"--pwfile=/dev/fd/{handed.fileno()}"),
                    *("--encoding=UTF8", "--no-locale", "--no-instructions"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                ],
                cwd=fresh,
                pass_fds=[handed.fileno()],
            )
        if said.returncode != 0:
            msg = f"PostgreSQL could not be set up in {self._root}: {said.stdout.strip()[-500:]}"
            raise PostgresDidNotStart(msg)
        fresh.rename(self._cluster)

    def _start(self) -> None:
        """Start the server; again, if a dying predecessor or a stolen port was in the way."""
        for _attempt in range(ATTEMPTS):
            options = {**self._options, **self._listening()}
            said = self._pg_ctl(
                *("start", "-w", "-t", "60", "-l", f"{_here(self._cluster)}/server.log"),
                *("-o", shlex.join(f"--{name}={value}" for name, value in options.items())),
            )
            if said.returncode == 0:
                return
            time.sleep(0.5)
        log = (self._cluster / "server.log").read_text(errors="replace")
        msg = f"PostgreSQL did not start in {self._cluster}: {log.strip()[-500:]}"
        raise PostgresDidNotStart(msg)

    def _listening(self) -> dict[str, str]:
        """Choose a socket only we can open, or loopback where its path would be too long."""
        if len(bytes(self._cluster / SOCKET)) <= SOCKET_PATH_LIMIT:
            self._address = f"/{{}}?host={quote(str(self._cluster), safe='')}"
            return {
                "listen_addresses": "",
                "port": "5432",  # names the socket; no port is opened
                "unix_socket_directories": _here(self._cluster),
            }
        port = free_port()
        self._address = f"{LOOPBACK}:{port}/{{}}"
        return {"listen_addresses": LOOPBACK, "port": str(port), "unix_socket_directories": ""}

    def _stop(self) -> None:
        if self._pg_ctl("stop", "-m", "fast", "-w", "-t", "60").returncode != 0:
            self._pg_ctl("stop", "-m", "immediate", "-w", "-t", "10")

    def _pg_ctl(self, action: str, *arguments: str) -> CompletedProcess[str]:
        command: list[str | Path] = [
            self._bin / "pg_ctl",
            action,
            "-D",
            _here(self._cluster),
            *arguments,
        ]
        return run_as(self._account, command, cwd=self._cluster)

    def _create_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [NAME]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))

    def _password(self) -> str:
        return (self._root / "postgres.password").read_text().strip()


def _here(cluster: Path) -> str:
    return str(WORKING_DIRECTORY if WORKING_DIRECTORY.exists() else cluster)
