"""Do two calendars say the same? Each is brought to one form in which equal ones look alike.

Days written together or apart, entries in another order, midnight as 00:00 or 24:00, instants with
another offset: all the same. Whether different rules happen to hold at the same instants is not
asked.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zones.periods import HOLIDAY, Applicability, DailyPeriod, DayEvent, Window

DAY_S = 86_400
WEEK = range(HOLIDAY)


class Hours(NamedTuple):
    """The hours of one day of the week."""

    day: int
    start: int | DayEvent
    end: int | DayEvent
    offset_s: int | None


class Entry(NamedTuple):
    """One entry of a calendar, whatever it was written like."""

    window: Window
    hours: frozenset[Hours]
    exceptions: frozenset[Window]
    except_holidays: bool
    switch: str | None


ALL_DAYS = frozenset(Hours(day, 0, DAY_S, None) for day in WEEK)
UNLIMITED = Entry(Window(), frozenset(), frozenset(), except_holidays=False, switch=None)


def normal(calendar: Sequence[Applicability]) -> frozenset[Entry]:
    """Return the calendar's entries in normal form; empty is always."""
    entries = frozenset(_entry(each) for each in calendar)
    return frozenset() if UNLIMITED in entries else entries


def _entry(entry: Applicability) -> Entry:
    hours = frozenset(each for period in entry.schedule for each in _hours(period))
    return Entry(
        # Instants compare as instants, whatever their offsets.
        window=entry.window,
        hours=frozenset() if hours >= ALL_DAYS else hours,
        exceptions=frozenset(entry.exceptions),
        except_holidays=entry.except_holidays,
        switch=entry.switch,
    )


def _hours(period: DailyPeriod) -> Iterable[Hours]:
    # An end at 00:00 falls on the next day: it is this day's 24:00.
    end = DAY_S if period.end == 0 else period.end
    for day in period.days:
        yield Hours(day, period.start, end, period.offset_s)
