"""A rule recurs at the hour on the wall of Paris, ends, and is refused where it cannot be read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from permits.recurrence import (
    LONGEST_SPAN,
    MOST_OCCURRENCES,
    InvalidRecurrence,
    occurrences,
)

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)


def at(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def told(rule: str, start: datetime, end: datetime) -> list[str]:
    """Return each occurrence as the offset and clock of Paris show it."""
    return [
        f"{each.start:%d %H:%M%z}-{each.end:%H:%M%z}"
        for each in occurrences(rule, start, end)
        if each.start and each.end
    ]


def test_a_morning_stays_a_morning_over_both_changes_of_the_clocks() -> None:
    spring = told("FREQ=DAILY;COUNT=3", at("2027-03-27T09:00"), at("2027-03-27T10:00"))
    autumn = told("FREQ=DAILY;COUNT=3", at("2027-10-30T09:00"), at("2027-10-30T10:00"))

    assert spring == [
        "27 09:00+0100-10:00+0100",
        "28 09:00+0200-10:00+0200",
        "29 09:00+0200-10:00+0200",
    ]
    assert autumn == [
        "30 09:00+0200-10:00+0200",
        "31 09:00+0100-10:00+0100",
        "01 09:00+0100-10:00+0100",
    ]


def test_a_night_ends_at_its_hour_however_long_it_was() -> None:
    start, end = at("2027-03-26T22:00"), at("2027-03-27T06:00")

    nights = occurrences("FREQ=DAILY;COUNT=3", start, end)

    assert told("FREQ=DAILY;COUNT=2", start, end)[1] == "27 22:00+0100-06:00+0200"
    lengths = [
        each.end.astimezone(UTC) - each.start.astimezone(UTC)
        for each in nights
        if each.start and each.end
    ]
    assert lengths == [8 * HOUR, 7 * HOUR, 8 * HOUR]


def test_an_hour_that_is_skipped_counts_from_before_the_gap_and_never_vanishes() -> None:
    inside = told("FREQ=DAILY;COUNT=2", at("2027-03-27T02:15"), at("2027-03-27T02:45"))
    over_it = told("FREQ=DAILY;COUNT=2", at("2027-03-27T02:30"), at("2027-03-27T03:15"))

    assert inside[1] == "28 03:15+0200-03:45+0200"
    assert over_it[1] == "28 03:30+0200-04:15+0200"


def test_of_an_hour_that_comes_twice_the_first_is_meant_unless_the_start_says_the_second() -> None:
    first = told("FREQ=DAILY;COUNT=2", at("2027-10-30T02:30"), at("2027-10-30T02:45"))
    second = at("2027-10-31T02:30", fold=1)

    assert first[1] == "31 02:30+0200-02:45+0200"
    assert told("FREQ=DAILY;COUNT=2", second, second + HOUR / 4)[0].startswith("31 02:30+0100")


@pytest.mark.parametrize(
    ("until", "count"),
    [("20261204", 4), ("20261204T080000Z", 4), ("20261204T075959Z", 3), ("20261203T230000Z", 3)],
)
def test_until_is_the_last_instant_at_which_an_occurrence_may_begin(until: str, count: int) -> None:
    rule = f"FREQ=DAILY;UNTIL={until}"

    assert len(occurrences(rule, at("2026-12-01T09:00"), at("2026-12-01T10:00"))) == count


WRONG = [
    ("", "no part that is read"),
    ("DAILY", "no part that is read"),
    ("FREQ=DAILY", "none goes on for ever"),
    ("COUNT=3", "FREQ: DAILY"),
    ("FREQ=DAILY;COUNT=2;UNTIL=20261203", "by one of them"),
    ("FREQ=DAILY;COUNT=0", "COUNT: '0'"),
    ("FREQ=DAILY;COUNT=-1", "COUNT: '-1'"),
    ("FREQ=DAILY;COUNT=201", "more than 200 times"),
    ("FREQ=DAILY;COUNT=1000000000", "COUNT: '1000000000'"),
    ("FREQ=DAILY;COUNT=3;COUNT=3", "once each"),
    ("FREQ=DAILY;INTERVAL=0;COUNT=3", "INTERVAL: '0'"),
    ("FREQ=DAILY;UNTIL=20261203T090000", "ends in Z"),
    ("FREQ=DAILY;UNTIL=20261399", "no day or instant"),
    ("FREQ=DAILY;UNTIL=20200101", "before its first occurrence"),
    ("FREQ=DAILY;UNTIL=2026-12-03", "UNTIL: '2026-12-03'"),
    ("FREQ=WEEKLY;INTERVAL=40;COUNT=3", "more than 366 days"),
    ("FREQ=WEEKLY;UNTIL=20991231", "more than 366 days"),
    ("FREQ=SECONDLY;COUNT=3", "FREQ: 'SECONDLY'"),
    ("FREQ=HOURLY;COUNT=3", "FREQ: 'HOURLY'"),
    ("FREQ=YEARLY;COUNT=3", "FREQ: 'YEARLY'"),
    ("FREQ=DAILY;BYHOUR=3;COUNT=3", "'BYHOUR' is no part"),
    ("FREQ=DAILY;BYSETPOS=2;COUNT=3", "'BYSETPOS' is no part"),
    ("FREQ=DAILY;BYDAY=XX;COUNT=3", "BYDAY: 'XX'"),
    ("FREQ=WEEKLY;BYDAY=1TU;COUNT=3", "numbered weekdays"),
    ("FREQ=MONTHLY;BYDAY=6TU;COUNT=3", "BYDAY: '6TU'"),
    ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "BYMONTHDAY: '0'"),
    ("FREQ=DAILY;BYMONTHDAY=1;COUNT=3", "FREQ=MONTHLY"),
    ("FREQ=DAILY;BYDAY=WE;COUNT=3", "has to be the first one"),
    ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "has to be the first one"),
    ("FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2;COUNT=3", "has to be the first one"),
    ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202", "COUNT: '3\\nEXDATE"),
]


@pytest.mark.parametrize(("rule", "reason"), WRONG)
def test_a_rule_that_cannot_be_read_is_refused_at_once_and_says_why(rule: str, reason: str) -> None:
    begun = perf_counter()

    with pytest.raises(InvalidRecurrence) as refused:
        occurrences(rule, at("2026-12-01T09:00"), at("2026-12-01T10:00"))  # a Tuesday

    assert reason in repr(str(refused.value)) or reason in str(refused.value)
    assert perf_counter() - begun < 5


def test_occurrences_that_would_overlap_are_refused() -> None:
    with pytest.raises(InvalidRecurrence, match="longer than the time to the next"):
        occurrences("FREQ=DAILY;COUNT=3", at("2026-12-01T09:00"), at("2026-12-02T09:01"))


def test_last_fridays_are_found() -> None:
    fridays = occurrences(
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", at("2026-11-27T09:00"), at("2026-11-27T10:00")
    )

    assert [f"{each.start:%d.%m.}" for each in fridays] == ["27.11.", "25.12.", "29.01."]


weekdays = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True
)


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001 - Paris, below
    minutes=st.integers(1, 24 * 60),
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    interval=st.integers(1, 40),
    days=st.none() | weekdays,
    count=st.integers(1, 220),
)
def test_what_is_read_recurs_as_the_rule_says_without_overlaps_and_within_bounds(  # noqa: PLR0917 - a rule has many parts
    start: datetime, minutes: int, frequency: str, interval: int, days: list[str] | None, count: int
) -> None:
    local = start.replace(second=0, microsecond=0)
    rule = f"FREQ={frequency};INTERVAL={interval};COUNT={count}"
    rule += f";BYDAY={','.join(days)}" if days else ""
    begin = local.replace(tzinfo=PARIS)

    try:
        windows = occurrences(rule, begin, begin + timedelta(minutes=minutes))
    except InvalidRecurrence:
        return

    assert len(windows) == count <= MOST_OCCURRENCES
    expected = [
        each.replace(tzinfo=PARIS).astimezone(UTC) for each in rrulestr(rule, dtstart=local)
    ]
    assert [each.start for each in windows] == expected
    assert expected[-1] - expected[0] <= LONGEST_SPAN + HOUR
    assert all(not one.overlaps(other) for one, other in pairwise(windows))


def test_two_hundred_occurrences_are_written_out_in_no_time() -> None:
    begun = perf_counter()

    windows = occurrences("FREQ=DAILY;COUNT=200", at("2026-12-01T09:00"), at("2026-12-01T10:00"))

    assert len(windows) == 200
    assert perf_counter() - begun < 2
