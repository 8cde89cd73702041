"""What granted permits hold in the database: who is where when, and who decides there alone."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import psycopg

from permits.beside.reaches import Reaches
from permits.case import Engagement, Neighbour
from permits.documents import volume_document, volume_from
from permits.model import Application, OperationVolume, Permit
from permits.parties import VehicleId
from permits.store.columns import box, numbers, span, texts, union, written
from permits.store.steps import in_steps
from zones.model import Layer

Connection = psycopg.Connection[Any]
# Which placing of a volume, its permit, for how many vehicles, which of those asked for, itself.
Row = tuple[Any, ...]

# Have places alone, or with others, until the end of the transaction; or the layer.
HOLD = "SELECT permits.hold(%(layer)s, %(keys)s::bigint[], %(apart)s::boolean[])"
# Granted volumes in reach, and those of the vehicles while the permit is asked for.
BESIDE = """
SELECT * FROM permits.beside(%(layer)s, %(reading)s::json, %(operator)s, %(named)s::text[],
    %(meanwhile)s::tstzmultirange)
"""
# Those of each of many applications.
EACH_BESIDE = """
SELECT asked.place, found.* FROM ROWS FROM (json_to_recordset(%(asked)s::json)
    AS (layer text, reading json, operator text, named text[], meanwhile tstzmultirange))
    WITH ORDINALITY AS asked (layer, reading, operator, named, meanwhile, place)
CROSS JOIN LATERAL permits.beside(asked.layer, asked.reading, asked.operator, asked.named,
    asked.meanwhile) AS found
"""
# Have places, and tell whether those beside are still those who were seen.
STILL_BESIDE = """
permits.still_beside(%(layer)s, %(keys)s::bigint[], %(apart)s::boolean[], %(reading)s::json,
    %(operator)s, %(named)s::text[], %(meanwhile)s::tstzmultirange, %(seen)s::bigint[])
"""
# Let the volumes of a permit be found.
ADD = """
INSERT INTO permits.volume (permit, number, layer, bounds, during, vehicles, document)
SELECT %(permit)s::uuid, v.number, %(layer)s, v.bounds, v.during, %(vehicles)s::integer,
    v.document::text
FROM fits, ROWS FROM (json_to_recordset(%(volumes)s::json)
    AS (bounds box, during tstzrange, document json))
    WITH ORDINALITY AS v (bounds, during, document, number)
