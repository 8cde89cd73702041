"""The legal notice: from which midnight on a publication may be the law, and emergencies."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.notice import (
    InvalidEmergency,
    Notice,
    TooEarly,
    emergency_validity,
    end_of_notice,
    validity,
)
from zones.periods import InvalidWindow, Window

PARIS = ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
instants = st.integers(0, 60 * 365 * 86_400).map(
    lambda seconds: dt.datetime(2000, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("published", "days", "end"),
    [
        # Winter, summer, and the two nights on which the clocks of Paris change.
        ("2026-01-15T10:00:00+01:00", 1, "2026-01-16T00:00:00+01:00"),
        ("2026-07-15T23:59:59+02:00", 1, "2026-07-16T00:00:00+02:00"),
        ("2026-03-28T12:00:00+01:00", 1, "2026-03-29T00:00:00+01:00"),
        ("2026-03-28T12:00:00+01:00", 2, "2026-03-30T00:00:00+02:00"),
        ("2026-10-24T12:00:00+02:00", 2, "2026-10-26T00:00:00+01:00"),
        # Late in the evening of UTC it is already tomorrow in Paris.
        ("2026-07-15T22:30:00+00:00", 1, "2026-07-17T00:00:00+02:00"),
        # At midnight itself a day begins, and a whole one has to pass.
        ("2026-01-16T00:00:00+01:00", 1, "2026-01-17T00:00:00+01:00"),
        ("2026-01-16T00:00:01+01:00", 0, "2026-01-16T00:00:01+01:00"),
    ],
)
def test_notice_ends_at_a_midnight_of_paris(published: str, days: int, end: str) -> None:
    found = end_of_notice(dt.datetime.fromisoformat(published), days)

    assert found == dt.datetime.fromisoformat(end)


@given(instants, st.integers(1, 40))
def test_notice_is_so_many_days_and_never_as_much_as_one_more(
    published: dt.datetime, days: int
) -> None:
    end = end_of_notice(published, days).astimezone(PARIS)

    assert (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
    assert (end.date() - published.astimezone(PARIS).date()).days == days


@given(instants, st.integers(0, 40))
def test_what_is_published_is_the_law_for_nobody_before_its_notice_ends(
    published: dt.datetime, days: int
) -> None:
    notice = Notice(published_at=published, days=days)

    assert validity(Window(), notice).start == notice.end >= published
    if days:
        with pytest.raises(TooEarly):
            validity(Window(start=notice.end - dt.timedelta(microseconds=1)), notice)


def test_a_start_too_early_is_refused_with_the_earliest_one_and_the_ways_out() -> None:
    notice = Notice(published_at=NOON, days=1)

    with pytest.raises(TooEarly) as refused:
        validity(Window(start=NOON + HOUR), notice)

    told = str(refused.value)
    assert told.startswith("valid.start: 2026-03-01T13:00:00+00:00 leaves no notice of 1 day")
    assert "2026-03-02T00:00:00+01:00" in told
    assert "leave valid.start out" in told
    assert "emergency" in told


def test_without_notice_a_clock_a_little_behind_means_now() -> None:
    notice = Notice(published_at=NOON, days=0)

    assert validity(Window(start=NOON - dt.timedelta(minutes=4)), notice).start == NOON
    with pytest.raises(TooEarly, match="the earliest is now"):
        validity(Window(start=NOON - dt.timedelta(minutes=6)), notice)


def test_a_version_that_ends_before_its_notice_never_is_the_law() -> None:
    with pytest.raises(InvalidWindow):
        validity(Window(end=NOON + HOUR), Notice(published_at=NOON, days=1))


def test_an_emergency_is_in_force_at_once() -> None:
    assert emergency_validity(Window(end=NOON + 72 * HOUR), NOON).start == NOON


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (Window(), "valid.end: missing"),
        (Window(end=NOON + 72 * HOUR + dt.timedelta(seconds=1)), "valid.end: .* too late"),
        (Window(end=NOON), "valid.end: .* is past"),
        (Window(start=NOON + HOUR, end=NOON + 2 * HOUR), "valid.start: .* is not now"),
        (Window(start=NOON - HOUR, end=NOON + 2 * HOUR), "valid.start: .* is not now"),
    ],
)
def test_an_emergency_begins_now_and_ends_within_three_days(stated: Window, field: str) -> None:
    with pytest.raises(InvalidEmergency, match=field):
        emergency_validity(stated, NOON)
