"""The volumes of granted permits in the database: who is where, and who decides there alone."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg.types.range import TimestamptzRange

from permits.beside.reaches import Reaches
from permits.documents import volume_document, volume_from
from permits.model import Neighbour, Permit, PermitId

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
    %(during)s::tstzrange[]) AS asked (west, south, east, north, during)
JOIN permits.volume v ON v.layer = %(layer)s AND v.during && asked.during
    AND v.bounds && box(point(asked.west, asked.south), point(asked.east, asked.north))
ORDER BY v.permit, v.number
"""
# Let the volumes of a permit be found.
ADD = """
INSERT INTO permits.volume (permit, number, layer, bounds, during, vehicles, document)
SELECT %(permit)s, v.number, %(layer)s, box(point(v.west, v.south), point(v.east, v.north)),
    v.during, %(vehicles)s, v.document
FROM unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[], %(north)s::float8[],
    %(during)s::tstzrange[], %(documents)s::text[]) WITH ORDINALITY
    AS v (west, south, east, north, during, document, number)
ON CONFLICT DO NOTHING
"""
# Free what a permit no longer holds.
REMOVE = "DELETE FROM permits.volume WHERE permit = %(permit)s"


def hold(connection: Connection, wanted: Reaches) -> None:
    """Wait until nobody else decides in these places, and keep them until the transaction ends."""
    if not wanted.reading:
        return
    values = {"layer": f"permits/{wanted.layer}", "keys": list(wanted.keys)}
    connection.execute(HOLD_LAYER if wanted.alone else HOLD_PLACES, values)


def near(connection: Connection, wanted: Reaches) -> tuple[Neighbour, ...]:
    """Return the granted volumes in reach."""
    if not wanted.reading:
        return ()
    return _neighbours(connection.execute(NEAR, _reading(wanted)))


def held_near(connection: Connection, wanted: Reaches) -> tuple[Neighbour, ...]:
    """Hold the places, then return the granted volumes in reach: one way to the server and back."""
    if not wanted.reading:
        return ()
    with connection.pipeline():
        hold(connection, wanted)
        # A statement of its own: it sees what was granted while the first one waited.
        found = connection.execute(NEAR, _reading(wanted))
    return _neighbours(found)


def place(connection: Connection, permit: Permit) -> None:
    """Let the volumes of a permit be found."""
    asked = permit.application
    west, south, east, north = zip(*(each.footprint.bounds for each in asked.volumes), strict=True)
    values = {
        "permit": permit.id,
        "layer": asked.layer,
        "west": list(west),
        "south": list(south),
        "east": list(east),
        "north": list(north),
        "during": [TimestamptzRange(each.start, each.end) for each in asked.volumes],
        "vehicles": asked.counted,
        "documents": [json.dumps(volume_document(each)) for each in asked.volumes],
    }
    connection.execute(ADD, values)


def free(connection: Connection, permit: Permit) -> None:
    """Free the volumes of a permit."""
    connection.execute(REMOVE, {"permit": permit.id})


def _reading(wanted: Reaches) -> Mapping[str, Any]:
    west, south, east, north = zip(*(each.box for each in wanted.reading), strict=True)
    return {
        "layer": wanted.layer,
        "west": list(west),
        "south": list(south),
        "east": list(east),
        "north": list(north),
        "during": [TimestamptzRange(each.start, each.end) for each in wanted.reading],
    }


def _neighbours(rows: Iterable[Any]) -> tuple[Neighbour, ...]:
    return tuple(_neighbour(*row) for row in rows)


def _neighbour(permit: PermitId, _number: int, vehicles: int, document: str) -> Neighbour:
    volume = volume_from(json.loads(document))
    return Neighbour(permit=permit, volume=volume, vehicles=vehicles)
