"""Writes what came in: names, observations, verdicts, and what was refused or not believed.

All of one batch goes in one transaction: names by `unnest`, observations and verdicts by binary
COPY. Recording the same batch twice changes nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, Cursor
from psycopg_pool import ConnectionPool

from permits.parties import OperatorId, VehicleId
from telemetry.belief import Doubted
from telemetry.messages import Refused, Report
from telemetry.model import Observations, VehicleKey, Verdicts
from telemetry.rulebook import Rulebook
from zones.columns import Floats, Instants

# Make the day's partitions, where the history is kept in native ones.
ENSURE_DAY = "SELECT telemetry.ensure_day(%(day)s)"
# Take the names that nobody took before; each gets its observation's id.
CLAIM = """
INSERT INTO telemetry.observation_key (operator, vehicle, boot, seq, key, digest, received_at)
SELECT * FROM unnest(
    %(operator)b::text[], %(vehicle)b::text[], %(boot)b::text[], %(seq)b::bigint[],
    %(key)b::text[], %(digest)b::bytea[], %(received_at)b::timestamptz[])
ON CONFLICT DO NOTHING
RETURNING operator, vehicle, boot, seq, key, observation_id
"""
# What the names already taken were taken for.
TAKEN = """
SELECT operator, vehicle, boot, seq, key, digest FROM telemetry.observation_key
JOIN unnest(
    %(operator)b::text[], %(vehicle)b::text[], %(boot)b::text[], %(seq)b::bigint[], %(key)b::text[]
) AS wanted (operator, vehicle, boot, seq, key) USING (operator, vehicle, boot, seq, key)
"""
# Observations, as columns.
COPY_OBSERVATIONS = """
COPY telemetry.observation (id, operator, vehicle, sender, layer, at, received_at, recorded_at,
    lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg) FROM STDIN (FORMAT BINARY)
"""
OBSERVATION_TYPES = (
    *("int8", "text", "text", "text", "int2", "timestamptz", "timestamptz", "timestamptz"),
    *("float8", "float8", "float8", "int2", "float8", "float8", "float8", "float8"),
)
# Verdicts, as columns.
COPY_VERDICTS = """
COPY telemetry.verdict (observation_id, operator, vehicle, layer, at, recorded_at, zone_id,
    zone_version, permit_id, permit_version, kind, reason, relation, margin_m, rulebook_version)
FROM STDIN (FORMAT BINARY)
"""
VERDICT_TYPES = (
    *("int8", "text", "text", "int2", "timestamptz", "timestamptz", "text", "int4", "uuid"),
    *("int4", "int2", "int2", "int2", "float8", "int8"),
)
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

# Where every vehicle stands.
STANDINGS = "SELECT operator, vehicle, track, situations FROM telemetry.track"

Name = tuple[str, str, str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What became of a batch's names: new ones with their ids, repetitions, and conflicts."""

    new: tuple[tuple[Report, int], ...]
    conflicts: tuple[Report, ...]
    duplicates: int


class IngestStore:
    """The database, as the pipeline writes to it."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._days: set[date] = set()

    @contextmanager
    def recording(self, recorded_at: datetime) -> Iterator["Recording"]:
        """Open one transaction: committed at the end, undone by any exception."""
        with self._pool.connection() as connection:
            yield Recording(connection, recorded_at)

    def standings(self) -> dict[VehicleKey, tuple[str | None, str | None]]:
        """Return each vehicle's track and situations as they were written down last."""
        with self._pool.connection() as connection:
            rows = connection.execute(STANDINGS).fetchall()
        return {VehicleKey(OperatorId(row[0]), VehicleId(row[1])): (row[2], row[3]) for row in rows}

    def ensure_days(self, instants_ms: Iterable[int]) -> None:
        """Make room for the days of these instants before their first rows come."""
        for day in {_instant(ms).date() for ms in instants_ms} - self._days:
            with self._pool.connection() as connection:
                connection.execute(ENSURE_DAY, {"day": day})
            self._days.add(day)


