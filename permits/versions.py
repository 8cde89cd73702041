"""How is the next version of a permit written down? By whoever saw the last one, and once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from permits.life.attempts import asks_officer
from permits.model import Permit
from permits.requests import Request
from permits.store import due, holdings
from permits.store import permits as store
from permits.store.permits import Connection


class UnknownPermit(LookupError):
    """A permit, or a version of it, that does not exist, or not for this caller."""


class StaleVersion(Exception):
    """A change of a version that is no longer the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a caller says of a request: the version it saw, and how to tell it from another."""

    version: int | None = None
    request: Request | None = None


UNSEEN = Seen()


def claimed(connection: Connection, seen: Seen, at: datetime) -> Permit | None:
    """Take a request's key; return what it was answered with when it was answered before."""
    return store.claim(connection, seen.request, at) if seen.request else None


def latest(connection: Connection, permit_id: UUID, seen: Seen = UNSEEN) -> Permit:
    """Return a permit as it stands, where that is what the caller saw."""
    permit = store.latest(connection, permit_id)
    if permit is None:
        msg = f"no permit {permit_id} is known"
        raise UnknownPermit(msg)
    if seen.version not in {None, permit.version}:
        raise _stale(permit_id, permit.version)
    return permit


def stood(connection: Connection, permit_id: UUID, version: int) -> Permit:
    """Return a permit as a version of it stood."""
    permit = store.version(connection, permit_id, version)
    if permit is None:
        known = latest(connection, permit_id).version
        msg = f"version: permit {permit_id} has versions 1 to {known}, and no version {version}"
        raise UnknownPermit(msg)
    return permit


def record(connection: Connection, before: Permit, after: Permit, seen: Seen) -> None:
    """Write the next version down, with what follows from it."""
    if not store.turn(connection, after):
        raise _stale(after.id, after.version)
    holdings.follow(connection, before, after)
    if asks_officer(before) is not asks_officer(after):
        due.queue(connection, after, asks=asks_officer(after))
    if seen.request:
        store.settle(connection, seen.request, after)


def _stale(permit_id: UUID, version: int) -> StaleVersion:
    return StaleVersion(f"permit {permit_id} has changed since: its latest version is {version}")
