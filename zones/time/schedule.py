"""Is a zone's calendar in force at this instant, in this window, and from when to when?

An entry of a calendar holds while all of this is so: the instant lies in its window, in none of its
exceptions, in one of its daily periods where it has any, not on a public holiday where it excepts
those, and its switch is on where it names one. A calendar is in force while an entry holds; an
empty one always is. All spans are half-open: a start belongs to them, an end does not.

A period belongs to the day it begins on: the night of a holiday lasts until its end next morning.
An excepted holiday ends at midnight: it takes the hours from 00:00 to 24:00 in Paris away from
whatever period, also from the night before. Periods are read off the clock on the wall, see
`zones.time.hours`; the sun is that of the zone's own place, see `zones.time.suns`.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zones.columns import MISSING, Instants
from zones.model import Place, Zone
from zones.periods import ALWAYS, NO_SWITCHES, Applicability, Switches, Window
from zones.time.clocks import DAY_MS, PARIS_TIME, epoch_ms
from zones.time.hours import holiday_spans, period_spans, within_holiday, within_period
from zones.time.spans import (
    FIRST,
    LAST,
    Spans,
    contains,
    joined,
    limits_of,
    shared,
    span,
    spans_of,
    without,
)

__all__ = [
    "PARIS",
    "PARIS_TIME",
    "Calendar",
    "Place",
    "epoch_ms",
    "holds",
    "in_force",
    "place_of",
    "touches",
    "transitions",
]

PARIS: Place = (2.35, 48.86)
# A schedule with holidays that is never in force over so long a time never is.
WHOLE_YEAR_MS = 400 * DAY_MS
FIRST_LOOK_MS = 9 * DAY_MS

Answers = NDArray[np.bool_]
Calendar = Sequence[Applicability]


def in_force(
    calendar: Zone | Calendar,
    at_ms: Instants,
    place: Place = PARIS,
    switches: Switches = NO_SWITCHES,
) -> Answers:
    """Tell for each instant whether the zone, or calendar, is in force; no instant: it is.

    A zone is in force while this version of it is valid and its calendar says so, at its own place.
    """
    if isinstance(calendar, Zone):
        valid: Answers = contains(spans_of([calendar.valid]), at_ms) | (at_ms == MISSING)
        valid &= in_force(calendar.applicability, at_ms, place_of(calendar), switches)
        return valid
    if not calendar:
        return np.ones(len(at_ms), dtype=bool)
    answers: Answers = at_ms == MISSING
    known = np.flatnonzero(~answers)
    for entry in calendar:
        answers[known] |= _entry_in_force(entry, at_ms[known], place, switches)
    return answers


def holds(
    calendar: Zone | Calendar,
    instant: dt.datetime,
    place: Place = PARIS,
    switches: Switches = NO_SWITCHES,
) -> bool:
    """Tell whether the zone, or calendar, is in force at one instant."""
    return bool(in_force(calendar, np.array([epoch_ms(instant)]), place, switches)[0])


def transitions(
    calendar: Zone | Calendar,
    start_ms: int,
    end_ms: int,
    place: Place = PARIS,
    switches: Switches = NO_SWITCHES,
) -> tuple[bool, Instants]:
    """Return whether it is in force at the start, and the instants in between at which that flips.

    The instants lie in `(start_ms, end_ms)`, in order; at each of them the new state holds already.
    """
    if isinstance(calendar, Zone):
        valid, place = spans_of([calendar.valid]), place_of(calendar)
        calendar = calendar.applicability
    else:
        valid = span(FIRST, LAST)
    asked = shared(span(start_ms, max(start_ms + 1, end_ms)), valid)
    found = _calendar_spans(calendar, asked, place, switches)
    flips = np.column_stack(found).ravel()
    at_start = bool(contains(found, np.array([start_ms]))[0])
    return at_start, flips[(start_ms < flips) & (flips < end_ms)]


def touches(
    calendar: Zone | Calendar,
    window: Window,
    place: Place = PARIS,
    switches: Switches = NO_SWITCHES,
) -> bool:
    """Tell whether the zone, or calendar, is in force at some instant of the window."""
    if isinstance(calendar, Zone) and not calendar.applicability:
        # Most zones have no calendar: two windows are compared without columns.
        (start, end), (since, until) = limits_of(window), limits_of(calendar.valid)
        return max(start, since) < min(end, until)
    asked = spans_of([window])
    if isinstance(calendar, Zone):
        asked = shared(asked, spans_of([calendar.valid]))
        place, calendar = place_of(calendar), calendar.applicability
    if not calendar:
        return len(asked.start) > 0
    return any(
        _entry_touches(entry, may, place)
        for entry in calendar
        for may in _pieces(_allowed(entry, asked, switches))
    )


def place_of(zone: Zone) -> Place:
    """Return where the zone's sun rises and sets, to a hundredth of a degree (a few seconds)."""
    west, south, east, north = zone.footprint.bounds
    return (round((west + east) / 2, 2), round((south + north) / 2, 2))


def _entry_in_force(
    entry: Applicability, at_ms: Instants, place: Place, switches: Switches
) -> Answers:
    inside = contains(_allowed(entry, span(FIRST, LAST), switches), at_ms)
    if entry.schedule and inside.any():
        scheduled = [within_period(period, at_ms, place) for period in entry.schedule]
        inside &= np.logical_or.reduce(scheduled) if len(scheduled) > 1 else scheduled[0]
    if entry.except_holidays and inside.any():
        inside &= ~within_holiday(at_ms)
    return inside


def _allowed(entry: Applicability, asked: Spans, switches: Switches) -> Spans:
    """Return when window, exceptions and switch allow the entry, whatever day and hour it is."""
    allowed = asked if entry.window == ALWAYS else shared(asked, spans_of([entry.window]))
    if entry.exceptions:
        allowed = without(allowed, spans_of(entry.exceptions))
    if entry.switch is not None:
        allowed = shared(allowed, spans_of(switches.get(entry.switch, ())))
    return allowed


def _calendar_spans(calendar: Calendar, asked: Spans, place: Place, switches: Switches) -> Spans:
    """Return when the calendar is in force within finite spans."""
    if not calendar:
        return asked
    entries = [_entry_spans(entry, _allowed(entry, asked, switches), place) for entry in calendar]
    return entries[0] if len(entries) == 1 else joined(*entries)


def _entry_spans(entry: Applicability, allowed: Spans, place: Place) -> Spans:
    """Return when the entry holds within the finite spans that its absolute limits allow."""
    if not len(allowed.start):
        return allowed
    start, end = int(allowed.start[0]), int(allowed.end[-1])
    if entry.schedule:
        hours = joined(*(period_spans(period, start, end, place) for period in entry.schedule))
        allowed = shared(allowed, hours)
    if entry.except_holidays:
        allowed = without(allowed, holiday_spans(start, end))
    return allowed


def _pieces(spans: Spans) -> list[tuple[int, int]]:
    return list(zip(spans.start.tolist(), spans.end.tolist(), strict=True))


def _entry_touches(entry: Applicability, allowed: tuple[int, int], place: Place) -> bool:
    """Tell whether the entry ever holds in a span, be it endless: days and hours come again."""
    if not entry.schedule and not entry.except_holidays:
        return True
    start, end = allowed
    if start == FIRST:
        start = 0 if end == LAST else end - WHOLE_YEAR_MS
    end = min(end, start + WHOLE_YEAR_MS)
    soon = min(end, start + FIRST_LOOK_MS)
    looks = ((start, soon), (soon, end))
    return any(
        len(_entry_spans(entry, span(*look), place).start) > 0
        for look in looks
        if look[0] < look[1]
    )
