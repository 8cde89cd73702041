"""Writes what came in: observations, verdicts, and what was refused or not believed.

All of one batch goes in one transaction, observations and verdicts by binary COPY. Recording the
same batch twice changes nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg_pool import ConnectionPool

from telemetry.intake.arrivals import Arrivals, Refused
from telemetry.intake.belief import Doubted
from telemetry.intake.claims import Run
from telemetry.intake.leaps import PassedOver
from telemetry.intake.shares import WHOLE, Share
from telemetry.messages import content
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
from telemetry.store.numbering import begin_turn, count, counted_to, hold_turn
from telemetry.store.packing import (
    Column,
    copied,
    instant,
    instants,
    maybe_numbers,
    maybe_whole,
    numbers,
    texts,
    uuids,
    whole,
)
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
COPY telemetry.verdict (observation_id, operator, vehicle, layer, at, recorded_at, zone_id,
    zone_version, permit_id, permit_version, kind, reason, relation, margin_m, rulebook_version)
FROM STDIN (FORMAT BINARY)
"""
# What was refused, each content once.
REFUSE = """
INSERT INTO telemetry.refusal
    (digest, sender, topic, boot, seq, reason, excerpt, received_at, recorded_at)
SELECT given.*, %(recorded_at)s FROM unnest(
    %(digest)b::bytea[], %(sender)b::text[], %(topic)b::text[], %(boot)b::text[],
    %(seq)b::bigint[], %(reason)b::text[], %(excerpt)b::bytea[],
    %(received_at)b::timestamptz[]) AS given
ON CONFLICT DO NOTHING
"""
# What was not believed, each content once.
QUARANTINE = """
INSERT INTO telemetry.quarantine (digest, sender, operator, vehicle, boot, seq, key, at, reason,
    content, received_at, recorded_at)
SELECT given.*, %(recorded_at)s FROM unnest(
    %(digest)b::bytea[], %(sender)b::text[], %(operator)b::text[], %(vehicle)b::text[],
    %(boot)b::text[], %(seq)b::bigint[], %(key)b::text[], %(at)b::timestamptz[],
    %(reason)b::text[], %(content)b::jsonb[], %(received_at)b::timestamptz[]) AS given
ON CONFLICT DO NOTHING
"""

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

    def begin(self) -> None:
        """Take over from whoever took observations in before, whatever they were doing."""
        with self._pool.connection() as connection:
            self._turn = begin_turn(connection, self.share, starting=not self._began)
        self._numbers, self._began = Numbers(), True

    @contextmanager
    def recording(self, recorded_at: datetime) -> Iterator["Recording"]:
        """Open one transaction: committed at the end, undone by any exception."""
        with self._pool.connection() as connection:
            hold_turn(connection, self._turn, self.share)
            recording = Recording(connection, recorded_at, self._numbers)
            yield recording
        self._numbers.keep(recording.runs, recording.ids)

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
        with self._pool.connection() as connection:
            hold_turn(connection, self._turn, self.share)
            save_standings(connection, some, now)
            stood_to(connection, until, self.share)

    def ensure_days(self, at_ms: Instants) -> None:
        """Make room for the days of these instants before their first rows come."""
        for day in set(np.unique(at_ms // DAY_MS).tolist()) - self._days:
            with self._pool.connection() as connection:
                connection.execute(ENSURE_DAY, {"day": date(1970, 1, 1) + timedelta(days=day)})
            self._days.add(day)


class Recording:
    """One transaction that records one batch."""

    def __init__(self, connection: Connection, recorded_at: datetime, names: Numbers) -> None:
        self.connection = connection
        self.recorded_at = recorded_at
        self.ids = np.empty(0, np.int64)
        self._names = names
        self._claimed: Claimed | None = None

    @property
    def runs(self) -> Sequence[Run]:
        """Return which numbers this transaction uses."""
        return () if self._claimed is None else self._claimed.runs

    def claim(self, arrivals: Arrivals, rows: NDArray[np.intp]) -> Claimed:
        """Take the names of these rows; the first content under a name is the one that counts."""
        self._claimed = self._names.claim(self.connection, arrivals, rows)
        self.ids = self._names.ids(self.connection, len(self._claimed.new))
        return self._claimed

    def observations(self, batch: Observations, ids: NDArray[np.int64]) -> None:
        """Write observations under their ids."""
        rows, where = len(batch), batch.positions
        columns = (
            whole(ids, 64),
            texts([vehicle.operator for vehicle in batch.vehicles], batch.vehicle),
            texts([vehicle.vehicle for vehicle in batch.vehicles], batch.vehicle),
            texts(batch.senders, batch.sender),
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
            texts([*batch.boots, None], np.where(batch.seq < 0, -1, batch.boot)),
            maybe_whole(batch.seq, 64, batch.seq >= 0),
        )
        self._copy(COPY_OBSERVATIONS, columns)

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
        judged = verdicts.observation
        zones, zone = _numbered(verdicts.zone)
        permits, permit = _numbered(verdicts.permit)
        found = [rulebook.permits[number] if number >= 0 else None for number in permits]
        versions = np.array([each.version if each else 0 for each in found], np.int32)[permit]
        columns = (
            whole(ids[judged], 64),
            texts([vehicle.operator for vehicle in batch.vehicles], batch.vehicle[judged]),
            texts([vehicle.vehicle for vehicle in batch.vehicles], batch.vehicle[judged]),
            whole(batch.positions.layer[judged], 16),
            instants(batch.positions.at_ms[judged]),
            instant(self.recorded_at, len(verdicts)),
            texts([rulebook.zones[number].id for number in zones], zone),
            whole(np.array([rulebook.zones[number].version for number in zones])[zone], 32),
            uuids([each.id if each else None for each in found], permit),
            maybe_whole(versions, 32, verdicts.permit >= 0),
            whole(verdicts.kind, 16),
            whole(verdicts.reason, 16),
            whole(verdicts.relation, 16),
            maybe_numbers(verdicts.margin_m),
            whole(np.full(len(verdicts), rulebook.version), 64),
        )
        self._copy(COPY_VERDICTS, columns)

    def refused(self, refused: Sequence[Refused]) -> int:
        """Write down what was refused; return how many of it were new."""
        columns = {
            "digest": [one.digest for one in refused],
            "sender": [one.sender for one in refused],
            "topic": [one.topic for one in refused],
            "boot": [one.boot for one in refused],
            "seq": [one.seq for one in refused],
            "reason": [one.reason for one in refused],
            "excerpt": [one.excerpt for one in refused],
            "received_at": [_instant(one.received_at_ms) for one in refused],
        }
        return self._insert(REFUSE, columns) if refused else 0

    def quarantined(self, arrivals: Arrivals, doubted: Sequence[Doubted]) -> int:
        """Write down what was not believed; return how many of it were new."""
        batch = arrivals.observations
        rows = [one.row for one in doubted]
        vehicles = [batch.vehicles[number] for number in batch.vehicle[rows].tolist()]
        columns = {
            "digest": [_doubt_name(arrivals, row) for row in rows],
            "sender": [batch.senders[number] for number in batch.sender[rows].tolist()],
            "operator": [vehicle.operator for vehicle in vehicles],
            "vehicle": [vehicle.vehicle for vehicle in vehicles],
            "boot": [batch.boots[number] for number in batch.boot[rows].tolist()],
            "seq": batch.seq[rows].tolist(),
            "key": [_key(arrivals, row) for row in rows],
            "at": [_instant(ms) for ms in batch.positions.at_ms[rows].tolist()],
            "reason": [one.reason for one in doubted],
            "content": [msgspec.json.encode(arrivals.fix(row)).decode() for row in rows],
            "received_at": [_instant(ms) for ms in batch.received_at_ms[rows].tolist()],
        }
        return self._insert(QUARANTINE, columns) if doubted else 0

    def _insert(self, statement: str, columns: Mapping[str, object]) -> int:
        values = {**columns, "recorded_at": self.recorded_at}
        return self.connection.execute(statement, values).rowcount

    def _copy(self, statement: str, columns: Sequence[Column]) -> None:
        with self.connection.cursor().copy(statement) as copy:
            copy.write(copied(columns))


def _numbered(codes: NDArray[np.int32]) -> tuple[list[int], NDArray[np.intp]]:
    """Return the different numbers, and each row's place among them."""
    different, places = np.unique(codes, return_inverse=True)
    return different.tolist(), places


def _key(arrivals: Arrivals, row: int) -> str:
    nameless = arrivals.nameless.get(row)
    return "" if nameless is None else nameless.key


def _doubt_name(arrivals: Arrivals, row: int) -> bytes:
    """Name one content of one observation among those not believed."""
    batch, fix = arrivals.observations, arrivals.fix(row)
    vehicle = batch.vehicles[batch.vehicle[row]]
    named = "\0".join([*vehicle, fix.boot, str(fix.seq), _key(arrivals, row)])
    return hashlib.sha256(named.encode() + hashlib.sha256(content(fix)).digest()).digest()


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
