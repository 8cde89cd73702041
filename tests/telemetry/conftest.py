"""Cities to ask and to be told by, and the two databases that keep the history."""

from collections.abc import Iterator

import pytest
from psycopg_pool import ConnectionPool

from tests.telemetry.asking import City
from tests.telemetry.desk import Desk
from tests.telemetry.receiving import receiving
from tests.timescale.running import migrated, timescale


@pytest.fixture(scope="session")
def timescale_url() -> Iterator[str]:
    with timescale() as url:
        yield url


@pytest.fixture
def timescale_pool(timescale_url: str) -> Iterator[ConnectionPool]:
    # What this connection prepares the next one would find taken.
    plain = {"prepare_threshold": None}
    url = migrated(timescale_url)
    with ConnectionPool(url, min_size=1, max_size=1, kwargs=plain) as connections:
        yield connections


@pytest.fixture(params=["plain", pytest.param("timescale", marks=pytest.mark.slow)])
def either_pool(request: pytest.FixtureRequest) -> ConnectionPool:
    """Each database in turn: the same questions have the same answers."""
    name = {"plain": "pool", "timescale": "timescale_pool"}[request.param]
    connections: ConnectionPool = request.getfixturevalue(name)
    return connections


@pytest.fixture
def city(pool: ConnectionPool) -> City:
    return City(pool)


@pytest.fixture
def desk(pool: ConnectionPool) -> Iterator[Desk]:
    with receiving() as receiver:
        yield Desk(pool, receiver)
