"""Which months are billed? Those of the city's calendar, with their 23 and 25 hour days."""

import functools
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from billing.model import BillingPeriod
from zones.periods import Window

CITY = ZoneInfo("Europe/Paris")
LABEL = re.compile(r"(?P<year>2\d{3})-(?P<month>0[1-9]|1[0-2])", re.ASCII)
DECEMBER = 12


class InvalidPeriod(ValueError):
    """A period that is not a month; the message names the field."""


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in the city."""
    return datetime.combine(day, time(), tzinfo=CITY)


@functools.cache
def month(year: int, number: int) -> BillingPeriod:
    """Return a month of the city: from its first midnight to the next month's."""
    start, end = midnight(date(year, number, 1)), midnight(_following(year, number))
    window = Window(start=start, end=end)
    return BillingPeriod(year=year, month=number, window=window)


def parse(label: str) -> BillingPeriod:
    """Read a period written `YYYY-MM`."""
    found = LABEL.fullmatch(label)
    if found is None:
        msg = f"period: {label[:20]!r} is not a month written YYYY-MM, such as 2026-10"
        raise InvalidPeriod(msg)
    return month(int(found["year"]), int(found["month"]))


def period_of(instant: datetime) -> BillingPeriod:
    """Return the period that holds an instant."""
    local = instant.astimezone(CITY)
    return month(local.year, local.month)


def month_before(instant: datetime) -> BillingPeriod:
    """Return the month before the one that holds an instant."""
    held = period_of(instant)
    return month(held.year - 1, DECEMBER) if held.month == 1 else month(held.year, held.month - 1)


def first_day_after(period: BillingPeriod) -> date:
    """Return the day on which a month is over."""
    return _following(period.year, period.month)


def last_day(period: BillingPeriod) -> date:
    """Return the last day of a month."""
    return first_day_after(period) - timedelta(days=1)


def is_over(period: BillingPeriod, now: datetime) -> bool:
    """Tell whether a period has ended: at its end it has."""
    return period.window.end is not None and period.window.end <= now


def _following(year: int, number: int) -> date:
    return date(year + 1, 1, 1) if number == DECEMBER else date(year, number + 1, 1)
