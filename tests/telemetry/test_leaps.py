"""Fixes that cannot be true move nobody; who was carried elsewhere is soon believed to be there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.consequences import Standing, consequences
from telemetry.intake.belief import others
from telemetry.intake.leaps import LEAP
from telemetry.model import UNREGISTERED, VehicleKey, Visit
from telemetry.rulebook import Rulebook
from tests.telemetry.city_builders import DRONE, LON, NOON, Seen, batch, permit, rulebook, zone
from tests.telemetry.intake import Desk, message, position
from zones.demands import VehicleClass
from zones.model import Layer

CITY = rulebook([zone("middle", 100), zone("far", 300, middle=(9000, 0))], [permit(90)])
DRONES = replace(CITY, classes={DRONE: VehicleClass.DRONE})


class Followed:
    """A city that takes fixes in, in batches; what is doubted goes no further."""

    def __init__(self, rules: Rulebook = CITY) -> None:
        self.standing, self.rules = Standing(), rules
        self.visits: list[Visit] = []
        self.doubted: list[float] = []
        self._id = 0

    def take(self, *seen: Seen) -> "Followed":
        observations = batch(*seen)
        leapt = self.standing.leaps(observations, np.arange(len(seen)), self.rules)
        self.doubted += [seen[one.row].s for one in leapt.doubted]
        believed = observations.take(others(len(seen), leapt.doubted))
        ids = np.arange(len(believed)) + self._id + 1
        self._id += len(believed)
        outcome = consequences(self.standing, believed, ids, self.rules, NOON)
        self.standing.stray(leapt.strays)
        self.standing.adopt(outcome)
        self.visits += outcome.visits
        return self


def journey(*places: float, every_s: float = 1) -> list[Seen]:
    """Return one vehicle seen at these metres east, at equal times."""
    return [Seen(x=x, s=n * every_s) for n, x in enumerate(places)]


def test_a_lone_fix_far_away_is_doubted_however_accurate_it_says_it_is() -> None:
    seen = journey(-150, -50, 50, 9000, 150)

    followed = Followed().take(*seen)

    assert followed.doubted == [3]
    assert [(each.zone, each.left_at) for each in followed.visits] == [
        ("middle", NOON + timedelta(seconds=3))
    ]


def test_two_hundred_metres_in_a_second_are_too_far_for_a_van_but_not_for_an_aircraft() -> None:
    away = [Seen(x=0, s=0, h_acc=5), Seen(x=200, s=1, h_acc=1.9)]

    by_road = [replace(one, layer=Layer.SURFACE) for one in away]

    assert Followed().take(*by_road).doubted == [1]
    assert Followed().take(*away).doubted == []
    assert Followed(DRONES).take(*away).doubted == [1]


def test_a_fix_may_be_off_by_twice_what_both_state_as_their_accuracy() -> None:
    here, near, far = Seen(s=0, h_acc=100), Seen(x=650, s=1, h_acc=100), Seen(x=670, s=1, h_acc=100)

    assert Followed().take(here, near).doubted == []
    assert Followed().take(here, far).doubted == [1]


def test_who_is_seen_elsewhere_for_the_third_time_is_there() -> None:
    followed = Followed().take(*journey(0, 10, 9000, 9010, 9020, 9030))

    assert followed.doubted == [2, 3]
    assert followed.standing.fleet[DRONE].stays[0].zone == "far"
    assert followed.visits[0].left_at == NOON + timedelta(seconds=1)


def test_nobody_knows_how_a_vehicle_came_that_was_carried() -> None:
    between = rulebook([zone("between", 500, middle=(4500, 0))])

    followed = Followed(between).take(*journey(0, 10, 9000, 9010, 9020, 9030))

    assert followed.visits == []


def test_fixes_that_agree_with_no_other_never_move_a_vehicle() -> None:
    seen = journey(0, 9000, -9000, 5000, -5000, 9000, 10)

    assert Followed().take(*seen).doubted == [1, 2, 3, 4, 5]
    assert Followed().take(*journey(0, 9000, 9010, -9000, 10)).doubted == [1, 2, 3]


def test_one_that_is_faster_than_its_kind_is_not_lost() -> None:
    racing = [Seen(x=200.0 * s, s=s, layer=Layer.RIVER) for s in range(12)]

    followed = Followed().take(*racing)

    assert followed.doubted == [1, 2, 4, 5, 7, 8, 10, 11]
    assert followed.standing.fleet[DRONE].at_ms == round(NOON.timestamp() * 1000) + 9_000


def test_a_boat_that_a_receiver_hears_elsewhere_is_not_doubted() -> None:
    own, heard = batch(Seen(s=0), Seen(s=2)), batch(Seen(x=9000, s=1))
    heard = replace(heard, senders=("receiver-1",))
    standing = Standing()
    for ids, observations in enumerate((own.take(np.array([0])), heard, own.take(np.array([1])))):
        rows = np.arange(len(observations))
        assert standing.leaps(observations, rows, CITY).doubted == ()
        found = consequences(standing, observations, np.array([ids + 1]), CITY, NOON)
        standing.adopt(found)


def test_a_stranger_that_receivers_hear_somewhere_else_for_once_is_doubted() -> None:
    ghost = VehicleKey(UNREGISTERED, DRONE.vehicle)
    heard = replace(
        batch(*(replace(one, vehicle=ghost) for one in journey(0, 9000, 20))),
        senders=("receiver-1",),
    )

    assert [one.row for one in Standing().leaps(heard, np.arange(3), CITY).doubted] == [1]


walks = st.lists(st.floats(-120, 120), min_size=3, max_size=9)


@given(walks, st.data())
def test_one_wild_fix_changes_no_visit(places: list[float], data: st.DataObject) -> None:
    seen = journey(*places, every_s=2)
    after = data.draw(st.integers(0, len(seen) - 2))
    wild = Seen(x=data.draw(st.floats(3000, 1e6)), s=seen[after].s + 1)

    plain = Followed().take(*seen)
    troubled = Followed().take(*seen[: after + 1], wild, *seen[after + 1 :])

    assert troubled.doubted == [wild.s]
    assert troubled.visits == plain.visits
    assert dict(troubled.standing.fleet) == dict(plain.standing.fleet)


@given(
    st.lists(st.sampled_from([0.0, 100.0, 3000.0, 3100.0, 9000.0]), max_size=12),
    st.lists(st.sampled_from([0, 1, 5, 60]), min_size=12, max_size=12),
    st.sets(st.integers(1, 11)),
)
def test_splitting_batches_changes_nothing_of_what_is_doubted(
    places: list[float], pauses: list[int], cuts: set[int]
) -> None:
    instants = np.cumsum(pauses).tolist()
    seen = [Seen(x=x, s=s) for x, s in zip(places, instants, strict=False)]
    whole, parts = Followed().take(*seen), Followed()
    ends = [0, *sorted(cuts), len(seen)]
    for first, last in pairwise(ends):
        parts.take(*seen[first:last])

    assert parts.doubted == whole.doubted
    assert parts.visits == whole.visits
    assert dict(parts.standing.fleet) == dict(whole.standing.fleet)


@given(st.lists(st.sampled_from([0.0, 50.0, 3000.0, 9000.0]), min_size=1, max_size=8))
def test_a_vehicle_is_never_locked_at_its_old_place(places: list[float]) -> None:
    seen = journey(*places)
    there = [Seen(x=20_000 + n, s=100 + n) for n in range(3)]

    followed = Followed().take(*seen, *there)

    assert followed.standing.fleet[DRONE].lon == pytest.approx(batch(there[2]).positions.lon[0])


def sent(seqs: Sequence[int], **named: float) -> list[dict[str, object]]:
    return [position(seq, **named) for seq in seqs]


def test_what_is_doubted_is_quarantined_and_said_so_and_all_is_counted(
    pool: ConnectionPool,
) -> None:
    desk = Desk(pool)
    pipeline = desk.pipeline()

    pipeline.take([message(*sent([0, 1]), *sent([2], lon=LON + 1), *sent([3]))])

    [receipt] = desk.receipts()
    assert receipt["stored"] == [[0, 1], [3, 3]]
    assert receipt["quarantined"] == [{"seq": 2, "reason": LEAP}]
    counts = pipeline.counters.counts
    assert (counts.received, counts.stored, counts.quarantined) == (4, 3, 1)


def test_what_was_doubted_stays_so_when_it_is_sent_again_later(pool: ConnectionPool) -> None:
    desk = Desk(pool)
    wild = message(*sent([2], lon=LON + 1))
    pipeline = desk.pipeline()
    pipeline.take([message(*sent([0, 1]))])
    pipeline.take([wild])
    pipeline.take([message(*sent([3]))])

    pipeline.take([wild])
    desk.pipeline().take([wild])

    assert (desk.count("observation"), desk.count("quarantine")) == (3, 1)
    assert desk.receipts()[-1]["quarantined"] == [{"seq": 2, "reason": LEAP}]


def test_a_process_that_goes_on_knows_where_else_a_vehicle_was_seen(pool: ConnectionPool) -> None:
    desk = Desk(pool)
    for seq in (0, 1):
        desk.pipeline().take([message(*sent([seq]))])
    for seq in (2, 3, 4):
        desk.pipeline().take([message(*sent([seq], lon=LON + 1))])

    assert desk.rows("SELECT seq FROM telemetry.observation ORDER BY seq") == [(0,), (1,), (4,)]
