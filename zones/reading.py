"""Reads what is published: the law of an instant, as known now or as known at another instant."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg_pool import ConnectionPool

from zones.differences import Difference, differ
from zones.editions import AsOf, Edition, Withdrawal, to_zone
from zones.model import Zone, ZoneId
from zones.store import reading, switches
from zones.store.reading import Filters
from zones.store.rows import Rows
from zones.time.switches import to_switches
from zones.upcoming import NextChange, next_change


class NotYetKnown(ValueError):
    """A question for what will be known at an instant to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the zones of an instant, and the id after which the next one starts.

    Asked again with its `known_at`, the same question is answered the same, for ever after.
    """

    editions: tuple[Edition, ...]
    following: str | None
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything recorded about a zone, newest first, and how it was withdrawn."""

    editions: tuple[Edition, ...]
    withdrawals: tuple[Withdrawal, ...] = ()


class ZoneReader:
    """The published zones of the city, to read."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock
        self._read: Mapping[int, Zone] = {}

    def listing(self, filters: Filters) -> Page:
        """Return one page of the zones that are the law at an instant, by id."""
        with self._reading(filters.known_at) as (connection, known_at):
            found = reading.page(connection, filters)
        shown = tuple(found[: filters.limit])
        following = shown[-1].zone_id if len(found) > len(shown) else None
        return Page(editions=shown, following=following, known_at=known_at)

    def get(self, zone_id: ZoneId, asked: AsOf | None = None) -> tuple[Edition, int] | None:
        """Return a zone as it is at an instant, with the number of its newest record."""
        asked = asked or AsOf(at=self._clock())
        with self._reading(asked.known_at) as (connection, _):
            edition = reading.at_instant(connection, zone_id, asked)
            if edition is None:
                return None
            return edition, reading.latest_edition(connection, zone_id)

    def everything(self, asked: AsOf | None = None) -> Page:
        """Return every zone that is the law now, or at an instant, by id."""
        asked = asked or AsOf(at=self._clock())
        with self._reading(asked.known_at) as (connection, known_at):
            found = reading.all_at(connection, asked)
        return Page(editions=tuple(found), following=None, known_at=known_at)

    def versions(self, zone_id: ZoneId, known_at: datetime | None = None) -> History:
        """Return everything ever recorded about a zone, newest first; empty when unknown."""
        with self._reading(known_at) as (connection, _):
            editions, withdrawals = reading.history(connection, zone_id, known_at)
        return History(editions=tuple(editions), withdrawals=tuple(withdrawals))

    def differences(self, before: AsOf, after: AsOf) -> tuple[Difference, ...]:
        """Return what differs between the law of two instants, each as known at another."""
        one, other = (self.everything(asked).editions for asked in (before, after))
        shared = {each.number for each in one} & {each.number for each in other}
        return differ(
            *(
                [to_zone(each) for each in side if each.number not in shared]
                for side in (one, other)
            )
        )

    def next_change(self, zone_id: ZoneId, asked: AsOf | None = None) -> NextChange | None:
        """Return when a zone changes next after an instant; nothing for a zone nobody published."""
        asked = asked or AsOf(at=self._clock())
        with self._reading(asked.known_at) as (connection, _):
            if reading.at_instant(connection, zone_id, asked) is None:
                return None
            editions = reading.ahead(connection, zone_id, asked)
            known = to_switches(switches.settings(connection, asked.known_at))
        return next_change(editions, asked.at, known)

    def current(self, since: datetime | None = None) -> tuple[Zone, ...]:
        """Return every version that is or will be the law, or still was after `since`, by id.

        Versions that were read before are not read again: they never change.
        """
        with self._pool.connection() as connection:
            wanted = reading.since(connection, since or self._clock())
            known = self._read
            missing = [number for number in wanted if number not in known]
            fresh = {
                edition.number: to_zone(edition)
                for edition in (reading.these(connection, missing) if missing else ())
            }
        self._read = {number: known.get(number) or fresh[number] for number in wanted}
        return tuple(self._read[number] for number in wanted)

    def now(self) -> datetime:
        """Return the instant that the service takes as now."""
        return self._clock()

    def revision(self) -> int:
        """Return how often anything was published."""
        with self._pool.connection() as connection:
            return reading.revision(connection)

    @contextmanager
    def _reading(self, known_at: datetime | None) -> Iterator[tuple[Rows, datetime]]:
        """Read what is known, or was known at an instant, which comes with the connection."""
        now = self._clock()
        if known_at is not None and known_at > now:
            msg = f"known_at: {known_at.isoformat()} is to come; nobody knows what will be known"
            raise NotYetKnown(msg)
        with self._pool.connection() as connection:
            yield connection, reading.settle(connection, known_at) or now
