"""How long is the history kept? As the settings say, and evidence with the fees that rest on it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from psycopg_pool import ConnectionPool

from billing.model import BillingPeriod
from billing.periods import period_of
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.usage import metered
from octroi.settings import Settings
from telemetry.housekeeping import Housekeeping
from telemetry.kept.retention import Retention
from telemetry.model import UNREGISTERED, Visit, VisitId


def housekeeping(
    pool: ConnectionPool,
    clock: Callable[[], datetime],
    settings: Settings,
    billing: BillingService,
) -> Housekeeping:
    """Return who keeps the history of an installation."""
    retention = Retention(
        positions_days=settings.keep_positions_days,
        verdicts_days=settings.keep_verdicts_days,
        evidence_days=settings.keep_evidence_days,
        sums_days=settings.keep_sums_days,
    )
    return Housekeeping(pool, clock, retention, evident(pool, billing))


def evident(
    pool: ConnectionPool, billing: BillingService
) -> Callable[[Sequence[Visit]], Collection[VisitId]]:
    """Return who tells on which visits a fee rests, or may yet.

    A fee may yet rest on those of a month not invoiced, and on certain presence: who came late to a
    month that was invoiced is metered by the next run.
    """

    def told(visits: Sequence[Visit]) -> Collection[VisitId]:
        with pool.connection() as connection:
            cited = metered(connection, [visit.id for visit in visits])
        months = {visit.id: period_of(visit.left_at) for visit in visits}
        unclosed = {each for each in set(months.values()) if not _closed(billing, each)}
        certain = {
            visit.id
            for visit in visits
            if visit.certain_ms and visit.vehicle.operator != UNREGISTERED
        }
        return cited | certain | {name for name, month in months.items() if month in unclosed}

    return told


def _closed(billing: BillingService, month: BillingPeriod) -> bool:
    return bool(billing.invoices(InvoiceFilter(period=month, state="issued", limit=1)))
