"""Zones that say how long one stays, how many are inside, and that nobody just passes through."""

import math
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permits.parties import VehicleId
from telemetry import tracks
from telemetry.consequences import Standing, consequences
from telemetry.lodging.lodgers import Lodgers
from telemetry.model import Reason, VehicleKey, VerdictKind
from telemetry.resuming import lodging, standing_at
from telemetry.rulebook import Rulebook
from telemetry.told import Alert, AlertState
from telemetry.watched.feed import glances
from tests.telemetry.city_builders import DRONE, NOON, Seen, batch, permit, rulebook, zone
from zones.columns import Relation
from zones.demands import ZoneRules
from zones.model import Layer, Restriction
from zones.periods import Window

BIKE, VAN = (VehicleKey(DRONE.operator, VehicleId(name)) for name in ("bike", "van"))
BAD, DOUBT = VerdictKind.VIOLATION, VerdictKind.UNCERTAIN
Told = tuple[float, str, VerdictKind, Reason]


def street(rules: ZoneRules, **named: object) -> Rulebook:
    area = zone("ztl", 100, restriction=Restriction.CONDITIONAL, rules=rules, **named)
    return rulebook([area])


class City:
    """What was said of everybody so far."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.standing = Standing()
        self.observed = 0
        self.told: list[Told] = []
        self.margins: list[float] = []
        self.alerts: list[Alert] = []

    def see(self, *seen: Seen) -> None:
        observations = batch(*seen)
        ids = np.arange(len(seen), dtype=np.int64) + self.observed + 1
        self.observed += len(seen)
        now = NOON + timedelta(seconds=max((one.s for one in seen), default=0))
        outcome = consequences(self.standing, observations, ids, self.rules, now)
        self.standing.adopt(outcome)
        self.alerts += outcome.alerts
        said = outcome.verdicts
        assert said is not None
        for n in np.flatnonzero(said.kind != VerdictKind.COMPLIANT).tolist():
            one = seen[said.observation[n]]
            kind, reason = VerdictKind(said.kind[n]), Reason(said.reason[n])
            self.told.append((one.s, one.vehicle.vehicle, kind, reason))
            self.margins.append(said.margin_s.item(n))

    def restart(self) -> None:
        """Go on from what is written down of where everybody stands."""
        known = self.standing
        texts = [tracks.to_json(lodging(t, known.lodgers.of(t.key))) for t in known.fleet.values()]
        read = [tracks.from_json(text) for text in texts]
        lodgers = Lodgers({each.key: each.lodgings for each in read if each.lodgings})
        fleet = standing_at(read, self.rules)
        self.standing = Standing(fleet=fleet, situations=known.situations, lodgers=lodgers)


def going(first: int, last: int, every: int = 1, **named: float) -> list[Seen]:
    """Return a van on its way east at 10 m/s from 300 m west of the middle."""
    speed, vehicle = named.pop("speed", 10.0), named.pop("vehicle", VAN)
    return [
        Seen(x=-300 + 10 * s, s=s, speed=speed, layer=Layer.SURFACE, vehicle=vehicle, **named)  # type: ignore[arg-type]  # floats
        for s in range(first, last, every)
    ]


def standing(vehicle: VehicleKey, *instants: float, x: float = 0.0) -> list[Seen]:
    return [
        Seen(x=x, s=s, speed=0.0, layer=Layer.SURFACE, vehicle=vehicle, h_acc=1.0) for s in instants
    ]


CLOSED = street(ZoneRules(transit=False))


def test_who_passes_through_a_closed_zone_without_stopping_is_told_when_outside() -> None:
    city = City(CLOSED)

    city.see(*going(0, 60))

    assert city.told == [(41, "van", BAD, Reason.TRANSIT)]
    assert [(each.reason, each.state) for each in city.alerts] == [
        (Reason.TRANSIT, AlertState.OPEN)
    ]


def test_who_stops_inside_did_not_pass_through() -> None:
    city = City(CLOSED)

    city.see(*going(0, 30), *standing(VAN, 30, 31), *going(32, 60))

    assert city.told == []


def test_a_stop_that_nobody_could_see_leaves_it_in_doubt() -> None:
    city = City(CLOSED)

    city.see(*going(0, 60, 15))

    assert city.told == [(45, "van", DOUBT, Reason.TRANSIT)]


def test_who_was_inside_when_first_seen_or_when_the_hours_end_did_not_pass_through() -> None:
    ends = NOON + timedelta(seconds=35)
    first, hours = City(CLOSED), City(street(ZoneRules(transit=False), valid=Window(end=ends)))

    first.see(*going(30, 60))
    hours.see(*going(0, 60))

    assert first.told == hours.told == []


def test_a_zone_passed_through_between_two_fixes_is_passed_through() -> None:
    city = City(CLOSED)

    city.see(
        Seen(x=-150, s=0, speed=40, layer=Layer.SURFACE, vehicle=VAN),
        Seen(x=150, s=8, speed=40, layer=Layer.SURFACE, vehicle=VAN),
    )

    assert city.told == [(8, "van", BAD, Reason.TRANSIT)]


@pytest.mark.parametrize(
    ("least_s", "kind", "margin_s"), [(60, BAD, -38), (21, DOUBT, 0), (20, None, None)]
)
def test_a_stay_shorter_than_asked_is_transit_by_so_many_seconds(
    least_s: float, kind: VerdictKind | None, margin_s: float | None
) -> None:
    city = City(street(ZoneRules(transit=False, dwell_min_s=least_s)))

    city.see(*going(0, 60))

    assert [each[2] for each in city.told] == ([] if kind is None else [kind])
    assert city.margins == ([] if margin_s is None else [margin_s])


def test_a_zone_just_left_is_judged_and_not_shown_as_if_still_entered() -> None:
    city = City(CLOSED)
    city.see(*going(0, 41))

    outcome = consequences(
        city.standing, batch(*going(41, 42)), np.array([99]), CLOSED, NOON + timedelta(minutes=1)
    )

    assert outcome.verdicts is not None
    assert outcome.verdicts.relation.tolist() == [Relation.LEFT]
    assert [each.standings for each in glances(outcome.news)] == [()]


def test_who_stays_too_long_is_in_violation_once_that_is_sure() -> None:
    city = City(street(ZoneRules(dwell_max_s=60)))

    city.see(*standing(VAN, 0, x=150), *standing(VAN, 10, 40, 65, 70, 75))

    assert city.told == [
        (65, "van", DOUBT, Reason.DWELL),
        (70, "van", DOUBT, Reason.DWELL),
        (75, "van", BAD, Reason.DWELL),
    ]
    assert city.margins == [0, -5, -5]


def test_a_stay_goes_on_over_the_end_of_a_month_and_another_version_of_the_zone() -> None:
    rules = ZoneRules(dwell_max_s=60)
    change = NOON + timedelta(seconds=30)
    both = [
        zone("bay", 100, restriction=Restriction.CONDITIONAL, rules=rules, **named)
        for named in ({"valid": Window(end=change)}, {"version": 2, "valid": Window(start=change)})
    ]
    city = City(rulebook(both))

    city.see(*standing(VAN, 0, 20, 40, 70))

    assert city.told == [(70, "van", BAD, Reason.DWELL)]


def test_who_comes_to_a_full_zone_is_one_too_many_until_somebody_leaves() -> None:
    city = City(street(ZoneRules(capacity=2)))

    city.see(*standing(DRONE, 0), *standing(BIKE, 1), *standing(VAN, 2))
    city.see(*standing(DRONE, 3), *standing(BIKE, 4), *standing(VAN, 5))
    city.see(*standing(BIKE, 6, x=300), *standing(VAN, 7))

    # At first the others may have left since they were seen.
    assert city.told == [(2, "van", DOUBT, Reason.CAPACITY), (5, "van", BAD, Reason.CAPACITY)]


def test_who_is_unheard_for_long_takes_no_place() -> None:
    city = City(street(ZoneRules(capacity=1)))

    city.see(*standing(DRONE, 0), *standing(VAN, 100, 121))

    assert city.told == [(100, "van", DOUBT, Reason.CAPACITY)]


def test_one_entry_more_than_is_admitted_within_an_hour_is_a_violation() -> None:
    city = City(street(ZoneRules(movements_per_hour=2)))
    for n, vehicle in enumerate((DRONE, BIKE, VAN)):
        begin = 600 * n
        city.see(*standing(vehicle, begin, x=150), *standing(vehicle, begin + 5))
    city.see(*standing(VAN, 1300, x=150))
    city.see(*standing(VAN, 4300, x=150), *standing(VAN, 4305))

    assert city.told == [(1205, "van", BAD, Reason.MOVEMENTS)]


def test_a_permit_is_named_where_its_holder_passed_through() -> None:
    rules = rulebook([zone("ztl", 100, rules=ZoneRules(transit=False))], [permit()])
    city = City(rules)

    city.see(*(Seen(x=-300 + 10 * s, s=s, speed=10.0) for s in range(60)))

    assert [each.permit for each in city.alerts if each.reason is Reason.TRANSIT] == [permit().id]


EVERYTHING = street(
    ZoneRules(transit=False, dwell_min_s=5, dwell_max_s=9, capacity=1, movements_per_hour=2)
)
walks = st.lists(
    st.tuples(
        st.sampled_from([DRONE, BIKE, VAN]),
        st.sampled_from([0.0, 60.0, 99.5, 150.0, -150.0]),
        st.sampled_from([1, 2, 5, 30, 130, 1500]),
        st.sampled_from([0.0, 10.0, math.nan]),
    ),
    max_size=15,
)


def city_of(seen: Sequence[Seen], cuts: Sequence[int], *, restarting: bool) -> City:
    city = City(EVERYTHING)
    for begin, end in zip([0, *cuts], [*cuts, len(seen)], strict=True):
        city.see(*seen[begin:end])
        if restarting:
            city.restart()
    return city


@settings(max_examples=25)
@given(walks, st.sets(st.integers(1, 14)), st.booleans())
def test_splitting_a_batch_and_ending_the_process_change_no_verdict_on_a_stay(
    walks: list[tuple[VehicleKey, float, int, float]],
    cuts: set[int],
    restarting: bool,  # noqa: FBT001 - drawn
) -> None:
    now, seen = 0, []
    for vehicle, x, pause, speed in walks:
        now += pause
        place = Seen(x=x, s=now, speed=speed, h_acc=1.0, layer=Layer.SURFACE, vehicle=vehicle)
        seen.append(place)

    whole = city_of(seen, [], restarting=False)
    split = city_of(seen, sorted(n for n in cuts if n < len(seen)), restarting=restarting)

    assert split.told == whole.told
    assert split.margins == pytest.approx(whole.margins, nan_ok=True)


def test_who_is_heard_of_no_more_is_forgotten_after_an_hour() -> None:
    city = City(street(ZoneRules(dwell_max_s=60)))
    many = [VehicleKey(DRONE.operator, VehicleId(f"van-{n}")) for n in range(1200)]

    city.see(*(place for one in many[:600] for place in standing(one, 0)))
    city.see(*(place for one in many[600:] for place in standing(one, 9000)))

    assert len(city.standing.lodgers) == 600
    assert city.standing.lodgers.of(many[0]) is None
    assert city.standing.lodgers.of(many[-1]) is not None
