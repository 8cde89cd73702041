"""Who decides beside a publication hears of it a little later: what was granted so is caught up."""

from datetime import timedelta

from permits.living import LifeService
from permits.model import Move, PermitId, PermitState
from permits.service import PermitService
from permits.sweeping import SweepService
from tests.permits.cases import NOW, application, zone
from tests.permits.conftest import Town
from tests.permits.lives import act
from zones.demands import ZoneRules
from zones.periods import Window


def granted_unawares(service: PermitService, town: Town) -> PermitId:
    """Grant what a zone that was published already would have left to an officer."""
    known = list(town.zones)
    town.zones.clear()
    permit = service.apply(application())
    town.zones.extend(known)
    return permit.id


def published(town: Town, sweeper: SweepService) -> None:
    sweeper.sweep()
    town.now = NOW + timedelta(minutes=2)
    leave = ZoneRules(human_review=True)
    town.zones.append(zone("garde", rules=leave, valid=Window(start=town.now, end=None)))
    sweeper.sweep()


def test_what_was_granted_before_a_zone_was_heard_of_is_put_on_hold(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    published(town, sweeper)
    town.now += timedelta(milliseconds=70)
    permit = granted_unawares(service, town)
    town.now += timedelta(seconds=5)

    sweeper.sweep()

    held = life.get(permit)
    assert held.state is PermitState.ON_HOLD
    assert [each.zone for each in held.hold] == ["garde"]


def test_what_an_officer_releases_is_not_held_again_for_the_same_zone(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    published(town, sweeper)
    permit = granted_unawares(service, town)
    town.now += timedelta(seconds=5)
    sweeper.sweep()
    life.move(permit, act(Move.RELEASE, town.now))
    town.now += timedelta(seconds=5)

    sweeper.sweep()

    assert life.get(permit).state is PermitState.GRANTED


def test_nobody_looks_again_at_what_was_decided_long_after(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    published(town, sweeper)
    town.now += timedelta(minutes=3)
    permit = granted_unawares(service, town)

    sweeper.sweep()

    assert life.get(permit).state is PermitState.GRANTED
