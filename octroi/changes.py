"""What has just been decided? Listens to the database and wakes those who keep copies.

Zones, permits and the registry announce each change with NOTIFY in the transaction that makes it,
so every process, and not only the one that wrote, hears of it within a moment of the commit. Of
permits it hears which.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Self
from uuid import UUID

import psycopg
import structlog

from octroi.listening import Listening
from octroi.rulebooks import ANYTHING, Changed
from permits.model import PermitId

log = structlog.get_logger()

PERMITS = "octroi_permits"
PUBLISHING = ("octroi_zones", "octroi_registry")
# Permits that another process moved, and that this one tells their holders of.
NOTICES = "octroi_notices"
POLL_S = 0.5
GATHER_S = 0.1
# Of what taking changes up costs, so many times as long belongs to everything else.
REST = 3.0
# Of what somebody else says on our channels, so much is logged.
SHOWN = 100


def _untold(_permit: str) -> None:
    """Tell nobody."""


class Changes:
    """A thread that calls `refresh` with what was announced, and `tell` with each notice.

    It hears the `channels`: every one of them wakes it at every commit that says something there.
    """

    def __init__(
        self,
        database_url: str,
        refresh: Callable[[Changed], None],
        tell: Callable[[str], None] = _untold,
        channels: Iterable[str] = (*PUBLISHING, PERMITS, NOTICES),
    ) -> None:
        self._refresh = refresh
        self._tell = tell
        self._channels = tuple(channels)
        self._listening = Listening(database_url, "changes", self._listen)

    def __enter__(self) -> Self:
        """Start listening; returns once nothing can be missed any more."""
        self._listening.__enter__()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop listening."""
        self._listening.__exit__()

    def _listen(self, connection: psycopg.Connection) -> None:
        for channel in self._channels:
            connection.execute(f"LISTEN {channel}")
        # Whatever changed while nobody listened is taken up now.
        self._refresh(ANYTHING)
        self._listening.begun.set()
        while not self._listening.stopping.is_set():
            if heard := list(connection.notifies(timeout=POLL_S, stop_after=1)):
                # What was announced so far is read together.
                heard += connection.notifies(timeout=0)
                self._take_up(heard)

    def _take_up(self, heard: Iterable[psycopg.Notify]) -> None:
        begun = time.monotonic()
        changed = Changed(
            published=any(note.channel in PUBLISHING for note in heard),
            permits=frozenset(_named(note.payload for note in heard if note.channel == PERMITS)),
        )
        if changed.published or changed.permits:
            self._refresh(changed)
        took_s = time.monotonic() - begun
        for note in heard:
            if note.channel == NOTICES:
                self._pass_on(note.payload)
        # The first of a burst is taken up at once, the rest of it together.
        self._listening.stopping.wait(max(GATHER_S, REST * took_s))

    def _pass_on(self, notice: str) -> None:
        """Tell; what cannot be told keeps nothing else back."""
        try:
            self._tell(notice)
        except Exception:
            log.exception("changes.not-told", notice=notice[:SHOWN])


def _named(payloads: Iterable[str]) -> Iterator[PermitId]:
    """Yield the permits that are named; what names none was not said by us."""
    for payload in payloads:
        try:
            yield PermitId(UUID(payload))
        except ValueError:
            log.warning("changes.foreign", payload=payload[:SHOWN])
