"""Sums up what was recorded, and reads the sums: by zone or layer, hour or day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from telemetry.kept.statistics import By, Cell, Question
from zones.model import LAYERS, ZoneId

# One Octroi sums at a time; any number, on which all of them agree.
SUMMING_KEY = 0x0C7802
# Sum one at a time.
TAKE_TURN = "SELECT pg_advisory_lock(%(key)s)"
LEAVE_TURN = "SELECT pg_advisory_unlock(%(key)s)"
# Sum every hour that is not yet, or that something came for.
SUM_UP = "CALL telemetry.sum_up(%(through)s::timestamptz, %(now)s::timestamptz)"
# By zone: the sums of each step, the most vehicles of one hour in it, how many operators took part
# and the largest of them.
OF_ZONES = """
WITH chosen AS (
    SELECT date_trunc(%(step)s, hour, 'Europe/Paris') AS start, zone_id AS zone, sums.*
    FROM telemetry.zone_hour AS sums
    WHERE hour >= %(start)s AND hour < %(end)s
      AND (%(operator)s::text IS NULL OR operator = %(operator)s)
      AND (%(zone)s::text IS NULL OR zone_id = %(zone)s)
      AND (%(layer)s::smallint IS NULL OR layer = %(layer)s)
), hours AS (
    SELECT start, layer, zone, hour, sum(observations) AS observations,
        sum(vehicles) AS vehicles, sum(violations) AS violations, sum(uncertain) AS uncertain
    FROM chosen GROUP BY 1, 2, 3, 4
), cells AS (
    SELECT start, layer, zone, sum(observations)::bigint AS observations,
        max(vehicles)::bigint AS vehicles, sum(violations)::bigint AS violations,
        sum(uncertain)::bigint AS uncertain
    FROM hours GROUP BY 1, 2, 3
), shares AS (
    SELECT start, layer, zone, operator, sum(observations) AS observations
    FROM chosen GROUP BY 1, 2, 3, 4
), parties AS (
    SELECT start, layer, zone, count(*) AS operators, max(observations)::bigint AS largest
    FROM shares GROUP BY 1, 2, 3
)
SELECT * FROM cells JOIN parties USING (start, layer, zone)
WHERE %(after)s::timestamptz IS NULL
   OR (start, layer, zone) > (%(after)s, %(after_layer)s::smallint, %(after_zone)s::text)
ORDER BY start, layer, zone LIMIT %(limit)s
"""
# By layer: the same of every observation, in a zone or not; verdicts belong to zones.
OF_LAYERS = """
WITH chosen AS (
    SELECT date_trunc(%(step)s, hour, 'Europe/Paris') AS start, sums.*
    FROM telemetry.layer_hour AS sums
    WHERE hour >= %(start)s AND hour < %(end)s
      AND (%(operator)s::text IS NULL OR operator = %(operator)s)
      AND (%(layer)s::smallint IS NULL OR layer = %(layer)s)
), hours AS (
    SELECT start, layer, hour, sum(observations) AS observations, sum(vehicles) AS vehicles
    FROM chosen GROUP BY 1, 2, 3
), cells AS (
    SELECT start, layer, sum(observations)::bigint AS observations,
        max(vehicles)::bigint AS vehicles
    FROM hours GROUP BY 1, 2
), shares AS (
    SELECT start, layer, operator, sum(observations) AS observations FROM chosen GROUP BY 1, 2, 3
), parties AS (
    SELECT start, layer, count(*) AS operators, max(observations)::bigint AS largest
    FROM shares GROUP BY 1, 2
)
SELECT cells.*, operators, largest, NULL AS zone, NULL AS violations, NULL AS uncertain
FROM cells JOIN parties USING (start, layer)
WHERE %(after)s::timestamptz IS NULL OR (start, layer) > (%(after)s, %(after_layer)s::smallint)
ORDER BY start, layer LIMIT %(limit)s
"""
STATEMENTS: Mapping[By, str] = MappingProxyType({By.ZONE: OF_ZONES, By.LAYER: OF_LAYERS})


def sum_up(pool: ConnectionPool, *, through: datetime, now: datetime) -> None:
    """Sum every hour before `through`; what came late for one that was summed is added."""
    named = {"through": through, "now": now}
    with pool.connection() as connection:
        # A continuous aggregate is refreshed in transactions of its own.
        connection.autocommit = True
        try:
            _in_turn(connection, named)
        finally:
            connection.autocommit = False


def cells(pool: ConnectionPool, question: Question) -> tuple[Cell, ...]:
    """Return one page of sums, in the order of time, layer and zone."""
    after, after_layer, after_zone = question.after or (None, None, None)
    named = {
        "step": question.step.value,
        "start": question.window.start,
        "end": question.window.end,
        "operator": question.operator,
        "zone": question.zone,
        "layer": None if question.layer is None else question.layer.code,
        "after": after,
        "after_layer": None if after_layer is None else after_layer.code,
        "after_zone": after_zone,
        "limit": question.limit,
    }
    with pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        rows: Sequence[DictRow] = cursor.execute(STATEMENTS[question.by], named).fetchall()
    return tuple(map(_from_row, rows))


def _in_turn(connection: Connection, named: Mapping[str, object]) -> None:
    turn = {"key": SUMMING_KEY}
    connection.execute(TAKE_TURN, turn)
    try:
        connection.execute(SUM_UP, named)
    finally:
        connection.execute(LEAVE_TURN, turn)


def _from_row(row: DictRow) -> Cell:
    return Cell(
        start=row["start"],
        layer=LAYERS[row["layer"]],
        zone=None if row["zone"] is None else ZoneId(row["zone"]),
        observations=row["observations"],
        vehicles=row["vehicles"],
        violations=row["violations"],
        uncertain=row["uncertain"],
        operators=row["operators"],
        largest=row["largest"],
    )
