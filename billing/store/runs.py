"""Where is it kept which runs nobody started, and what they came to?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from billing.periods import parse
from billing.planning import Due, Ran

Connection = psycopg.Connection[Any]

# One at a time, in whatever process; until it is given back, or the connection ends.
TAKE_TURN = "SELECT pg_try_advisory_lock(hashtext('billing.scheduled_run'))"
GIVE_TURN = "SELECT pg_advisory_unlock(hashtext('billing.scheduled_run'))"
# The last of what was tried for one due run: done, or failed.
LAST = """
SELECT * FROM billing.scheduled_run
WHERE period = %(period)s AND due_at = %(due_at)s AND dry = %(dry)s
ORDER BY began_at DESC LIMIT 1
"""
# One that ended, well or not.
RECORD = """
INSERT INTO billing.scheduled_run (period, due_at, dry, began_at, ended_at, outcome, failure)
VALUES (%(period)s, %(due_at)s, %(dry)s, %(began_at)s, %(ended_at)s, %(outcome)s, %(failure)s)
"""
# The newest.
NEWEST = "SELECT * FROM billing.scheduled_run ORDER BY began_at DESC LIMIT %(limit)s"


@contextmanager
def turn(connection: Connection) -> Iterator[bool]:
    """Have the turn to run what is due, unless another process has it; in no transaction.

    A run takes minutes: a server may cut off who is in a transaction as long and does nothing.
    """
    connection.autocommit = True
    row = connection.execute(TAKE_TURN).fetchone()
    taken = bool(row and row[0])
    try:
        yield taken
    finally:
        if not connection.closed:
            if taken:
                connection.execute(GIVE_TURN)
            connection.autocommit = False


def last(connection: Connection, due: Due, *, dry: bool) -> Ran | None:
    """Return what was tried last of a due run."""
    values = {"period": due.period.label, "due_at": due.at, "dry": dry}
    row = connection.cursor(row_factory=dict_row).execute(LAST, values).fetchone()
    return None if row is None else _from_row(row)


def record(connection: Connection, ran: Ran) -> None:
    """Write down a run that ended."""
    values = {
        "period": ran.due.period.label,
        "due_at": ran.due.at,
        "dry": ran.dry,
        "began_at": ran.began_at,
        "ended_at": ran.ended_at,
        "outcome": None if ran.outcome is None else Jsonb(dict(ran.outcome)),
        "failure": ran.failure,
    }
    connection.execute(RECORD, values)


def newest(connection: Connection, limit: int) -> tuple[Ran, ...]:
    """Return the newest runs, the newest first."""
    rows = connection.cursor(row_factory=dict_row).execute(NEWEST, {"limit": limit}).fetchall()
    return tuple(_from_row(row) for row in rows)


def _from_row(row: Mapping[str, Any]) -> Ran:
    return Ran(
        due=Due(period=parse(row["period"]), at=row["due_at"]),
        dry=row["dry"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        failure=row["failure"],
    )
