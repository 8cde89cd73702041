"""Runs what is due by itself, once, in one process at a time, and remembers what came of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import psycopg
import structlog
from psycopg_pool import ConnectionPool, PoolTimeout

from billing.model import BillingPeriod
from billing.money import plain, total
from billing.planning import Due, Plan, Ran, RunMode, due, next_due
from billing.running import Runs
from billing.runs import Run
from billing.store import runs as store

log = structlog.get_logger()

# What failed is tried again so much later.
AGAIN_AFTER = timedelta(hours=1)


class Schedule:
    """The runs that nobody starts; `tick` is called every minute by whoever serves."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        runs: Runs,
        plan: Plan,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._runs = runs
        self.plan = plan
        self.failing = 0
        self.last_at: datetime | None = None

    def tick(self) -> None:
        """Run what is due and was not run yet, each month by itself; what fails is tried again.

        At once where the database was lost, for then it is not even written down; else later.
        """
        ran, lost = [], 0
        for each in due(self.plan, self._clock()):
            try:
                ran.append(self._once(each))
            except (psycopg.OperationalError, PoolTimeout) as broken:
                lost += 1
                _log(each.period, None, _said(broken), dry=self.plan.mode is RunMode.DRY)
        self.failing = lost + sum(bool(each and each.failure) for each in ran)
        done = (each.ended_at for each in ran if each and not each.failure)
        self.last_at = max(done, default=self.last_at)

    def newest(self, limit: int = 50) -> tuple[Ran, ...]:
        """Return what was run, or tried, the newest first."""
        with self._pool.connection() as connection:
            return store.newest(connection, limit)

    def next_at(self) -> datetime | None:
        """Return when the next run will be due."""
        return next_due(self.plan, self._clock())

    def _once(self, each: Due) -> Ran | None:
        """Run what is due unless it was, or another process is at it; return what came of it."""
        dry = self.plan.mode is RunMode.DRY
        with self._pool.connection() as connection, store.turn(connection) as taken:
            if not taken:
                return None
            known = store.last(connection, each, dry=dry)
            if known is not None and _rests(known, self._clock()):
                return known
            ran = self._tried(each, dry=dry)
            store.record(connection, ran)
        return ran

    def _tried(self, each: Due, *, dry: bool) -> Ran:
        began, outcome, failure = self._clock(), None, ""
        try:
            outcome = told(self._runs.run(each.period, dry=dry))
        except (psycopg.OperationalError, PoolTimeout):
            raise
        except Exception as broken:  # noqa: BLE001 - whatever it is, it is told and tried again
            failure = _said(broken)
        _log(each.period, outcome, failure, dry=dry)
        return Ran(
            due=each,
            dry=dry,
            began_at=began,
            ended_at=self._clock(),
            outcome=outcome,
            failure=failure,
        )


def told(run: Run) -> Mapping[str, int | str]:
    """Return what a run came to, in numbers."""
    return {
        "usages_new": run.usages_new,
        "usages_known": run.usages_known,
        "fees_new": run.fees_new,
        "unpriced": run.unpriced,
        "unattributed": run.unattributed,
        "open_visits": run.open_visits,
        "conflicts": len(run.conflicts),
        "drafts": len(run.drafts),
        "total": plain(total(each.total for each in run.drafts)),
        "credits": len(run.credits),
    }


def _said(broken: Exception) -> str:
    return f"{type(broken).__name__}: {broken}"


def _rests(known: Ran, now: datetime) -> bool:
    return not known.failure or now < known.ended_at + AGAIN_AFTER


def _log(
    period: BillingPeriod, outcome: Mapping[str, int | str] | None, failure: str, *, dry: bool
) -> None:
    if outcome is None:
        log.error("billing.run-failed", period=period.label, dry=dry, reason=failure)
    else:
        log.info("billing.run", period=period.label, dry=dry, **outcome)
