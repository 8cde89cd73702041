"""Does a zone concern a position, by its layer, its validity and its calendar? As columns.

Calendars are laid out as the instants at which they turn, over a span that covers the batch.
"""

from typing import NamedTuple

from zones.columns import MISSING, Codes, Floats, Indices, Instants
from zones.compiled import scalar

NO, YES, UNDECIDED = 0, 1, 2
ALWAYS = -1  # in place of a calendar
EVERY = -1  # in place of a layer, and of a band


class Law(NamedTuple):
    """What the zones say, by volume, by zone, and by calendar.

    By volume: `zone` (-1 where it is gone) and `band`, a row of `bands` (limits as in
    `relief.BandLimits`). By zone: `layer`, the span of validity, and `calendar`. A calendar
    turns at `turns[first[c] : first[c + 1]]` and is in force at `known[0]` as `begins` says;
    before `known[0]` and from `known[1]` on it is undecided.
    """

    zone: Indices
    band: Indices
    bands: Floats
    layer: Codes
    start_ms: Instants
    end_ms: Instants
    calendar: Indices
    first: Indices
    begins: Codes
    turns: Instants
    known: Instants


@scalar
def concerns(law: Law, zone: int, at_ms: int, layer: int) -> int:
    """Tell whether a zone is of the layer, valid and in force at an instant, as far as is known.

    Without an instant it is held to be in force.
    """
    own = law.layer[zone]
    if own != EVERY and layer != EVERY and own != layer:  # noqa: PLR1714 - numba knows no sets of both
        return NO
    if at_ms == MISSING:
        return YES
    if not law.start_ms[zone] <= at_ms < law.end_ms[zone]:
        return NO
    calendar = law.calendar[zone]
    return YES if calendar == ALWAYS else _in_force(law, calendar, at_ms)


@scalar
def _in_force(law: Law, calendar: int, at_ms: int) -> int:
    if not law.known[0] <= at_ms < law.known[1]:
        return UNDECIDED
    low, high = law.first[calendar], law.first[calendar + 1]
    start = low
    while low < high:
        middle = (low + high) >> 1
        if law.turns[middle] <= at_ms:
            low = middle + 1
        else:
            high = middle
    return int((law.begins[calendar] + low - start) & 1)
