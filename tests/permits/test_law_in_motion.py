"""What is decided while zones are published is decided by the zones that are published."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from psycopg_pool import ConnectionPool

from permits.beside.reaches import reaches
from permits.cases import Cases, City
from permits.law import LawInMotion
from permits.living import LifeService, Objected
from permits.model import Move, Permit, PermitState
from permits.registration import RegistryService
from permits.service import PermitService
from permits.store import volumes
from permits.sweeping import SweepService
from tests.permits.cases import NOW, application, zone
from tests.permits.conftest import Town
from tests.permits.lives import act
from zones.demands import ZoneRules
from zones.model import Layer, Restriction, Zone
from zones.periods import Window

SHORTLY_S = 0.3


def guarded(town: Town) -> Zone:
    """Return a zone that from now on leaves everything to an officer."""
    leave = ZoneRules(human_review=True)
    return zone("garde", rules=leave, valid=Window(start=town.now, end=None))


def test_what_was_published_but_not_heard_of_decides_all_the_same(
    service: PermitService, town: Town
) -> None:
    town.publish(guarded(town))

    permit = service.apply(application())

    assert permit.state is PermitState.NEEDS_REVIEW
    assert permit.basis is not None
    assert [name for name, _ in permit.basis.zones] == ["garde"]


def test_an_amendment_is_decided_by_what_was_published_meanwhile(
    service: PermitService, life: LifeService, town: Town
) -> None:
    permit = service.apply(application())
    town.publish(guarded(town))

    amended = life.amend(permit.id, act(Move.AMEND, town.now), lambda each: each.application)

    assert amended.attempt is not None
    assert {each.zone for each in amended.attempt.findings if each.human} == {"garde"}


def test_nothing_is_released_into_a_zone_nobody_had_heard_of(
    service: PermitService, life: LifeService, town: Town
) -> None:
    permit = service.apply(application())
    town.publish(guarded(town))
    life.move(permit.id, act(Move.HOLD, town.now))

    released = life.move(permit.id, act(Move.RELEASE, town.now))

    assert released.state is PermitState.GRANTED
    assert {each.zone for each in released.findings if each.human} >= {"garde"}


def test_an_officer_grants_nothing_that_was_forbidden_while_it_waited(
    service: PermitService, life: LifeService, town: Town
) -> None:
    town.zones.append(guarded(town))
    waiting = service.apply(application())
    town.publish(zone("fire", Restriction.PROHIBITED))
    forbidden = act(Move.GRANT, town.now)

    with pytest.raises(Objected) as refused:
        life.move(waiting.id, forbidden)

    assert [each.zone for each in refused.value.findings] == ["fire"]
    assert life.get(waiting.id).state is PermitState.NEEDS_REVIEW


def test_where_zones_are_published_all_the_time_nothing_is_decided_at_last(
    pool: ConnectionPool, town: Town, city: City, registered: RegistryService
) -> None:
    assert registered.operators()
    restless = replace(city, law=replace(city.law, at_hand=lambda: -1))

    with pytest.raises(LawInMotion, match="nothing was decided"):
        PermitService(pool, town.clock, restless).apply(application())

    with pool.connection() as connection:
        count = connection.execute("SELECT count(*) FROM permits.permit").fetchone()
    assert count == (0,)


def test_what_is_being_decided_while_a_zone_is_published_is_put_on_hold(
    pool: ConnectionPool, town: Town, service: PermitService, life: LifeService, city: City
) -> None:
    sweeper = SweepService(pool, life, city, lambda: tuple(town.zones))
    sweeper.sweep()
    granted: list[Permit] = []
    deciding = Thread(target=lambda: granted.append(service.apply(application())))
    sweeping = Thread(target=sweeper.sweep)
    with pool.connection() as slow:
        # Whoever writes a permit down waits here: its law was looked at before.
        slow.execute("SELECT FROM permits.operator FOR UPDATE")
        deciding.start()
        deciding.join(SHORTLY_S)
        town.publish(guarded(town))
        town.hear()
        sweeping.start()
        sweeping.join(SHORTLY_S)
        assert sweeping.is_alive()
    deciding.join()
    sweeping.join()

    held = life.get(granted[0].id)
    assert granted[0].state is PermitState.GRANTED
    assert held.state is PermitState.ON_HOLD
    assert [each.zone for each in held.hold] == ["garde"]


def test_who_is_in_nobodys_way_is_waited_for_too(
    pool: ConnectionPool, town: Town, city: City, registered: RegistryService
) -> None:
    assert registered.operators()
    with pool.connection() as deciding:
        case = Cases(city).case(deciding, application(), town.now)
        volumes.hold(deciding, replace(reaches(case), reading=(), keys=()))
        waiting = Thread(target=_settled, args=(pool, Layer.AIR))
        waiting.start()
        waiting.join(SHORTLY_S)
        assert waiting.is_alive()
    waiting.join()


def test_what_an_officer_releases_is_not_held_again_for_the_same_zone(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    permit = service.apply(application())
    sweeper.sweep()
    town.now = NOW + timedelta(minutes=2)
    town.publish(guarded(town))
    town.hear()
    sweeper.sweep()
    assert life.get(permit.id).state is PermitState.ON_HOLD
    life.move(permit.id, act(Move.RELEASE, town.now))
    town.now += timedelta(seconds=5)

    sweeper.sweep()

    assert life.get(permit.id).state is PermitState.GRANTED


def _settled(pool: ConnectionPool, layer: Layer) -> None:
    with pool.connection() as connection:
        volumes.settle(connection, layer)
