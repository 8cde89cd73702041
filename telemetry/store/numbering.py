"""Which observations came before, as the database knows it, and which ids are free?

One process at a time takes a share of observations in: whoever begins a turn ends the one before,
and what an ended turn still tries to write is not written. So the turn's holder may keep in memory
which numbers are used; of those it wrote last, the observations themselves are the record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from permits.parties import OperatorId, VehicleId
from telemetry.intake.claims import Boot, Used
from telemetry.intake.shares import Share
from telemetry.model import Observations, VehicleKey
from zones.columns import Floats, Instants

IDS_AT_ONCE = 1000  # as the sequence counts

# Wait until no transaction of the turn before is open.
TAKE_OVER = "SELECT pg_advisory_xact_lock(hashtext('telemetry.intake'))"
# Among how many it is shared out.
SHARED = "SELECT max(shares) FROM telemetry.intake"
# Share it out anew, with what is surely written of all.
SHARE_OUT = """
WITH before AS (DELETE FROM telemetry.intake RETURNING *),
    known AS (SELECT max(turn) AS turn, min(counted_to) AS counted_to,
        min(standing_to) AS standing_to FROM before)
INSERT INTO telemetry.intake (share, shares, turn, counted_to, standing_to)
SELECT number, %(of)s, turn, counted_to, standing_to FROM known, generate_series(1, %(of)s) number
"""
# End the turn before.
NEXT_TURN = "UPDATE telemetry.intake SET turn = turn + 1 WHERE share = %(number)s RETURNING turn"
# Count the numbers of the observations that the turn before did not count.
COUNT_THE_REST = """
WITH rest AS (
    SELECT operator, vehicle, boot, range_agg(int8range(seq, seq, '[]')) AS numbers
    FROM telemetry.observation
    WHERE id > (SELECT counted_to FROM telemetry.intake WHERE share = %(number)s)
      AND seq IS NOT NULL AND telemetry.share_of(operator, %(of)s) = %(number)s
    GROUP BY operator, vehicle, boot)
INSERT INTO telemetry.used_number AS known SELECT * FROM rest
ON CONFLICT (operator, vehicle, boot) DO UPDATE SET numbers = known.numbers + EXCLUDED.numbers
"""
# All observations are counted.
COUNTED = """
UPDATE telemetry.intake
SET counted_to = greatest(
    counted_to, (SELECT max(id) FROM telemetry.observation WHERE id > counted_to))
WHERE share = %(number)s
"""
# Hold the turn for the rest of the transaction, or fail; numbers of ours only.
HOLD = "SELECT telemetry.hold_turn({number:d}, {of:d}, {turn:d})"
ENDED = "OT001"
# The numbers that these boots have used.
USED = """
SELECT operator, vehicle, boot, array_agg(lower(part)), array_agg(upper(part) - 1)
FROM telemetry.used_number
JOIN unnest(%(operator)b::text[], %(vehicle)b::text[], %(boot)b::text[])
    AS wanted (operator, vehicle, boot) USING (operator, vehicle, boot),
    unnest(numbers) AS part
GROUP BY operator, vehicle, boot
"""
# Which of these are stored just as they are given; whatever says something else, is not.
STORED = """
SELECT given.row FROM unnest(
    %(row)b::bigint[], %(operator)b::text[], %(vehicle)b::text[], %(boot)b::text[],
    %(seq)b::bigint[], %(at)b::timestamptz[], %(lon)b::float8[], %(lat)b::float8[],
    %(alt_m)b::float8[], %(alt_ref)b::smallint[], %(h_acc_m)b::float8[], %(v_acc_m)b::float8[],
    %(speed_mps)b::float8[], %(heading_deg)b::float8[]
) AS given (row, operator, vehicle, boot, seq, at, lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m,
    speed_mps, heading_deg)
WHERE EXISTS (
    SELECT FROM telemetry.observation o
    WHERE telemetry.track_of(o.operator, o.vehicle)
        = telemetry.track_of(given.operator, given.vehicle)
      AND o.operator = given.operator AND o.vehicle = given.vehicle AND o.at = given.at
      AND o.boot = given.boot AND o.seq = given.seq
      AND o.lon = given.lon AND o.lat = given.lat AND o.alt_ref = given.alt_ref
      AND o.h_acc_m = given.h_acc_m AND o.v_acc_m = given.v_acc_m
      AND o.alt_m IS NOT DISTINCT FROM given.alt_m
      AND o.speed_mps IS NOT DISTINCT FROM given.speed_mps
      AND o.heading_deg IS NOT DISTINCT FROM given.heading_deg)
"""
# Take the keys that nobody took before.
TAKE_KEYS = """
INSERT INTO telemetry.observation_key (operator, vehicle, key, received_at)
SELECT * FROM unnest(
    %(operator)b::text[], %(vehicle)b::text[], %(key)b::text[], %(received_at)b::timestamptz[])
