"""Rows of the history are found by the number of their vehicle, whoever asks for them."""

from datetime import timedelta

import pytest
from psycopg_pool import ConnectionPool

from telemetry.store.history import SIGHTINGS, TRACK
from tests.telemetry.city_builders import NOON

ASKED = {
    "operator": "ailes",
    "vehicle": "drone-1",
    "start": NOON,
    "end": NOON + timedelta(hours=1),
    "limit": 10,
}


@pytest.mark.parametrize("role", ["", "octroi_operator"])
def test_an_operator_and_the_city_find_a_track_by_the_index(
    pool: ConnectionPool, role: str
) -> None:
    with pool.connection() as connection:
        connection.execute("SELECT telemetry.ensure_day(%s)", [NOON.date()])
        # Of an empty table all is read at once, unless that is told to be dear.
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("SET LOCAL octroi.operator = 'ailes'")
        if role:
            connection.execute("SET LOCAL ROLE octroi_operator")
        plan = connection.execute(f"EXPLAIN {TRACK}".encode(), ASKED).fetchall()

    (found,) = [line for (line,) in plan if "Index Cond" in line]
    assert "hashtextextended(vehicle" in found


def test_verdicts_are_found_by_the_index_of_their_own(pool: ConnectionPool) -> None:
    with pool.connection() as connection:
        connection.execute("SELECT telemetry.ensure_day(%s)", [NOON.date()])
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(f"EXPLAIN {SIGHTINGS}".encode(), ASKED).fetchall()

    found = [line for (line,) in plan if "Index Cond" in line]
    assert len(found) == 4
    assert all("hashtextextended(vehicle" in line for line in found)
