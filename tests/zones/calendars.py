"""Calendars, switches and odd days for the laws of time."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from zones.periods import (
    ALWAYS,
    HOLIDAY,
    Applicability,
    DailyPeriod,
    DayEvent,
    Switches,
    Window,
)

HOUR = 3600
TROMSO = (18.96, 69.65)
# The nights on which Paris has an hour less or more, holidays fixed and movable, a new year, and
# days of no note.
ODD_DAYS = (
    "2026-03-28",
    "2026-04-05",
    "2026-06-20",
    "2026-07-13",
    "2026-10-24",
    "2026-12-31",
    "2027-03-27",
    "2027-05-05",
    "2027-10-30",
    "2028-02-28",
)

odd_days = st.sampled_from(ODD_DAYS).map(lambda day: datetime.fromisoformat(f"{day}T00:00+00:00"))
instants = st.builds(
    lambda day, minutes, ms: day + timedelta(minutes=minutes, milliseconds=ms),
    odd_days,
    st.integers(0, 3 * 1440),
    st.sampled_from([0, 0, 0, 1, 30_500, 59_999]),
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Draw a window near an odd day, sometimes without a start or an end."""
    start, end = sorted([draw(instants), draw(instants)])
    return Window(
        start=draw(st.sampled_from([start, None])),
        end=draw(st.sampled_from([end + timedelta(milliseconds=1), None])),
    )


limits = st.one_of(
    st.integers(0, 24).map(lambda hour: hour * HOUR),
    st.integers(0, 24 * HOUR),
    st.sampled_from([2 * HOUR, 2 * HOUR + 1800, 3 * HOUR]),
    st.sampled_from(DayEvent),
)
periods = st.builds(
    DailyPeriod,
    days=st.one_of(
        st.sampled_from([frozenset({HOLIDAY}), frozenset(range(5)), frozenset(range(7))]),
        st.frozensets(st.integers(0, HOLIDAY), min_size=1),
    ),
    start=limits,
    end=limits,
    offset_s=st.sampled_from([None, None, 0, 7200, -3 * HOUR]),
)
entries = st.builds(
    Applicability,
    window=st.sampled_from([True, True, True, False]).flatmap(
        lambda always: st.just(ALWAYS) if always else windows()
    ),
    schedule=st.lists(periods, min_size=1, max_size=2).map(tuple) | st.just(()),
    exceptions=st.sampled_from([0, 0, 0, 2]).flatmap(
        lambda most: st.lists(windows(), max_size=most).map(tuple)
    ),
    except_holidays=st.booleans(),
    switch=st.sampled_from([None] * 6 + ["flood", "event", "unheard-of"]),
)
calendars = st.lists(entries, max_size=2).map(tuple)
switchings: st.SearchStrategy[Switches] = st.fixed_dictionaries(
    {name: st.lists(windows(), max_size=2).map(tuple) for name in ("flood", "event")}
)


def utc(text: str) -> datetime:
    """Return an instant written without an offset."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
