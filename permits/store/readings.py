"""What the city's staff asked to see, in the database: only ever added to."""

from collections.abc import Iterable
from typing import Any

from permits.parties import OperatorId, Role
from permits.readings import Reading, ReadingSearch
from permits.store.permits import Connection

# Write down what somebody is about to be shown.
ADD = """
INSERT INTO permits.reading (at, role, name, address, operators, reason)
VALUES (%(at)s, %(role)s, %(name)s, %(address)s, %(operators)s, %(reason)s)
"""
# What was asked to be seen, newest first.
SEARCH = """
SELECT number, at, role, name, address, operators, reason FROM permits.reading
WHERE (%(operator)s::text IS NULL OR operators IS NULL OR operators @> ARRAY[%(operator)s::text])
  AND (%(name)s::text IS NULL OR name = %(name)s)
  AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
  AND (%(before)s::bigint IS NULL OR number < %(before)s)
ORDER BY number DESC LIMIT %(limit)s
"""


def add(connection: Connection, reading: Reading) -> None:
    """Write a reading down."""
    values = {
        "at": reading.at,
        "role": reading.role,
        "name": reading.name,
        "address": reading.address,
        "operators": None if reading.operators is None else sorted(reading.operators),
        "reason": reading.reason,
    }
    connection.execute(ADD, values)


def search(connection: Connection, wanted: ReadingSearch) -> tuple[Reading, ...]:
    """Return readings, newest first."""
    values = {
        "operator": wanted.operator,
        "name": wanted.name,
        "since": wanted.since,
        "until": wanted.until,
        "before": wanted.before,
        "limit": wanted.limit,
    }
    rows: Iterable[Any] = connection.execute(SEARCH, values)
    return tuple(_reading(*row) for row in rows)


def _reading(  # noqa: PLR0917 - a row
    number: int,
    at: Any,  # noqa: ANN401 - a row
    role: str,
    name: str,
    address: str,
    operators: list[str] | None,
    reason: str,
) -> Reading:
    return Reading(
        number=number,
        at=at,
        role=Role(role),
        name=name,
        address=address,
        operators=None if operators is None else frozenset(map(OperatorId, operators)),
        reason=reason,
    )
