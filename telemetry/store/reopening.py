"""Reads what a late position touches, and writes down what is said otherwise because of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from telemetry.following.stays import instant
from telemetry.model import VehicleKey, Visit, VisitId
from telemetry.store.checkpoints import COLUMNS, Observed, observed
from telemetry.store.rows import visit_from_row

# The instant of the position before one, if it is near enough.
BEFORE = """
SELECT max(at) FROM telemetry.observation WHERE operator = %(operator)s AND vehicle = %(vehicle)s
  AND at < %(at)s AND at >= %(at)s - %(gap)s::interval
"""
# The visits that were not over before an instant.
VISITS = """
SELECT * FROM telemetry.visit WHERE operator = %(operator)s AND vehicle = %(vehicle)s
  AND left_at >= %(since)s ORDER BY entered_at, id
"""
# When some positions were; NULL for all where one is gone.
SINCE = """
SELECT CASE WHEN count(*) = cardinality(%(ids)s::bigint[]) THEN min(at) END
FROM telemetry.observation WHERE id = ANY(%(ids)s) AND operator = %(operator)s
  AND vehicle = %(vehicle)s
"""
# A vehicle's positions from an instant on, in order of time.
POSITIONS = f"""
SELECT {COLUMNS} FROM telemetry.observation
WHERE operator = %(operator)s AND vehicle = %(vehicle)s AND at >= %(since)s
ORDER BY at, id LIMIT %(most)s
"""  # noqa: S608 - the columns are ours
# What was said of visits, kept before they change.
KEEP = """
INSERT INTO telemetry.visit_before (id, operator, corrected_at, late, said)
SELECT id, operator, %(now)s, %(late)s, to_jsonb(visit) FROM telemetry.visit WHERE id = ANY(%(ids)s)
"""
# They are no longer so.
FORGET = "DELETE FROM telemetry.visit WHERE id = ANY(%(ids)s)"


class Past:
    """What is recorded of one vehicle."""

    def __init__(self, connection: Connection[Any], vehicle: VehicleKey) -> None:
        self._connection = connection
        self._named = {"operator": vehicle.operator, "vehicle": vehicle.vehicle}

    def before(self, at_ms: int, gap_ms: int) -> datetime:
        """Return the instant of the position before, or this one where there is none near."""
        at = instant(at_ms)
        named = {**self._named, "at": at, "gap": f"{gap_ms} milliseconds"}
        found = self._connection.execute(BEFORE, named).fetchone()
        return found[0] if found and found[0] else at

    def visits(self, since: datetime) -> list[Visit]:
        """Return the visits that were not over before an instant."""
        cursor = self._connection.cursor(row_factory=dict_row)
        rows = cursor.execute(VISITS, {**self._named, "since": since}).fetchall()
        return [visit_from_row(row) for row in rows]

    def since(self, observations: Collection[int]) -> datetime | None:
        """Return the instant of the first of these positions; None where one is not kept."""
        named = {**self._named, "ids": sorted(set(observations))}
        found = self._connection.execute(SINCE, named).fetchone()
        return found[0] if found else None

    def positions(self, since: datetime, most: int) -> Observed | None:
        """Return all positions from an instant on, in order of time; None if they are more."""
        named = {**self._named, "since": since, "most": most + 1}
        rows = self._connection.execute(POSITIONS, named).fetchall()
        return observed(rows) if len(rows) <= most else None

    def keep(self, visits: Sequence[VisitId], late: int, now: datetime) -> None:
        """Take visits out of what is so, into what was said before."""
        named = {"ids": list(visits), "late": late, "now": now}
        self._connection.execute(KEEP, named)
        self._connection.execute(FORGET, named)
