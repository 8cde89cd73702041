"""A stay that was never sure ends without a certain second, and is not begun twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from telemetry.following.fleet import Fleet
from telemetry.judging import judge
from telemetry.model import Visit
from telemetry.rulebook import Rulebook
from telemetry.tracks import advance
from tests.telemetry.city_builders import NOON, Seen, batch, permit, rulebook, zone


def visits(rules: Rulebook, *seen: Seen) -> Sequence[Visit]:
    observations = batch(*seen)
    ids = np.arange(len(seen)) + 1
    return advance(Fleet(), observations, judge(observations, rules), rules, ids).visits


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def city() -> Rulebook:
    """One zone, 200 m wide."""
    return rulebook([zone(half_m=100)], [permit(200)])


def test_who_was_perhaps_inside_may_have_left_at_once(city: Rulebook) -> None:
    (visit,) = visits(city, Seen(x=95, s=0, h_acc=10), Seen(x=145, s=10))

    assert (visit.entered_at, visit.left_at) == (after(0), after(1))
    assert (visit.certain_ms, visit.uncertain_ms) == (0, 1000)


def test_who_set_out_beside_the_zone_perhaps_inside_ends_one_visit_there(city: Rulebook) -> None:
    (visit,) = visits(city, Seen(x=105, s=0, h_acc=10), Seen(x=-295, s=40))

    assert (visit.entered_at, visit.left_at) == (after(0), after(0))
    assert (visit.certain_ms, visit.uncertain_ms) == (0, 0)
