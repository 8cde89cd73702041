"""The sun of astral against formulas it does not use, and where it does not set."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.zones.calendars import HOUR, TROMSO
from tests.zones.wall_clock import almanac_sun, sun_height_deg
from zones.model import Place
from zones.periods import Applicability, DailyPeriod, DayEvent
from zones.time.schedule import PARIS, epoch_ms, in_force
from zones.time.suns import sun_ms

EPOCH = date(1970, 1, 1)
MIDNIGHT_SUN, POLAR_NIGHT = date(2026, 6, 21), date(2026, 12, 21)


def on(day: date, event: DayEvent, place: Place = PARIS, offset_s: int = 0) -> timedelta:
    found = sun_ms(event, np.array([(day - EPOCH).days]), offset_s, place)
    return timedelta(milliseconds=int(found[0]))


def hours_of(day: date, start: int | DayEvent, end: int | DayEvent, place: Place) -> int:
    """Count the hours of a UTC day in which the period holds, at their half."""
    period = DailyPeriod(days=frozenset(range(7)), start=start, end=end, offset_s=0)
    midnight = epoch_ms(datetime.combine(day, datetime.min.time(), UTC))
    halves = midnight + 1_800_000 + np.arange(24) * 3_600_000
    return int(in_force((Applicability(schedule=(period,)),), halves, place).sum())


@pytest.mark.parametrize("event", DayEvent)
@pytest.mark.parametrize(
    "day",
    [
        "2026-01-15",
        "2026-03-20",
        "2026-03-29",
        "2026-06-21",
        "2026-09-23",
        "2026-10-25",
        "2026-12-21",
        "2027-02-28",
        "2028-02-29",
    ],
)
def test_the_sun_over_paris_is_the_almanacs_to_within_a_minute(event: DayEvent, day: str) -> None:
    named = date.fromisoformat(day)

    expected = almanac_sun(event, named, *PARIS)

    midnight = datetime.combine(named, datetime.min.time(), UTC)
    assert abs(midnight + on(named, event) - expected) < timedelta(minutes=1)


def test_a_clock_with_another_offset_shows_the_same_sun_at_another_hour() -> None:
    day = date(2026, 5, 1)

    assert on(day, DayEvent.SR, offset_s=2 * HOUR) - on(day, DayEvent.SR) == timedelta(hours=2)


def test_light_begins_and_ends_in_the_order_of_a_day() -> None:
    for month in range(1, 13):
        dawn, sunrise, sunset, dusk = (
            on(date(2026, month, 15), event)
            for event in (DayEvent.BMCT, DayEvent.SR, DayEvent.SS, DayEvent.EECT)
        )
        assert dawn < sunrise < sunset < dusk


def test_under_the_midnight_sun_daylight_is_the_whole_day_and_night_never_comes() -> None:
    midnight = datetime.combine(MIDNIGHT_SUN, datetime.min.time(), UTC)
    assert sun_height_deg(midnight - timedelta(hours=1), *TROMSO) > 0

    assert hours_of(MIDNIGHT_SUN, DayEvent.SR, DayEvent.SS, TROMSO) == 24
    assert hours_of(MIDNIGHT_SUN, DayEvent.SS, DayEvent.SR, TROMSO) == 0
    assert hours_of(MIDNIGHT_SUN, DayEvent.BMCT, DayEvent.EECT, TROMSO) == 24
    assert hours_of(MIDNIGHT_SUN, 6 * HOUR, DayEvent.SS, TROMSO) == 18


def test_in_the_polar_night_daylight_never_comes_and_night_is_the_whole_day() -> None:
    noon = datetime.combine(POLAR_NIGHT, datetime.min.time(), UTC) + timedelta(hours=10.7)
    assert -6 < sun_height_deg(noon, *TROMSO) < -0.833

    assert hours_of(POLAR_NIGHT, DayEvent.SR, DayEvent.SS, TROMSO) == 0
    assert hours_of(POLAR_NIGHT, DayEvent.SS, DayEvent.SR, TROMSO) == 24
    # At noon it dawns, and that is all.
    assert 3 <= hours_of(POLAR_NIGHT, DayEvent.BMCT, DayEvent.EECT, TROMSO) <= 6


def test_a_night_from_a_fixed_hour_lasts_until_the_next_suns_own_rise() -> None:
    # In August the sun of Paris begins to rise after 06:00 UTC plus two: the night before still
    # has to end on the day on which it does.
    place, days = PARIS, [date(2026, 8, 1) + timedelta(days=number) for number in range(40)]

    for day in days:
        rise = on(day, DayEvent.SR)
        start = int(on(day - timedelta(days=1), DayEvent.SR).total_seconds()) + 1
        held = hours_of(day, start, DayEvent.SR, place)
        assert held >= int(rise.total_seconds()) // HOUR
