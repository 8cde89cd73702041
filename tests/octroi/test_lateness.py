"""How late a position may come does not depend on who was invoiced."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.periods import CITY
from octroi.lateness import accepted_since, rules_since
from octroi.settings import Settings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late", "kept", "days"), [(62, 62, 62), (90, 366, 90), (90, 62, 62), (3, 62, 3)]
)
def test_positions_come_late_for_as_long_as_is_set_and_as_positions_are_kept(
    late: int, kept: int, days: int
) -> None:
    settings = Settings(late_days=late, keep_positions_days=kept)

    assert accepted_since(NOW, settings) == NOW - timedelta(days=days)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(1, 62))  # noqa: DTZ001 - made aware
def test_rules_are_known_for_all_that_is_accepted_in_whole_months(at: datetime, days: int) -> None:
    now, settings = at.replace(tzinfo=UTC), Settings(late_days=days)

    since = rules_since(now, settings)

    assert since <= accepted_since(now, settings)
    assert (since.astimezone(CITY).day, since.astimezone(CITY).hour) == (1, 0)
    assert (now - since).days >= 28
