"""What does the clock on the wall show at this instant, and from when to when does it run evenly?

The clock of Paris, with its two odd nights a year, or one at a fixed distance from UTC.
"""

import datetime as dt
import functools
import itertools
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from zones.columns import Instants

PARIS_TIME = ZoneInfo("Europe/Paris")
DAY_MS = 86_400_000
# What the calendar of Python's `datetime` reaches, less a year at each end.
FIRST_YEAR, LAST_YEAR = 2, 9997
FIRST_DAY, LAST_DAY = -718_000, 2_932_000
EPOCH = dt.date(1970, 1, 1)
FEW = 40


class Even(NamedTuple):
    """A span `[start_ms, end_ms)` over which a clock keeps one distance from UTC."""

    start_ms: int
    end_ms: int
    offset_ms: int


def epoch_ms(instant: dt.datetime) -> int:
    """Return an aware instant as epoch milliseconds, exactly."""
    since = instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(milliseconds=1)


def date_of(day: int) -> dt.date:
    """Return the date of a day counted from 1 January 1970; far off, the nearest that has one."""
    return EPOCH + dt.timedelta(days=min(max(day, FIRST_DAY), LAST_DAY))


def clock_of(offset_s: int | None) -> dt.tzinfo:
    """Return the clock of Paris, or that of a fixed distance from UTC."""
    return PARIS_TIME if offset_s is None else dt.timezone(dt.timedelta(seconds=offset_s))


def offsets_ms(offset_s: int | None, at_ms: Instants) -> Instants:
    """Return for each instant what to add to it to have what the clock shows."""
    if offset_s is not None:
        return np.full(len(at_ms), offset_s * 1000, dtype=np.int64)
    years, _ = distinct(_years(at_ms))
    turns = [turn for year in years.tolist() for turn in _turns(year)]
    starts = np.array([start for start, _ in turns], dtype=np.int64)
    offsets = np.array([offset for _, offset in turns], dtype=np.int64)
    which = np.searchsorted(starts, at_ms, side="right") - 1
    return offsets[np.maximum(which, 0)]


def even_spans(offset_s: int | None, start_ms: int, end_ms: int) -> Iterator[Even]:
    """Cut a span of time where the clock is put forward or back."""
    if offset_s is not None:
        yield Even(start_ms, end_ms, offset_s * 1000)
        return
    first, last = _years(np.array([start_ms, end_ms])).tolist()
    turns = [turn for year in range(first, last + 1) for turn in _turns(year)]
    ends = [start for start, _ in turns[1:]] + [end_ms]
    for (start, offset), end in zip(turns, ends, strict=True):
        if max(start, start_ms) < min(end, end_ms):
            yield Even(max(start, start_ms), min(end, end_ms), offset)


def distinct(values: Instants) -> tuple[Instants, Instants]:
    """Return values among which all of a column are, in order, and for each its place there.

    Where the column reaches over few, these are all between its least and its greatest: that is
    quicker than finding those that occur.
    """
    if not len(values):
        return values, values
    least, greatest = int(values.min()), int(values.max())
    if greatest - least < FEW:
        return np.arange(least, greatest + 1, dtype=np.int64), values - least
    return np.unique(values, return_inverse=True)


def _years(at_ms: Instants) -> Instants:
    """Return each instant's year, kept to those that have a name."""
    years: Instants = at_ms.astype("datetime64[ms]").astype("datetime64[Y]").astype(np.int64)
    return (years + 1970).clip(FIRST_YEAR, LAST_YEAR)


@functools.lru_cache(maxsize=512)
def _turns(year: int) -> tuple[tuple[int, int], ...]:
    """Return from when on which offset of Paris holds, from the first instant of the year on."""
    first, after = (dt.datetime(each, 1, 1, tzinfo=dt.UTC) for each in (year, year + 1))
    days = [first + dt.timedelta(days=number) for number in range((after - first).days + 1)]
    turns = [(epoch_ms(first), _offset_ms(first))]
    for day, next_day in itertools.pairwise(days):
        if _offset_ms(day) != _offset_ms(next_day):
            turn = _turn_between(day, next_day)
            turns.append((epoch_ms(turn), _offset_ms(turn)))
    return tuple(turns)


def _turn_between(before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """Return the second at which the clock is put, by halving."""
    earlier = _offset_ms(before)
    while after - before > dt.timedelta(seconds=1):
        middle = before + dt.timedelta(seconds=(after - before) // dt.timedelta(seconds=2))
        before, after = (before, middle) if _offset_ms(middle) != earlier else (middle, after)
    return after


def _offset_ms(instant: dt.datetime) -> int:
    offset = instant.astimezone(PARIS_TIME).utcoffset() or dt.timedelta()
    return offset // dt.timedelta(milliseconds=1)
