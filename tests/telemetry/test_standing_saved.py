"""What came of a batch goes to the database in one turn, and what fails of it is said."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from telemetry.store.claimed import Numbers
from telemetry.store.ingest import Recording
from telemetry.store.standing import save_alerts
from tests.telemetry.city_builders import NOON
from tests.telemetry.desk import an_alert


def test_what_the_database_refuses_of_an_alert_is_what_is_raised(pool: ConnectionPool) -> None:
    wrong: Any = None

    with (
        pytest.raises(psycopg.IntegrityError, match="count"),
        pool.connection() as connection,
        connection.pipeline(),
    ):
        save_alerts(
            Recording(connection, NOON, Numbers()),
            [an_alert(1), replace(an_alert(2), count=wrong), an_alert(3)],
        )

    with pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM telemetry.alert").fetchone() == (0,)
        assert save_alerts(Recording(connection, NOON, Numbers()), [an_alert(1)]) == (an_alert(1),)
