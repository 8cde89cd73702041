"""How do so many permits get into the database? By COPY, just as they would stand there.

Every row is the one that applying for the permit would have written: the version with its whole
document, what it is searched by, its volumes, and what it holds. Rows are written as text: to have
the driver look at each value takes longer than the server takes to keep it.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import psycopg

from permits.documents import to_document, volume_document
from permits.model import Application, OperationVolume, Permit, PermitId

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
ENGAGEMENTS = "COPY permits.engagement (permit, vehicle, operator, during) FROM STDIN"
HOLDINGS = "COPY permits.holding (permit, version, since, ends) FROM STDIN"
# What each row refers to was written just before it, by us.
TRUST = "SET LOCAL session_replication_role = replica"
# What autovacuum does within a minute.
LEARN = """
ANALYZE permits.version, permits.permit, permits.volume, permits.engagement, permits.holding
"""
BLOCK = 1_000


def load(
    connection: psycopg.Connection[Any],
    pattern: Permit,
    asked: Iterable[tuple[PermitId, Application]],
) -> None:
    """Write down permits of one volume each, granted as the pattern was; nobody is told."""
    document = to_document(pattern)
    known = [(name, each, _area(each)) for name, each in asked]
    connection.execute(TRUST)
    _copy(connection, VERSIONS, [_version(pattern, document, *each) for each in known])
    _copy(connection, PERMITS, [_permit(pattern, name, each) for name, each, _ in known])
    _copy(connection, VOLUMES, [_volume(*each) for each in known])
    _copy(connection, ENGAGEMENTS, [_engagement(name, each) for name, each, _ in known])
    _copy(connection, HOLDINGS, [_holding(pattern, name, each) for name, each, _ in known])


def _copy(connection: psycopg.Connection[Any], statement: str, rows: list[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for first in range(0, len(rows), BLOCK):
            copy.write("".join(rows[first : first + BLOCK]))


def _row(*values: object) -> str:
    """Write a row; of what we write only documents hold a character that COPY gives a meaning."""
    return "\t".join(str(each).replace("\\", "\\\\") for each in values) + "\n"


def _version(
    pattern: Permit, document: dict[str, Any], name: PermitId, asked: Application, area: msgspec.Raw
) -> str:
    application = {
        **document["application"],
        "operator": asked.operator,
        "vehicles": list(asked.vehicles),
        "volumes": [area],
    }
    whole = msgspec.json.encode({**document, "id": str(name), "application": application})
    return _row(
        *(name, pattern.version, pattern.move.value, pattern.state.value),
        *(pattern.by, pattern.recorded_at.isoformat(), whole.decode()),
    )


def _permit(pattern: Permit, name: PermitId, asked: Application) -> str:
    [volume] = asked.volumes
    return _row(
        *(name, pattern.version, asked.operator, asked.layer.value, asked.purpose.value),
        *(pattern.state.value, pattern.decision, "{" + _during(volume) + "}"),
        *(volume.end.isoformat(), _box(volume)),
    )


def _volume(name: PermitId, asked: Application, area: msgspec.Raw) -> str:
    [volume] = asked.volumes
    document = bytes(area).decode()
    return _row(
        *(name, 1, asked.layer.value, _box(volume), _during(volume), asked.counted, document)
    )


def _area(asked: Application) -> msgspec.Raw:
    """Write the one volume of an application, once for both tables that keep it."""
    [volume] = asked.volumes
    return msgspec.Raw(msgspec.json.encode(volume_document(volume)))


def _engagement(name: PermitId, asked: Application) -> str:
    [volume], [vehicle] = asked.volumes, asked.vehicles
    return _row(name, vehicle, asked.operator, "{" + _during(volume) + "}")


def _holding(pattern: Permit, name: PermitId, asked: Application) -> str:
    [volume] = asked.volumes
    return _row(name, pattern.version, pattern.decided_at.isoformat(), volume.end.isoformat())


def _during(volume: OperationVolume) -> str:
    return f"[{volume.start.isoformat()},{volume.end.isoformat()})"


def _box(volume: OperationVolume) -> str:
    west, south, east, north = volume.footprint.bounds
    return f"({east!r},{north!r}),({west!r},{south!r})"
