"""How is the next version of a permit written down? By whoever saw the last one, and once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from permits.life.attempts import asks_officer
from permits.model import Permit
from permits.requests import Request
from permits.store import due, holdings
from permits.store import permits as store
from permits.store.holdings import Turn
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
    if not recorded(connection, [(before, after)]):
        raise _stale(after.id, after.version)
    if seen.request:
        store.settle(connection, seen.request, after)


def recorded(connection: Connection, turns: Sequence[Turn]) -> tuple[Permit, ...]:
    """Write the next versions of permits down, with what follows from them, and return them.

    Those whose next version somebody else wrote first are left out.
    """
    # In one order: who writes some of the same waits, and nobody in a circle.
    ordered = sorted(turns, key=lambda turn: turn[1].id)
    written = store.turn(connection, [after for _, after in ordered])
    made = [(before, after) for before, after in ordered if after.id in written]
    holdings.follow(connection, made)
    due.queue(
        connection,
        [after for before, after in made if asks_officer(before) is not asks_officer(after)],
    )
    return tuple(after for _, after in made)


def _stale(permit_id: UUID, version: int) -> StaleVersion:
    return StaleVersion(f"permit {permit_id} has changed since: its latest version is {version}")
