"""What granted permits hold in the database: who is where when, and who decides there alone."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import psycopg

from permits.beside.reaches import Reaches
from permits.case import Engagement, Neighbour
from permits.documents import volume_document, volume_from
from permits.model import Application, OperationVolume, Permit, PermitId
from permits.parties import VehicleId
from permits.store.columns import numbers, spans, union, written
from zones.model import Layer
from zones.space.coordinates import Bounds

Connection = psycopg.Connection[Any]
T = TypeVar("T")

MOST_AT_ONCE = 50

# Have a layer to oneself until the end of the transaction.
HOLD_LAYER = "SELECT pg_advisory_xact_lock(hashtextextended(%(layer)s, 0))"
# Have places, one after the other in their order, and the layer with all others who have places.
HOLD_PLACES = """
SELECT pg_advisory_xact_lock_shared(hashtextextended(%(layer)s, 0)),
    (SELECT count(CASE WHEN asked.alone THEN pg_advisory_xact_lock(asked.key)
            ELSE pg_advisory_xact_lock_shared(asked.key) END)
        FROM unnest(%(keys)s::bigint[], %(alone)s::boolean[]) AS asked (key, alone))
"""
# Granted volumes of a layer in any of some boxes during their spans.
NEAR = """
SELECT DISTINCT v.permit, v.number, v.vehicles, v.document
FROM unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[], %(north)s::float8[],
    %(spans)s::tstzrange[]) AS asked (west, south, east, north, during)
JOIN permits.volume v ON v.layer = %(layer)s AND v.during && asked.during
    AND v.bounds && box(point(asked.west, asked.south), point(asked.east, asked.north))
ORDER BY v.permit, v.number
"""
# Granted volumes of some vehicles of an operator, wherever they are, while the permit is asked for.
ENGAGED = """
SELECT e.permit, v.number, array_agg(e.vehicle), v.document
FROM permits.engagement e JOIN permits.volume v USING (permit)
WHERE e.operator = %(operator)s AND e.vehicle = ANY(%(vehicles)s)
  AND e.during && %(asked)s::tstzmultirange AND v.during && %(asked)s::tstzmultirange
GROUP BY e.permit, v.number, v.document ORDER BY e.permit, v.number
"""
# Let the volumes of a permit be found; `documents` are theirs, in their order.
ADD = """
INSERT INTO permits.volume (permit, number, layer, bounds, during, vehicles, document)
SELECT %(permit)s::uuid, v.number, %(layer)s, box(point(v.west, v.south), point(v.east, v.north)),
    v.during, %(vehicles)s::integer, (%(documents)s::jsonb -> (v.number - 1)::integer)::text
FROM unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[], %(north)s::float8[],
    %(spans)s::tstzrange[]) WITH ORDINALITY AS v (west, south, east, north, during, number)
