"""How do so many permits get into the database? By COPY, just as they would stand there.

Every row is the one that applying for the permit would have written: the version with its whole
document, what it is searched by, its volumes, and what it holds.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from permits.documents import to_document, volume_document
from permits.model import OperationVolume, Permit

Row = tuple[object, ...]

VERSIONS = """
COPY permits.version (permit, version, move, state, by, recorded_at, document) FROM STDIN
"""
PERMITS = """
COPY permits.permit
    (id, version, operator, layer, purpose, state, decision, during, ends, bounds) FROM STDIN
"""
VOLUMES = """
COPY permits.volume (permit, number, layer, bounds, during, vehicles, document) FROM STDIN
"""
HOLDINGS = "COPY permits.holding (permit, version, since, ends) FROM STDIN"
# What autovacuum does within a minute.
LEARN = "ANALYZE permits.version, permits.permit, permits.volume, permits.holding"


def load(connection: psycopg.Connection[Any], permits: Iterable[Permit]) -> None:
    """Write down granted permits of one volume each; nobody is told."""
    known = list(permits)
    _copy(connection, VERSIONS, (_version(each) for each in known))
    _copy(connection, PERMITS, (_permit(each) for each in known))
    _copy(connection, VOLUMES, (_volume(each) for each in known))
    _copy(connection, HOLDINGS, (_holding(each) for each in known))


def _copy(connection: psycopg.Connection[Any], statement: str, rows: Iterator[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _version(permit: Permit) -> Row:
    document = Jsonb(to_document(permit))
    return (
        *(permit.id, permit.version, permit.move.value, permit.state.value),
        *(permit.by, permit.recorded_at, document),
    )


def _permit(permit: Permit) -> Row:
    asked, [volume] = permit.application, permit.application.volumes
    return (
        *(permit.id, permit.version, asked.operator, asked.layer.value, asked.purpose.value),
        *(permit.state.value, permit.decision and permit.decision.value),
        TimestamptzMultirange([TimestamptzRange(volume.start, volume.end)]),
        *(volume.end, _box(volume)),
    )


def _volume(permit: Permit) -> Row:
    asked, [volume] = permit.application, permit.application.volumes
    return (
        *(permit.id, 1, asked.layer.value, _box(volume)),
        TimestamptzRange(volume.start, volume.end),
        asked.counted,
        json.dumps(volume_document(volume)),
    )


def _holding(permit: Permit) -> Row:
    [volume] = permit.application.volumes
    return permit.id, permit.version, permit.decided_at, volume.end


def _box(volume: OperationVolume) -> str:
    west, south, east, north = volume.footprint.bounds
    return f"({east!r},{north!r}),({west!r},{south!r})"
