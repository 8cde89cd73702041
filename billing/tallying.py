"""Counts how often the city's data are read for trade, and writes it down every few seconds.

What was counted and not yet written is lost with the process that counted it, and so free.
"""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from psycopg_pool import ConnectionPool

from billing.periods import CITY
from billing.reads import DayRead
from billing.store import reads as store
from permits.parties import OperatorId


class Tally:
    """The readings of the city's data by keys for trade."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock
        self._counted: Counter[tuple[OperatorId, date]] = Counter()
        self._lock = threading.Lock()

    def note(self, operator: OperatorId) -> None:
        """Count one reading."""
        day = self._clock().astimezone(CITY).date()
        with self._lock:
            self._counted[operator, day] += 1

    def write(self) -> None:
        """Write down what was counted since; where that fails, it is kept for the next time."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        reads = [
            DayRead(operator=operator, day=day, calls=calls)
            for (operator, day), calls in sorted(counted.items())
        ]
        try:
            with self._pool.connection() as connection:
                store.add(connection, reads)
        except BaseException:
            with self._lock:
                self._counted.update(counted)
            raise
