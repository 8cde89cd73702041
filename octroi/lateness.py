"""How late may a position come, and which rules must then be known?

As long ago as OCTROI_LATE_DAYS says, invoiced or not: what comes after the issue is a supplement or
a credit on its own month. Never longer than positions are kept: a visit is gone through again with
those around it.
"""

from datetime import datetime, timedelta

from billing.periods import month_before, period_of
from octroi.settings import Settings


def accepted_since(now: datetime, settings: Settings) -> datetime:
    """Return since when positions are accepted."""
    return now - timedelta(days=min(settings.late_days, settings.keep_positions_days))


def rules_since(now: datetime, settings: Settings) -> datetime:
    """Return since when rules are known to judge by: for whole months, of which last month is one.

    Whole months, as another instant means to read every permit again.
    """
    last = month_before(now).window.start or now
    return min(last, period_of(accepted_since(now, settings)).window.start or last)
