"""What does the city tell a sender after the commit?

A receipt is a list with one entry for each vehicle and boot: `stored` holds ranges of sequence
numbers, `refused` and `quarantined` one reason each. A message whose positions are not all named
by a `seq` is settled as a whole: its entry lists the SHA-256 of its payload in `keys`, and a
reason about such a position carries that `key` and a null `seq`.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import msgspec
import numpy as np

from telemetry.intake.arrivals import Arrivals, Sender
from telemetry.intake.belief import Doubted, others


class _Entry(msgspec.Struct, kw_only=True):
    """What became of one boot of a vehicle, as it is told."""

    vehicle: str | None
    boot: str
    stored: list[list[int]] = []  # msgspec gives each entry its own
    refused: list[dict[str, object]] = []
    quarantined: list[dict[str, object]] = []
    keys: list[str] | msgspec.UnsetType = msgspec.UNSET


_Entries = dict[Sender, dict[str, _Entry]]
_ENCODER = msgspec.json.Encoder()


def receipts(arrivals: Arrivals, doubted: Sequence[Doubted]) -> dict[str, bytes]:
    """Return each sender's receipt for these messages: all is stored but what says otherwise."""
    entries: _Entries = {}
    for one in arrivals.whole:
        entry = _entry(entries, one.sender, "")
        if entry.keys is msgspec.UNSET:
            entry.keys = []
        entry.keys.append(one.key)
    for refused in arrivals.refused:
        sender = Sender(refused.sender, refused.named)
        why = _reason(refused.seq, refused.reason, refused.key)
        _entry(entries, sender, refused.boot).refused.append(why)
    boots = arrivals.observations.boots
    for (origin, boot), ranges in _stored(arrivals, doubted):
        _entry(entries, arrivals.origins[origin], boots[boot]).stored = ranges
    for doubt in doubted:
        _quarantine(entries, arrivals, doubt)
    told: dict[str, list[_Entry]] = {}
    for sender, of_boots in entries.items():
        told.setdefault(sender.sender, []).extend(of_boots.values())
    return {sender: _ENCODER.encode(listed) for sender, listed in told.items()}


def receipt_topic(sender: str) -> str:
    """Return where a sender's receipts are published."""
    return f"octroi/v1/{sender}/receipt"


def _stored(
    arrivals: Arrivals, doubted: Sequence[Doubted]
) -> Iterator[tuple[tuple[int, int], list[list[int]]]]:
    """Yield by origin and boot which numbers are stored, now or before, as inclusive ranges."""
    batch = arrivals.observations
    rows = others(len(arrivals), doubted)
    rows = rows[batch.seq[rows] >= 0]
    if not len(rows):
        return
    group = arrivals.origin[rows].astype(np.int64) * len(batch.boots) + batch.boot[rows]
    seq = batch.seq[rows]
    order = np.lexsort((seq, group))
    group, seq = group[order], seq[order]
    apart = np.ones(len(seq) + 1, dtype=bool)
    apart[1:-1] = (group[1:] != group[:-1]) | (seq[1:] > seq[:-1] + 1)
    (bounds,) = apart.nonzero()
    first, last = bounds[:-1], bounds[1:] - 1
    spans = zip(*(each.tolist() for each in (group[first], seq[first], seq[last])), strict=True)
    for number, ranges in groupby(spans, key=itemgetter(0)):
        yield divmod(number, len(batch.boots)), [[begin, end] for _, begin, end in ranges]


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
        entry = own[boot] = _Entry(vehicle=sender.named or None, boot=boot)
    return entry


def _reason(seq: int | None, reason: str, key: str) -> dict[str, object]:
    named: dict[str, object] = {"seq": seq, "reason": reason}
    return named | {"key": key} if key else named
