"""Who holds this key? Makes, checks and revokes access keys."""

from collections.abc import Callable
from datetime import datetime, timedelta

from psycopg_pool import ConnectionPool

from permits.identity.keys import LIFETIME, LIVE_AT_ONCE, AccessKey, digest, new_key, prefix_of
from permits.parties import Caller, Role
from permits.scopes import Scope
from permits.store import keys as store
from permits.store import registry
from permits.store.reading import reading

AT_ONCE = timedelta(0)


class UnknownHolder(ValueError):
    """A key for an operator or sensor that is not registered."""


class InvalidKey(ValueError):
    """A key that could never open anything."""


class TooManyKeys(Exception):
    """A third key for somebody who has two."""


class UnknownKey(LookupError):
    """A key that does not exist."""


class AccessService:
    """The city's access keys; `secret` is the server's own and never in the database.

    A key that was revoked or has expired opens nothing from then on; what another process revoked
    may open for as long as what was read of it is `good_for`. `mqtt_digest` makes of a key what a
    broker knows it by.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        secret: bytes,
        *,
        lifetime: timedelta = LIFETIME,
        mqtt_digest: Callable[[str], str] = lambda _key: "",
        good_for: timedelta = AT_ONCE,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._secret = secret
        self._lifetime = lifetime
        self._mqtt_digest = mqtt_digest
        self._good_for = good_for
        self._read: dict[str, tuple[datetime, AccessKey]] = {}

    def create_key(
        self,
        role: Role,
        name: str,
        *,
        expires_at: datetime | None = None,
        scopes: frozenset[Scope] | None = None,
    ) -> tuple[str, AccessKey]:
        """Return a new key, shown this once, and what is kept of it."""
        now = self._clock()
        if expires_at is not None and expires_at <= now:
            msg = f"expires_at: {expires_at.isoformat()} is over"
            raise InvalidKey(msg)
        plain = new_key()
        kept = AccessKey(
            prefix=prefix_of(plain) or "",
            digest=digest(plain, self._secret),
            role=role,
            name=name,
            created_at=now,
            expires_at=expires_at or now + self._lifetime,
            scopes=scopes,
            mqtt_digest=self._mqtt_digest(plain),
        )
        with self._pool.connection() as connection:
            _require_holder(connection, role, name)
            _require_room(store.live_of(connection, role, name, now))
            store.add(connection, kept)
        return plain, kept

    def caller(self, key: str) -> Caller | None:
        """Return whom a key stands for, while it is good."""
        prefix = prefix_of(key)
        if prefix is None:
            return None
        now, read = self._clock(), self._read
        with reading(self._pool) as connection:
            for kept in store.keys(connection, prefix):
                if kept.opens(key, self._secret, now):
                    if kept.use_is_news(now):
                        store.used(connection, kept, now)
                    read[prefix] = now, kept
                    return kept.caller()
        return None

    def at_hand(self, key: str) -> Caller | None:
        """Return whom a key stands for if that was read of late: at once, and asking nobody."""
        found = self._read.get(prefix_of(key) or "")
        if found is None:
            return None
        (since, kept), now = found, self._clock()
        lately = since <= now < since + self._good_for and not kept.use_is_news(now)
        return kept.caller() if lately and kept.opens(key, self._secret, now) else None

    def listing(self) -> tuple[AccessKey, ...]:
        """Return what is kept of every key."""
        with self._pool.connection() as connection:
            return store.keys(connection)

    def live(self) -> tuple[AccessKey, ...]:
        """Return what is kept of the keys that are good now, the oldest first."""
        with self._pool.connection() as connection:
            return store.live(connection, self._clock())

    def revoke(self, prefix: str) -> None:
        """End a key's life at once."""
        with self._pool.connection() as connection:
            if not store.revoke(connection, prefix, self._clock()):
                msg = f"no key starts with oct_{prefix}"
                raise UnknownKey(msg)
        # Whoever is reading it just now keeps it where nobody looks any more.
        self._read = {}


def _require_holder(connection: store.Connection, role: Role, name: str) -> None:
    """Refuse a key for somebody who is not registered; staff are known by their keys."""
    holders: set[str] | None = None
    if role is Role.OPERATOR:
        holders = {each.id for each in registry.operators(connection, name)}
    elif role is Role.SENSOR:
        holders = {each.id for each in registry.sensors(connection)}
    if holders is not None and name not in holders:
        msg = f"name: no {role} called {name!r} is registered"
        raise UnknownHolder(msg)


def _require_room(live: tuple[AccessKey, ...]) -> None:
    """Refuse a third key, and say which could go."""
    if len(live) >= LIVE_AT_ONCE:
        told = " and ".join(
            f"oct_{each.prefix} of {each.created_at:%Y-%m-%d}"
            f" (last used {each.last_used_at:%Y-%m-%d %H:%M} UTC)"
            if each.last_used_at
            else f"oct_{each.prefix} of {each.created_at:%Y-%m-%d} (never used)"
            for each in live
        )
        msg = f"name: {live[0].name!r} has two keys already, {told}: revoke one of them first"
        raise TooManyKeys(msg)
