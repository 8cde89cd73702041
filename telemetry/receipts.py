"""What does the city tell a sender after the commit?

A receipt is a list with one entry for each vehicle and boot: `stored` holds ranges of sequence
numbers, `refused` and `quarantined` one reason each. A message whose positions are not all named
by a `seq` is settled as a whole: its entry lists the SHA-256 of its payload in `keys`, and a
reason about such a position carries that `key` and a null `seq`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from telemetry.belief import Doubted
from telemetry.messages import Decoded
from telemetry.model import Alert
from telemetry.texts import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """One position that was not stored: its `seq`, or its message's `key`, and why."""

    seq: int | None
    reason: str
    key: str = ""


@dataclass(slots=True)
class _Entry:
    stored: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refused: list[Reasoned] = field(default_factory=list)
    quarantined: list[Reasoned] = field(default_factory=list)


def receipts(messages: Iterable[Decoded], doubted: Sequence[Doubted]) -> dict[str, bytes]:
    """Return each sender's receipt for these messages: all is stored but what says otherwise."""
    entries: dict[str, dict[tuple[str, str], _Entry]] = {}
    doubts = {id(one.report): one.reason for one in doubted}
    for message in messages:
        _account(message, doubts, entries.setdefault(message.sender, {}))
    return {sender: _written(own) for sender, own in entries.items()}


def receipt_topic(sender: str) -> str:
    """Return where a sender's receipts are published."""
    return f"octroi/v1/{sender}/receipt"


def alert_topic(alert: Alert) -> str:
    """Return where an operator is told of an alert."""
    return f"octroi/v1/{alert.vehicle.operator}/{alert.vehicle.vehicle}/alert"


def alert_notice(alert: Alert) -> bytes:
    """Write an alert as its operator receives it."""
    return msgspec.json.encode(
        {
            "id": str(alert.id),
            "vehicle": alert.vehicle.vehicle,
            "layer": alert.layer,
            "reason": alert.reason.code,
            "severity": alert.severity,
            "state": alert.state,
            "zone": alert.zone,
            "zone_version": alert.zone_version,
            "zone_name": alert.zone_name,
            "permit": None if alert.permit is None else str(alert.permit),
            "opened_at": alert.opened_at,
            "last_at": alert.last_at,
            "lon": alert.lon,
            "lat": alert.lat,
            "count": alert.count,
            "text": sentence(alert),
        }
    )


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Return the numbers as inclusive ranges, in order."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _account(
    message: Decoded, doubts: dict[int, str], entries: dict[tuple[str, str], _Entry]
) -> None:
    """Enter what became of one message."""
    if message.key:
        entries.setdefault((message.named, ""), _Entry()).keys.append(message.key)
    for one in message.refused:
        key = message.key if one.seq is None else ""
        entry = entries.setdefault((message.named, one.boot), _Entry())
        entry.refused.append(Reasoned(seq=one.seq, reason=one.reason, key=key))
    for report in message.reports:
        entry = entries.setdefault((message.named, report.fix.boot), _Entry())
        reason = doubts.get(id(report))
        seq = report.fix.seq if report.fix.seq >= 0 else None
        if reason is not None:
            key = message.key if seq is None else ""
            entry.quarantined.append(Reasoned(seq=seq, reason=reason, key=key))
        elif seq is not None:
            entry.stored.append(seq)


def _written(entries: dict[tuple[str, str], _Entry]) -> bytes:
    return msgspec.json.encode(
        [
            {
                "vehicle": vehicle or None,
                "boot": boot,
                "stored": ranges(entry.stored),
                "refused": [_reason(one) for one in entry.refused],
                "quarantined": [_reason(one) for one in entry.quarantined],
            }
            | ({"keys": entry.keys} if entry.keys else {})
            for (vehicle, boot), entry in entries.items()
        ]
    )


def _reason(one: Reasoned) -> dict[str, object]:
    named: dict[str, object] = {"seq": one.seq, "reason": one.reason}
    return named | {"key": one.key} if one.key else named
