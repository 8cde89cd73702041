"""Real servers for tests: one PostgreSQL for the whole run, a fresh database for each test."""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg_pool import ConnectionPool

from octroi.embedded.directory import DataDirectory, claimed
from octroi.embedded.postgres import EmbeddedPostgres
from octroi.migrate import migrate

TEMPLATE = "template_migrated"

# A test database is thrown away: what it loses in a power cut is nothing.
THROWN_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@pytest.fixture(scope="session")
def data_directory() -> Iterator[DataDirectory]:
    with tempfile.TemporaryDirectory(prefix="octroi-") as place, claimed(Path(place)) as directory:
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


def _administer(server: EmbeddedPostgres, statement: sql.Composed) -> None:
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(statement)
