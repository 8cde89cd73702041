"""The volumes of granted permits in the database: who is where, and who decides there alone."""

import json
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.types.range import TimestamptzRange

from permits.documents import volume_document, volume_from
from permits.model import Neighbour, Permit, PermitId
from permits.reaches import Reaches

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
# Let a granted volume be found.
ADD = """
INSERT INTO permits.volume (permit, number, layer, bounds, during, vehicles, document)
VALUES (%(permit)s, %(number)s, %(layer)s,
    box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)), %(during)s, %(vehicles)s,
    %(document)s)
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
    west, south, east, north = zip(*(each.box for each in wanted.reading), strict=True)
    values = {
        "layer": wanted.layer,
        "west": list(west),
        "south": list(south),
        "east": list(east),
        "north": list(north),
        "during": [TimestamptzRange(each.start, each.end) for each in wanted.reading],
    }
    return tuple(_neighbour(*row) for row in connection.execute(NEAR, values).fetchall())


def place(connection: Connection, permit: Permit) -> None:
    """Let the volumes of a permit be found."""
    with connection.cursor() as cursor:
        cursor.executemany(ADD, _rows(permit))


def free(connection: Connection, permit: Permit) -> None:
    """Free the volumes of a permit."""
    connection.execute(REMOVE, {"permit": permit.id})


def _rows(permit: Permit) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for number, volume in enumerate(permit.application.volumes, start=1):
        west, south, east, north = volume.footprint.bounds
        rows.append(
            {
                "permit": permit.id,
                "number": number,
                "layer": permit.application.layer,
                "west": west,
                "south": south,
                "east": east,
                "north": north,
                "during": TimestamptzRange(volume.start, volume.end),
                "vehicles": permit.application.counted,
                "document": json.dumps(volume_document(volume)),
            }
        )
    return rows


def _neighbour(permit: PermitId, _number: int, vehicles: int, document: str) -> Neighbour:
    volume = volume_from(json.loads(document))
    return Neighbour(permit=permit, volume=volume, vehicles=vehicles)