ON CONFLICT DO NOTHING RETURNING operator, vehicle, key
"""
# Take ids for observations.
TAKE_IDS = "SELECT nextval('telemetry.observation_id') FROM generate_series(1, %(times)s)"
# Count numbers that are used; what was counted stays so.
COUNT = """
INSERT INTO telemetry.used_number AS known (operator, vehicle, boot, numbers)
SELECT operator, vehicle, boot, numbers::int8multirange FROM unnest(
    %(operator)b::text[], %(vehicle)b::text[], %(boot)b::text[], %(numbers)b::text[]
) AS given (operator, vehicle, boot, numbers)
ON CONFLICT (operator, vehicle, boot) DO UPDATE SET numbers = known.numbers + EXCLUDED.numbers
"""
# Up to this observation, all are counted.
COUNTED_TO = """
UPDATE telemetry.intake SET counted_to = greatest(counted_to, %(id)s)
WHERE (share, shares) = (%(number)s, %(of)s)
"""

Rows = NDArray[np.intp]


class TurnEnded(Exception):
    """Another process takes observations in; nothing was written, and this one may begin again."""


class SharedOtherwise(psycopg.OperationalError):
    """Observations are now shared out among more or fewer processes: this one has no share left."""


def begin_turn(connection: Connection, mine: Share, *, starting: bool) -> int:
    """End our share's turn before, complete the record of used numbers, and return our turn.

    Who starts may share out anew; who is at it, and finds others have, is not to.
    """
    named = asdict(mine)
    connection.execute(TAKE_OVER)
    shared = connection.execute(SHARED).fetchone()
    if shared is None or shared[0] != mine.of:
        if not starting:
            msg = f"observations are no longer shared out as for {mine}; nothing is taken in here"
            raise SharedOtherwise(msg)
        connection.execute(SHARE_OUT, named)
    row = connection.execute(NEXT_TURN, named).fetchone()
    connection.execute(COUNT_THE_REST, named)
    connection.execute(COUNTED, named)
    return int(row[0]) if row else 0


def hold_turn(turn: int, mine: Share) -> str:
    """Return what makes sure that nobody ends the turn before the transaction does."""
    return HOLD.format(number=mine.number, of=mine.of, turn=turn)


@contextmanager
def in_turn() -> Iterator[None]:
    """Tell apart from other failures that the turn has ended."""
    try:
        yield
    except psycopg.DatabaseError as error:
        if error.sqlstate == ENDED:
            msg = "another process has begun to take observations in"
            raise TurnEnded(msg) from error
        raise


def used_numbers(connection: Connection, boots: Sequence[Boot]) -> dict[Boot, Used]:
    """Return the numbers that boots have used."""
    found = {boot: Used() for boot in boots}
    if boots:
        for operator, vehicle, boot, firsts, lasts in connection.execute(USED, _columns(boots)):
            key = VehicleKey(OperatorId(operator), VehicleId(vehicle))
            found[Boot(key, boot)] = Used(sorted(firsts), sorted(lasts))
    return found


def stored(connection: Connection, batch: Observations, rows: Rows) -> set[int]:
    """Return which rows are stored already, in all they say."""
    if not len(rows):
        return set()
    where = batch.positions
    vehicles = [batch.vehicles[number] for number in batch.vehicle[rows].tolist()]
    columns: dict[str, list[Any]] = {
        "row": rows.tolist(),
        "operator": [vehicle.operator for vehicle in vehicles],
        "vehicle": [vehicle.vehicle for vehicle in vehicles],
        "boot": [batch.boots[number] for number in batch.boot[rows].tolist()],
        "seq": batch.seq[rows].tolist(),
        "at": _instants(where.at_ms[rows]),
        "lon": where.lon[rows].tolist(),
        "lat": where.lat[rows].tolist(),
        "alt_m": _known(where.alt_m[rows]),
        "alt_ref": where.alt_ref[rows].tolist(),
        "h_acc_m": where.h_acc_m[rows].tolist(),
        "v_acc_m": where.v_acc_m[rows].tolist(),
        "speed_mps": _known(batch.speed_mps[rows]),
        "heading_deg": _known(batch.heading_deg[rows]),
    }
    return {row for (row,) in connection.execute(STORED, columns)}


def take_keys(
    connection: Connection, batch: Observations, keys: Mapping[int, str]
) -> set[tuple[VehicleKey, str]]:
    """Take the keys of rows without a number; return those that nobody took before."""
    if not keys:
        return set()
    vehicles = [batch.vehicles[number] for number in batch.vehicle[list(keys)].tolist()]
    columns = {
        "operator": [vehicle.operator for vehicle in vehicles],
        "vehicle": [vehicle.vehicle for vehicle in vehicles],
        "key": list(keys.values()),
        "received_at": _instants(batch.received_at_ms[list(keys)]),
    }
    return {
        (VehicleKey(OperatorId(operator), VehicleId(vehicle)), key)
        for operator, vehicle, key in connection.execute(TAKE_KEYS, columns)
    }


def take_ids(connection: Connection, count: int) -> NDArray[np.int64]:
    """Return at least so many ids that nobody else has, rising."""
    times = -(-count // IDS_AT_ONCE)
    firsts = [row[0] for row in connection.execute(TAKE_IDS, {"times": times})]
    return (np.array(firsts)[:, None] + np.arange(IDS_AT_ONCE)).ravel()


def count(connection: Connection, used: Mapping[Boot, Used]) -> None:
    """Write down the numbers that boots have used."""
    numbers = [_multirange(each) for each in used.values()]
    connection.execute(COUNT, {**_columns(list(used)), "numbers": numbers})


def counted_to(connection: Connection, observation: int, mine: Share) -> None:
    """Write down that the numbers of all our observations up to this one are counted."""
    connection.execute(COUNTED_TO, {"id": observation, **asdict(mine)})


def _multirange(used: Used) -> str:
    pairs: Iterable[tuple[int, int]] = zip(used.firsts, used.lasts, strict=True)
    return "{" + ",".join(f"[{first},{last}]" for first, last in pairs) + "}"


def _columns(boots: Sequence[Boot]) -> dict[str, list[str]]:
    return {
        "operator": [one.vehicle.operator for one in boots],
        "vehicle": [one.vehicle.vehicle for one in boots],
        "boot": [one.boot for one in boots],
    }


def _instants(column: Instants) -> list[datetime]:
    return [datetime.fromtimestamp(ms / 1000, UTC) for ms in column.tolist()]


def _known(column: Floats) -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124 # NaN
