"""Who holds this key? Makes, checks and revokes access keys."""

from collections.abc import Callable
from datetime import datetime

from psycopg_pool import ConnectionPool

from permits.keys import AccessKey, digest, new_key, prefix_of
from permits.parties import Caller, Role
from permits.store import keys as store
from permits.store import registry


class UnknownHolder(ValueError):
    """A key for an operator or sensor that is not registered."""


class UnknownKey(LookupError):
    """A key that does not exist."""


class AccessService:
    """The city's access keys; `secret` is the server's own and never in the database."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], secret: bytes) -> None:
        self._pool = pool
        self._clock = clock
        self._secret = secret

    def create_key(
        self, role: Role, name: str, *, expires_at: datetime | None = None
    ) -> tuple[str, AccessKey]:
        """Return a new key, shown this once, and what is kept of it."""
        plain = new_key()
        kept = AccessKey(
            prefix=prefix_of(plain) or "",
            digest=digest(plain, self._secret),
            role=role,
            name=name,
            created_at=self._clock(),
            expires_at=expires_at,
        )
        with self._pool.connection() as connection:
            holders: set[str] | None = None
            if role is Role.OPERATOR:
                holders = {each.id for each in registry.operators(connection, name)}
            elif role is Role.SENSOR:
                holders = {each.id for each in registry.sensors(connection)}
            if holders is not None and name not in holders:
                msg = f"name: no {role} called {name!r} is registered"
                raise UnknownHolder(msg)
            store.add(connection, kept)
        return plain, kept

    def caller(self, key: str) -> Caller | None:
        """Return whom a key stands for, while it is good."""
        prefix = prefix_of(key)
        if prefix is None:
            return None
        with self._pool.connection() as connection:
            found = store.keys(connection, prefix)
        for kept in found:
            if kept.opens(key, self._secret, self._clock()):
                return Caller(role=kept.role, name=kept.name)
        return None

    def listing(self) -> tuple[AccessKey, ...]:
        """Return what is kept of every key."""
        with self._pool.connection() as connection:
            return store.keys(connection)

    def revoke(self, prefix: str) -> None:
        """End a key's life at once."""
        with self._pool.connection() as connection:
            if not store.revoke(connection, prefix, self._clock()):
                msg = f"no key starts with oct_{prefix}"
                raise UnknownKey(msg)
