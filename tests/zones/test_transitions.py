"""When a calendar turns: against a person with a watch, and against asking every instant."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.calendars import HOUR, TROMSO, calendars, odd_days, switchings, utc
from tests.zones.space import zone
from tests.zones.wall_clock import holds_then
from zones.columns import Instants
from zones.model import Place
from zones.periods import (
    HOLIDAY,
    NO_SWITCHES,
    Applicability,
    DailyPeriod,
    DayEvent,
    Switches,
    Window,
)
from zones.time.schedule import PARIS, PARIS_TIME, epoch_ms, in_force, touches, transitions
from zones.time.suns import sun_ms

EVERY_DAY = frozenset(range(7))
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Calendar = Sequence[Applicability]


class Almanac(dict[tuple[DayEvent, date, int | None], int]):
    """What the sun does; the watch reads it, and is not asked to reckon it."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def __missing__(self, key: tuple[DayEvent, date, int | None]) -> int:
        event, day, offset_s = key
        days = np.array([(day - EPOCH.date()).days])
        self[key] = int(sun_ms(event, days, offset_s, self.place)[0]) // 1000
        return self[key]


def at(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def turning(
    calendar: Calendar,
    start: datetime,
    end: datetime,
    place: Place = PARIS,
    switches: Switches = NO_SWITCHES,
) -> tuple[bool, list[datetime]]:
    first, flips = transitions(calendar, epoch_ms(start), epoch_ms(end), place, switches)
    return first, [at(int(flip)) for flip in flips]


def state_at(first: bool, flips: Instants, at_ms: Instants) -> list[bool]:  # noqa: FBT001 - a state
    passed = np.searchsorted(flips, at_ms, side="right") % 2
    return [bool(each) for each in passed.astype(bool) ^ first]


@given(calendars, odd_days, switchings, st.sampled_from([PARIS, TROMSO]))
def test_calendars_turn_when_a_watch_says_so_minute_by_minute(
    calendar: Calendar, day: datetime, switches: Switches, place: Place
) -> None:
    almanac = Almanac(place)
    start, end = day - timedelta(hours=3), day + timedelta(hours=31)

    first, flips = transitions(calendar, epoch_ms(start), epoch_ms(end), place, switches)

    minutes = np.arange(epoch_ms(start), epoch_ms(end), 60_000)
    asked = np.unique(np.concatenate([minutes, flips, flips - 1]))
    watched = [holds_then(calendar, at(int(each)), almanac, switches) for each in asked]
    assert state_at(first, flips, asked) == watched
    assert in_force(calendar, asked, place, switches).tolist() == watched


@given(calendars, odd_days, st.integers(1, 40), switchings, st.sampled_from([PARIS, TROMSO]))
def test_between_two_transitions_nothing_changes_and_at_each_it_does(
    calendar: Calendar, day: datetime, days: int, switches: Switches, place: Place
) -> None:
    start, end = epoch_ms(day), epoch_ms(day + days * DAY)

    first, flips = transitions(calendar, start, end, place, switches)

    assert (np.diff(flips) > 0).all()
    assert ((start < flips) & (flips < end)).all()
    sampled = np.concatenate([[start], flips, flips - 1, np.arange(start, end, 977_000)])
    assert in_force(calendar, sampled, place, switches).tolist() == state_at(first, flips, sampled)
    before, after = (in_force(calendar, each, place, switches) for each in (flips - 1, flips))
    assert (before != after).all()


@given(calendars, odd_days, st.integers(1, 4000), switchings)
def test_a_window_is_touched_exactly_when_the_calendar_is_in_force_in_it(
    calendar: Calendar, day: datetime, minutes: int, switches: Switches
) -> None:
    window = Window(start=day, end=day + minutes * MINUTE)

    first, flips = turning(calendar, day, day + minutes * MINUTE, PARIS, switches)

    assert touches(calendar, window, PARIS, switches) == (first or bool(flips))
    assert not calendar or touches(calendar, Window(start=day), PARIS, switches) >= (
        first or bool(flips)
    )


@given(calendars, odd_days, switchings)
def test_a_span_cut_in_two_turns_at_the_same_instants(
    calendar: Calendar, day: datetime, switches: Switches
) -> None:
    middle, end = day + DAY + MINUTE, day + 3 * DAY

    first, whole = turning(calendar, day, end, PARIS, switches)
    _, left = turning(calendar, day, middle, PARIS, switches)
    then, right = turning(calendar, middle, end, PARIS, switches)

    turned = then is not (first ^ bool(len(left) % 2))
    assert [*left, *([middle] if turned else []), *right] == whole


@pytest.mark.parametrize(
    ("day", "flips"),
    [
        # 02:00 to 02:30 does not come on the last Sunday of March.
        ("2026-03-29", []),
        ("2027-03-28", []),
        # In October it comes twice: at 00:00 and at 01:00 UTC.
        ("2026-10-25", ["00:00", "00:30", "01:00", "01:30"]),
        ("2027-10-31", ["00:00", "00:30", "01:00", "01:30"]),
        ("2026-10-26", ["01:00", "01:30"]),
    ],
)
def test_half_an_hour_after_two_comes_never_in_spring_and_twice_in_autumn(
    day: str, flips: list[str]
) -> None:
    early = DailyPeriod(days=EVERY_DAY, start=2 * HOUR, end=2 * HOUR + 1800)

    first, found = turning(
        (Applicability(schedule=(early,)),), utc(f"{day}T00:00") - MINUTE, utc(f"{day}T12:00")
    )

    assert not first
    assert found == [utc(f"{day}T{flip}") for flip in flips]


def test_a_night_over_the_change_ends_by_the_clock_on_the_wall() -> None:
    night = DailyPeriod(days=EVERY_DAY, start=22 * HOUR, end=2 * HOUR + 1800)
    calendar = (Applicability(schedule=(night,)),)

    _, spring = turning(calendar, utc("2026-03-28T12:00"), utc("2026-03-29T12:00"))
    _, autumn = turning(calendar, utc("2026-10-24T12:00"), utc("2026-10-25T12:00"))

    # 02:30 is skipped with the hour it is in: at 03:00 the night is over.
    assert spring == [utc("2026-03-28T21:00"), utc("2026-03-29T01:00")]
    # The first 02:30 ends it, the clock put back to 02:00 begins its last half hour again.
    assert autumn == [
        utc(f"2026-10-2{instant}") for instant in ("4T20:00", "5T00:30", "5T01:00", "5T01:30")
    ]


def test_holidays_begin_and_end_at_midnight_in_paris() -> None:
    working = (Applicability(except_holidays=True),)

    first, found = turning(working, utc("2026-04-01"), utc("2026-07-31"))

    assert first
    assert [each.astimezone(PARIS_TIME).isoformat(timespec="hours") for each in found] == [
        f"2026-{each}T00+02:00"
        for day in ("04-06 04-07", "05-01 05-02", "05-08 05-09", "05-14 05-15", "05-25 05-26",
                    "07-14 07-15")
        for each in day.split()
    ]  # fmt: skip


def test_a_version_turns_when_it_begins_and_ends() -> None:
    law = zone(valid=Window(start=utc("2026-03-01"), end=utc("2026-04-01")))

    first, flips = transitions(law, epoch_ms(utc("2026-01-01")), epoch_ms(utc("2027-01-01")))

    assert not first
    assert [at(int(flip)) for flip in flips] == [utc("2026-03-01"), utc("2026-04-01")]


def test_no_calendar_and_no_time_turn_nothing() -> None:
    assert turning((), utc("2026-01-01"), utc("2027-01-01")) == (True, [])
    assert turning((Applicability(),), utc("2026-01-01"), utc("2026-01-01")) == (True, [])


def test_a_month_of_suns_and_holidays_takes_milliseconds() -> None:
    daylight = DailyPeriod(days=EVERY_DAY, start=DayEvent.BMCT, end=DayEvent.EECT)
    feasts = DailyPeriod(days=frozenset({HOLIDAY}), start=DayEvent.SS, end=DayEvent.SR)
    calendar = (Applicability(schedule=(daylight, feasts), except_holidays=True),)
    start, end = epoch_ms(utc("2026-05-01")), epoch_ms(utc("2026-06-01"))
    transitions(calendar, start, end)

    def once() -> float:
        begun = time.perf_counter()
        transitions(calendar, start, end)
        return time.perf_counter() - begun

    assert min(once() for _ in range(30)) < 0.005