class Recording:
    """One transaction that records one batch."""

    def __init__(self, connection: Connection, recorded_at: datetime) -> None:
        self.connection = connection
        self.recorded_at = recorded_at

    def claim(self, reports: Sequence[Report]) -> Claimed:
        """Take the reports' names; the first content under a name is the one that counts."""
        first: dict[Name, Report] = {}
        again = [
            report for report in reports if first.setdefault(_name(report), report) is not report
        ]
        ids = self._claimed(list(first.values()))
        again += [report for name, report in first.items() if name not in ids]
        digests = {name: report.digest for name, report in first.items() if name in ids}
        digests |= self._taken([name for name in first if name not in ids])
        conflicts = tuple(one for one in again if digests[_name(one)] != one.digest)
        return Claimed(
            new=tuple((report, ids[name]) for name, report in first.items() if name in ids),
            conflicts=conflicts,
            duplicates=len(again) - len(conflicts),
        )

    def observations(self, batch: Observations, ids: NDArray[np.int64]) -> None:
        """Write observations under their ids."""
        keys = [batch.vehicles[number] for number in batch.vehicle.tolist()]
        where = batch.positions
        rows = zip(
            ids.tolist(),
            [key.operator for key in keys],
            [key.vehicle for key in keys],
            [batch.senders[number] for number in batch.sender.tolist()],
            where.layer.tolist(),
            _instants(where.at_ms),
            _instants(batch.received_at_ms),
            [self.recorded_at] * len(batch),
            where.lon.tolist(),
            where.lat.tolist(),
            _known(where.alt_m),
            where.alt_ref.tolist(),
            where.h_acc_m.tolist(),
            where.v_acc_m.tolist(),
            _known(batch.speed_mps),
            _known(batch.heading_deg),
            strict=True,
        )
        self._copy(COPY_OBSERVATIONS, OBSERVATION_TYPES, rows)

    def verdicts(
        self,
        batch: Observations,
        ids: NDArray[np.int64],
        verdicts: Verdicts,
        rulebook: Rulebook,
    ) -> None:
        """Write verdicts with the observation, zone version and permit version they rest on."""
        zones = [rulebook.zones[number] for number in verdicts.zone.tolist()]
        permits = [
            rulebook.permits[number] if number >= 0 else None for number in verdicts.permit.tolist()
        ]
        judged = verdicts.observation
        keys = [batch.vehicles[number] for number in batch.vehicle[judged].tolist()]
        rows = zip(
            ids[judged].tolist(),
            [key.operator for key in keys],
            [key.vehicle for key in keys],
            batch.positions.layer[judged].tolist(),
            _instants(batch.positions.at_ms[judged]),
            [self.recorded_at] * len(verdicts),
            [zone.id for zone in zones],
            [zone.version for zone in zones],
            [permit and permit.id for permit in permits],
            [permit and permit.version for permit in permits],
            verdicts.kind.tolist(),
            verdicts.reason.tolist(),
            verdicts.relation.tolist(),
            _known(verdicts.margin_m),
            [rulebook.version] * len(verdicts),
            strict=True,
        )
        self._copy(COPY_VERDICTS, VERDICT_TYPES, rows)

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

    def quarantined(self, doubted: Sequence[Doubted]) -> int:
        """Write down what was not believed; return how many of it were new."""
        reports = [one.report for one in doubted]
        columns = {
            "digest": [_doubt_name(report) for report in reports],
            "sender": [report.sender for report in reports],
            "operator": [report.vehicle.operator for report in reports],
            "vehicle": [report.vehicle.vehicle for report in reports],
            "boot": [report.fix.boot for report in reports],
            "seq": [report.fix.seq for report in reports],
            "key": [report.key for report in reports],
            "at": [_instant(report.at_ms) for report in reports],
            "reason": [one.reason for one in doubted],
            "content": [msgspec.json.encode(report.fix).decode() for report in reports],
            "received_at": [_instant(report.received_at_ms) for report in reports],
        }
        return self._insert(QUARANTINE, columns) if doubted else 0

    def _claimed(self, reports: Sequence[Report]) -> dict[Name, int]:
        if not reports:
            return {}
        columns = _columns([_name(report) for report in reports]) | {
            "digest": [report.digest for report in reports],
            "received_at": [_instant(report.received_at_ms) for report in reports],
        }
        with self.connection.pipeline():  # together with the transaction's beginning
            claimed = self.connection.execute(CLAIM, columns)
        return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in claimed}

    def _taken(self, names: Sequence[Name]) -> dict[Name, bytes]:
        if not names:
            return {}
        rows = self.connection.execute(TAKEN, _columns(names)).fetchall()
        return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in rows}

    def _insert(self, statement: str, columns: Mapping[str, object]) -> int:
        values = {**columns, "recorded_at": self.recorded_at}
        return self.connection.execute(statement, values).rowcount

    def _copy(self, statement: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        cursor: Cursor = self.connection.cursor()
        with cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)


def _name(report: Report) -> Name:
    operator, vehicle = report.vehicle
    return operator, vehicle, report.fix.boot, report.fix.seq, report.key


def _columns(names: Sequence[Name]) -> dict[str, list[Any]]:
    """Turn names into one array for each part."""
    parts = ("operator", "vehicle", "boot", "seq", "key")
    return {part: [name[n] for name in names] for n, part in enumerate(parts)}


def _doubt_name(report: Report) -> bytes:
    """Name one content of one observation among those not believed."""
    name = "\0".join(str(part) for part in _name(report))
    return hashlib.sha256(name.encode() + report.digest).digest()


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _instants(column: Instants) -> list[datetime]:
    return [_instant(ms) for ms in column.tolist()]


def _known(column: Floats) -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124 # NaN
