"""Flight plans of the tests in the database: whose permit, which answer, what to tell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from permits.documents import from_document
from permits.model import Permit

Connection = psycopg.Connection[Any]

# The permit that was last asked for under a plan, as it stands.
PLANNED = """
SELECT v.document FROM permits.version asked
JOIN permits.permit p ON p.id = asked.permit
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE asked.move = 'apply' AND asked.by = 'interuss'
  AND asked.document #>> '{application,reference}' = %(plan)s
ORDER BY p.number DESC LIMIT 1
"""
# An operator's permits in some states that end after an instant and lie near a box.
NEAR = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE p.operator = %(operator)s AND p.state = ANY(%(states)s)
  AND p.bounds && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
ORDER BY p.number
"""
# All that happened to an operator's permits in a span, in order.
HAPPENED = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON v.permit = p.id
WHERE p.operator = %(operator)s AND v.recorded_at BETWEEN %(after)s AND %(before)s
ORDER BY v.recorded_at, p.number, v.version LIMIT %(most)s
"""
# What was last said of a permit's aircraft.
AIRCRAFT = "SELECT state FROM permits.interuss_aircraft WHERE permit = %(permit)s"
# Remember what is said of a permit's aircraft.
SAY = """
INSERT INTO permits.interuss_aircraft (permit, state, recorded_at)
VALUES (%(permit)s, %(state)s, %(at)s)
ON CONFLICT (permit) DO UPDATE SET state = excluded.state, recorded_at = excluded.recorded_at
"""
# What a request was answered.
ANSWERED = "SELECT digest, answer FROM permits.interuss_request WHERE id = %(id)s"
# Remember what a request was answered.
ANSWER = """
INSERT INTO permits.interuss_request (id, digest, answer, recorded_at)
VALUES (%(id)s, %(digest)s, %(answer)s, %(at)s) ON CONFLICT DO NOTHING
"""

Box = tuple[float, float, float, float]
Said = Mapping[str, Any]


def planned(connection: Connection, plan: UUID) -> Permit | None:
    """Return the permit last asked for under a plan."""
    row = connection.execute(PLANNED, {"plan": str(plan)}).fetchone()
    return None if row is None else from_document(row[0])


def near(
    connection: Connection, operator: str, states: Sequence[str], bounds: Box
) -> tuple[Permit, ...]:
    """Return an operator's permits in some states whose bounds meet a box."""
    west, south, east, north = bounds
    values = {"operator": operator, "states": list(states)}
    place = {"west": west, "south": south, "east": east, "north": north}
    rows = connection.execute(NEAR, {**values, **place}).fetchall()
    return tuple(from_document(document) for (document,) in rows)


def happened(
    connection: Connection, operator: str, span: tuple[datetime, datetime], most: int
) -> tuple[Permit, ...]:
    """Return the versions of an operator's permits that were made in a span, limits included."""
    after, before = span
    values = {"operator": operator, "after": after, "before": before, "most": most}
    rows = connection.execute(HAPPENED, values).fetchall()
    return tuple(from_document(document) for (document,) in rows)


def aircraft(connection: Connection, permit: UUID) -> str | None:
    """Return what was last said of a permit's aircraft."""
    row = connection.execute(AIRCRAFT, {"permit": permit}).fetchone()
    return None if row is None else str(row[0])


def say(connection: Connection, permit: UUID, state: str, at: datetime) -> None:
    """Remember what is said of a permit's aircraft."""
    connection.execute(SAY, {"permit": permit, "state": state, "at": at})


def answered(connection: Connection, request: str) -> tuple[bytes, Said] | None:
    """Return the digest of a request and what it was answered."""
    row = connection.execute(ANSWERED, {"id": request}).fetchone()
    return None if row is None else (bytes(row[0]), row[1])


def answer(connection: Connection, request: str, digest: bytes, said: Said, at: datetime) -> None:
    """Remember what a request was answered."""
    values = {"id": request, "digest": digest, "answer": Jsonb(dict(said)), "at": at}
    connection.execute(ANSWER, values)
