"""How long is the history kept? As the settings say, and evidence with the fees that rest on it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from psycopg_pool import ConnectionPool

from billing.model import BillingPeriod
from billing.resting import resting
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.usage import metered
from octroi.settings import Settings
from telemetry.housekeeping import Housekeeping
from telemetry.kept.retention import Retention
from telemetry.model import Visit, VisitId


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
    """Return who tells on which visits a fee rests, or may yet."""

    def invoiced(month: BillingPeriod) -> bool:
        return bool(billing.invoices(InvoiceFilter(period=month, state="issued", limit=1)))

    def told(visits: Sequence[Visit]) -> Collection[VisitId]:
        with pool.connection() as connection:
            cited = metered(connection, [visit.id for visit in visits])
        return resting(visits, cited, invoiced)

    return told
