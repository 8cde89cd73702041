"""The volumes of granted permits in the database: who is where, and who decides there alone."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg

from permits.beside.reaches import Reaches
from permits.documents import volume_document, volume_from
from permits.model import Neighbour, OperationVolume, Permit, PermitId
from permits.store.columns import numbers, spans, written
from zones.space.coordinates import Bounds

Connection = psycopg.Connection[Any]

# Have a layer to oneself until the end of the transaction.
HOLD_LAYER = "SELECT pg_advisory_xact_lock(hashtextextended(%(layer)s, 0))"
# Have places, one after the other in their order, and the layer with all others who have places.
HOLD_PLACES = """
SELECT pg_advisory_xact_lock_shared(hashtextextended(%(layer)s, 0)),
    (SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%(keys)s::bigint[]) AS key)
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
# Let the volumes of a permit be found; `documents` are theirs, in their order.
ADD = """
INSERT INTO permits.volume (permit, number, layer, bounds, during, vehicles, document)
SELECT %(permit)s::uuid, v.number, %(layer)s, box(point(v.west, v.south), point(v.east, v.north)),
    v.during, %(vehicles)s::integer, (%(documents)s::jsonb -> (v.number - 1)::integer)::text
FROM unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[], %(north)s::float8[],
    %(spans)s::tstzrange[]) WITH ORDINALITY AS v (west, south, east, north, during, number)
ON CONFLICT DO NOTHING
"""
# Free what a permit no longer holds.
REMOVE = "DELETE FROM permits.volume WHERE permit = %(permit)s"


def hold(connection: Connection, wanted: Reaches) -> None:
    """Wait until nobody else decides in these places, and keep them until the transaction ends."""
    if not wanted.reading:
        return
    values = {"layer": f"permits/{wanted.layer}", "keys": numbers(wanted.keys)}
    connection.execute(HOLD_LAYER if wanted.alone else HOLD_PLACES, values)


def near(connection: Connection, wanted: Reaches) -> tuple[Neighbour, ...]:
    """Return the granted volumes in reach."""
    if not wanted.reading:
        return ()
    return _neighbours(connection.execute(NEAR, _reading(wanted)))


def place(connection: Connection, permit: Permit) -> None:
    """Let the volumes of a permit be found."""
    connection.execute(ADD, placing(permit))


def placing(permit: Permit) -> Mapping[str, Any]:
    """Return the values with which the volumes of a permit are placed."""
    volumes = permit.application.volumes
    return {
        "permit": permit.id,
        "layer": permit.application.layer.value,
        "vehicles": permit.application.counted,
        "documents": written([volume_document(each) for each in volumes]),
        "spans": spans(volumes),
        **_boxes([each.footprint.bounds for each in volumes]),
    }


def free(connection: Connection, permit: Permit) -> None:
    """Free the volumes of a permit."""
    connection.execute(REMOVE, {"permit": permit.id})


def _reading(wanted: Reaches) -> Mapping[str, Any]:
    return {
        "layer": wanted.layer.value,
        "spans": spans(wanted.reading),
        **_boxes([each.box for each in wanted.reading]),
    }


def _boxes(boxes: Sequence[Bounds]) -> Mapping[str, str]:
    sides = ("west", "south", "east", "north")
    return {side: numbers(box[place] for box in boxes) for place, side in enumerate(sides)}


def _neighbours(rows: Iterable[Any]) -> tuple[Neighbour, ...]:
    return tuple(_neighbour(*row) for row in rows)


def _neighbour(permit: PermitId, _number: int, vehicles: int, document: str) -> Neighbour:
    return Neighbour(permit=permit, volume=_volume(document), vehicles=vehicles)


# Where many ask for one place, the same neighbours are read again and again.
@lru_cache(maxsize=4096)
def _volume(document: str) -> OperationVolume:
    return volume_from(json.loads(document))
