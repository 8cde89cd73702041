"""Sum up what happened, let go of what is no longer kept, and write it out for others."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import IO

import pyarrow as pa
import structlog
from psycopg import Rollback
from psycopg_pool import ConnectionPool

from telemetry.kept.records import TABLES
from telemetry.kept.retention import Expired, Limits, Retention, limits
from telemetry.kept.statistics import Cell, Question
from telemetry.kept.tables import write
from telemetry.store import sums, taking
from telemetry.store.expiry import Evident, drop, put_aside
from telemetry.store.taking import Wanted

log = structlog.get_logger()

# Most of what happened in an hour was heard of by then; what comes later is added.
SETTLED = timedelta(minutes=10)


class Housekeeping:
    """The keeping of the history, as the city's clock and people ask for it."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        retention: Retention,
        evident: Evident,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._retention = retention
        self._evident = evident
        self._expired_on: date | None = None

    @property
    def kept(self) -> Limits:
        """From when on each kind of record is kept."""
        return limits(self._clock(), self._retention)

    def tend(self) -> Expired | None:
        """Sum up, and once a day let go of what is no longer kept."""
        today = self._clock().astimezone(UTC).date()
        if self._expired_on == today:
            self.sum_up()
            return None
        expired = self.expire()
        self._expired_on = today
        log.info("history.expired", **asdict(expired))
        return expired

    def sum_up(self) -> None:
        """Sum every hour that is over, and add what came late."""
        now = self._clock()
        settled = now - SETTLED
        through = settled.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        sums.sum_up(self._pool, through=through, now=now)

    def expire(self, *, dry_run: bool = False) -> Expired:
        """Let go of what is older than its limit; what alerts and fees rest on is put aside."""
        self.sum_up()
        expired, kept = Expired(), self.kept
        with self._pool.connection() as connection, connection.transaction():
            expired = put_aside(connection, kept, self._evident)
            if dry_run:
                raise Rollback
            drop(connection, kept)
        return expired

    def take_away(self, wanted: Wanted, sink: IO[bytes], told: Callable[[int, int], None]) -> int:
        """Write rows as Parquet; `told` hears how many are written, and of how many."""
        expected = taking.count(self._pool, wanted)

        def counted() -> Iterator[pa.Table]:
            written = 0
            for block in taking.blocks(self._pool, wanted):
                yield block
                written += block.num_rows
                told(written, expected)

        facts = {
            "from": str(wanted.window.start),
            "to": str(wanted.window.end),
            "exported_at": self._clock().isoformat(),
        }
        return write(sink, TABLES[wanted.kept], counted(), facts)

    def statistics(self, question: Question) -> tuple[Cell, ...]:
        """Return one page of sums."""
        return sums.cells(self._pool, question)
