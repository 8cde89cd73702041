"""Calendars as ED-318 writes them, and what ours add."""

from typing import Any

import pytest
from hypothesis import given

from tests.zones.calendars import HOUR, calendars, utc
from zones.formats.calendar import read_calendar, write_calendar
from zones.formats.defects import Defective
from zones.periods import HOLIDAY, Applicability, DailyPeriod, DayEvent, Window


@given(calendars)
def test_a_calendar_written_and_read_is_the_same(calendar: tuple[Applicability, ...]) -> None:
    assert read_calendar(write_calendar(calendar), "applicability") == calendar


def test_everything_ours_adds_is_written_by_name() -> None:
    feast = DailyPeriod(days=frozenset({5, HOLIDAY}), start=0, end=DayEvent.EECT)
    entry = Applicability(
        schedule=(feast,),
        exceptions=(Window(start=utc("2026-07-14T00:00"), end=utc("2026-07-15T00:00")),),
        except_holidays=True,
        switch="flood",
    )

    assert write_calendar([entry]) == [
        {
            "schedule": [{"day": ["SAT", "HOL"], "startTime": "00:00:00", "endEvent": "EECT"}],
            "exceptions": [
                {
                    "startDateTime": "2026-07-14T00:00:00Z",
                    "endDateTime": "2026-07-15T00:00:00Z",
                }
            ],
            "exceptHolidays": True,
            "switch": "flood",
        }
    ]


def test_a_calendar_that_ed318_knows_is_written_as_ed318_does() -> None:
    every_day = DailyPeriod(days=frozenset(range(7)), start=8 * HOUR, end=18 * HOUR, offset_s=0)

    assert write_calendar([Applicability(schedule=(every_day,))]) == [
        {"schedule": [{"day": ["ANY"], "startTime": "08:00:00Z", "endTime": "18:00:00Z"}]}
    ]
    assert write_calendar([Applicability()]) == [{}]


@pytest.mark.parametrize(
    ("days", "read"),
    [
        ("MON", {0}),
        (["MON", "SUN"], {0, 6}),
        ("HOL", {HOLIDAY}),
        (["ANY"], set(range(7))),
        (["ANY", "HOL"], set(range(8))),
        (["HOL", "FRI"], {4, HOLIDAY}),
    ],
)
def test_days_are_read_alone_or_listed(days: object, read: set[int]) -> None:
    (entry,) = read_calendar([{"schedule": [{"day": days}]}], "applicability")

    assert entry.schedule[0].days == read


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"exception": []}, "a[0].exception"),
        ({"exceptions": {}}, "a[0].exceptions"),
        ({"exceptions": [{"start": "2026-01-01T00:00Z"}]}, "a[0].exceptions[0].start"),
        ({"exceptions": ["2026-07-14"]}, "a[0].exceptions[0]"),
        (
            {"exceptions": [{"startDateTime": "2026-07-14T00:00"}]},
            "a[0].exceptions[0].startDateTime",
        ),
        ({"exceptHolidays": "yes"}, "a[0].exceptHolidays"),
        ({"exceptHolidays": 1}, "a[0].exceptHolidays"),
        ({"switch": 3}, "a[0].switch"),
        ({"switch": " "}, "a[0].switch"),
        ({"switch": "\ud800"}, "a[0].switch"),
        ({"schedule": [{"day": ["HOLIDAY"]}]}, "a[0].schedule[0].day"),
        ({"schedule": [{"day": []}]}, "a[0].schedule[0].day"),
        ({"schedule": [{"day": "MON", "offset": "UTC"}]}, "a[0].schedule[0].offset"),
        (
            {"schedule": [{"day": "MON", "startTime": "08:00Z", "offset": "+01:00"}]},
            "a[0].schedule[0]",
        ),
    ],
)
def test_what_is_wrong_is_refused_by_name(members: dict[str, Any], path: str) -> None:
    with pytest.raises(Defective) as refused:
        read_calendar([members], "a")

    assert refused.value.path == path


def test_absent_members_read_as_if_not_there() -> None:
    nulls = {"exceptions": None, "exceptHolidays": None, "switch": None, "schedule": None}

    assert read_calendar([nulls], "a") == read_calendar([{}], "a") == (Applicability(),)
