"""Is a zone's calendar in force at this instant?

A calendar is read off the clock on the wall: a period from 02:00 to 03:00 holds whenever that
clock shows such a time, twice on the night that has the hour twice and never on the night that
skips it. The sun is that of the zone's own place; where it does not rise or set that day, the
limit is midnight, so that the period is rather too long than too short.
"""

import datetime as dt
import functools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
from astral import Observer
from astral import sun as astral_sun
from numpy.typing import NDArray

from zones.columns import MISSING, Instants
from zones.model import Zone
from zones.periods import Applicability, DailyPeriod, DayEvent, Window

PARIS_TIME = ZoneInfo("Europe/Paris")
PARIS: "Place" = (2.35, 48.86)
DAY_S = 86_400
HOUR_MS = 3_600_000
# Clocks change at full quarters of an hour everywhere since 1972.
OFFSET_STEP_MS = 900_000
EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday
WHOLE_WEEK = dt.timedelta(days=9)

Place = tuple[float, float]
Answers = NDArray[np.bool_]
Calendar = Sequence[Applicability]


def in_force(calendar: Zone | Calendar, at_ms: Instants, place: Place = PARIS) -> Answers:
    """Tell for each instant whether the zone, or calendar, is in force; no instant: it is.

    A zone is in force while this version of it is valid and its calendar says so.
    """
    if isinstance(calendar, Zone):
        valid = _inside(calendar.valid, at_ms)
        valid &= in_force(calendar.applicability, at_ms, place_of(calendar))
        return valid
    if not calendar:
        return np.ones(len(at_ms), dtype=bool)
    answers: Answers = at_ms == MISSING
    for entry in calendar:
        answers |= _entry_in_force(entry, at_ms, place)
    return answers


def holds(calendar: Zone | Calendar, instant: dt.datetime, place: Place = PARIS) -> bool:
    """Tell whether the zone, or calendar, is in force at one instant."""
    return bool(in_force(calendar, np.array([epoch_ms(instant)]), place)[0])


def touches(calendar: Zone | Calendar, window: Window, place: Place = PARIS) -> bool:
    """Tell whether the zone, or calendar, is in force at some instant of the window."""
    if isinstance(calendar, Zone):
        shared = _shared(calendar.valid, window)
        return shared is not None and touches(calendar.applicability, shared, place_of(calendar))
    return not calendar or any(_entry_touches(entry, window, place) for entry in calendar)


def place_of(zone: Zone) -> Place:
    """Return where the zone's sun rises and sets, to a hundredth of a degree (a few seconds)."""
    west, south, east, north = zone.footprint.bounds
    return (round((west + east) / 2, 2), round((south + north) / 2, 2))


def epoch_ms(instant: dt.datetime) -> int:
    """Return an aware instant as epoch milliseconds, exactly."""
    since = instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(milliseconds=1)


def _inside(window: Window, at_ms: Instants) -> Answers:
    inside = np.ones(len(at_ms), dtype=bool)
    if window.start is not None:
        inside &= at_ms >= epoch_ms(window.start)
    if window.end is not None:
        inside &= at_ms < epoch_ms(window.end)
    inside |= at_ms == MISSING
    return inside


def _entry_in_force(entry: Applicability, at_ms: Instants, place: Place) -> Answers:
    inside = _inside(entry.window, at_ms)
    if entry.schedule:
        scheduled = np.zeros(len(at_ms), dtype=bool)
        for period in entry.schedule:
            scheduled |= _on_the_clock(period, np.where(at_ms == MISSING, 0, at_ms), place)
        inside &= scheduled | (at_ms == MISSING)
    return inside


def _on_the_clock(period: DailyPeriod, at_ms: Instants, place: Place) -> Answers:
    wall_ms = at_ms + _offset_ms(period, at_ms)
    day, since_midnight_ms = np.divmod(wall_ms, DAY_S * 1000)
    start_s, end_s = (_limit_s(limit, day, period, place) for limit in (period.start, period.end))
    overnight = end_s <= start_s
    begun, ended = since_midnight_ms >= start_s * 1000, since_midnight_ms >= end_s * 1000
    today, yesterday = _on_days(period, day), _on_days(period, day - 1)
    answers: Answers = (today & begun & (overnight | ~ended)) | (yesterday & overnight & ~ended)
    return answers


