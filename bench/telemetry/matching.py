"""Who was told of what was sent, and how long after it was due?"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

PERCENTS = (50, 90, 99, 99.9, 100)

# Which stray of which fleet is due when, in seconds from the start.
Strays = Mapping[tuple[int, str], float]


class Heard(NamedTuple):
    """Something heard, and when."""

    stamp: float
    fleet: int
    topic: str
    payload: bytes


class Due(NamedTuple):
    """When what is sent is due, in seconds from the start: by fleet, each vehicle's messages."""

    messages: list[NDArray[np.float64]]
    strays: Strays
    each: int
    first_seq: int
    counted_from_s: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent, and what was heard of it; latencies in milliseconds, by `PERCENTS`."""

    sent: int
    unreceipted: int
    strayed: int
    unalerted: int
    receipts_ms: Sequence[float]
    alerts_ms: Sequence[float]
    late_p99_ms: float
    settled_s: float


class Matched:
    """What was heard, matched with what was due."""

    def __init__(self, due: Due, start: float) -> None:
        self._due, self._start = due, start
        self._strays = dict(due.strays)
        self._unheard = set(due.strays)
        self._unsettled = [np.repeat(~np.isnan(each), due.each, axis=1) for each in due.messages]
        self._sent = len(due.strays) + int(sum(each.sum() for each in self._unsettled))
        self._receipts: list[tuple[float, float]] = []
        self._alerts: list[tuple[float, float]] = []
        self._settled = start

    @property
    def missing(self) -> int:
        """Return how many observations have no receipt yet."""
        return int(sum(each.sum() for each in self._unsettled)) + len(self._unheard)

    def take(self, heard: Heard) -> None:
        """Match one message; an empty one takes a retained alert back."""
        told = json.loads(heard.payload or b'{"state": ""}')
        if heard.topic.endswith("/receipt"):
            self._settled = max(self._settled, heard.stamp)
            for entry in told:
                if (heard.fleet, entry["vehicle"]) in self._unheard:
                    self._unheard.remove((heard.fleet, entry["vehicle"]))
                elif (entry["vehicle"] or "").startswith("drone-"):
                    self._receipt(heard, entry)
        elif told["state"] == "open":
            due = self._strays.pop((heard.fleet, told["vehicle"]), None)
            if due is not None:
                self._alerts.append((due, heard.stamp - self._start - due))

    def found(self, late: Sequence[float]) -> Found:
        """Sum up; what was due in the warm-up is passed over, but not its loss."""
        return Found(
            sent=self._sent,
            unreceipted=self.missing,
            strayed=len(self._due.strays),
            unalerted=len(self._strays),
            receipts_ms=self._percentiles(self._receipts),
            alerts_ms=self._percentiles(self._alerts),
            late_p99_ms=float(np.percentile(late, 99)) * 1000,
            settled_s=self._settled - self._start,
        )

    def _receipt(self, heard: Heard, entry: dict[str, Any]) -> None:
        vehicle, each = int(entry["vehicle"].removeprefix("drone-")), self._due.each
        unsettled = self._unsettled[heard.fleet][vehicle]
        due = self._due.messages[heard.fleet][vehicle]
        for first, last in entry["stored"]:
            begin, end = first - self._due.first_seq, last - self._due.first_seq + 1
            if begin < 0 or not unsettled[begin:end].any():
                continue
            unsettled[begin:end] = False
            for when in due[begin // each : -(-end // each)].tolist():
                self._receipts.append((when, heard.stamp - self._start - when))

    def _percentiles(self, took: Sequence[tuple[float, float]]) -> Sequence[float]:
        counted = [1000 * each for due, each in took if due >= self._due.counted_from_s]
        return np.percentile(counted, PERCENTS).tolist() if counted else []
