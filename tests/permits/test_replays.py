"""A decision taken again from its versions: the same, whatever happened since, or it says what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from psycopg_pool import ConnectionPool

from permits.life.states import Act
from permits.living import LifeService
from permits.model import Application, Decision, Move, Permit, Quote
from permits.registration import RegistryService
from permits.replays import Archive, Asked, ReplayService
from permits.service import PermitService
from permits.versions import UnknownPermit
from tests.permits.cases import NOW, application, vehicle, volume, zone
from tests.permits.cases import Asked as Wanted
from tests.permits.conftest import Town
from zones.demands import ZoneRules
from zones.heights.vertical import paris_datum
from zones.model import Restriction, Zone, ZoneId
from zones.periods import NO_SWITCHES

Replaying = Callable[..., ReplayService]


@pytest.fixture
def replaying(pool: ConnectionPool, town: Town) -> Replaying:
    """Return a service that still finds the zones of the town, or those given, and its prices."""

    def service(*zones: Zone, total: str = "12.4") -> ReplayService:
        kept = {(each.id, each.version): each for each in zones or town.zones}

        def found(name: ZoneId, number: int, _known_at: datetime) -> Zone | None:
            return kept.get((name, number))

        def priced(_asked: Asked) -> Quote:
            return Quote(currency="EUR", total=Decimal(total))

        return ReplayService(
            pool,
            Archive(zone=found, switches=lambda _: NO_SWITCHES, quote=priced, datum=paris_datum),
        )

    return service


def asked(at: datetime = NOW + timedelta(hours=1)) -> Application:
    return application(Wanted(volumes=(volume(start=at),)))


def withdrawn(life: LifeService, permit: Permit, at: datetime) -> None:
    life.move(permit.id, Act(move=Move.WITHDRAW, by="ailes", at=at))


def test_where_its_vehicle_was_then_decides_again(
    service: PermitService, life: LifeService, replaying: Replaying, town: Town
) -> None:
    first = service.apply(asked())
    elsewhere = application(Wanted(volumes=(volume(at=(2.40, 48.85)),)))
    second = service.apply(elsewhere)
    town.now += timedelta(minutes=5)
    withdrawn(life, first, town.now)
    third = service.apply(elsewhere)

    for permit, decision in ((second, Decision.REFUSED), (third, Decision.GRANTED)):
        again = replaying().replay(permit.id)
        assert (again.same, again.answer.decision) == (True, decision)


def test_whatever_happens_later_a_decision_comes_out_the_same(
    service: PermitService,
    life: LifeService,
    registered: RegistryService,
    replaying: Replaying,
    town: Town,
) -> None:
    town.zones.append(zone("quai", rules=ZoneRules(capacity=1, mass_max_kg=5.0)))
    first = service.apply(asked())
    second = service.apply(asked())
    town.now += timedelta(minutes=5)
    withdrawn(life, first, town.now)
    # What is told of the vehicle later would have changed the findings, too.
    registered.add_vehicle(replace(vehicle(), mass_kg=4.0))
    third = service.apply(asked())

    for permit, decision in (
        (first, Decision.GRANTED),
        (second, Decision.REFUSED),
        (third, Decision.GRANTED),
    ):
        again = replaying().replay(permit.id)

        assert again.differences == ()
        assert again.same
        assert again.answer.decision is permit.decision is decision
        assert again.answer.findings == permit.findings


def test_the_same_application_at_the_same_instant_gives_the_same_answer(
    service: PermitService, life: LifeService, town: Town
) -> None:
    town.zones.append(zone("quai", rules=ZoneRules(capacity=1)))
    one = service.apply(asked())
    withdrawn(life, one, town.now)
    other = service.apply(asked())

    assert (one.decision, one.findings, one.conditions, one.quote) == (
        other.decision,
        other.findings,
        other.conditions,
        other.quote,
    )


def test_what_is_not_the_same_again_is_named(
    service: PermitService, replaying: Replaying, town: Town
) -> None:
    town.zones.append(zone("quai"))
    permit = service.apply(asked())

    again = replaying(zone("quai", Restriction.PROHIBITED), total="13").replay(permit.id)

    assert not again.same
    named = {each.what: (each.then, each.again) for each in again.differences}
    assert named.keys() == {"decision", "findings/zone_restriction/quai@1", "quote/total"}
    assert named["decision"] == ("granted", "refused")
    assert named["quote/total"] == ("12.4 EUR", "13 EUR")


def test_a_zone_that_is_not_found_any_more_is_named(
    service: PermitService, replaying: Replaying, town: Town
) -> None:
    town.zones.append(zone("quai", version=2))
    permit = service.apply(asked())

    again = replaying(zone("other")).replay(permit.id)

    assert again.missing == ("quai@2",)
    assert not again.same


def test_a_permit_that_nobody_knows_is_not_replayed(replaying: Replaying) -> None:
    with pytest.raises(UnknownPermit):
        replaying().replay(uuid4())
