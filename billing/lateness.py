"""How late may a position come, and since when must the rules to judge it by be known?

As long ago as the city says, invoiced or not: what comes after the issue is a supplement or a
credit on its own month. Never longer than positions are kept: a visit is gone through again with
those around it.
"""

from datetime import datetime, timedelta

from billing.periods import month_before, period_of


def accepted_since(now: datetime, *, late_days: int, kept_days: int) -> datetime:
    """Return since when positions are accepted."""
    return now - timedelta(days=min(late_days, kept_days))


def rules_since(now: datetime, accepted: datetime) -> datetime:
    """Return since when rules are known to judge by: for whole months, of which last month is one.

    Whole months, as another instant means to read every permit again.
    """
    last = month_before(now).window.start or now
    return min(last, period_of(accepted).window.start or last)
