"""What documents operators and vehicles hold, in the database; they are only ever added."""

from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.range import TimestamptzRange

from permits.kinds import DocumentKind
from permits.parties import HeldDocument, OperatorId, VehicleId

Connection = psycopg.Connection[Any]

# Write a document down, unless it is there.
ADD = """
INSERT INTO permits.document
    (operator, vehicle, kind, number, issuer, valid, attached_by, attached_at)
VALUES (%(operator)s, %(vehicle)s, %(kind)s, %(number)s, %(issuer)s, %(valid)s, %(attached_by)s,
    %(attached_at)s)
ON CONFLICT DO NOTHING
"""
# The documents of an operator itself and of those of its vehicles that are named.
HELD = """
SELECT operator, vehicle, kind, number, issuer, valid, attached_by, attached_at
FROM permits.document
WHERE operator = %(operator)s AND (vehicle IS NULL OR vehicle = ANY(%(vehicles)s))
ORDER BY vehicle NULLS FIRST, kind, lower(valid), issuer, number
"""


def add(connection: Connection, document: HeldDocument) -> None:
    """Record a document; the same one again changes nothing."""
    values = {
        "operator": document.operator,
        "vehicle": document.vehicle,
        "kind": document.kind.value,
        "number": document.number,
        "issuer": document.issuer,
        "valid": TimestamptzRange(document.valid_from, document.valid_until),
        "attached_by": document.attached_by,
        "attached_at": document.attached_at,
    }
    connection.execute(ADD, values)


def held(
    connection: Connection, operator: str, vehicles: tuple[str, ...]
) -> tuple[HeldDocument, ...]:
    """Return the documents of an operator itself and of these of its vehicles."""
    cursor = connection.cursor(row_factory=dict_row)
    rows = cursor.execute(HELD, {"operator": operator, "vehicles": list(vehicles)})
    return tuple(_document(row) for row in rows)


def _document(row: DictRow) -> HeldDocument:
    valid = row["valid"]
    return HeldDocument(
        operator=OperatorId(row["operator"]),
        vehicle=None if row["vehicle"] is None else VehicleId(row["vehicle"]),
        kind=DocumentKind(row["kind"]),
        number=row["number"],
        issuer=row["issuer"],
        valid_from=valid.lower,
        valid_until=valid.upper,
        attached_by=row["attached_by"],
        attached_at=row["attached_at"],
    )
