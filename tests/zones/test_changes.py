"""When a zone changes next, and why."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.zones.calendars import HOUR, calendars, odd_days, switchings, utc
from tests.zones.space import zone
from zones.model import ZoneId
from zones.periods import HOLIDAY, Applicability, DailyPeriod, DayEvent, Switches, Window
from zones.time.changes import HORIZON, Change, Why, earliest_change, next_change
from zones.time.schedule import PARIS_TIME, epoch_ms, holds, place_of, transitions

EVERY_DAY = frozenset(range(7))
NIGHT = DailyPeriod(days=EVERY_DAY, start=22 * HOUR, end=6 * HOUR)
TICK = timedelta(milliseconds=1)


def entry(**members: Any) -> tuple[Applicability, ...]:  # noqa: ANN401 - whatever an entry has
    return (Applicability(**members),)


def said(change: Change | None) -> tuple[str, bool, Why] | None:
    if change is None:
        return None
    wall = change.at.astimezone(PARIS_TIME).isoformat(timespec="minutes")
    return wall, change.in_force, change.why


@given(calendars, odd_days, switchings)
def test_the_next_change_is_the_first_transition(
    calendar: tuple[Applicability, ...], after: datetime, switches: Switches
) -> None:
    law = zone(applicability=calendar)
    _, flips = transitions(
        calendar, epoch_ms(after), epoch_ms(after + HORIZON) + 1, place_of(law), switches
    )

    change = next_change(law, after, switches=switches)

    assert (change is None) == (len(flips) == 0)
    if change is not None:
        assert epoch_ms(change.at) == flips[0]
        assert holds(law, change.at, switches=switches) is change.in_force
        assert holds(law, change.at - TICK, switches=switches) is not change.in_force


def test_a_zone_without_a_calendar_never_changes() -> None:
    assert next_change(zone(), utc("2026-01-01")) is None
    assert next_change(zone(applicability=entry(switch="flood")), utc("2026-01-01")) is None


def test_each_reason_is_named() -> None:
    noon = utc("2026-07-13T12:00")
    evening = Window(start=utc("2026-07-13T15:00"), end=utc("2026-07-13T16:00"))
    holiday = DailyPeriod(days=frozenset({HOLIDAY}), start=9 * HOUR, end=18 * HOUR)
    light = DailyPeriod(days=EVERY_DAY, start=DayEvent.SR, end=DayEvent.SS)

    def next_of(**members: Any) -> tuple[str, bool, Why] | None:  # noqa: ANN401 - whatever an entry has
        return said(next_change(zone(applicability=entry(**members)), noon, switches=flood))

    flood = {"flood": (evening,)}
    begins, ends = "2026-07-13T17:00+02:00", "2026-07-13T18:00+02:00"
    assert next_of(schedule=(NIGHT,)) == ("2026-07-13T22:00+02:00", True, Why.SCHEDULE)
    assert next_of(schedule=(light,)) == ("2026-07-13T21:50+02:00", False, Why.SUN)
    assert next_of(schedule=(holiday,)) == ("2026-07-14T09:00+02:00", True, Why.HOLIDAY)
    assert next_of(except_holidays=True) == ("2026-07-14T00:00+02:00", False, Why.HOLIDAY)
    assert next_of(exceptions=(evening,)) == (begins, False, Why.EXCEPTION)
    assert next_of(window=evening) == (begins, True, Why.WINDOW)
    assert next_of(switch="flood") == (begins, True, Why.SWITCH)
    law = zone(valid=Window(end=evening.end))
    assert said(next_change(law, noon)) == (ends, False, Why.VALIDITY)


def test_a_change_at_the_instant_asked_about_has_been() -> None:
    law = zone(applicability=entry(schedule=(NIGHT,)))
    begins = datetime(2026, 7, 13, 20, tzinfo=UTC)

    assert next_change(law, begins - TICK) == Change(
        zone=ZoneId("a"), at=begins, in_force=True, why=Why.SCHEDULE
    )
    later = next_change(law, begins)
    assert later is not None
    assert later.at == datetime(2026, 7, 14, 4, tzinfo=UTC)


def test_a_yearly_holiday_is_within_the_horizon_and_a_shorter_one_is_kept() -> None:
    first_of_may = Window(start=utc("2027-04-30"), end=utc("2027-05-02"))
    feast = DailyPeriod(days=frozenset({HOLIDAY}), start=0, end=24 * HOUR)
    law = zone(applicability=entry(window=first_of_may, schedule=(feast,)))
    after = utc("2026-05-02")

    assert said(next_change(law, after)) == ("2027-05-01T00:00+02:00", True, Why.HOLIDAY)
    exact = datetime(2027, 4, 30, 22, tzinfo=UTC) - after
    assert next_change(law, after, horizon=exact) is not None
    assert next_change(law, after, horizon=exact - TICK) is None


@given(st.lists(calendars, max_size=4), odd_days, switchings)
def test_the_earliest_of_many_is_the_least_of_each(
    several: list[tuple[Applicability, ...]], after: datetime, switches: Switches
) -> None:
    zones = [zone(f"z{number}", applicability=each) for number, each in enumerate(several)]
    each_alone = (next_change(one, after, switches=switches) for one in zones)
    found = [change for change in each_alone if change is not None]

    assert earliest_change(zones, after, switches=switches) == min(
        found, key=lambda change: (change.at, change.zone), default=None
    )


def test_two_thousand_zones_are_asked_at_once() -> None:
    kinds = [entry(schedule=(NIGHT,)), entry(except_holidays=True), ()]
    zones = [zone(f"z{number:04}", applicability=kinds[number % 3]) for number in range(2000)]
    after = utc("2026-07-13T12:00")
    earliest_change(zones[:3], after)

    begun = time.perf_counter()
    found = earliest_change(zones, after)

    assert time.perf_counter() - begun < 5
    assert said(found) == ("2026-07-13T22:00+02:00", True, Why.SCHEDULE)
    assert found is not None
    assert found.zone == "z0000"
