"""Which hours are a daily period's, on the clock on the wall and in time?

A period begins on one of its days and, where its end is not after its start, ends on the next. It
covers what its clock shows: on the night that has an hour twice (in Paris the last Sunday of
October, 02:00 to 03:00) the hour belongs to it both times, in the night that skips it (last Sunday
of March) it never comes.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from zones.columns import Instants
from zones.model import Place
from zones.periods import HOLIDAY, DailyPeriod, DayEvent
from zones.time.clocks import DAY_MS, distinct, even_spans, offsets_ms
from zones.time.public_holidays import is_holiday
from zones.time.spans import Spans
from zones.time.suns import sun_ms

EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday
PARIS_CLOCK = None  # the `offset_s` of a period on the clock of Paris

Answers = NDArray[np.bool_]


def within_period(period: DailyPeriod, at_ms: Instants, place: Place) -> Answers:
    """Tell for each instant whether the period's clock shows one of its hours."""
    wall_ms = at_ms + offsets_ms(period.offset_s, at_ms)
    days, which = distinct(wall_ms // DAY_MS)
    start, end = _reach(period, np.concatenate([days - 1, days]), place)
    today = which + len(days)
    answers: Answers = (start[today] <= wall_ms) & (wall_ms < end[today])
    answers |= (start[which] <= wall_ms) & (wall_ms < end[which])
    return answers


def period_spans(period: DailyPeriod, start_ms: int, end_ms: int, place: Place) -> Spans:
    """Return the period's hours within a span of time; they may overlap."""
    return _in_time(lambda days: _reach(period, days, place), period.offset_s, start_ms, end_ms)


def within_holiday(at_ms: Instants) -> Answers:
    """Tell for each instant whether it is a public holiday in Paris, from midnight to midnight."""
    days, which = distinct((at_ms + offsets_ms(PARIS_CLOCK, at_ms)) // DAY_MS)
    return is_holiday(days)[which]


def holiday_spans(start_ms: int, end_ms: int) -> Spans:
    """Return the public holidays in Paris within a span of time."""

    def on_the_wall(days: Instants) -> Spans:
        found = days[is_holiday(days)]
        return Spans(found * DAY_MS, (found + 1) * DAY_MS)

    return _in_time(on_the_wall, PARIS_CLOCK, start_ms, end_ms)


def _in_time(
    on_the_wall: Callable[[Instants], Spans], offset_s: int | None, start_ms: int, end_ms: int
) -> Spans:
    """Read spans of a clock as spans of time, piece by piece where the clock runs evenly."""
    found = [
        _piece(on_the_wall, piece.start_ms, piece.end_ms, piece.offset_ms)
        for piece in even_spans(offset_s, start_ms, end_ms)
    ]
    return found[0] if len(found) == 1 else Spans(*map(np.concatenate, zip(*found, strict=True)))


def _piece(
    on_the_wall: Callable[[Instants], Spans], start_ms: int, end_ms: int, offset_ms: int
) -> Spans:
    first, last = start_ms + offset_ms, end_ms + offset_ms
    # What began the day before may reach into the piece.
    days = np.arange(first // DAY_MS - 1, last // DAY_MS + 1, dtype=np.int64)
    start, end = (np.minimum(np.maximum(side, first), last) for side in on_the_wall(days))
    kept = start < end
    return Spans(start[kept] - offset_ms, end[kept] - offset_ms)


def _reach(period: DailyPeriod, days: Instants, place: Place) -> Spans:
    """Return when the period of each day starts and ends on the wall; it is empty if it rests."""
    start = days * DAY_MS + _limit_ms(period.start, period, days, place)
    end = days * DAY_MS + _limit_ms(period.end, period, days, place)
    over_night = end <= start
    if over_night.any():
        next_end = (days + 1) * DAY_MS + _limit_ms(period.end, period, days + 1, place)
        end = np.where(over_night, next_end, end)
    return Spans(start, np.where(_on_days(period, days), end, start))


def _on_days(period: DailyPeriod, days: Instants) -> Answers:
    weekdays = np.array([weekday in period.days for weekday in range(7)])
    runs: Answers = weekdays[(days + EPOCH_WEEKDAY) % 7]
    if HOLIDAY in period.days:
        runs |= is_holiday(days)
    return runs


def _limit_ms(
    limit: int | DayEvent, period: DailyPeriod, days: Instants, place: Place
) -> Instants | int:
    if isinstance(limit, DayEvent):
        return sun_ms(limit, days, period.offset_s, place)
    return limit * 1000
