"""Calendars by the clock on the wall, the sun and the two odd nights of the year."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.space import zone
from zones.columns import MISSING
from zones.periods import Applicability, DailyPeriod, DayEvent, Window
from zones.time.schedule import PARIS_TIME, epoch_ms, holds, in_force, touches

HOUR = 3600
EVERY_DAY = frozenset(range(7))
MONDAY, SUNDAY = frozenset({0}), frozenset({6})

Limit = int | DayEvent
Calendar = tuple[Applicability, ...]


def daily(start: Limit, end: Limit, days: frozenset[int] = EVERY_DAY) -> Calendar:
    return (Applicability(schedule=(DailyPeriod(days=days, start=start, end=end),)),)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS_TIME)


def test_no_calendar_is_always() -> None:
    assert holds((), utc("2026-01-01"))
    assert touches((), Window())


def test_hours_are_half_open_and_local() -> None:
    office = daily(8 * HOUR, 18 * HOUR)

    assert [holds(office, paris(f"2026-07-01T{hour}")) for hour in ("07:59:59.999", "08:00")] == [
        False,
        True,
    ]
    assert [holds(office, paris(f"2026-07-01T{hour}")) for hour in ("17:59:59.999", "18:00")] == [
        True,
        False,
    ]
    assert holds(office, utc("2026-07-01T06:00"))
    assert not holds(office, utc("2026-01-01T06:59"))


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    night = daily(22 * HOUR, 6 * HOUR, MONDAY)

    assert holds(night, paris("2026-03-02T23:00"))
    assert holds(night, paris("2026-03-03T05:59"))
    assert not holds(night, paris("2026-03-02T05:00"))
    assert not holds(night, paris("2026-03-03T23:00"))


def test_a_whole_day_is_from_midnight_to_midnight() -> None:
    for sunday in (daily(0, 24 * HOUR, SUNDAY), daily(0, 0, SUNDAY)):
        assert holds(sunday, paris("2026-03-01T00:00"))
        assert holds(sunday, paris("2026-03-01T23:59:59"))
        assert not holds(sunday, paris("2026-03-02T00:00"))
        assert not holds(sunday, paris("2026-02-28T23:59:59"))


def test_the_hour_that_comes_twice_is_in_force_twice() -> None:
    # On 25 October 2026, 03:00 summer time becomes 02:00 winter time at 01:00 UTC.
    between_two_and_half_past = daily(2 * HOUR, 2 * HOUR + 1800)

    assert holds(between_two_and_half_past, utc("2026-10-25T00:15"))
    assert not holds(between_two_and_half_past, utc("2026-10-25T00:45"))
    assert holds(between_two_and_half_past, utc("2026-10-25T01:15"))
    assert not holds(between_two_and_half_past, utc("2026-10-25T01:45"))


def test_the_hour_that_is_skipped_is_never_in_force() -> None:
    # On 29 March 2026, 02:00 winter time becomes 03:00 summer time at 01:00 UTC.
    skipped = daily(2 * HOUR, 3 * HOUR)
    night = Window(start=utc("2026-03-28T23:00"), end=utc("2026-03-29T22:00"))

    assert not touches(skipped, night)
    assert touches(daily(2 * HOUR, 3 * HOUR + 1), night)
    assert holds(daily(2 * HOUR + 1800, 4 * HOUR), utc("2026-03-29T01:00"))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]
)
def test_a_local_day_has_as_many_hours_as_it_has(day: str, hours: int) -> None:
    start = paris(day).astimezone(UTC) - timedelta(hours=2)
    quarters = np.array([epoch_ms(start) + 900_000 * n for n in range(4 * 30)])
    weekday = frozenset({datetime.fromisoformat(day).weekday()})

    assert in_force(daily(0, 24 * HOUR, weekday), quarters).sum() == 4 * hours


def test_a_clock_with_an_offset_knows_no_summer() -> None:
    period = DailyPeriod(days=EVERY_DAY, start=16 * HOUR, end=17 * HOUR, offset_s=0)
    fixed = (Applicability(schedule=(period,)),)

    for day in ("2026-01-15", "2026-07-15"):
        assert holds(fixed, utc(f"{day}T16:00"))
        assert not holds(fixed, utc(f"{day}T15:00"))


# Sunrise and sunset in Paris, to the minute, as the almanac has them.
@pytest.mark.parametrize(
    ("day", "sunrise", "sunset"),
    [
        ("2026-06-21", "03:47", "19:58"),
        ("2026-12-21", "07:41", "15:56"),
        ("2026-03-20", "05:53", "18:02"),
    ],
)
def test_daylight_is_from_sunrise_to_sunset(day: str, sunrise: str, sunset: str) -> None:
    daylight = daily(DayEvent.SR, DayEvent.SS)
    night = daily(DayEvent.SS, DayEvent.SR)
    margin = timedelta(minutes=3)

    for event, lit_after in ((sunrise, True), (sunset, False)):
        before, after = (utc(f"{day}T{event}") + side for side in (-margin, margin))
        assert holds(daylight, after) is lit_after
        assert holds(daylight, before) is not lit_after
        assert holds(night, after) is not lit_after


def test_twilight_is_wider_than_daylight() -> None:
    minutes = np.array([epoch_ms(utc("2026-05-01")) + 60_000 * n for n in range(1440)])
    twilight = in_force(daily(DayEvent.BMCT, DayEvent.EECT), minutes)
    daylight = in_force(daily(DayEvent.SR, DayEvent.SS), minutes)

    assert (daylight <= twilight).all()
    assert 60 < twilight.sum() - daylight.sum() < 90


def test_where_the_sun_stays_up_the_day_does_not_end() -> None:
    tromso = (18.96, 69.65)

    assert holds(daily(DayEvent.SR, DayEvent.SS), utc("2026-06-21T23:30"), tromso)


def test_the_sun_is_that_of_the_zones_own_place() -> None:
    lit = daily(DayEvent.SR, DayEvent.SS)

    assert holds(lit, utc("2026-06-21T19:40"))
    assert not holds(lit, utc("2026-06-21T19:40"), (8.54, 47.37))


def test_an_unknown_instant_is_held_against_no_calendar() -> None:
    law = zone(valid=Window(end=utc("2020-01-01")), applicability=daily(0, HOUR))

    assert in_force(law, np.array([MISSING, epoch_ms(utc("2019-06-01T12:00"))])).tolist() == [
        True,
        False,
    ]


def test_several_entries_add_up() -> None:
    first = Applicability(window=Window(end=utc("2026-01-01")))
    then = Applicability(window=Window(start=utc("2026-02-01")))

    assert [holds((first, then), utc(f"2026-0{month}-01")) for month in (1, 2)] == [False, True]
    assert holds((first, then), utc("2025-12-31"))


def test_a_window_touches_a_calendar_that_opens_within_it() -> None:
    office = daily(8 * HOUR, 18 * HOUR, MONDAY)

    def touched(start: str, end: str) -> bool:
        return touches(office, Window(start=paris(start), end=paris(end)))

    assert touched("2026-03-02T07:00", "2026-03-02T08:01")
    assert not touched("2026-03-02T07:00", "2026-03-02T08:00")
    assert not touched("2026-03-03T00:00", "2026-03-09T08:00")
    assert touched("2026-03-03T00:00", "2026-03-20T00:00")
    assert touches(office, Window(start=paris("2026-03-03T00:00")))


def test_a_version_that_is_not_valid_then_is_not_touched() -> None:
    law = zone(valid=Window(start=utc("2026-03-01"), end=utc("2026-04-01")))

    assert touches(law, Window(start=utc("2026-03-31T23:00"), end=utc("2026-05-01")))
    assert not touches(law, Window(start=utc("2026-04-01"), end=utc("2026-05-01")))


limits = st.one_of(st.integers(0, 24 * HOUR), st.sampled_from(DayEvent))
some_days = st.frozensets(st.integers(0, 6), min_size=1)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001 - made aware
    lambda instant: instant.replace(tzinfo=UTC)
)


@given(limits, limits, some_days, instants, st.integers(1, 20_000))
def test_a_window_is_touched_when_an_instant_in_it_is_in_force(
    start: Limit, end: Limit, days: frozenset[int], opening: datetime, minutes: int
) -> None:
    calendar = daily(start, end, days)
    window = Window(start=opening, end=opening + timedelta(minutes=minutes))
    sampled = np.array([epoch_ms(opening) + 60_000 * n for n in range(minutes)])

    if in_force(calendar, sampled).any():
        assert touches(calendar, window)
