"""How is a zone's calendar said to those who know fewer words than we?

What cannot be said is said wider: a zone never holds for less time in a file than by law. A clock
of Paris becomes one of a fixed distance from UTC: the season's own where the period lies in one
season, else both, up to an hour longer.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from zones.model import Zone
from zones.periods import (
    ALWAYS,
    HOLIDAY,
    Applicability,
    DailyPeriod,
    DayEvent,
    InvalidWindow,
    Window,
)

PARIS = ZoneInfo("Europe/Paris")
WINTER_S, SUMMER_S = 3600, 7200
SEASON = dt.timedelta(days=150)  # shorter than summer time and than winter time
WEEK = frozenset(range(7))
DAY_S = 86_400

Unsaid = tuple[str, str]  # path and reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a format can say of time.

    Events of the sun, days without hours, and clocks of Paris, or else of a distance from UTC.
    """

    events: bool
    whole_days: bool
    local: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A calendar in plain words: no entries are always, None is never."""

    entries: tuple[Applicability, ...] | None
    unsaid: tuple[Unsaid, ...] = ()


def say(zone: Zone, speech: Speech) -> Said:
    """Say when a zone holds, its validity included."""
    return say_calendar(zone.applicability, zone.valid, speech)


def say_calendar(calendar: Sequence[Applicability], valid: Window, speech: Speech) -> Said:
    """Say when a calendar holds while it is valid."""
    if not calendar:
        return Said(entries=() if valid == ALWAYS else (Applicability(window=valid),))
    entries: list[Applicability] = []
    unsaid: list[Unsaid] = []
    for at, entry in enumerate(calendar):
        window = _both(entry.window, valid)
        if window is not None:
            path = f"applicability[{at}]"
            schedule, lost = _schedule(replace(entry, window=window), speech, path)
            entries.append(Applicability(window=window, schedule=schedule))
            unsaid += [*_conditions(entry, path), *lost]
    return Said(entries=tuple(entries) or None, unsaid=tuple(unsaid))


def _conditions(entry: Applicability, path: str) -> list[Unsaid]:
    given = {
        "exceptions": (bool(entry.exceptions), "no exceptions: said to hold then too"),
        "exceptHolidays": (entry.except_holidays, "no holidays: said to hold then too"),
        "switch": (entry.switch is not None, f"no switch {entry.switch}: said to hold always"),
    }
    return [
        (f"{path}.{name}", f"the format knows {reason}")
        for name, (stated, reason) in given.items()
        if stated
    ]


def _schedule(
    entry: Applicability, speech: Speech, path: str
) -> tuple[tuple[DailyPeriod, ...], list[Unsaid]]:
    periods: list[DailyPeriod] = []
    unsaid: list[Unsaid] = []
    for at, stated in enumerate(entry.schedule):
        place = f"{path}.schedule[{at}]"
        period, lost = _worded(stated, speech, place)
        timeless = speech.whole_days and not _has_clock(period)
        if speech.local or timeless or period.offset_s is not None:
            periods.append(period)
        else:
            offsets = _offsets(entry.window)
            periods += [replace(period, offset_s=offset) for offset in offsets]
            lost += [(place, "summer and winter time: said for both")] if len(offsets) > 1 else []
        unsaid += lost
    return tuple(periods), unsaid


def _worded(period: DailyPeriod, speech: Speech, path: str) -> tuple[DailyPeriod, list[Unsaid]]:
    unsaid: list[Unsaid] = []
    if HOLIDAY in period.days:
        if not period.days >= WEEK:
            unsaid.append((f"{path}.day", "the format knows no holidays: said of every day"))
        period = replace(period, days=WEEK)
    if period.start == DAY_S:  # the end of a day is the beginning of the next
        following = frozenset((day + 1) % len(WEEK) for day in period.days)
        period = replace(period, days=following, start=0)
    if not speech.events and {type(period.start), type(period.end)} != {int}:
        unsaid.append((path, "the format knows no sun: said of the whole day"))
        period = replace(period, days=_reached(period), start=0, end=DAY_S, offset_s=None)
    if speech.local and period.offset_s is not None:
        unsaid.append((path, "the format knows the clock of Paris alone: said of the whole day"))
        period = replace(period, days=WEEK, start=0, end=DAY_S, offset_s=None)
    return period, unsaid


def _reached(period: DailyPeriod) -> frozenset[int]:
    """Return the days that hours of the sun reach: the next ones too, unless surely not."""
    limits = (period.start, period.end)
    order = [tuple(DayEvent).index(limit) for limit in limits if isinstance(limit, DayEvent)]
    if len(order) == len(limits) and order[0] < order[1]:
        return period.days
    return period.days | {(day + 1) % len(WEEK) for day in period.days}


def _has_clock(period: DailyPeriod) -> bool:
    """Tell whether the period depends on a clock: events do not, and whole days by definition."""
    return any(
        not isinstance(limit, DayEvent) and limit != whole
        for limit, whole in ((period.start, 0), (period.end, DAY_S))
    )


def _offsets(window: Window) -> tuple[int, ...]:
    """Return the distance of Paris from UTC in a window of one season, else both."""
    if window.start is None or window.end is None or window.end - window.start > SEASON:
        return WINTER_S, SUMMER_S
    offsets = {instant.astimezone(PARIS).utcoffset() for instant in (window.start, window.end)}
    known = {int(offset.total_seconds()) for offset in offsets if offset is not None}
    return tuple(known) if len(known) == 1 else (WINTER_S, SUMMER_S)


def _both(one: Window, other: Window) -> Window | None:
    """Return what two windows share, None where that is nothing."""
    starts = [each.start for each in (one, other) if each.start is not None]
    ends = [each.end for each in (one, other) if each.end is not None]
    try:
        return Window(start=max(starts, default=None), end=min(ends, default=None))
    except InvalidWindow:
        return None
