"""How late may an observation come? While its month is not invoiced yet."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from billing.periods import month_before, period_of
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter

ASK_EVERY = timedelta(seconds=5)


class OpenPeriods:
    """Since when observations are accepted; the answer is a few seconds old at most."""

    def __init__(self, clock: Callable[[], datetime], billing: BillingService) -> None:
        self._clock = clock
        self._billing = billing
        self._asking = threading.Lock()
        self._answer: tuple[datetime, datetime] | None = None

    def since(self) -> datetime:
        """Return the start of the oldest month that has no issued invoice: this one or the last."""
        now = self._clock()
        with self._asking:
            if self._answer is None or now - self._answer[0] >= ASK_EVERY:
                self._answer = (now, self._oldest(now))
            return self._answer[1]

    def _oldest(self, now: datetime) -> datetime:
        last = month_before(now)
        issued = self._billing.invoices(InvoiceFilter(period=last, state="issued", limit=1))
        period = period_of(now) if issued else last
        return period.window.start or now
