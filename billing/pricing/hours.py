"""How much of a visit certainly fell in some hours? What is not certain is left to the payer.

Of a visit it is known from when until when it lasted and how much of it is certain, but not which
part. So of the certain time, that much is certainly within the hours that cannot all lie outside.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from billing.model import Usage
from zones.periods import Applicability
from zones.time.schedule import epoch_ms, transitions

Calendar = Sequence[Applicability]
DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a calendar over a span of time: the instants at which it begins and ends."""

    flips: tuple[int, ...]

    def begun_in(self, usage: Usage) -> bool:
        """Tell whether a usage began in these hours."""
        return bool(bisect_right(self.flips, epoch_ms(usage.at)) % 2)

    def certain_ms(self, usage: Usage) -> int:
        """Return how many milliseconds a usage was there in these hours for certain."""
        start, end = epoch_ms(usage.at), epoch_ms(usage.ended_at)
        outside = end - start - self._shared(start, end)
        return max(0, usage.certain_ms - outside)

    def _shared(self, start: int, end: int) -> int:
        """Return how many milliseconds of a span are in these hours."""
        at, found = bisect_right(self.flips, start), 0
        inside, since = at % 2 == 1, start
        while at < len(self.flips) and self.flips[at] < end:
            found += self.flips[at] - since if inside else 0
            inside, since = not inside, self.flips[at]
            at += 1
        return found + (end - since if inside else 0)


def hours_of(calendar: Calendar, start_ms: int, end_ms: int) -> Hours | None:
    """Return the hours of a calendar within a span that holds both limits; None is always."""
    if not calendar:
        return None
    first = start_ms - DAY_MS
    at_start, flips = transitions(calendar, first, end_ms + DAY_MS)
    return Hours(flips=(first, *flips.tolist()) if at_start else tuple(flips.tolist()))
