"""Whoever is overtaken between looking and writing down decides again, by what stands then."""

from collections.abc import Callable
from dataclasses import replace

from psycopg_pool import ConnectionPool

from permits.cases import City, Prices
from permits.life.states import Act
from permits.living import LifeService
from permits.model import Move, PermitState
from permits.registration import RegistryService
from permits.requests import Request
from permits.service import PermitService
from tests.permits.cases import application, zone
from tests.permits.conftest import Town
from tests.permits.lives import by_another
from zones.model import Restriction


def overtaken(
    pool: ConnectionPool, town: Town, city: City, by: Callable[[], object]
) -> PermitService:
    """Return a service that something overtakes once, after it looked and before it writes."""
    once = [by]

    def prices() -> Prices:
        if once:
            once.pop()()
        return city.prices()

    return PermitService(pool, town.clock, replace(city, prices=prices))


def test_who_is_granted_a_place_first_has_it(
    pool: ConnectionPool, town: Town, city: City, service: PermitService
) -> None:
    slow = overtaken(pool, town, city, by=lambda: service.apply(by_another(application())))

    permit = slow.apply(application())

    first, second = town.announced
    assert second == permit
    assert (first.state, permit.state) == (PermitState.GRANTED, PermitState.REFUSED)
    assert [each.rule for each in permit.findings if each.outcome == "objected"] == ["conflict"]


def test_who_was_in_the_way_and_left_is_in_nobodys_way(
    pool: ConnectionPool, town: Town, city: City, service: PermitService, life: LifeService
) -> None:
    there = service.apply(by_another(application()))
    leave = Act(move=Move.WITHDRAW, by="ailes", at=town.now)
    slow = overtaken(pool, town, city, by=lambda: life.move(there.id, leave))

    assert slow.apply(application()).state is PermitState.GRANTED


def test_a_zone_that_is_published_first_is_the_law(
    pool: ConnectionPool, town: Town, city: City, registered: RegistryService
) -> None:
    assert registered.operators()
    fire = zone("fire", Restriction.PROHIBITED)
    slow = overtaken(pool, town, city, by=lambda: town.publish(fire))

    permit = slow.apply(application())

    assert permit.basis is not None
    assert [name for name, _ in permit.basis.zones] == ["fire"]


def test_what_was_asked_twice_is_answered_as_it_was_answered_first(
    pool: ConnectionPool, town: Town, city: City, service: PermitService
) -> None:
    request = Request(scope="operator:ailes", key="order-1", digest=b"the same")
    slow = overtaken(pool, town, city, by=lambda: service.apply(application(), request=request))

    permit = slow.apply(application(), request=request)

    assert town.announced == [permit]
    with pool.connection() as connection:
        assert connection.execute("SELECT id FROM permits.permit").fetchall() == [(permit.id,)]