ON CONFLICT DO NOTHING
"""
# Let its vehicles be found to be engaged.
ENGAGE = """
INSERT INTO permits.engagement (permit, vehicle, operator, during)
SELECT %(permit)s::uuid, named.vehicle, %(operator)s, %(engaged)s::tstzmultirange
FROM unnest(%(named)s::text[]) AS named (vehicle)
ON CONFLICT DO NOTHING
"""
# Free what permits no longer hold: their volumes, and their vehicles.
REMOVE = """
WITH freed AS (DELETE FROM permits.engagement WHERE permit = ANY(%(permits)s))
DELETE FROM permits.volume WHERE permit = ANY(%(permits)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The granted volumes in reach, and those of other permits of the vehicles."""

    neighbours: tuple[Neighbour, ...]
    engagements: tuple[Engagement, ...]


def hold(connection: Connection, wanted: Reaches) -> None:
    """Wait until nobody else decides about these, and keep them until the transaction ends.

    Who is in nobody's way has the layer with all others all the same: for `settle` to wait for.
    """
    values = {
        "layer": _name(wanted.layer),
        "keys": numbers(each.number for each in wanted.keys),
        "alone": numbers(each.alone for each in wanted.keys),
    }
    connection.execute(HOLD_LAYER if wanted.alone else HOLD_PLACES, values)


def settle(connection: Connection, layer: Layer) -> None:
    """Wait until everybody who is deciding in a layer has recorded what was decided."""
    connection.execute(HOLD_LAYER, {"layer": _name(layer)})
    connection.commit()


@contextmanager
def at_once(connection: Connection, *applications: Application) -> Iterator[None]:
    """Send what is asked here in one way to the server, unless it is much.

    In a pipeline psycopg forgets the rest of what a socket does not take at once.
    """
    if sum(map(_length, applications)) > MOST_AT_ONCE:
        yield
        return
    with connection.pipeline():
        yield


def few(asked: Iterable[T], application: Callable[[T], Application]) -> Iterator[Sequence[T]]:
    """Yield what is asked by as many as are sent at once, in their order."""
    some: list[T] = []
    room = MOST_AT_ONCE
    for each in asked:
        length = _length(application(each))
        if some and length > room:
            yield some
            some, room = [], MOST_AT_ONCE
        some.append(each)
        room -= length
    if some:
        yield some


def beside(
    connection: Connection, wanted: Reaches, application: Application
) -> Callable[[], Beside]:
    """Ask for the volumes in reach, and for what the vehicles do; return how to read the answers.

    Of vehicles it is what they are granted anywhere in the meantime.
    """
    near = connection.execute(NEAR, _reading(wanted)) if wanted.reading else ()
    engaged = connection.execute(ENGAGED, _engaging(application)) if application.vehicles else ()
    return lambda: Beside(
        neighbours=tuple(_neighbour(*row) for row in near),
        engagements=tuple(_engagement(*row) for row in engaged),
    )


def place(connection: Connection, permit: Permit) -> None:
    """Let the volumes of a permit be found, and its vehicles be engaged."""
    values = placing(permit)
    connection.execute(ADD, values)
    connection.execute(ENGAGE, values)


def placing(permit: Permit) -> Mapping[str, Any]:
    """Return the values with which the volumes and vehicles of a permit are placed."""
    volumes = permit.application.volumes
    return {
        "permit": permit.id,
        "layer": permit.application.layer.value,
        "vehicles": permit.application.counted,
        "documents": written([volume_document(each) for each in volumes]),
        "spans": spans(volumes),
        "operator": permit.application.operator,
        "named": list(permit.application.vehicles),
        "engaged": union(volumes),
        **_boxes([each.footprint.bounds for each in volumes]),
    }


def free(connection: Connection, permits: Iterable[Permit]) -> None:
    """Free the volumes and vehicles of permits."""
    connection.execute(REMOVE, {"permits": [each.id for each in permits]})


def _length(application: Application) -> int:
    return len(application.volumes) + len(application.vehicles)


def _name(layer: Layer) -> str:
    return f"permits/{layer}"


def _reading(wanted: Reaches) -> Mapping[str, Any]:
    return {
        "layer": wanted.layer.value,
        "spans": spans(wanted.reading),
        **_boxes([each.box for each in wanted.reading]),
    }


def _boxes(boxes: Sequence[Bounds]) -> Mapping[str, str]:
    sides = ("west", "south", "east", "north")
    return {side: numbers(box[place] for box in boxes) for place, side in enumerate(sides)}


def _engaging(asked: Application) -> Mapping[str, Any]:
    return {
        "operator": asked.operator,
        "vehicles": list(asked.vehicles),
        "asked": union(asked.volumes),
    }


def _neighbour(permit: PermitId, _number: int, vehicles: int, document: str) -> Neighbour:
    return Neighbour(permit=permit, volume=_volume(document), vehicles=vehicles)


def _engagement(
    permit: PermitId, _number: int, vehicles: list[VehicleId], document: str
) -> Engagement:
    return Engagement(permit=permit, volume=_volume(document), vehicles=frozenset(vehicles))


# Where many ask for one place, the same neighbours are read again and again.
@lru_cache(maxsize=4096)
def _volume(document: str) -> OperationVolume:
    return volume_from(json.loads(document))
