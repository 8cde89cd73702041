"""Access keys in the database: their digests, never the keys."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from permits.identity.keys import AccessKey
from permits.parties import Role
from permits.scopes import Scope

Connection = psycopg.Connection[Any]

# Have a holder's keys to oneself until the end of the transaction.
HOLD = "SELECT pg_advisory_xact_lock(hashtextextended('keys/' || %(role)s || '/' || %(name)s, 0))"
# Keep a new key's digests.
ADD = """
INSERT INTO permits.api_key
    (prefix, digest, role, name, created_at, expires_at, scopes, mqtt_digest)
VALUES (%(prefix)s, %(digest)s, %(role)s, %(name)s, %(created_at)s, %(expires_at)s, %(scopes)s,
    %(mqtt_digest)s)
"""
# All keys, or the one of a prefix.
KEYS = """
SELECT prefix, digest, role, name, created_at, expires_at, revoked_at, scopes, mqtt_digest,
    last_used_at
FROM permits.api_key
WHERE %(prefix)s::text IS NULL OR prefix = %(prefix)s ORDER BY created_at, prefix
"""
# The keys that are good now, of everybody or of one holder, oldest first.
LIVE = """
SELECT prefix, digest, role, name, created_at, expires_at, revoked_at, scopes, mqtt_digest,
    last_used_at
FROM permits.api_key
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
  AND (%(role)s::text IS NULL OR (role, name) = (%(role)s, %(name)s))
ORDER BY created_at, prefix
"""
# End a key's life, once.
REVOKE = """
UPDATE permits.api_key SET revoked_at = coalesce(revoked_at, %(at)s) WHERE prefix = %(prefix)s
"""
# Remember that a key was used; of many who come at once one writes.
USED = """
UPDATE permits.api_key SET last_used_at = %(at)s
WHERE prefix = %(prefix)s AND last_used_at IS NOT DISTINCT FROM %(before)s
"""


def add(connection: Connection, key: AccessKey) -> None:
    """Keep a new key's digests."""
    values = {
        "prefix": key.prefix,
        "digest": key.digest,
        "role": key.role,
        "name": key.name,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "scopes": None if key.scopes is None else sorted(key.scopes),
        "mqtt_digest": key.mqtt_digest,
    }
    connection.execute(ADD, values)


def keys(connection: Connection, prefix: str | None = None) -> tuple[AccessKey, ...]:
    """Return all keys, or the one found by its prefix."""
    rows = connection.cursor(row_factory=dict_row).execute(KEYS, {"prefix": prefix})
    return tuple(_key(row) for row in rows)


def live(connection: Connection, now: datetime) -> tuple[AccessKey, ...]:
    """Return every key that is good now, oldest first."""
    return _live(connection, {"now": now, "role": None, "name": None})


def live_of(connection: Connection, role: Role, name: str, now: datetime) -> tuple[AccessKey, ...]:
    """Return a holder's good keys, oldest first; until the commit nobody else makes it one."""
    holder = {"role": role, "name": name}
    connection.execute(HOLD, holder)
    return _live(connection, {"now": now, **holder})


def revoke(connection: Connection, prefix: str, at: datetime) -> bool:
    """End a key's life; False when there is no such key."""
    return connection.execute(REVOKE, {"prefix": prefix, "at": at}).rowcount == 1


def used(connection: Connection, key: AccessKey, at: datetime) -> None:
    """Remember that a key was used."""
    connection.execute(USED, {"prefix": key.prefix, "at": at, "before": key.last_used_at})


def _live(connection: Connection, values: dict[str, Any]) -> tuple[AccessKey, ...]:
    rows = connection.cursor(row_factory=dict_row).execute(LIVE, values)
    return tuple(_key(row) for row in rows)


def _key(row: DictRow) -> AccessKey:
    scopes = row["scopes"]
    return AccessKey(
        prefix=row["prefix"],
        digest=bytes(row["digest"]),
        role=Role(row["role"]),
        name=row["name"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        scopes=None if scopes is None else frozenset(Scope(each) for each in scopes),
        mqtt_digest=row["mqtt_digest"],
        last_used_at=row["last_used_at"],
    )
