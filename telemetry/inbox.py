"""Which messages wait for the worker? As many as fit, in the order they came."""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from telemetry.messages import Incoming


class Delivery(NamedTuple):
    """A message, and what it is acknowledged by: on the connection it came on, no other."""

    message: Incoming
    mid: int
    qos: int
    connection: int


class Inbox:
    """A queue that takes and gives many at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Delivery] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def put(self, deliveries: Sequence[Delivery]) -> int:
        """Add messages, waiting for room for QoS 1; return how many of QoS 0 were dropped."""
        with self._changed:
            promised: Iterable[Delivery] = deliveries
            if len(self._waiting) + len(deliveries) > self._limit:
                promised = [one for one in deliveries if one.qos]
                self._changed.wait_for(lambda: self._closed or len(self._waiting) < self._limit)
            before = len(self._waiting)
            self._waiting.extend(promised)
            added = len(self._waiting) - before
            self._changed.notify_all()
        return len(deliveries) - added

    def take(self, *, most: int, size: int, wait_s: float) -> list[Delivery]:
        """Wait for one message, then take what is there: few when calm, many in need."""
        taken: list[Delivery] = []
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed, wait_s)
            while self._waiting and len(taken) < most and size > 0:
                taken.append(self._waiting.popleft())
                size -= len(taken[-1].message.payload)
            self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
