"""Writes down what the city's staff asks to see of operators, and tells it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from psycopg_pool import ConnectionPool

from permits.readings import Reading, ReadingSearch
from permits.store import readings as store

# Whoever asks for the same again within this long has been written down.
ONCE = timedelta(minutes=1)
MOST_KNOWN = 10_000


class AuditService:
    """The audit of the staff's reading; it is written before anything is shown."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock
        self._known: dict[Reading, datetime] = {}
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the instant at which somebody asks."""
        return self._clock()

    def note(self, reading: Reading) -> None:
        """Write a reading down, a page's many questions for the same once a minute."""
        if self._is_news(reading):
            with self._pool.connection() as connection:
                store.add(connection, reading)

    def readings(self, wanted: ReadingSearch) -> tuple[Reading, ...]:
        """Return readings, newest first."""
        with self._pool.connection() as connection:
            return store.search(connection, wanted)

    def _is_news(self, reading: Reading) -> bool:
        asked = replace(reading, at=datetime.min)  # noqa: DTZ901 - to compare all but the instant
        with self._lock:
            last = self._known.get(asked)
            if last is not None and reading.at - last < ONCE:
                return False
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[asked] = reading.at
            return True
