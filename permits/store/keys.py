"""Access keys in the database: their digests, never the keys."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from permits.keys import AccessKey
from permits.parties import Role

Connection = psycopg.Connection[Any]

# Keep a new key's digest.
ADD = """
INSERT INTO permits.api_key (prefix, digest, role, name, created_at, expires_at)
VALUES (%(prefix)s, %(digest)s, %(role)s, %(name)s, %(created_at)s, %(expires_at)s)
"""
# All keys, or the one of a prefix.
KEYS = """
SELECT prefix, digest, role, name, created_at, expires_at, revoked_at FROM permits.api_key
WHERE %(prefix)s::text IS NULL OR prefix = %(prefix)s ORDER BY created_at, prefix
"""
# End a key's life, once.
REVOKE = """
UPDATE permits.api_key SET revoked_at = coalesce(revoked_at, %(at)s) WHERE prefix = %(prefix)s
"""


def add(connection: Connection, key: AccessKey) -> None:
    """Keep a new key's digest."""
    values = {
        "prefix": key.prefix,
        "digest": key.digest,
        "role": key.role,
        "name": key.name,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
    connection.execute(ADD, values)


def keys(connection: Connection, prefix: str | None = None) -> tuple[AccessKey, ...]:
    """Return all keys, or the one found by its prefix."""
    rows = connection.cursor(row_factory=dict_row).execute(KEYS, {"prefix": prefix})
    return tuple(_key(row) for row in rows)


def revoke(connection: Connection, prefix: str, at: datetime) -> bool:
    """End a key's life; False when there is no such key."""
    return connection.execute(REVOKE, {"prefix": prefix, "at": at}).rowcount == 1


def _key(row: DictRow) -> AccessKey:
    return AccessKey(
        prefix=row["prefix"],
        digest=bytes(row["digest"]),
        role=Role(row["role"]),
        name=row["name"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
