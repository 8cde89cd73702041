"""Does a zone concern a position, by its layer, its validity and its calendar? As columns."""

from typing import NamedTuple

from zones.columns import MISSING, Floats, Indices, Instants
from zones.compiled import woven

NO, YES, UNDECIDED = 0, 1, 2
ALWAYS = -1  # in place of a calendar
EVERY = -1  # in place of a layer, and of a band
# Columns of `Law.volumes`, and of `Law.zones`.
ZONE, BAND = range(2)
LAYER, START_MS, END_MS, CALENDAR = range(4)
# Where `Law.turns` says what it covers; then comes a row of numbers, one a calendar.
KNOWN_FROM, KNOWN_UNTIL, FIRST_CALENDAR = range(3)


class Law(NamedTuple):
    """What the zones say, by volume, by zone, and by calendar.

    A row of `volumes` holds the number of its zone (-1 where that is gone) and of its band, a row
    of `bands` (limits as in `relief.BandLimits`). A row of `zones` holds layer, validity
    and calendar. `turns` holds the span it covers, where each calendar's instants begin, and at
    the end the instants: `2 * place + 1` where the calendar is in force when the span begins.
    """

    volumes: Indices
    bands: Floats
    zones: Instants
    turns: Instants


@woven
def of_layer(own: int, layer: int) -> bool:
    """Tell whether a zone of one layer concerns a position of another."""
    return own == EVERY or layer == EVERY or own == layer  # noqa: PLR1714 - of two kinds of integer


@woven
def in_force(law: Law, zone: int, at_ms: int) -> int:
    """Tell whether a zone is valid and in force at an instant, as far as is known.

    Without an instant it is held to be so.
    """
    if at_ms == MISSING:
        return YES
    if not law.zones[zone, START_MS] <= at_ms < law.zones[zone, END_MS]:
        return NO
    calendar = law.zones[zone, CALENDAR]
    return YES if calendar == ALWAYS else _in_force(law.turns, calendar, at_ms)


@woven
def _in_force(turns: Instants, calendar: int, at_ms: int) -> int:
    if not turns[KNOWN_FROM] <= at_ms < turns[KNOWN_UNTIL]:
        return UNDECIDED
    first = turns[FIRST_CALENDAR + calendar]
    low, high = first >> 1, turns[FIRST_CALENDAR + calendar + 1] >> 1
    before = low
    while low < high:
        middle = (low + high) >> 1
        if turns[middle] <= at_ms:
            low = middle + 1
        else:
            high = middle
    return int((first + low - before) & 1)
