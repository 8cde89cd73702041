"""Rows of the history are found by the number of their vehicle, whoever asks for them."""

from datetime import timedelta

import pytest
from psycopg_pool import ConnectionPool

from telemetry.store.history import TRACK
from telemetry.store.sightings import JUDGED, OBSERVED
from telemetry.store.together import SPAN
from tests.telemetry.city_builders import NOON

ASKED = {
    "operator": "ailes",
    "vehicle": "drone-1",
    "start": NOON,
    "end": NOON + timedelta(hours=1),
    "span": SPAN,
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


@pytest.mark.parametrize("statement", [OBSERVED, JUDGED])
def test_positions_and_verdicts_of_stretches_are_each_found_by_the_index(
    pool: ConnectionPool, statement: str
) -> None:
    stretch = {
        **ASKED,
        "number": [0],
        "operator": ["ailes"],
        "vehicle": ["drone-1"],
        "since": [ASKED["start"]],
        "until": [ASKED["end"]],
        "begun": [ASKED["start"]],
        "zone": [None],
        "zone_version": [None],
    }
    with pool.connection() as connection:
        connection.execute("SELECT telemetry.ensure_day(%s)", [NOON.date()])
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(f"EXPLAIN {statement}".encode(), stretch).fetchall()

    found = [line for (line,) in plan if "Index Cond" in line]
    assert len(found) == 2
    assert all("hashtextextended(vehicle" in line for line in found)
