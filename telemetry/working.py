"""In which order are messages recorded, and what if that fails?

While a batch is being committed the next one is judged already. Whatever fails is tried again by
itself and in its turn, as long as the database is away, and in halves where it is the messages'
own fault: the one that cannot be processed is set aside.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol

import psycopg
import structlog

from telemetry.inbox import Delivery, Inbox
from telemetry.messages import Incoming

# A quarter of what a broker hands us unacknowledged: the next are there while these are committed.
BATCH_MESSAGES = 1_000
BATCH_BYTES = 2_000_000
TEND_EVERY_S = 1.0
FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 10.0

# A message the database will never take, unlike a database that is away.
POISON = (psycopg.DataError, psycopg.IntegrityError)

log = structlog.get_logger()


class Takes(Protocol):
    """What the ingest asks of a pipeline."""

    def take(self, messages: Sequence[Incoming]) -> object:
        """Record messages; return only after the commit."""

    def begin(self, messages: Sequence[Incoming], after: Future[Any] | None) -> Future[Any]:
        """Begin to record messages while those before are committed; done after the commit.

        Raise where those before fail.
        """

    def set_aside(self, message: Incoming, error: Exception) -> object:
        """Record that a message could not be processed."""

    def tend(self, *, behind: bool) -> object:
        """Write down what a start would miss; unless messages wait, notice who fell silent."""


class _Begun(NamedTuple):
    """Deliveries of which all is done but the commit; None where that failed already."""

    deliveries: list[Delivery]
    done: Future[Any] | None


class Work:
    """The one worker of an inbox; `done` is told what is recorded, `tend` called now and then."""

    def __init__(
        self,
        pipeline: Takes,
        inbox: Inbox,
        *,
        done: Callable[[list[Delivery]], None],
        tend: Callable[[], None],
    ) -> None:
        self._pipeline = pipeline
        self._inbox = inbox
        self._done = done
        self._tend = tend
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let the batch at hand be the last."""
        self._stopping.set()
        self._inbox.close()

    def run(self) -> None:
        """Work until told to stop; what is begun then is finished."""
        tended = time.monotonic()
        begun: _Begun | None = None
        while begun or not self._stopping.is_set():
            try:
                before, begun = begun, None
                begun = self._begin(before)
                if before:
                    self._end(before)
                if time.monotonic() - tended >= TEND_EVERY_S:
                    tended = time.monotonic()
                    self._attempt(self._tend)
            except Exception:
                # Not acknowledged, so delivered again on the next connection.
                log.exception("ingest.failed")

    def _begin(self, before: _Begun | None) -> _Begun | None:
        """Judge what came, while what came before is committed."""
        if self._stopping.is_set() or (before and before.done is None):
            return None
        wait_s = 0.0 if before else TEND_EVERY_S
        deliveries = self._inbox.take(most=BATCH_MESSAGES, size=BATCH_BYTES, wait_s=wait_s)
        if not deliveries:
            return None
        try:
            messages = [one.message for one in deliveries]
            return _Begun(deliveries, self._pipeline.begin(messages, before and before.done))
        except Exception:  # noqa: BLE001 - whatever it is, it happens again or has passed
            # What came before goes first, and then this by itself.
            return _Begun(deliveries, None)

    def _end(self, begun: _Begun) -> None:
        """Acknowledge what is committed; record it again by itself where that failed."""
        try:
            done = begun.done is not None and begun.done.result() is not None
        except Exception:  # noqa: BLE001 - as above
            done = False
        if done:
            self._done(begun.deliveries)
        else:
            self._settle(begun.deliveries)

    def _settle(self, deliveries: list[Delivery]) -> None:
        """Record deliveries, however long the database takes to come back, and acknowledge them."""
        messages = [delivery.message for delivery in deliveries]
        try:
            done = self._attempt(lambda: self._pipeline.take(messages))
        except Exception as error:
            if len(deliveries) > 1:
                half = len(deliveries) // 2
                self._settle(deliveries[:half])
                self._settle(deliveries[half:])
                return
            log.exception("ingest.set-aside", topic=messages[0].topic)
            culprit = error
            done = self._attempt(lambda: self._pipeline.set_aside(messages[0], culprit))
        if done:
            self._done(deliveries)

    def _attempt(self, record: Callable[[], object]) -> bool:
        """Call until the database answers, with growing pauses; False when we were told to stop."""
        pause_s = FIRST_BACKOFF_S
        while True:
            try:
                record()
            except POISON:
                raise
            except psycopg.Error as error:
                log.warning("ingest.database-away", error=str(error), retry_in_s=pause_s)
                if self._stopping.wait(pause_s):
                    return False
                pause_s = min(pause_s * 2, LONGEST_BACKOFF_S)
            else:
                return True
