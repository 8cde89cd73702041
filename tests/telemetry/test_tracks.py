"""Where vehicles stand, and which visits they end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.following.fleet import Fleet
from telemetry.following.stands import Track
from telemetry.judging import judge
from telemetry.model import VehicleKey, Visit
from telemetry.resuming import standing_at
from telemetry.rulebook import Rulebook
from telemetry.tracks import Advanced, advance, from_json, silence, to_json
from tests.telemetry.city_builders import (
    DRONE,
    NOON,
    Seen,
    agl,
    at_metres,
    batch,
    ms,
    permit,
    rulebook,
    square,
    zone,
)
from zones.model import Layer, Purpose, Restriction, Zone
from zones.periods import Window

ROVER = VehicleKey(DRONE.operator, DRONE.vehicle.__class__("rover-1"))


def moved(rules: Rulebook, *seen: Seen, fleet: Fleet | None = None, first: int = 1) -> Advanced:
    observations = batch(*seen)
    ids = np.arange(first, first + len(seen), dtype=np.int64)
    verdicts = judge(observations, rules)
    return advance(fleet or Fleet(), observations, verdicts, rules, ids)


def standing(*found: Advanced) -> Fleet:
    fleet = Fleet()
    for each in found:
        fleet.adopt(each.stand)
    return fleet


def visits(rules: Rulebook, *seen: Seen) -> tuple[Visit, ...]:
    return moved(rules, *seen).visits


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def city() -> Rulebook:
    """One zone, 200 m wide."""
    return rulebook([zone(half_m=100)], [permit(90)])


def test_a_stay_counts_from_the_crossing_in_to_the_crossing_out(city: Rulebook) -> None:
    (visit,) = visits(
        city, Seen(x=-150, s=0), Seen(x=-50, s=10), Seen(x=50, s=20), Seen(x=150, s=30)
    )

    assert (visit.entered_at, visit.left_at) == (after(5), after(25))
    assert (visit.certain_ms, visit.uncertain_ms) == (20_000, 0)
    assert visit.distance_m == pytest.approx(200, abs=1)
    assert (visit.observations, visit.violations) == (2, 0)
    assert (visit.first_observation, visit.last_observation) == (1, 3)


def test_a_visit_knows_its_permit_and_purpose(city: Rulebook) -> None:
    (visit,) = visits(city, Seen(x=-150, s=0), Seen(x=-95, s=5), Seen(s=10), Seen(x=150, s=20))

    assert (visit.permit, visit.purpose) == (city.permits[0].id, Purpose.DELIVERY)
    assert visit.violations == 1


def test_a_vehicle_first_seen_inside_has_entered(city: Rulebook) -> None:
    (visit,) = visits(city, Seen(s=10), Seen(x=200, s=20))

    assert (visit.entered_at, visit.left_at) == (after(10), after(15))


def test_a_vehicle_that_passes_between_two_fixes_did_not_vanish(city: Rulebook) -> None:
    (visit,) = visits(city, Seen(x=-300, s=0), Seen(x=300, s=30))

    assert (visit.entered_at, visit.left_at) == (after(10), after(20))
    assert (visit.certain_ms, visit.observations) == (10_000, 0)
    assert visit.purpose == Purpose.DELIVERY


def test_a_passage_over_or_in_another_layer_is_no_visit() -> None:
    low = zone("low", 100, band=agl(None, 30))
    river = zone("river", 100, layer=Layer.RIVER)

    assert not visits(rulebook([low, river]), Seen(x=-300, s=0), Seen(x=300, s=60))


def test_a_gap_ends_the_stay_at_the_last_fix(city: Rulebook) -> None:
    found = moved(city, Seen(s=0), Seen(s=60), Seen(s=200))

    (visit,) = found.visits
    assert (visit.entered_at, visit.left_at) == (after(0), after(60))
    (stay,) = found.tracks[DRONE].stays
    assert stay.entered_ms == ms(200)


def test_silence_ends_the_stay_at_the_last_fix(city: Rulebook) -> None:
    gone = moved(city, Seen(s=0), Seen(s=60), Seen(s=60, vehicle=ROVER))

    early = silence(standing(gone), after(170), city)
    found = silence(standing(gone), after(190), city)
    again = silence(standing(gone, found), after(400), city)

    assert (early.tracks, early.visits) == ({}, ())
    assert {visit.left_at for visit in found.visits} == {after(60)}
    assert len(found.visits) == 2
    assert (again.tracks, again.visits) == ({}, ())


def test_time_perhaps_inside_is_kept_apart(city: Rulebook) -> None:
    (visit,) = visits(
        city,
        Seen(x=50, s=0, h_acc=10),
        Seen(x=80, s=10, h_acc=10),
        Seen(x=105, s=20, h_acc=10),
        Seen(x=150, s=30, h_acc=10),
    )

    assert (visit.certain_ms, visit.uncertain_ms) == (10_000, 10_000)
    assert visit.left_at == after(20)


def test_a_hole_is_not_part_of_the_stay() -> None:
    ring = zone(footprint=square(0, 0, 100).difference(square(0, 0, 20)))

    (visit,) = visits(rulebook([ring]), Seen(x=-50, s=0), Seen(x=50, s=20), Seen(x=50, y=300, s=30))

    assert visit.certain_ms == 12_000 + 10_000 // 3
    assert visit.observations == 2


def test_a_zone_left_by_height_was_left_at_the_last_fix_inside() -> None:
    rules = rulebook([zone(half_m=100, band=agl(None, 60))])

    (visit,) = visits(rules, Seen(s=0), Seen(s=10), Seen(s=20, alt=80), Seen(s=30, alt=80))
    back = moved(rules, Seen(s=20, alt=80), Seen(s=30))

    assert (visit.entered_at, visit.left_at) == (after(0), after(10))
    assert back.tracks[DRONE].stays[0].entered_ms == ms(30)


def test_an_area_left_from_above_the_zone_was_not_passed_through() -> None:
    rules = rulebook([zone(half_m=100, band=agl(None, 60))])

    assert not visits(rules, Seen(s=0, alt=80), Seen(x=300, s=10, alt=50))


def test_a_new_version_of_the_zone_begins_a_new_visit() -> None:
    change = after(15)
    old = zone(valid=Window(end=change))
    new = zone(version=2, valid=Window(start=change))
    found = moved(rulebook([old, new]), Seen(s=0), Seen(s=10), Seen(s=20), Seen(s=30))

    (visit,) = found.visits
    assert (visit.zone_version, visit.left_at, visit.certain_ms) == (1, change, 15_000)
    (stay,) = found.tracks[DRONE].stays
    assert (stay.zone_version, stay.entered_ms, stay.certain_ms) == (2, ms(15), 15_000)


@pytest.mark.parametrize(
    "midnight",
    [datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)],
)
def test_a_visit_belongs_to_one_month_of_paris(midnight: datetime) -> None:
    s = (midnight - NOON).total_seconds()
    found = moved(rulebook([zone()]), Seen(s=s - 40), Seen(s=s + 20), Seen(s=s + 40))

    (visit,) = found.visits
    assert (visit.left_at, visit.certain_ms, visit.observations) == (midnight, 40_000, 1)
    (stay,) = found.tracks[DRONE].stays
    assert (stay.entered_ms, stay.certain_ms) == (ms(s), 40_000)


MIDNIGHT = datetime(2026, 10, 31, 23, tzinfo=UTC)
NIGHT_S = round((MIDNIGHT - NOON).total_seconds())


@given(
    st.lists(st.sampled_from([0, 20, 40, 100]), min_size=2, max_size=8),
    st.integers(0, 7),
    st.lists(st.sampled_from([-50, 0, 50, 400]), min_size=8, max_size=8),
)
def test_each_visit_ends_with_its_month_and_nothing_is_lost_or_told_twice(
    pauses: list[int], last_of_month: int, places: list[int]
) -> None:
    rules = rulebook([zone(half_m=100)])
    instants = np.cumsum(pauses)
    # One of the fixes falls on midnight, to the millisecond.
    instants -= instants[min(last_of_month, len(instants) - 1)]
    seen = [Seen(x=x, s=int(s)) for x, s in zip(places, instants, strict=False)]

    at_night = _all_visits(rules, [replace(one, s=one.s + NIGHT_S) for one in seen])
    at_noon = _all_visits(rules, seen)

    assert all(one.left_at <= MIDNIGHT or one.entered_at >= MIDNIGHT for one in at_night)
    assert _sums(at_night) == _sums(at_noon)


def _all_visits(rules: Rulebook, seen: Sequence[Seen]) -> list[Visit]:
    found = moved(rules, *seen)
    return [*found.visits, *silence(standing(found), MIDNIGHT + timedelta(days=9), rules).visits]


def _sums(found: Sequence[Visit]) -> tuple[int, int, int]:
    return (
        sum(one.certain_ms for one in found),
        sum(one.uncertain_ms for one in found),
        sum(one.observations for one in found),
    )


@pytest.mark.parametrize(("layer", "known"), [(Layer.AIR, 30), (Layer.SURFACE, 60)])
def test_after_a_long_pause_nobody_knows_when_a_border_was_crossed(
    layer: Layer, known: int
) -> None:
    rules = rulebook([zone(half_m=100)])

    def crossed(pause: int) -> tuple[int, int]:
        (visit,) = visits(
            rules,
            Seen(x=-50, s=0, layer=layer),
            Seen(x=50, s=10, layer=layer),
            Seen(x=150, s=10 + pause, layer=layer),
        )
        return visit.certain_ms, visit.uncertain_ms

    assert crossed(known) == (10_000 + known * 500, 0)
    assert crossed(known + 2) == (10_000, known * 500 + 1000)


def test_a_late_fix_moves_nothing(city: Rulebook) -> None:
    plain = moved(city, Seen(s=0), Seen(s=10), Seen(x=150, s=20))
    shuffled = moved(city, Seen(s=0), Seen(s=10), Seen(x=500, s=5), Seen(x=150, s=20))

    assert [replace(v, last_observation=v.first_observation) for v in plain.visits] == [
        replace(v, last_observation=v.first_observation) for v in shuffled.visits
    ]


def test_a_permit_that_allowed_the_stay_is_not_replaced_by_one_overstepped() -> None:
    rules = rulebook([zone(half_m=100)], [permit(20)])

    (visit,) = visits(rules, Seen(x=50, s=0), Seen(s=10), Seen(x=60, s=20), Seen(x=200, s=30))

    assert visit.permit == rules.permits[0].id
    assert visit.violations == 2


def test_a_track_survives_being_written_down(city: Rulebook) -> None:
    track = moved(city, Seen(s=0), Seen(s=10)).tracks[DRONE]

    assert from_json(to_json(track)) == track


ways = st.lists(
    st.builds(
        Seen,
        x=st.floats(-200, 200),
        y=st.floats(-200, 200),
        h_acc=st.sampled_from([0.0, 5.0]),
        alt=st.sampled_from([20.0, 80.0]),
        vehicle=st.sampled_from([DRONE, ROVER]),
    ),
    max_size=8,
)
pauses = st.lists(st.sampled_from([-5, 1, 30, 119, 300]), min_size=8, max_size=8)


def timed(seen: Sequence[Seen], pauses: Sequence[int]) -> list[Seen]:
    instants = np.cumsum(pauses).tolist()
    return [replace(one, s=s) for one, s in zip(seen, instants, strict=False)]


def quarter() -> list[Zone]:
    ring = square(0, 0, 150).difference(square(0, 0, 40))
    return [
        zone("ring", footprint=ring),
        zone("east", 60, middle=(60, 0), band=agl(None, 50)),
        zone("ban", 30, middle=(-80, 20), restriction=Restriction.PROHIBITED),
    ]


QUARTER = rulebook(quarter(), [permit(60)])


def all_of(found: Advanced) -> set[Visit]:
    return {*found.visits, *silence(standing(found), after(99_999), QUARTER).visits}


@given(ways, pauses, st.integers(0, 8))
def test_splitting_a_batch_changes_nothing(seen: list[Seen], pauses: list[int], cut: int) -> None:
    seen = timed(seen, pauses)
    whole = moved(QUARTER, *seen)

    head = moved(QUARTER, *seen[:cut])
    tail = moved(QUARTER, *seen[cut:], fleet=standing(head), first=1 + len(seen[:cut]))

    assert set(whole.visits) == {*head.visits, *tail.visits}
    assert whole.tracks == {**head.tracks, **tail.tracks}


@given(ways, pauses)
def test_no_more_time_is_spent_in_a_zone_than_between_entry_and_exit(
    seen: list[Seen], pauses: list[int]
) -> None:
    for visit in all_of(moved(QUARTER, *timed(seen, pauses))):
        lasted = round((visit.left_at - visit.entered_at).total_seconds() * 1000)

        assert 0 <= visit.certain_ms + visit.uncertain_ms <= lasted
        assert visit.certain_ms >= 0


@given(ways, pauses)
def test_visits_of_one_vehicle_to_one_zone_follow_one_another(
    seen: list[Seen], pauses: list[int]
) -> None:
    found = sorted(
        all_of(moved(QUARTER, *timed(seen, pauses))),
        key=lambda visit: (visit.vehicle, visit.zone, visit.entered_at, visit.left_at),
    )

    for one, other in pairwise(found):
        if (one.vehicle, one.zone) == (other.vehicle, other.zone):
            assert one.left_at <= other.entered_at
    assert len({visit.id for visit in found}) == len(found)


@given(ways, pauses)
def test_a_visit_written_and_read_between_any_two_fixes_is_the_same(
    seen: list[Seen], pauses: list[int]
) -> None:
    seen = timed(seen, pauses)
    tracks: dict[VehicleKey, Track] = {}
    ended: list[Visit] = []
    for n, one in enumerate(seen, start=1):
        fleet = standing_at(tracks.values(), QUARTER)
        found = moved(QUARTER, one, fleet=fleet, first=n)
        tracks |= {key: from_json(to_json(track)) for key, track in found.tracks.items()}
        ended += found.visits

    assert set(ended) == set(moved(QUARTER, *seen).visits)


def test_where_a_vehicle_is_has_no_part_in_how_long(city: Rulebook) -> None:
    """A moored boat's fixes lie on one point: a way of no length is still inside."""
    (visit,) = visits(city, Seen(s=0), Seen(s=60), Seen(s=120), Seen(x=200, s=130))

    assert visit.certain_ms == 125_000
    assert at_metres(0, 0) == (2.35, 48.85)
