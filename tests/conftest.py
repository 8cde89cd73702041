"""Real servers for tests: one PostgreSQL for each worker, a fresh database for each test."""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from psycopg_pool import ConnectionPool

from octroi.embedded.directory import DataDirectory, claimed
from octroi.embedded.mosquitto import Mosquitto, mosquitto_program
from octroi.embedded.postgres import EmbeddedPostgres
from octroi.embedded.rumqttd import Rumqttd
from octroi.migrate import migrate
from tests.guardian import guarded

# Time limits of single examples would judge the machine's other work, not ours. A check tries the
# same examples every time, so that a change is judged by itself; `make search` looks for new ones.
settings.register_profile("octroi", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, derandomize=False, max_examples=1000)
settings.load_profile("octroi")

TEMPLATE = "template_migrated"

# A test database is thrown away: what it loses in a power cut is nothing.
THROWN_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "64MB",
}

# A file system in memory, where a database is cloned five times as fast as on a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - only directories of random names are made there
ROOM = 4 * 1024**3  # far more than a run needs, so that nobody else runs short

# Each worker has servers and judges of its own, and no file's tests are split.
MOST_WORKERS = 8


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make crash` kill more often than the suite has time for."""
    parser.addoption("--kills", type=int, default=4, help="how often issuers are killed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Have a worker for each core, but none where one file is all that is asked for."""
    places = {Path(each.split("::")[0]) for each in config.args}
    files = len(places) if all(place.is_file() for place in places) else MOST_WORKERS
    workers = min(files, MOST_WORKERS, os.cpu_count() or 1)
    return workers if workers > 1 else 0


def pytest_configure() -> None:
    """End as by Ctrl-C when a run is ended from outside, so that no server stays behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_keyboard_interrupt() -> None:
    """Stop the servers in peace: whoever distributes tests interrupts a slow worker again."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(scope="session")
def data_directory() -> Iterator[DataDirectory]:
    with (
        tempfile.TemporaryDirectory(prefix="octroi-", dir=_fast_place()) as place,
        guarded(Path(place)),
        claimed(Path(place)) as directory,
    ):
        yield directory


@pytest.fixture(scope="session")
def postgres(data_directory: DataDirectory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(data_directory, options=THROWN_AWAY) as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres: EmbeddedPostgres) -> str:
    """A migrated database that tests clone in milliseconds."""
    _administer(postgres, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(postgres.url_of(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def database_names() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def database_url(
    postgres: EmbeddedPostgres, template_database: str, database_names: Iterator[int]
) -> Iterator[str]:
    """A fresh, migrated, empty database of the test's own."""
    name = f"test_{next(database_names)}"
    identifier, template = sql.Identifier(name), sql.Identifier(template_database)
    _administer(
        postgres,
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(identifier, template),
    )
    yield postgres.url_of(name)
    _administer(postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(database_url, min_size=1, max_size=4) as connections:
        yield connections


@pytest.fixture(scope="session")
def mosquitto(data_directory: DataDirectory) -> Iterator[Mosquitto]:
    """Debian's Mosquitto with users and access rules; users are added by the tests."""
    program = mosquitto_program()
    if program is None:
        pytest.fail("Mosquitto is missing; install it with: sudo apt-get install -y mosquitto")
    with Mosquitto(data_directory, program) as broker:
        yield broker


@pytest.fixture(scope="session")
def iotcore_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rumqttd]:
    """The wheel's broker, without users or rules."""
    with claimed(tmp_path_factory.mktemp("rumqttd")) as directory, Rumqttd(directory) as broker:
        yield broker


def _fast_place() -> Path | None:
    """Return where memory may hold a cluster, and the programs that may be copied beside it."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return MEMORY if runs_programs and shutil.disk_usage(MEMORY).free >= ROOM else None


def _administer(server: EmbeddedPostgres, statement: sql.Composed) -> None:
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(statement)
