"""What only TimescaleDB does: hypertables, and days compressed after a week."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg_pool import ConnectionPool

from permits.parties import OperatorId, VehicleId
from telemetry.model import VehicleKey
from telemetry.store.history import History
from tests.telemetry.past import Past, Was
from zones.periods import Window

pytestmark = pytest.mark.slow

START = datetime(2026, 3, 10, 10, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DRONE = VehicleKey(OperatorId("ailes"), VehicleId("drone-1"))
TABLES = """
SELECT hypertable_name, compression_enabled FROM timescaledb_information.hypertables
WHERE hypertable_schema = 'telemetry' ORDER BY 1
"""
SUMS = "SELECT view_name FROM timescaledb_information.continuous_aggregates ORDER BY 1"
SEGMENTS = """
SELECT attname FROM timescaledb_information.compression_settings
WHERE hypertable_name = 'observation' AND segmentby_column_index IS NOT NULL ORDER BY 1
"""
JOBS = """
SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = 'policy_compression'
ORDER BY hypertable_name
"""
COMPRESSED = """
SELECT count(*) FROM timescaledb_information.chunks
WHERE hypertable_schema = 'telemetry' AND is_compressed
"""


def test_positions_and_verdicts_are_hypertables_with_sums_kept_by_the_database(
    timescale_pool: ConnectionPool,
) -> None:
    past = Past(timescale_pool)

    assert past.rows(TABLES) == [("observation", True), ("verdict", True)]
    assert past.rows(SUMS) == [("layer_hour",), ("zone_hour",)]
    assert past.rows(SEGMENTS) == [("operator",), ("vehicle",)]


def test_a_compressed_day_is_read_added_to_and_let_go_of_like_any_other(
    timescale_pool: ConnectionPool,
) -> None:
    past = Past(timescale_pool, now=START + DAY)
    past.write(*(Was(at=START + minutes * MINUTE) for minutes in range(5)))
    jobs = [row[0] for row in past.rows(JOBS)]
    with timescale_pool.connection() as connection:
        connection.autocommit = True
        for job in jobs:
            connection.execute(f"CALL run_job({job})".encode())
        connection.autocommit = False

    assert past.rows(COMPRESSED) == [(2,)]
    past.write(Was(at=START + 9 * MINUTE))
    read = History(timescale_pool)
    window = Window(start=START + MINUTE, end=START + DAY)
    assert len(read.track(DRONE, window)) == 5
    assert len(read.sightings(DRONE, window)) == 5
    past.alert(2)
    past.now = START + 400 * DAY
    expired = past.housekeeping().expire()
    assert (expired.positions, expired.verdicts) == (6, 6)
    assert past.ids("evidence_observation") == past.ids("evidence_verdict") == [1, 2, 3, 4]
