"""What has just been decided? Listens to the database and wakes those who keep copies.

Zones, permits and the registry announce each change with NOTIFY in the transaction that makes it,
so every process, and not only the one that wrote, hears of it within a moment of the commit. Of
permits it hears which.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Self
from uuid import UUID

import psycopg
import structlog

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
RETRY_S = 1.0


def _untold(_permit: str) -> None:
    """Tell nobody."""


class Changes:
    """A thread that calls `refresh` with what was announced, and `tell` with each notice."""

    def __init__(
        self,
        database_url: str,
        refresh: Callable[[Changed], None],
        tell: Callable[[str], None] = _untold,
    ) -> None:
        self._url = database_url
        self._refresh = refresh
        self._tell = tell
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)

    def __enter__(self) -> Self:
        """Start listening; returns once nothing can be missed any more."""
        self._thread.start()
        self._listening.wait(timeout=10)
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop listening."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.OperationalError as error:
                log.warning("changes.lost", error=str(error))
                self._stopping.wait(RETRY_S)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            for channel in (*PUBLISHING, PERMITS, NOTICES):
                connection.execute(f"LISTEN {channel}")
            # Whatever changed while nobody listened is taken up now.
            self._refresh(ANYTHING)
            self._listening.set()
            while not self._stopping.is_set():
                if heard := list(connection.notifies(timeout=POLL_S, stop_after=1)):
                    # What was announced so far is read together.
                    heard += connection.notifies(timeout=0)
                    self._take_up(heard)

    def _take_up(self, heard: Iterable[psycopg.Notify]) -> None:
        begun = time.monotonic()
        changed = Changed(
            published=any(note.channel in PUBLISHING for note in heard),
            permits=frozenset(
                PermitId(UUID(note.payload)) for note in heard if note.channel == PERMITS
            ),
        )
        if changed.published or changed.permits:
            self._refresh(changed)
        took_s = time.monotonic() - begun
        for note in heard:
            if note.channel == NOTICES:
                self._tell(note.payload)
        # The first of a burst is taken up at once, the rest of it together.
        self._stopping.wait(max(GATHER_S, REST * took_s))
