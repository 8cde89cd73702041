"""Who applies, in the database: the operator, the vehicles named and all documents, asked once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
import psycopg

from permits.beside.reaches import Reaches
from permits.kinds import DocumentKind
from permits.model import Application
from permits.parties import HeldDocument, Operator, OperatorId, Vehicle, VehicleId
from permits.store.columns import texts, written
from permits.store.registry import operator_from, vehicle_from
from permits.store.volumes import BESIDE, Beside, asking, read

Connection = psycopg.Connection[Any]

# The operator, those of its vehicles that are named, and the documents of both, behind the wall.
APPLICANT = "permits.applicant(%(operator)s, %(named)s::text[])::text"
# Those of many who applied, read for the city itself.
APPLICANTS = """
SELECT permits.registered(asked.operator, asked.named)::text
FROM ROWS FROM (json_to_recordset(%(asked)s::json) AS (operator text, named text[]))
    WITH ORDINALITY AS asked (operator, named, place)
ORDER BY asked.place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What is registered of who applies; no operator where nobody goes by the name."""

    operator: Operator | None
    vehicles: tuple[Vehicle, ...]
    documents: tuple[HeldDocument, ...]


NOBODY = Applicant(operator=None, vehicles=(), documents=())


def applicant(connection: Connection, application: Application) -> Applicant:
    """Return what is registered of who applies, read behind the wall."""
    values = {"operator": application.operator, "named": texts(application.vehicles)}
    row = connection.execute(f"SELECT {APPLICANT}", values).fetchone()
    return _applicant(row[0]) if row else NOBODY


def applicant_beside(
    connection: Connection, wanted: Reaches, application: Application, published: str
) -> tuple[Applicant, int, Beside]:
    """Return the same, how often the law was published and who is beside: all that is asked once.

    In one way to the server; `published` is what tells it there.
    """
    asked = connection.execute(_with_beside(published), asking(wanted, application))
    (law, *_, registered), *rows = asked.fetchall()
    return _applicant(registered), law, read(rows)


def applicants(connection: Connection, applications: Iterable[Application]) -> Iterator[Applicant]:
    """Yield what is registered of each who applied, asked in one way to the server."""
    asked = [{"operator": each.operator, "named": list(each.vehicles)} for each in applications]
    for (registered,) in connection.execute(APPLICANTS, {"asked": written(asked)}):
        yield _applicant(registered)


@cache
def _with_beside(published: str) -> str:
    return f"SELECT {published} AS placed, NULL, NULL, NULL, {APPLICANT} UNION ALL {BESIDE}"


def _applicant(registered: str) -> Applicant:
    row = msgspec.json.decode(registered)
    operator = row["operator"]
    return Applicant(
        operator=operator and operator_from(operator),
        vehicles=tuple(vehicle_from(each) for each in row["vehicles"]),
        documents=tuple(_document(each) for each in row["documents"]),
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
