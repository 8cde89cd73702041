"""How do the demonstration's vehicles speak? Over MQTT, each sender under its own name and key."""

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Self

from octroi.client import Sender
from octroi.demo.fleet import Message
from octroi.receipted import Tally

BURST = 400
SETTLE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where the broker is, and the keys that open it."""

    mqtt_url: str
    keys: Mapping[str, str]


class Traffic:
    """The senders of a fleet: operators and receivers."""

    def __init__(self, post: Post, names: Iterable[str]) -> None:
        self._senders = {
            name: Sender(post.mqtt_url, user=name, key=post.keys[name]) for name in names
        }
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Connect every sender."""
        for sender in self._senders.values():
            self._stack.enter_context(sender)
        return self

    def __exit__(self, *_exc: object) -> None:
        """Disconnect every sender."""
        self._stack.close()

    @property
    def tally(self) -> Tally:
        """Return what became of everything sent so far."""
        return sum((sender.tally for sender in self._senders.values()), start=Tally())

    def pour(self, messages: Iterable[Message], step: Callable[[int], None]) -> bool:
        """Send as fast as receipts come back; tell whether everything was receipted."""
        for count, message in enumerate(messages, start=1):
            self._send(message)
            if count % BURST == 0:
                step(BURST)
                self._settle(SETTLE_S)
        return self._settle(SETTLE_S)

    def play(
        self,
        messages: Iterable[Message],
        clock: Callable[[], datetime],
        stopping: threading.Event,
    ) -> None:
        """Send each message when its instant has come, until the end or until told to stop."""
        for message in messages:
            wait_s = message.at_ms / 1000 - clock().timestamp()
            if stopping.wait(max(wait_s, 0.0)) if wait_s > 0 else stopping.is_set():
                return
            self._send(message)

    def finish(self) -> bool:
        """Wait for the last receipts."""
        return self._settle(SETTLE_S)

    def _send(self, message: Message) -> None:
        self._senders[message.sender].send(message.topic, message.payload)

    def _settle(self, timeout_s: float) -> bool:
        # One time for all: each sends again by itself while another is waited for.
        end = monotonic() + timeout_s
        settled = [sender.settle(max(end - monotonic(), 0.0)) for sender in self._senders.values()]
        return all(settled)
