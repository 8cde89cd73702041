"""Is the database's shape the one this version of Octroi expects?

Each package keeps numbered SQL files in its `schema` folder. They are applied once, in order,
each in a transaction of its own; a file that changed after it was applied is refused, because
what it did then and what it says now would differ.
"""

import hashlib
import importlib.resources
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

PACKAGES = ("zones", "permits", "telemetry", "billing")
OLDEST_SERVER = 15
LOCK_KEY = 0x0C7801  # any number; all Octrois agree on it

# Shared ground; every statement may run again.
FOUNDATION = """
CREATE SCHEMA IF NOT EXISTS octroi;
CREATE TABLE IF NOT EXISTS octroi.migration (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""
# One schema for each package's tables.
CREATE_SCHEMA = "CREATE SCHEMA IF NOT EXISTS {}"
# TimescaleDB refuses to be created in a server that did not load it at its start.
TIMESCALE_LOADED = """
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
   AND current_setting('shared_preload_libraries') LIKE '%timescaledb%'
"""
# The history extension, where the server has it.
CREATE_TIMESCALE = "CREATE EXTENSION IF NOT EXISTS timescaledb"
# What has been applied so far.
APPLIED = "SELECT name, sha256 FROM octroi.migration"
# Whether anything was applied ever.
HAS_BEGUN = "SELECT to_regclass('octroi.migration') IS NOT NULL"
# Remember one applied file.
RECORD = "INSERT INTO octroi.migration (name, sha256) VALUES (%(name)s, %(sha256)s)"
# Whether the tables of permits are there, and the wall between operators with them.
HAS_WALL = "SELECT to_regprocedure('permits.raise_wall()') IS NOT NULL"
# Give the wall its role, which belongs to the server and may have been dropped or made since.
RAISE_WALL = "SELECT permits.raise_wall()"
# One migrating Octroi at a time.
LOCK = "SELECT pg_advisory_lock(%(key)s)"


class ServerTooOld(Exception):
    """The PostgreSQL server lacks what the tables need."""


class ChangedMigration(Exception):
    """An applied file no longer says what was applied."""


class FailedMigration(Exception):
    """The server refused a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered SQL file of one package."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Return what identifies the content."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(packages: Sequence[str] = PACKAGES) -> list[Migration]:
    """Return every package's files in the order they apply."""
    found = []
    for package in packages:
        folder = importlib.resources.files(package) / "schema"
        if folder.is_dir():
            files = sorted(folder.iterdir(), key=lambda file: file.name)
            found += [
                Migration(name=f"{package}/{file.name}", text=file.read_text(encoding="utf-8"))
                for file in files
                if file.name.endswith(".sql")
            ]
    return found


def pending(wanted: Sequence[Migration], applied: Mapping[str, str]) -> list[Migration]:
    """Return what is still to be applied, or refuse a file that changed."""
    for migration in wanted:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            msg = (
                f"The migration {migration.name} changed after it was applied to this database; "
                "restore the file and put the change into a new one."
            )
            raise ChangedMigration(msg)
    return [migration for migration in wanted if migration.name not in applied]


def demand(database_url: str) -> None:
    """Raise where no server answers that can be used; change nothing."""
    with psycopg.connect(database_url) as connection:
        _require_recent(connection)


def migrate(database_url: str, wanted: Sequence[Migration] | None = None) -> list[str]:
    """Bring the database up to date; return the names of the files applied now."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        _require_recent(connection)
        connection.execute(LOCK, {"key": LOCK_KEY})
        _lay_foundation(connection)
        applied: dict[str, str] = dict(connection.execute(APPLIED).fetchall())
        todo = pending(migrations() if wanted is None else wanted, applied)
        for migration in todo:
            _apply(connection, migration)
        if connection.execute(HAS_WALL).fetchone() == (True,):
            connection.execute(RAISE_WALL)
    return [migration.name for migration in todo]


def begun(database_url: str) -> bool:
    """Tell whether a database was ever brought to a shape of ours; change nothing."""
    with psycopg.connect(database_url) as connection:
        return connection.execute(HAS_BEGUN).fetchone() == (True,)


def _require_recent(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_SERVER:
        msg = f"PostgreSQL {version} is too old: Octroi needs {OLDEST_SERVER} or newer."
        raise ServerTooOld(msg)


def _lay_foundation(connection: psycopg.Connection) -> None:
    connection.execute(FOUNDATION)
    for package in PACKAGES:
        name = psycopg.sql.Identifier(package)
        connection.execute(psycopg.sql.SQL(CREATE_SCHEMA).format(name))
    if connection.execute(TIMESCALE_LOADED).fetchone() == (True,):
        connection.execute(CREATE_TIMESCALE)


def _apply(connection: psycopg.Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            connection.execute(migration.text.encode())
            connection.execute(RECORD, {"name": migration.name, "sha256": migration.sha256})
    except psycopg.Error as error:
        msg = f"The migration {migration.name} failed: {error}"
        raise FailedMigration(msg) from error
