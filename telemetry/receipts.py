"""What does the city tell a sender after the commit?

A receipt is a list with one entry for each vehicle and boot: `stored` holds ranges of sequence
numbers, `refused` and `quarantined` one reason each. A message whose positions are not all named
by a `seq` is settled as a whole: its entry lists the SHA-256 of its payload in `keys`, and a
reason about such a position carries that `key` and a null `seq`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import msgspec
import numpy as np

from telemetry.intake.arrivals import Arrivals, Sender
from telemetry.intake.belief import Doubted, others


class Stored(NamedTuple):
    """Which of a vehicle's positions of one boot are settled: inclusive ranges of `seq`."""

    origin: int
    boot: int
    ranges: list[list[int]]


@dataclass(slots=True)
class _Entry:
    stored: list[list[int]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)
    quarantined: list[dict[str, object]] = field(default_factory=list)


_Entries = dict[Sender, dict[str, _Entry]]


def receipts(arrivals: Arrivals, doubted: Sequence[Doubted]) -> dict[str, bytes]:
    """Return each sender's receipt for these messages: all is stored but what says otherwise."""
    entries: _Entries = {}
    for one in arrivals.whole:
        _entry(entries, one.sender, "").keys.append(one.key)
    for refused in arrivals.refused:
        sender = Sender(refused.sender, refused.named)
        why = _reason(refused.seq, refused.reason, refused.key)
        _entry(entries, sender, refused.boot).refused.append(why)
    boots = arrivals.observations.boots
    for stored in _stored(arrivals, doubted):
        entry = _entry(entries, arrivals.origins[stored.origin], boots[stored.boot])
        entry.stored = stored.ranges
    for doubt in doubted:
        _quarantine(entries, arrivals, doubt)
    told: dict[str, list[dict[str, object]]] = {}
    for sender, of_boots in entries.items():
        told.setdefault(sender.sender, []).extend(
            _written(sender.named, boot, entry) for boot, entry in of_boots.items()
        )
    return {sender: msgspec.json.encode(listed) for sender, listed in told.items()}


def receipt_topic(sender: str) -> str:
    """Return where a sender's receipts are published."""
    return f"octroi/v1/{sender}/receipt"


def _stored(arrivals: Arrivals, doubted: Sequence[Doubted]) -> Iterator[Stored]:
    """Yield the numbers that are stored, now or before, by who sent them."""
    batch = arrivals.observations
    rows = others(len(arrivals), doubted)
    rows = rows[batch.seq[rows] >= 0]
    if not len(rows):
        return
    group = arrivals.origin[rows].astype(np.int64) * len(batch.boots) + batch.boot[rows]
    seq = batch.seq[rows]
    order = np.lexsort((seq, group))
    group, seq = group[order], seq[order]
    parted = group[1:] != group[:-1]
    first = np.append(True, parted | (seq[1:] > seq[:-1] + 1))
    last = np.append(first[1:], True)
    spans = zip(group[first].tolist(), seq[first].tolist(), seq[last].tolist(), strict=True)
    for number, found in groupby(spans, key=itemgetter(0)):
        origin, boot = divmod(number, len(batch.boots))
        yield Stored(origin, boot, [[begin, end] for _, begin, end in found])


def _quarantine(entries: _Entries, arrivals: Arrivals, doubt: Doubted) -> None:
    batch, row = arrivals.observations, doubt.row
    entry = _entry(entries, arrivals.origins[arrivals.origin[row]], batch.boots[batch.boot[row]])
    nameless = arrivals.nameless.get(row)
    if nameless is None:
        entry.quarantined.append(_reason(int(batch.seq[row]), doubt.reason, ""))
    else:
        entry.quarantined.append(_reason(None, doubt.reason, nameless.message))


def _entry(entries: _Entries, sender: Sender, boot: str) -> _Entry:
    own = entries.get(sender)
    if own is None:
        own = entries[sender] = {}
    entry = own.get(boot)
    if entry is None:
        entry = own[boot] = _Entry()
    return entry


def _written(named: str, boot: str, entry: _Entry) -> dict[str, object]:
    told: dict[str, object] = {
        "vehicle": named or None,
        "boot": boot,
        "stored": entry.stored,
        "refused": entry.refused,
        "quarantined": entry.quarantined,
    }
    return told | {"keys": entry.keys} if entry.keys else told


def _reason(seq: int | None, reason: str, key: str) -> dict[str, object]:
    named: dict[str, object] = {"seq": seq, "reason": reason}
    return named | {"key": key} if key else named
