"""Writes what came in: observations, verdicts, and what was refused or not believed.

All of one batch goes in one transaction, observations and verdicts by binary COPY. Recording the
same batch twice changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg_pool import ConnectionPool

from telemetry.intake.arrivals import Arrivals
from telemetry.intake.leaps import PassedOver
from telemetry.intake.shares import WHOLE, Share
from telemetry.lodging.lodgers import Lodgings
from telemetry.model import Observations, VehicleKey, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.store.checkpoints import (
    Observed,
    Written,
    observed_since,
    passed_over,
    save_standings,
    standings,
    stood_to,
)
from telemetry.store.claimed import Claimed, Numbers, Portion
from telemetry.store.copying import Copy, run_to_the_end
from telemetry.store.lodged import Told, tell, told
from telemetry.store.numbering import begin_turn, count, counted_to, hold_turn, in_turn
from telemetry.store.packing import (
    FLOAT8,
    INT8,
    TIMESTAMPTZ,
    Column,
    Spelt,
    blocks,
    instant,
    instants,
    lists,
    maybe_numbers,
    maybe_whole,
    numbers,
    uuids,
    whole,
)
from telemetry.store.together import MOST, together
from zones.columns import Instants

# Make the day's partitions, where the history is kept in native ones.
ENSURE_DAY = "SELECT telemetry.ensure_day(%(day)s)"
# Observations, as columns.
COPY_OBSERVATIONS = """
COPY telemetry.observation (id, operator, vehicle, sender, layer, at, received_at, recorded_at,
    lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq)
FROM STDIN (FORMAT BINARY)
"""
# Verdicts, as columns.
COPY_VERDICTS = """
COPY telemetry.verdict (operator, vehicle, layer, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, rulebook_version, observation_id, at, margin_m,
    margin_s, later_observations, later_at, later_margins_m, later_margins_s)