ON CONFLICT DO NOTHING
"""
# Let its vehicles be found to be engaged.
ENGAGE = """
INSERT INTO permits.engagement (permit, vehicle, operator, during)
SELECT %(permit)s::uuid, named.vehicle, %(operator)s, %(meanwhile)s::tstzmultirange
FROM fits, json_array_elements_text(%(engaged)s::json) AS named (vehicle)
ON CONFLICT DO NOTHING
"""
# Free what permits no longer hold: their volumes, and their vehicles.
REMOVE = """
WITH freed AS (DELETE FROM permits.engagement WHERE permit = ANY(%(permits)s))
DELETE FROM permits.volume WHERE permit = ANY(%(permits)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The granted volumes in reach, and those of other permits of the vehicles.

    `placed` are their numbers, in order: who reads the same numbers again reads the same volumes.
    """

    neighbours: tuple[Neighbour, ...]
    engagements: tuple[Engagement, ...]
    placed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was asked for beside an application, what was seen there, and by which law.

    `published` is what tells, in SQL, how often the law was published.
    """

    wanted: Reaches
    application: Application
    placed: tuple[int, ...]
    law: int
    published: str


def hold(connection: Connection, wanted: Reaches) -> None:
    """Wait until nobody else decides about these, and keep them until the transaction ends.

    Who is in nobody's way has the layer with all others all the same: for `settle` to wait for.
    """
    connection.execute(HOLD, {"layer": wanted.layer.value, **_holding(wanted)})


def settle(connection: Connection, layer: Layer) -> None:
    """Wait until everybody who is deciding in a layer has recorded what was decided."""
    connection.execute(HOLD, {"layer": layer.value, "keys": None, "apart": None})
    connection.commit()


def counted(connection: Connection, published: str) -> int:
    """Return how often the law was published."""
    row = connection.execute(f"SELECT {published}").fetchone()
    return int(row[0]) if row else 0


def lawfully_beside(
    connection: Connection, wanted: Reaches, application: Application, published: str
) -> tuple[int, Beside]:
    """Return how often the law was published, and who is beside, in one way to the server."""
    asked = connection.execute(_lawfully(published), asking(wanted, application))
    (law, *_), *rows = asked.fetchall()
    return law, read(rows)


def beside(connection: Connection, wanted: Reaches, application: Application) -> Beside:
    """Return the volumes in reach, and what the vehicles are granted anywhere in the meantime."""
    return read(connection.execute(BESIDE, asking(wanted, application)))


def each_beside(
    connection: Connection, asked: Iterable[tuple[Reaches, Application]]
) -> Iterator[Beside]:
    """Yield the same of each of many applications, asked in one way to the server."""
    values = [
        {
            "layer": wanted.layer.value,
            "reading": _reading(wanted),
            "operator": application.operator,
            "named": list(application.vehicles),
            "meanwhile": union(application.volumes),
        }
        for wanted, application in asked
    ]
    found: list[list[Row]] = [[] for _ in values]
    for place, *row in connection.execute(EACH_BESIDE, {"asked": written(values)}):
        found[place - 1].append(tuple(row))
    return map(read, found)


def place(connection: Connection, permit: Permit) -> None:
    """Let the volumes of a permit be found, and its vehicles be engaged."""
    connection.execute(in_steps(ADD, ENGAGE), placing(permit))


def placing(permit: Permit) -> Mapping[str, Any]:
    """Return the values with which the volumes and vehicles of a permit are placed."""
    asked = permit.application
    volumes = [
        {
            "bounds": box(each.footprint.bounds),
            "during": span(each),
            "document": volume_document(each),
        }
        for each in asked.volumes
    ]
    return {
        "permit": permit.id,
        "layer": asked.layer.value,
        "operator": asked.operator,
        "vehicles": asked.counted,
        "volumes": written(volumes),
        "engaged": written(asked.vehicles),
        "meanwhile": union(asked.volumes),
    }


def free(connection: Connection, permits: Iterable[Permit]) -> None:
    """Free the volumes and vehicles of permits."""
    connection.execute(REMOVE, {"permits": [each.id for each in permits]})


def asking(wanted: Reaches, application: Application) -> Mapping[str, Any]:
    """Return the values with which those beside an application are asked for."""
    return {
        "layer": wanted.layer.value,
        "reading": written(_reading(wanted)),
        "operator": application.operator,
        "named": texts(application.vehicles),
        "meanwhile": union(application.volumes),
    }


def looking_again(sight: Sight) -> Mapping[str, Any]:
    """Return the values with which is told whether what was seen still stands."""
    return {
        **asking(sight.wanted, sight.application),
        **_holding(sight.wanted),
        "seen": numbers(sight.placed),
        "law": sight.law,
    }


@cache
def standing(published: str) -> str:
    """Return the condition that what was seen beside still stands, by the law of then.

    In this order: the law is looked at while places are held, for `settle` to wait for.
    """
    return f"SELECT WHERE CASE WHEN {STILL_BESIDE} THEN {published} = %(law)s END"


def read(rows: Iterable[Row]) -> Beside:
    """Return who is beside."""
    placed, neighbours, engagements = set[int](), list[Neighbour](), list[Engagement]()
    for number, permit, vehicles, engaged, document in rows:
        placed.add(number)
        volume = _volume(document)
        if engaged is None:
            neighbours.append(Neighbour(permit=permit, volume=volume, vehicles=vehicles))
        else:
            named = frozenset[VehicleId](engaged)
            engagements.append(Engagement(permit=permit, volume=volume, vehicles=named))
    return Beside(
        neighbours=tuple(neighbours),
        engagements=tuple(engagements),
        placed=tuple(sorted(placed)),
    )


@cache
def _lawfully(published: str) -> str:
    return f"SELECT {published} AS placed, NULL, NULL, NULL, NULL UNION ALL {BESIDE}"


def _reading(wanted: Reaches) -> Sequence[dict[str, Any]]:
    return [{"bounds": box(each.box), "during": span(each)} for each in wanted.reading]


def _holding(wanted: Reaches) -> Mapping[str, str | None]:
    if wanted.alone:
        return {"keys": None, "apart": None}
    return {
        "keys": numbers(each.number for each in wanted.keys),
        "apart": numbers(each.alone for each in wanted.keys),
    }


# Where many ask for one place, the same neighbours are read again and again.
@lru_cache(maxsize=4096)
def _volume(document: str) -> OperationVolume:
    return volume_from(json.loads(document))
