"""Which observations of a batch are new, and what becomes of the others?

Numbers used are kept in memory and written down now and then; see `telemetry.store.numbering`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from telemetry.intake.arrivals import Arrivals
from telemetry.intake.claims import Boot, Rows, Run, Used, boots_of, contradictions, part, use
from telemetry.model import VehicleKey
from telemetry.store.numbering import stored, take_ids, take_keys, used_numbers

COUNT_EVERY = timedelta(seconds=30)
COUNTED_AT_ONCE = 1_000
BOOTS_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What is new of a batch, in the order it happened, what contradicts, and how much repeats."""

    new: Rows
    conflicts: tuple[int, ...]
    duplicates: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Used numbers to write down; `counted_to` when with them all are, up to that observation."""

    used: Mapping[Boot, Used]
    counted_to: int | None


class Numbers:
    """The numbers used and the ids free, as whoever holds the turn knows them."""

    def __init__(self) -> None:
        self._used: dict[Boot, Used] = {}
        self._ids = np.empty(0, np.int64)
        self._last_id = 0
        self._uncounted: dict[Boot, None] = {}
        self._counting: list[Boot] = []
        self._counting_to = 0
        self._counted_at: datetime | None = None

    def claim(
        self,
        connection: Connection,
        arrivals: Arrivals,
        rows: Rows,
        look_back: Callable[[], None],
    ) -> Claimed:
        """Part these rows of a batch; nothing is taken before `keep`, but keys in the database.

        `look_back` is called before anything is looked up that may not be committed yet.
        """
        batch = arrivals.observations
        numbered = rows[batch.seq[rows] >= 0]
        bearing = boots_of(batch, numbered)
        missing = [boot for boot in bearing.boots if boot not in self._used]
        if missing:
            self._used |= used_numbers(connection, missing)
        parted = part(batch, numbered, bearing, self._used)
        if len(parted.known) or arrivals.nameless:
            look_back()
        again = stored(connection, batch, parted.known)
        conflicts = [row for row in parted.known.tolist() if row not in again]
        conflicts += contradictions(batch, parted.repeats)
        keyed = _keyed(connection, arrivals, rows)
        new = np.concatenate([parted.new, keyed])
        new = new[np.lexsort((batch.seq[new], batch.positions.at_ms[new]))]
        return Claimed(
            new=new,
            conflicts=tuple(conflicts),
            duplicates=len(rows) - len(new) - len(conflicts),
            runs=parted.runs,
        )

    def ids(self, connection: Connection, count: int) -> NDArray[np.int64]:
        """Return ids for observations, rising."""
        if len(self._ids) < count:
            more = take_ids(connection, count - len(self._ids))
            self._ids = np.concatenate([self._ids, more])
        taken, self._ids = self._ids[:count], self._ids[count:]
        return taken

    def keep(self, runs: Iterable[Run], ids: NDArray[np.int64]) -> None:
        """Use the numbers of what is committed under these ids, now or soon."""
        listed = list(runs)
        use(listed)
        self._uncounted.update((run.boot, None) for run in listed)
        self._last_id = int(ids[-1]) if len(ids) else self._last_id

    def to_count(self, now: datetime) -> Portion:
        """Return what is to be written down next of what was used since the last time."""
        if not self._counting:
            if self._counted_at is not None and now - self._counted_at < COUNT_EVERY:
                return Portion(used={}, counted_to=None)
            self._counted_at = now
            if len(self._used) > BOOTS_REMEMBERED:
                self._used = {boot: self._used[boot] for boot in self._uncounted}
            self._counting, self._counting_to = list(self._uncounted), self._last_id
            self._uncounted = {}
        some = self._counting[:COUNTED_AT_ONCE]
        del self._counting[:COUNTED_AT_ONCE]
        found = {
            boot: Used(list(self._used[boot].firsts), list(self._used[boot].lasts)) for boot in some
        }
        done = bool(some) and not self._counting
        return Portion(used=found, counted_to=self._counting_to if done else None)


def _keyed(connection: Connection, arrivals: Arrivals, rows: Rows) -> Rows:
    """Return which of the rows without a number are new."""
    if not arrivals.nameless:
        return np.empty(0, np.intp)
    batch = arrivals.observations
    first: dict[tuple[VehicleKey, str], int] = {}
    for row in rows[batch.seq[rows] < 0].tolist():
        first.setdefault((batch.vehicles[batch.vehicle[row]], arrivals.nameless[row].key), row)
    taken = take_keys(connection, batch, {row: key for (_, key), row in first.items()})
    return np.array([row for name, row in first.items() if name in taken], np.intp)
