"""What is taken away as Parquet is what was recorded, with what its columns mean."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from psycopg_pool import ConnectionPool

from telemetry.kept.records import TABLES, Kept
from telemetry.store import taking
from telemetry.store.taking import Wanted
from tests.telemetry.city_builders import LAT, LON
from tests.telemetry.past import Past, Was
from zones.periods import Window

MORNING = datetime(2026, 6, 10, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALL_DAY = Window(start=MORNING, end=MORNING + DAY)


def taken(past: Past, kept: Kept, **named: str) -> tuple[pq.ParquetFile, list[dict[str, Any]]]:
    sink, heard = io.BytesIO(), list[tuple[int, int]]()
    wanted = Wanted(kept=kept, window=ALL_DAY, **named)
    rows = past.housekeeping().take_away(
        wanted, sink, lambda written, of: heard.append((written, of))
    )
    file = pq.ParquetFile(sink)
    assert heard[-1:] == ([(rows, rows)] if rows else [])
    return file, file.read().to_pylist()


def test_positions_come_back_as_they_were_with_what_columns_mean(
    either_pool: ConnectionPool,
) -> None:
    past = Past(either_pool, now=MORNING + 2 * DAY)
    past.write(Was(at=MORNING + timedelta(milliseconds=1)), Was(at=MORNING + DAY))

    file, rows = taken(past, Kept.POSITIONS)

    (row,) = rows
    assert row["at"] == MORNING + timedelta(milliseconds=1)
    assert (row["id"], row["operator"], row["vehicle"]) == (1, "ailes", "drone-1")
    assert (row["lon"], row["lat"], row["layer"]) == (LON, LAT, "air")
    assert (row["alt_m"], row["alt_ref"], row["boot"], row["seq"]) == (None, "unknown", None, None)
    assert file.schema_arrow.field("h_acc_m").metadata[b"en"].endswith(b"95 %, metres")
    assert file.schema_arrow.metadata[b"octroi.table"] == b"positions"


@pytest.mark.parametrize("kept", Kept)
def test_every_table_has_the_columns_it_says(pool: ConnectionPool, kept: Kept) -> None:
    past = Past(pool, now=MORNING + 2 * DAY)
    past.write(Was(at=MORNING, kind=2), Was(at=MORNING + MINUTE, operator="bateaux"))
    past.visit(1, 1)
    past.visit(2, 2)

    file, rows = taken(past, kept, operator="ailes")

    assert file.schema_arrow.names == [column.name for column in TABLES[kept].columns]
    assert [row["operator"] for row in rows] == ["ailes"]
    if kept is Kept.VERDICTS:
        assert (rows[0]["verdict"], rows[0]["zone"]) == ("violation", "city")


def test_what_is_large_goes_in_blocks(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BLOCK_BYTES", 1000)
    past = Past(pool, now=MORNING + 2 * DAY)
    past.write(*(Was(at=MORNING + number * MINUTE) for number in range(100)))

    file, rows = taken(past, Kept.POSITIONS)

    assert file.num_row_groups > 5
    assert sorted(row["id"] for row in rows) == list(range(1, 101))


def test_evidence_is_taken_away_with_the_rest_and_names_hold_what_they_like(
    pool: ConnectionPool,
) -> None:
    past = Past(pool, now=MORNING)
    name = 'a,"b"\nc'
    past.write(Was(at=MORNING + HOUR, vehicle=name), Was(at=MORNING + 2 * HOUR, vehicle=""))
    past.alert(1)
    past.now = MORNING + 400 * DAY
    past.housekeeping().expire()
    past.write(Was(at=MORNING + 3 * HOUR, vehicle=""))

    _, rows = taken(past, Kept.POSITIONS)

    assert sorted(row["vehicle"] for row in rows) == ["", name]


def test_nothing_makes_an_empty_table(pool: ConnectionPool) -> None:
    file, rows = taken(Past(pool), Kept.VISITS)

    assert rows == []
    assert file.num_row_groups == 0
