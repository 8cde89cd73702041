"""When do the calendars of an edition turn? Laid out for the kernel, over a span of time.

The span follows the instants asked about and grows with them up to `LONGEST_MS`; what lies
outside is decided by `zones.schedule` itself, one zone at a time.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from zones.columns import Codes, Indices, Instants
from zones.model import Place, Zone
from zones.periods import Applicability, DayEvent, Switches
from zones.schedule import PARIS, place_of, transitions

DAY_MS = 86_400_000
BEFORE_MS, AFTER_MS = DAY_MS, 7 * DAY_MS
LONGEST_MS = 60 * DAY_MS

Calendar = tuple[tuple[Applicability, ...], Place]


class Turns(NamedTuple):
    """As in `zones.law.Law`."""

    first: Indices
    begins: Codes
    turns: Instants
    known: Instants


UNKNOWN = np.zeros(2, dtype=np.int64)


def calendar_of(zone: Zone) -> Calendar:
    """Return what a zone's hours depend on: its place only where the sun is asked."""
    sunny = any(
        isinstance(limit, DayEvent)
        for entry in zone.applicability
        for period in entry.schedule
        for limit in (period.start, period.end)
    )
    return zone.applicability, place_of(zone) if sunny else PARIS


def turns_of(calendars: Sequence[Calendar], known: Instants, switches: Switches) -> Turns:
    """Lay out these calendars over a span."""
    start, end = known.tolist()
    begins, turns = [False] * len(calendars), [np.empty(0, dtype=np.int64)] * len(calendars)
    if start < end:
        for number, (entries, place) in enumerate(calendars):
            begins[number], turns[number] = transitions(entries, start, end, place, switches)
    return Turns(
        first=np.cumsum([0, *map(len, turns)], dtype=np.int32),
        begins=np.array(begins, dtype=np.int8),
        turns=np.concatenate([np.empty(0, dtype=np.int64), *turns]),
        known=known,
    )


def span_for(known: Instants, wanted: Iterable[int]) -> Instants:
    """Return the span to lay out, now that these instants were asked for outside the known one.

    It grows as far as it may; else it moves to the middle of what is wanted.
    """
    instants = np.sort(np.fromiter(wanted, dtype=np.int64))
    lowest, highest = int(instants[0]) - BEFORE_MS, int(instants[-1]) + AFTER_MS
    start, end = known.tolist()
    if start < end:
        lowest, highest = min(lowest, start), max(highest, end)
    if highest - lowest > LONGEST_MS:
        middle = int(instants[len(instants) // 2])
        lowest, highest = middle - BEFORE_MS, middle + AFTER_MS
    return np.array([lowest, highest], dtype=np.int64)