FROM STDIN (FORMAT BINARY)
"""
# Whether a row of verdicts may be of several positions: TimescaleDB packs, and counts, rows itself.
MAY_BE_TOGETHER = "SELECT NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')"
DAY_MS = 86_400_000


class IngestStore:
    """The database, as the pipeline writes to it."""

    def __init__(self, pool: ConnectionPool, share: Share = WHOLE) -> None:
        self.share = share
        self._pool = pool
        self._began = False
        self._days: set[int] = set()
        self._turn = 0
        self._numbers = Numbers()
        self._together = 1

    def begin(self) -> None:
        """Take over from whoever took observations in before, whatever they were doing."""
        with self._pool.connection() as connection:
            self._turn = begin_turn(connection, self.share, starting=not self._began)
            if connection.execute(MAY_BE_TOGETHER).fetchone() == (True,):
                self._together = MOST
        self._numbers, self._began = Numbers(), True

    @contextmanager
    def recording(self, recorded_at: datetime) -> Iterator["Recording"]:
        """Open one transaction: committed at the end, undone by any exception."""
        with in_turn(), self._pool.connection() as connection:
            recording = Recording(connection, recorded_at, self._numbers, self._together)
            yield recording
            recording.end(hold_turn(self._turn, self.share))

    def to_count(self, now: datetime) -> Portion:
        """Return some of the numbers used, to be given to `count`."""
        return self._numbers.to_count(now)

    def count(self, portion: Portion) -> None:
        """Write down numbers that are used, so that a start has few to count."""
        if portion.used:
            with self._pool.connection() as connection:
                count(connection, portion.used)
                if portion.counted_to is not None:
                    counted_to(connection, portion.counted_to, self.share)

    def standings(self) -> dict[VehicleKey, Written]:
        """Return where each vehicle stood when it was written down last."""
        with self._pool.connection() as connection:
            return standings(connection, self.share)

    def passed_over(self, reason: str) -> PassedOver:
        """Return the fixes that were not believed for a reason, of those that may still count."""
        with self._pool.connection() as connection:
            return passed_over(connection, reason)

    def observed_since(self) -> Iterator[Observed]:
        """Yield what was observed since, in parts and in order."""
        with self._pool.connection() as connection:
            yield from observed_since(connection, self.share)

    def checkpoint(self, some: Mapping[VehicleKey, Written], until: int, now: datetime) -> None:
        """Write down where some vehicles stand; all up to an observation is included with them."""
        with in_turn(), self._pool.connection() as connection:
            save_standings(connection, some, now)
            stood_to(connection, until, self.share)
            run_to_the_end(connection, hold_turn(self._turn, self.share), [])

    def told(self, since: datetime | None) -> Told:
        """Return where vehicles are counted, as every process told since."""
        with self._pool.connection() as connection:
            return told(connection, since)

    def tell(self, changed: Mapping[VehicleKey, Lodgings]) -> None:
        """Tell the other processes where vehicles of ours are counted."""
        with in_turn(), self._pool.connection() as connection:
            tell(connection, self.share, changed)
            run_to_the_end(connection, hold_turn(self._turn, self.share), [])

    def ensure_days(self, at_ms: Instants) -> None:
        """Make room for the days of these instants before their first rows come."""
        for day in set(np.unique(at_ms // DAY_MS).tolist()) - self._days:
            with self._pool.connection() as connection:
                connection.execute(ENSURE_DAY, {"day": date(1970, 1, 1) + timedelta(days=day)})
            self._days.add(day)


class Recording:
    """One transaction that records one batch; a row of verdicts is of so many positions at most."""

    def __init__(
        self, connection: Connection, recorded_at: datetime, names: Numbers, most: int = MOST
    ) -> None:
        self.connection = connection
        self.recorded_at = recorded_at
        self.ids = np.empty(0, np.int64)
        self._names = names
        self._most = most
        self._copies: list[Copy] = []
        self._named: Sequence[VehicleKey] = ()
        self._operators = self._vehicles = Spelt(())

    def claim(
        self, arrivals: Arrivals, rows: NDArray[np.intp], look_back: Callable[[], None]
    ) -> Claimed:
        """Take the names of these rows; the first content under a name is the one that counts.

        Whatever fails from here on, `begin` has to be called before the next. `look_back` is called
        before anything is looked up that may not be committed yet.
        """
        claimed = self._names.claim(self.connection, arrivals, rows, look_back)
        self.ids = self._names.ids(self.connection, len(claimed.new))
        self._names.keep(claimed.runs, self.ids)
        return claimed

    def observations(self, batch: Observations, ids: NDArray[np.int64]) -> None:
        """Write observations under their ids."""
        self._name(batch)
        rows, where = len(batch), batch.positions
        columns = (
            whole(ids, 64),
            self._operators.texts(batch.vehicle),
            self._vehicles.texts(batch.vehicle),
            Spelt(batch.senders).texts(batch.sender),
            whole(where.layer, 16),
            instants(where.at_ms),
            instants(batch.received_at_ms),
            instant(self.recorded_at, rows),
            numbers(where.lon),
            numbers(where.lat),
            maybe_numbers(where.alt_m),
            whole(where.alt_ref, 16),
            numbers(where.h_acc_m),
            numbers(where.v_acc_m),
            maybe_numbers(batch.speed_mps),
            maybe_numbers(batch.heading_deg),
            Spelt([*batch.boots, None]).texts(np.where(batch.seq < 0, -1, batch.boot)),
            maybe_whole(batch.seq, 64, batch.seq >= 0),
        )
        self._copies.append(Copy(COPY_OBSERVATIONS, blocks(columns)))

    def verdicts(
        self,
        batch: Observations,
        ids: NDArray[np.int64],
        verdicts: Verdicts,
        rulebook: Rulebook,
    ) -> None:
        """Write verdicts with the observation, zone version and permit version they rest on."""
        if not len(verdicts):
            return
        self._name(batch)
        rows = together(batch, verdicts, self._most)
        judged = verdicts.observation[rows.order]
        each = (
            (whole(ids[judged], 64), INT8),
            (instants(batch.positions.at_ms[judged]), TIMESTAMPTZ),
            (maybe_numbers(verdicts.margin_m[rows.order]), FLOAT8),
            (maybe_numbers(verdicts.margin_s[rows.order]), FLOAT8),
        )
        parts = [
            (
                *self._said(batch, verdicts, rulebook, rows.order[first]),
                *(column.take(first) for column, _ in each),
                *(lists(column, kind, first + 1, count - 1) for column, kind in each),
            )
            for first, count in rows.parts()
        ]
        self._copies.append(Copy(COPY_VERDICTS, blocks(*parts)))

    def _said(
        self,
        batch: Observations,
        verdicts: Verdicts,
        rulebook: Rulebook,
        rows: NDArray[np.intp],
    ) -> Sequence[Column]:
        """Return what these verdicts say, but for their positions."""
        judged = verdicts.observation[rows]
        zones, zone = _numbered(verdicts.zone[rows])
        permits, permit = _numbered(verdicts.permit[rows])
        found = [rulebook.permits[number] if number >= 0 else None for number in permits]
        versions = np.array([each.version if each else 0 for each in found], np.int32)[permit]
        return (
            self._operators.texts(batch.vehicle[judged]),
            self._vehicles.texts(batch.vehicle[judged]),
            whole(batch.positions.layer[judged], 16),
            instant(self.recorded_at, len(rows)),
            Spelt([rulebook.zones[number].id for number in zones]).texts(zone),
            whole(np.array([rulebook.zones[number].version for number in zones])[zone], 32),
            uuids([each.id if each else None for each in found], permit),
            maybe_whole(versions, 32, verdicts.permit[rows] >= 0),
            whole(verdicts.kind[rows], 16),
            whole(verdicts.reason[rows], 16),
            whole(verdicts.relation[rows], 16),
            whole(np.full(len(rows), rulebook.version), 64),
        )

    def _name(self, batch: Observations) -> None:
        """Spell the vehicles of a batch, once for both tables."""
        if batch.vehicles is not self._named:
            self._named = batch.vehicles
            operators, vehicles = zip(*batch.vehicles, strict=True)
            self._operators, self._vehicles = Spelt(operators), Spelt(vehicles)

    def end(self, hold: str) -> None:
        """Write what is to be copied, and commit."""
        run_to_the_end(self.connection, hold, self._copies)


def _numbered(codes: NDArray[np.int32]) -> tuple[list[int], NDArray[np.intp]]:
    """Return the different numbers, and each row's place among them."""
    different, places = np.unique(codes, return_inverse=True)
    return different.tolist(), places
