"""Vehicles that fall silent, and vehicles that receivers hear elsewhere than they say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.parties import VehicleId
from telemetry.concern.texts import sentence
from telemetry.consequences import Standing, consequences, quiet
from telemetry.model import UNREGISTERED, Reason, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.together.witnesses import Account, agree
from telemetry.told import Alert, AlertState, Outcome
from tests.telemetry.city_builders import DRONE, NOON, Seen, batch, permit, rulebook, zone
from zones.demands import ZoneRules
from zones.model import Restriction

OPEN = rulebook([zone(restriction=Restriction.NO_RESTRICTION)])
ASKING = rulebook([zone()])
GRANTED = rulebook([zone()], [permit(1000)])
RECEIVER = "receiver-1"
Told = tuple[Seen, str]


class Street:
    """Where vehicles stand, batch after batch, as they and receivers tell."""

    def __init__(self, rules: Rulebook = OPEN) -> None:
        self.rules = rules
        self.standing = Standing()
        self.alerts: list[Alert] = []

    def hear(self, *told: Told) -> None:
        seen = batch(*(one for one, _ in told))
        names = tuple(dict.fromkeys(name for _, name in told))
        numbers = np.array([names.index(name) for _, name in told], np.int32)
        seen = replace(seen, senders=names, sender=numbers)
        ids = np.arange(len(told)) + 1
        now = NOON + timedelta(seconds=max(one.s for one, _ in told))
        outcome = consequences(self.standing, seen, ids, self.rules, now)
        self.standing.adopt(outcome)
        self.alerts += outcome.alerts

    def wait(self, seconds: float) -> None:
        outcome = quiet(self.standing, self.rules, NOON + timedelta(seconds=seconds))
        self.standing.adopt(outcome)
        self.alerts += outcome.alerts

    @property
    def told(self) -> list[tuple[Reason, AlertState]]:
        return [(each.reason, each.state) for each in self.alerts]


def own(x: float, s: float) -> Told:
    return Seen(x=x, s=s, h_acc=5, speed=1), DRONE.operator


def heard(x: float, s: float) -> Told:
    return Seen(x=x, s=s, h_acc=5, speed=1), RECEIVER


def test_a_vehicle_heard_elsewhere_than_it_says_is_one_alert_until_both_agree_again() -> None:
    street = Street()
    for s in range(0, 60, 2):
        street.hear(own(0, s), heard(200, s + 1))
    for s in range(60, 120, 2):
        street.hear(own(0, s), heard(4, s + 1))

    assert {each.id for each in street.alerts} == {street.alerts[0].id}
    assert street.told[0] == (Reason.DISAGREEMENT, AlertState.OPEN)
    assert street.alerts[-1].outcome is Outcome.OVER
    # Raised after ten seconds, told where the receiver heard it.
    assert street.alerts[0].opened_at == NOON + timedelta(seconds=1)
    assert street.alerts[0].lon > street.standing.fleet[DRONE].lon


def test_what_accuracies_and_time_allow_is_no_disagreement() -> None:
    street = Street()
    for s in range(0, 60, 2):
        street.hear(own(0, s), heard(10, s + 1))

    assert street.told == []


def test_a_vehicle_that_says_nothing_itself_is_followed_by_what_receivers_hear() -> None:
    street = Street()
    stranger = VehicleKey(UNREGISTERED, VehicleId("serial-1"))
    for s in range(30):
        street.hear((Seen(vehicle=stranger, s=s), RECEIVER), heard(50, s))

    assert street.told == []
    assert street.standing.fleet[stranger].at_ms == street.standing.fleet[DRONE].at_ms


def test_accounts_too_long_apart_tell_nothing() -> None:
    here = Account(at_ms=0, lon=2.35, lat=48.85, h_acc_m=5, speed_mps=0, layer=2)
    far = here._replace(lon=2.36)

    assert agree(here, far) is False
    assert agree(here, far._replace(at_ms=10_001)) is None
    assert agree(here, here._replace(at_ms=10_000)) is True


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 4.0, 300.0])), max_size=30), st.data()
)
def test_splitting_a_batch_changes_nothing(
    moves: list[tuple[bool, float]], data: st.DataObject
) -> None:
    told = [own(x, 2 * n) if mine else heard(x, 2 * n) for n, (mine, x) in enumerate(moves)]
    cuts = sorted(data.draw(st.sets(st.integers(1, 29))))
    whole, split = Street(), Street()
    if told:
        whole.hear(*told)

    for part in _parts(told, cuts):
        split.hear(*part)

    assert split.alerts == whole.alerts


def _parts(told: Sequence[Told], cuts: Sequence[int]) -> list[Sequence[Told]]:
    bounds = [0, *(cut for cut in cuts if cut < len(told)), len(told)]
    pairs = pairwise(bounds)
    return [told[begin:end] for begin, end in pairs if begin < end]


def test_who_falls_silent_in_a_zone_that_asks_for_a_permit_is_told_and_told_to_be_back() -> None:
    street = Street(ASKING)
    street.hear(own(0, 0))
    street.wait(130)
    street.hear(own(0, 140))

    silent, back = (each for each in street.alerts if each.reason is Reason.SILENT)
    assert (silent.zone, silent.permit) == ("city", None)
    assert sentence(silent)["en"] == "drone-1 has fallen silent in “City”."
    assert (back.id, back.outcome) == (silent.id, Outcome.RESUMED)


@pytest.mark.parametrize(
    ("rules", "after_s", "told"),
    [(OPEN, 130, False), (GRANTED, 130, True), (GRANTED, 3_700, False)],
)
def test_who_is_free_to_be_there_or_has_ended_its_use_may_be_switched_off(
    rules: Rulebook, after_s: float, *, told: bool
) -> None:
    street = Street(rules)
    street.hear(own(0, 0))
    street.wait(after_s)

    assert (Reason.SILENT in {each.reason for each in street.alerts}) == told


def test_two_too_near_are_told_from_one_batch_to_the_next_and_over_when_silent() -> None:
    street = Street(
        rulebook([zone(rules=ZoneRules(separation_m=50.0), restriction=Restriction.NO_RESTRICTION)])
    )
    other = VehicleKey(DRONE.operator, VehicleId("drone-2"))
    street.hear(own(0, 0))
    street.hear((Seen(vehicle=other, x=5, s=1, h_acc=1, speed=1), DRONE.operator))
    restarted = Standing(fleet=street.standing.fleet, situations=street.standing.situations)
    street.standing = restarted
    street.wait(200)

    near, over = street.alerts
    assert (near.reason, near.other, over.outcome) == (Reason.NEAR_MISS, other, Outcome.OVER)
    assert near.id == over.id