def _on_days(period: DailyPeriod, day: Instants) -> Answers:
    return np.isin((day + EPOCH_WEEKDAY) % 7, sorted(period.days))


def _offset_ms(period: DailyPeriod, at_ms: Instants) -> Instants:
    if period.offset_s is not None:
        return np.full(len(at_ms), period.offset_s * 1000, dtype=np.int64)
    steps, which = np.unique(at_ms // OFFSET_STEP_MS, return_inverse=True)
    offsets = [_paris_offset_ms(int(step)) for step in steps]
    return np.array(offsets, dtype=np.int64)[which]


@functools.lru_cache(maxsize=8192)
def _paris_offset_ms(step: int) -> int:
    instant = dt.datetime.fromtimestamp(step * (OFFSET_STEP_MS // 1000), PARIS_TIME)
    offset = instant.utcoffset() or dt.timedelta()
    return offset // dt.timedelta(milliseconds=1)


def _limit_s(
    limit: int | DayEvent, day: Instants, period: DailyPeriod, place: Place
) -> NDArray[np.float64]:
    if not isinstance(limit, DayEvent):
        return np.full(len(day), limit, dtype=np.float64)
    days, which = np.unique(day, return_inverse=True)
    seconds = [_sun_s(limit, int(each), period.offset_s, place) for each in days]
    return np.array(seconds, dtype=np.float64)[which]


@functools.lru_cache(maxsize=8192)
def _sun_s(event: DayEvent, day: int, offset_s: int | None, place: Place) -> float:
    """Return when the sun does it that day, in seconds after midnight on the wall."""
    clock: dt.tzinfo = PARIS_TIME
    if offset_s is not None:
        clock = dt.timezone(dt.timedelta(seconds=offset_s))
    date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
    observer = Observer(latitude=place[1], longitude=place[0])
    try:
        found = _find(event, observer, date, clock)
    except ValueError:
        # Astral's way of saying that the sun stays up, or down.
        return 0.0 if event in {DayEvent.BMCT, DayEvent.SR} else float(DAY_S)
    return found.hour * 3600.0 + found.minute * 60.0 + found.second


def _find(event: DayEvent, observer: Observer, date: dt.date, clock: dt.tzinfo) -> dt.datetime:
    match event:
        case DayEvent.BMCT:
            return astral_sun.dawn(observer, date, tzinfo=clock)
        case DayEvent.SR:
            return astral_sun.sunrise(observer, date, tzinfo=clock)
        case DayEvent.SS:
            return astral_sun.sunset(observer, date, tzinfo=clock)
        case DayEvent.EECT:
            return astral_sun.dusk(observer, date, tzinfo=clock)


def _shared(one: Window, other: Window) -> Window | None:
    if not one.overlaps(other):
        return None
    starts = [window.start for window in (one, other) if window.start is not None]
    ends = [window.end for window in (one, other) if window.end is not None]
    return Window(start=max(starts, default=None), end=min(ends, default=None))


def _entry_touches(entry: Applicability, window: Window, place: Place) -> bool:
    shared = _shared(entry.window, window)
    if shared is None:
        return False
    if not entry.schedule:
        return True
    if shared.start is None or shared.end is None or shared.end - shared.start > WHOLE_WEEK:
        return any(period.days for period in entry.schedule)
    return bool(_entry_in_force(entry, _beginnings(entry, shared, place), place).any())


def _beginnings(entry: Applicability, window: Window, place: Place) -> Instants:
    """Return the instants of a window of days at which a schedule can begin to be in force.

    Those are the window's own start, every full hour (clocks change then, and days begin), and
    where a period's start falls in each hour.
    """
    if window.start is None or window.end is None:
        return np.array([], dtype=np.int64)
    start, end = epoch_ms(window.start), epoch_ms(window.end)
    hours = np.arange(start // HOUR_MS, end // HOUR_MS + 1, dtype=np.int64) * HOUR_MS
    found = [np.array([start], dtype=np.int64), hours]
    for period in entry.schedule:
        wall = hours + _offset_ms(period, hours)
        start_ms = _limit_s(period.start, wall // (DAY_S * 1000), period, place) * 1000
        found.append(hours + (start_ms.astype(np.int64) - wall) % HOUR_MS)
    instants = np.concatenate(found)
    return instants[(instants >= start) & (instants < end)]
