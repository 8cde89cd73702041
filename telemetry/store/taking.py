"""Reads tables of the history from end to end, a block of rows at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg import sql
from psycopg_pool import ConnectionPool

from telemetry.kept.records import TABLES, Kept
from telemetry.kept.tables import INSTANT, NAMED, Table
from telemetry.store.together import SPAN
from zones.periods import Window

BLOCK_BYTES = 8_000_000
CONVERT_NULLS = {"strings_can_be_null": True, "quoted_strings_can_be_null": False}

# Positions of a window, of one operator or vehicle or all; instants in microseconds.
POSITIONS = """
SELECT id, operator, vehicle, sender, layer, (extract(epoch FROM at) * 1000000)::bigint AS at,
    (extract(epoch FROM received_at) * 1000000)::bigint AS received_at,
    (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_at,
    lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq
FROM telemetry.known_observation
WHERE at >= {start} AND at < {end} AND ({operator}::text IS NULL OR operator = {operator})
  AND ({vehicle}::text IS NULL OR vehicle = {vehicle})
  AND ({operator}::text IS NULL OR {vehicle}::text IS NULL
       OR track = telemetry.track_of({operator}, {vehicle}))
"""
# Verdicts of a window.
VERDICTS = """
SELECT observation_id AS observation, operator, vehicle, layer,
    (extract(epoch FROM at) * 1000000)::bigint AS at,
    (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_at,
    zone_id AS zone, zone_version, permit_id AS permit, permit_version, kind AS verdict, reason,
    relation, margin_m, margin_s, rulebook_version
FROM telemetry.each_verdict
WHERE at >= {start} AND at < {end} AND first_at >= {start} - {span} AND first_at < {end}
  AND ({operator}::text IS NULL OR operator = {operator})
  AND ({vehicle}::text IS NULL OR vehicle = {vehicle})
  AND ({operator}::text IS NULL OR {vehicle}::text IS NULL
       OR track = telemetry.track_of({operator}, {vehicle}))
"""
# Visits that ended in a window.
VISITS = """
SELECT id, operator, vehicle, layer, zone_id AS zone, zone_version, permit_id AS permit,
    permit_version, purpose, (extract(epoch FROM entered_at) * 1000000)::bigint AS entered_at,
    (extract(epoch FROM left_at) * 1000000)::bigint AS left_at, certain_ms, uncertain_ms,
    distance_m, observations, violations,
    (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_at
FROM telemetry.visit
WHERE left_at >= {start} AND left_at < {end}
  AND ({operator}::text IS NULL OR operator = {operator})
  AND ({vehicle}::text IS NULL OR vehicle = {vehicle})
"""
# Sums of the hours of a window, which name no vehicle.
STATISTICS = """
SELECT (extract(epoch FROM hour) * 1000000)::bigint AS hour, layer, zone_id AS zone, operator,
    observations, vehicles, violations, uncertain
FROM telemetry.zone_hour
WHERE hour >= {start} AND hour < {end} AND ({operator}::text IS NULL OR operator = {operator})
  AND {vehicle}::text IS NULL
"""
# How many rows there are.
COUNT = "SELECT count(*) FROM ({rows}) AS rows"
# The rows, as text.
COPY = "COPY ({rows}) TO STDOUT (FORMAT csv)"
STATEMENTS: Mapping[Kept, str] = MappingProxyType(
    {
        Kept.POSITIONS: POSITIONS,
        Kept.VERDICTS: VERDICTS,
        Kept.VISITS: VISITS,
        Kept.STATISTICS: STATISTICS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows to take: of a table, in a window, of one operator or vehicle or all."""

    kept: Kept
    window: Window
    operator: str | None = None
    vehicle: str | None = None


def count(pool: ConnectionPool, wanted: Wanted) -> int:
    """Return how many rows there are."""
    with pool.connection() as connection:
        counted = connection.execute(sql.SQL(COUNT).format(rows=_rows(wanted))).fetchone()
    return counted[0] if counted else 0


def blocks(pool: ConnectionPool, wanted: Wanted) -> Iterator[pa.Table]:
    """Return the rows in blocks, in no order; one block is in memory at a time."""
    table = TABLES[wanted.kept]
    with (
        pool.connection() as connection,
        connection.cursor() as cursor,
        cursor.copy(sql.SQL(COPY).format(rows=_rows(wanted))) as copy,
    ):
        held, size = [], 0
        for row in copy:
            held.append(row)
            size += len(row)
            if size >= BLOCK_BYTES:
                yield _block(held, table)
                held, size = [], 0
        if held:
            yield _block(held, table)


def _rows(wanted: Wanted) -> sql.Composed:
    return sql.SQL(STATEMENTS[wanted.kept]).format(
        start=sql.Literal(wanted.window.start),
        end=sql.Literal(wanted.window.end),
        span=sql.Literal(SPAN),
        operator=sql.Literal(wanted.operator),
        vehicle=sql.Literal(wanted.vehicle),
    )


def _block(rows: list[bytes | bytearray | memoryview], table: Table) -> pa.Table:
    return pacsv.read_csv(
        pa.BufferReader(b"".join(rows)),
        read_options=pacsv.ReadOptions(
            column_names=[column.name for column in table.columns], use_threads=False
        ),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types={column.name: _text_type(column.kind) for column in table.columns},
            **CONVERT_NULLS,
        ),
    )


def _text_type(kind: pa.DataType) -> pa.DataType:
    """Return what a column is in the text: instants and names come as numbers."""
    return pa.int64() if kind in (INSTANT, NAMED) else kind
