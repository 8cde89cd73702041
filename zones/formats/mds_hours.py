"""How are hours written where a day ends at its last second? As MDS and its relatives do.

Hours that go past midnight become those of two days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zones.formats.saying import DAY_S, WEEK, Speech
from zones.periods import DailyPeriod, DayEvent

SPEECH = Speech(events=False, whole_days=True, local=True)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_SECOND = DAY_S - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Daily hours of some days, on the clock of the jurisdiction; the end belongs to them."""

    days: frozenset[int]
    start_s: int
    end_s: int


def daily(schedule: Sequence[DailyPeriod]) -> list[Hours | None]:
    """Return daily hours that end on the day they start; no schedule is always."""
    hours: list[Hours | None] = []
    for period in schedule:
        start, end = _seconds(period.start), _seconds(period.end)
        if start < end:
            hours.append(Hours(days=period.days, start_s=start, end_s=min(end, LAST_SECOND)))
            continue
        hours.append(Hours(days=period.days, start_s=start, end_s=LAST_SECOND))
        if end > 0:
            following = frozenset((day + 1) % len(DAYS) for day in period.days)
            hours.append(Hours(days=following, start_s=0, end_s=min(end, LAST_SECOND)))
    return hours or [None]


def clock(hours: Hours | None) -> Mapping[str, Any]:
    """Write hours as members of a rule; always needs none."""
    if hours is None:
        return {}
    days = {} if hours.days >= WEEK else {"days": [DAYS[day] for day in sorted(hours.days)]}
    return {"start_time": _time(hours.start_s), "end_time": _time(hours.end_s), **days}


def _seconds(limit: int | DayEvent) -> int:
    return limit if isinstance(limit, int) else 0  # events were said of the whole day


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
