"""Who applies, in the database: the operator, the vehicles named and all documents, asked once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from permits.kinds import DocumentKind
from permits.model import Application
from permits.parties import HeldDocument, Operator, OperatorId, Vehicle, VehicleId
from permits.store.permits import Connection
from permits.store.registry import operator_from, vehicle_from
from permits.store.volumes import at_once, few
from permits.store.walls import behind

# The operator, those of its vehicles that are named, and the documents of both.
APPLICANT = """
SELECT
    (SELECT to_json(o) FROM permits.operator o WHERE o.id = %(operator)s),
    ARRAY(SELECT to_json(v) FROM permits.vehicle v
        WHERE v.operator = %(operator)s AND v.id = ANY(%(vehicles)s) ORDER BY v.id),
    ARRAY(SELECT json_build_object('operator', d.operator, 'vehicle', d.vehicle, 'kind', d.kind,
            'number', d.number, 'issuer', d.issuer, 'valid_from', lower(d.valid),
            'valid_until', upper(d.valid), 'attached_by', d.attached_by,
            'attached_at', d.attached_at)
        FROM permits.document d
        WHERE d.operator = %(operator)s AND (d.vehicle IS NULL OR d.vehicle = ANY(%(vehicles)s))
        ORDER BY d.vehicle NULLS FIRST, d.kind, lower(d.valid), d.issuer, d.number)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What is registered of who applies; no operator where nobody goes by the name."""

    operator: Operator | None
    vehicles: tuple[Vehicle, ...]
    documents: tuple[HeldDocument, ...]


def applicant(connection: Connection, application: Application) -> Applicant:
    """Return what is registered of who applies, read behind the wall."""
    with behind(connection, application.operator):
        found = _asked(connection, application)
    return _applicant(found.fetchone())


def applicants(connection: Connection, applications: Iterable[Application]) -> Iterator[Applicant]:
    """Yield what is registered of each who applied, read for the city itself."""
    for some in few(applications, lambda each: each):
        with at_once(connection, *some):
            found = [_asked(connection, each) for each in some]
        yield from (_applicant(each.fetchone()) for each in found)


def _asked(connection: Connection, application: Application) -> psycopg.Cursor[Any]:
    values = {"operator": application.operator, "vehicles": list(application.vehicles)}
    return connection.execute(APPLICANT, values)


def _applicant(row: tuple[Any, ...] | None) -> Applicant:
    operator, vehicles, documents = row or (None, (), ())
    return Applicant(
        operator=operator and operator_from(operator),
        vehicles=tuple(vehicle_from(each) for each in vehicles),
        documents=tuple(_document(each) for each in documents),
    )


def _document(row: Mapping[str, Any]) -> HeldDocument:
    vehicle = row["vehicle"]
    return HeldDocument(
        operator=OperatorId(row["operator"]),
        vehicle=None if vehicle is None else VehicleId(vehicle),
        kind=DocumentKind(row["kind"]),
        number=row["number"],
        issuer=row["issuer"],
        valid_from=datetime.fromisoformat(row["valid_from"]),
        valid_until=datetime.fromisoformat(row["valid_until"]),
        attached_by=row["attached_by"],
        attached_at=datetime.fromisoformat(row["attached_at"]),
    )
