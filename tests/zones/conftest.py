"""What the tests of publishing share."""

import pytest
from psycopg_pool import ConnectionPool

from tests.zones.publications import Watch
from zones.service import ZoneService


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def service(pool: ConnectionPool, watch: Watch) -> ZoneService:
    """Publish with a day of notice."""
    return ZoneService(pool, watch, notice_days=1)
