"""Writes what was refused, and what was not believed: each content once."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from psycopg import Connection

from telemetry.intake.arrivals import Arrivals, Refused
from telemetry.intake.belief import Doubted
from telemetry.messages import content

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


def save_refused(connection: Connection, refused: Sequence[Refused], recorded_at: datetime) -> int:
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
        "recorded_at": recorded_at,
    }
    return connection.execute(REFUSE, columns).rowcount if refused else 0


def save_quarantined(
    connection: Connection, arrivals: Arrivals, doubted: Sequence[Doubted], recorded_at: datetime
) -> int:
    """Write down what was not believed; return how many of it were new."""
    if not doubted:
        return 0
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
        "recorded_at": recorded_at,
    }
    return connection.execute(QUARANTINE, columns).rowcount


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
