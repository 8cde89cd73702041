"""When do the calendars of an edition turn? Laid out for the kernel, over a span of time.

The span follows the instants asked about and grows with them up to `LONGEST_MS`; what lies
outside is decided by `zones.time.schedule` itself, one zone at a time.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from zones.columns import Instants
from zones.kernel.law import FIRST_CALENDAR
from zones.model import Place, Zone
from zones.periods import Applicability, DayEvent, Switches
from zones.time.schedule import PARIS, place_of, transitions

DAY_MS = 86_400_000
BEFORE_MS, AFTER_MS = DAY_MS, 7 * DAY_MS
LONGEST_MS = 60 * DAY_MS

Calendar = tuple[tuple[Applicability, ...], Place]


UNKNOWN = (0, 0)

Span = tuple[int, int]


def calendar_of(zone: Zone) -> Calendar:
    """Return what a zone's hours depend on: its place only where the sun is asked."""
    sunny = any(
        isinstance(limit, DayEvent)
        for entry in zone.applicability
        for period in entry.schedule
        for limit in (period.start, period.end)
    )
    return zone.applicability, place_of(zone) if sunny else PARIS


class Turns(NamedTuple):
    """Calendars over a span: of each its state at the start and its turns, and `Law.turns`."""

    known: Span
    each: tuple[tuple[bool, Instants], ...]
    table: Instants


NO_TURNS = Turns(known=UNKNOWN, each=(), table=np.zeros(FIRST_CALENDAR, dtype=np.int64))


def turns_of(
    calendars: Sequence[Calendar], known: Span, switches: Switches, before: Turns = NO_TURNS
) -> Turns:
    """Lay out these calendars over a span; `before` has the first of them over the same span."""
    if known == UNKNOWN:
        return NO_TURNS
    new = calendars[len(before.each) :]
    each = before.each + tuple(
        transitions(entries, *known, place, switches) for entries, place in new
    )
    lengths = [len(instants) for _, instants in each]
    starts = np.cumsum([FIRST_CALENDAR + len(each) + 1, *lengths], dtype=np.int64)
    heads = 2 * starts + np.array([*(at_start for at_start, _ in each), False])
    span = np.array(known, dtype=np.int64)
    return Turns(known, each, np.concatenate([span, heads, *(turns for _, turns in each)]))


def span_for(known: Span, wanted: Iterable[int]) -> Span:
    """Return the span to lay out, now that these instants were asked for outside the known one.

    It grows as far as it may; else it moves to the middle of what is wanted.
    """
    instants = np.sort(np.fromiter(wanted, dtype=np.int64))
    lowest, highest = int(instants[0]) - BEFORE_MS, int(instants[-1]) + AFTER_MS
    if known != UNKNOWN:
        lowest, highest = min(lowest, known[0]), max(highest, known[1])
    if highest - lowest > LONGEST_MS:
        middle = int(instants[len(instants) // 2])
        lowest, highest = middle - BEFORE_MS, middle + AFTER_MS
    return lowest, highest
