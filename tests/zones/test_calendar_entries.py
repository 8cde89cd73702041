"""Holidays, exceptions and switches: what a calendar's entry is narrowed by."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.zones.calendars import HOUR, utc
from tests.zones.space import zone
from tests.zones.wall_clock import holidays_of
from zones.periods import HOLIDAY, Applicability, DailyPeriod, Window
from zones.time.public_holidays import is_holiday
from zones.time.schedule import PARIS, PARIS_TIME, holds, touches

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS_TIME)


def hours(days: frozenset[int], start: int, end: int, **rest: bool) -> tuple[Applicability, ...]:
    period = DailyPeriod(days=days, start=start * HOUR, end=end * HOUR)
    return (Applicability(schedule=(period,), **rest),)  # type: ignore[arg-type]


@pytest.mark.parametrize("year", [1999, 2024, 2025, 2026, 2027, 2028, 2038])
def test_the_holidays_are_the_eleven_of_the_labour_code(year: int) -> None:
    first = (date(year, 1, 1) - date(1970, 1, 1)).days
    days = np.arange(first, first + 366)
    days = days[days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) == year - 1970]

    found = {date(1970, 1, 1) + timedelta(days=int(day)) for day in days[is_holiday(days)]}

    assert found == holidays_of(year)
    # On 1 May 2008 it was Ascension, too.
    assert len(found) == 11


def test_good_friday_is_none_in_paris() -> None:
    assert not is_holiday(np.array([(date(2026, 4, 3) - date(1970, 1, 1)).days])).any()


def test_a_period_of_holidays_holds_on_them_and_on_no_other_day() -> None:
    feast = hours(frozenset({HOLIDAY}), 9, 18)

    for day, expected in (("07-14", True), ("07-13", False), ("04-06", True), ("04-05", False)):
        assert holds(feast, paris(f"2026-{day}T09:00")) is expected
    assert not holds(feast, paris("2026-07-14T08:59:59"))
    assert not holds(feast, paris("2026-07-14T18:00"))


def test_the_night_of_a_holiday_lasts_until_its_end_next_morning() -> None:
    fireworks = hours(frozenset({HOLIDAY}), 22, 3)

    assert holds(fireworks, paris("2026-07-14T22:00"))
    assert holds(fireworks, paris("2026-07-15T02:59:59.999"))
    assert not holds(fireworks, paris("2026-07-14T02:00"))
    assert not holds(fireworks, paris("2026-07-15T03:00"))


def test_a_holiday_is_its_weekday_too_unless_excepted() -> None:
    # 14 July 2026 is a Tuesday.
    assert holds(hours(WEEKDAYS, 8, 18), paris("2026-07-14T12:00"))
    assert not holds(hours(WEEKDAYS, 8, 18, except_holidays=True), paris("2026-07-14T12:00"))
    assert holds(hours(WEEKDAYS, 8, 18, except_holidays=True), paris("2026-07-15T12:00"))


def test_an_excepted_holiday_lasts_from_midnight_to_midnight() -> None:
    nights = hours(EVERY_DAY, 22, 6, except_holidays=True)

    assert holds(nights, paris("2026-07-13T23:59:59.999"))
    assert not holds(nights, paris("2026-07-14T00:00"))
    assert not holds(nights, paris("2026-07-14T23:59:59.999"))
    assert holds(nights, paris("2026-07-15T00:00"))


def test_an_entry_does_not_hold_in_its_exceptions_but_another_may() -> None:
    fair = Window(start=utc("2026-06-01T08:00"), end=utc("2026-06-01T20:00"))
    closed = Applicability(exceptions=(fair,))

    assert [holds((closed,), utc(f"2026-06-01T{each}")) for each in ("07:59:59.999", "08:00")] == [
        True,
        False,
    ]
    assert [holds((closed,), utc(f"2026-06-01T{each}")) for each in ("19:59:59.999", "20:00")] == [
        False,
        True,
    ]
    assert holds((closed, Applicability()), utc("2026-06-01T12:00"))
    assert not touches((closed,), fair)
    assert touches((closed,), Window(start=fair.start))


def test_an_entry_with_a_switch_holds_only_while_it_is_on() -> None:
    flood = zone(applicability=(Applicability(switch="flood"),))
    was = Window(start=utc("2026-01-01T00:00"), end=utc("2026-01-08T00:00"))
    switches = {"flood": (was, Window(start=utc("2026-11-01T00:00")))}

    def on(instant: str) -> bool:
        return holds(flood, utc(instant), switches=switches)

    assert [on(f"2026-01-0{day}T00:00") for day in (1, 7, 8)] == [True, True, False]
    assert on("2099-01-01T00:00")
    assert not holds(flood, utc("2026-01-01T00:00"), switches={"event": (was,)})
    assert not holds(flood, utc("2026-01-01T00:00"))


def test_what_is_never_on_is_never_touched_however_long_one_waits() -> None:
    ever = Window()
    never = Applicability(switch="flood")
    cancelled = Applicability(schedule=hours(EVERY_DAY, 8, 9)[0].schedule, exceptions=(ever,))
    no_day = Applicability(schedule=(DailyPeriod(days=frozenset(), start=0, end=HOUR),))

    for entry in (never, cancelled, no_day):
        assert not touches((entry,), ever)
        assert not touches((entry,), Window(start=utc("2026-01-01T00:00")))
        assert not touches((entry,), Window(end=utc("2026-01-01T00:00")))
    assert touches(hours(frozenset({HOLIDAY}), 8, 9), Window(start=utc("2026-08-16T00:00")))
    assert not touches(
        hours(frozenset({HOLIDAY}), 8, 9),
        Window(start=utc("2026-08-16T00:00"), end=utc("2026-11-01T06:00")),
        PARIS,
    )


def test_instants_far_off_have_an_answer() -> None:
    far = np.array([-(2**60), 2**60])
    calendar = hours(frozenset({HOLIDAY}), 8, 9, except_holidays=True)

    assert not touches(calendar, Window(start=datetime(9990, 1, 1, tzinfo=UTC)))
    assert is_holiday(far // 86_400_000).tolist() in ([False, False], [True, False])
