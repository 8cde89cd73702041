"""What happens to permits by itself: ends, holds and releases, and what silence decides."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from httpx import Client
from psycopg_pool import ConnectionPool

from permits import sweeping
from permits.cases import City
from permits.kinds import DocumentKind
from permits.living import LifeService
from permits.model import Move, OperationVolume, Permit, PermitState
from permits.service import PermitService
from permits.sweeping import SweepService
from tests.permits.cases import HOUR, NOW, SOON, Asked, application, in_force, volume, zone
from tests.permits.conftest import Town
from tests.permits.lives import (
    Body,
    Headers,
    act,
    applied,
    by_another,
    end_of,
    flown_at,
    shifted,
)
from zones.demands import ZoneRules
from zones.model import Layer, Restriction, Zone
from zones.periods import Applicability, Window


def test_the_clock_ends_what_was_used_and_lets_expire_what_was_not(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    used, unused = service.apply(application()), service.apply(flown_at(SOON + HOUR))
    town.now = SOON
    life.activate(used.id, act(Move.ACTIVATE, SOON))
    assert sweeper.sweep() == 0
    town.now = SOON + 2 * HOUR

    assert sweeper.sweep() == 2
    assert sweeper.sweep() == 0
    ended, expired = life.get(used.id), life.get(unused.id)
    assert (ended.state, ended.by) == (PermitState.ENDED, "octroi")
    assert (expired.state, expired.move) == (PermitState.EXPIRED, Move.EXPIRE)
    assert len(in_force(service)) == 2


def test_an_emergency_holds_what_it_forbids_and_its_end_releases_it(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    touched = service.apply(application())
    beside = service.apply(by_another(flown_at(SOON, at=(2.5, 48.85))))
    sweeper.sweep()
    town.now = NOW + timedelta(minutes=2)
    fire = zone("fire", Restriction.PROHIBITED, valid=Window(start=town.now, end=None))
    town.zones.append(fire)

    sweeper.sweep()

    held = life.get(touched.id)
    assert (held.state, held.by) == (PermitState.ON_HOLD, "octroi")
    assert [each.zone for each in held.hold] == ["fire"]
    assert life.get(beside.id).state is PermitState.GRANTED
    assert town.announced[-1] == held
    assert sweeper.sweep() == 0
    town.zones.clear()
    assert sweeper.sweep() == 1
    assert life.get(touched.id).state is PermitState.GRANTED


def test_who_moves_a_permit_while_an_emergency_holds_many_holds_up_none_and_is_held_too(
    pool: ConnectionPool, city: City, service: PermitService, life: LifeService, town: Town
) -> None:
    first, *rest = (
        service.apply(by_another(flown_at(SOON, at=(2.3 + place / 50, 48.85))))
        for place in range(4)
    )
    meanwhile = [first.id]
    unaware = LifeService(pool, town.clock, replace(city, zones_touching=lambda *_: ()))

    def moved_meanwhile(volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
        if town.zones and meanwhile:
            unaware.activate(meanwhile.pop(), act(Move.ACTIVATE, SOON))
        return town.touching(volume, layer)

    slow = replace(city, zones_touching=moved_meanwhile)
    sweeper = SweepService(pool, life, slow, lambda: tuple(town.zones))
    sweeper.sweep()
    town.now = SOON
    town.zones.append(zone("fire", Restriction.PROHIBITED, valid=Window(start=SOON)))

    assert sweeper.sweep() == 4

    assert {life.get(each.id).version for each in rest} == {2}
    held = life.get(first.id)
    assert (held.state, held.version) == (PermitState.ON_HOLD, 3)
    assert {each.id for each in town.announced[-4:]} == {each.id for each in (first, *rest)}
    town.zones.clear()
    assert sweeper.sweep() == 4
    assert {life.get(each.id).state for each in (first, *rest)} == {PermitState.GRANTED}


def test_one_permit_that_cannot_be_examined_keeps_no_other_from_being_held_or_released(
    city: City, pool: ConnectionPool, service: PermitService, life: LifeService, town: Town
) -> None:
    bad, *rest = (
        service.apply(by_another(flown_at(SOON, at=(2.3 + place / 50, 48.85))))
        for place in range(5)
    )
    broken = [bad.application.volumes]

    def touching(volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
        if any(volume in volumes for volumes in broken):
            msg = "a shape that nobody thought of"
            raise ArithmeticError(msg)
        return town.touching(volume, layer)

    sweeper = SweepService(
        pool, life, replace(city, zones_touching=touching), lambda: tuple(town.zones)
    )
    sweeper.sweep()
    town.zones.append(zone("fire", Restriction.PROHIBITED, valid=Window(start=NOW)))

    assert sweeper.sweep() == 4
    assert {life.get(each.id).state for each in rest} == {PermitState.ON_HOLD}
    # It authorises where a zone may forbid it, so it is looked at again until it can be.
    broken.clear()
    assert sweeper.sweep() == 1
    assert life.get(bad.id).state is PermitState.ON_HOLD
    broken.append(bad.application.volumes)
    town.zones.clear()
    assert sweeper.sweep() == 4
    assert life.get(bad.id).state is PermitState.ON_HOLD


def test_one_permit_that_nobody_can_be_told_of_keeps_no_other_from_its_end(
    pool: ConnectionPool,
    service: PermitService,
    life: LifeService,
    city: City,
    town: Town,
) -> None:
    bad, *rest = (service.apply(by_another(flown_at(SOON + day * 24 * HOUR))) for day in range(3))

    def announce(permit: Permit) -> None:
        if permit.id == bad.id:
            msg = "nobody can be told"
            raise ValueError(msg)
        town.announced.append(permit)

    sweeper = SweepService(pool, life, replace(city, announce=announce), lambda: ())
    town.now = SOON + 9 * 24 * HOUR

    assert sweeper.sweep() == 3

    assert {life.get(each.id).state for each in (bad, *rest)} == {PermitState.EXPIRED}
    assert {each.id for each in rest} <= {each.id for each in town.announced}


def test_all_that_is_held_is_released_however_much_that_is(
    service: PermitService,
    sweeper: SweepService,
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "MOST", 2)
    held = [service.apply(by_another(flown_at(SOON + day * 24 * HOUR))) for day in range(5)]
    sweeper.sweep()
    town.zones.append(zone("fire", Restriction.PROHIBITED))
    assert sweeper.sweep() == len(held)
    town.zones.append(zone("flood", Restriction.PROHIBITED))
    assert sweeper.sweep() == 0

    town.zones.clear()

    assert sweeper.sweep() == len(held)


def test_what_is_held_is_looked_at_again_within_minutes_when_only_papers_change(
    service: PermitService,
    life: LifeService,
    sweeper: SweepService,
    town: Town,
) -> None:
    permit = service.apply(application())
    sweeper.sweep()
    fire = zone("fire", Restriction.PROHIBITED, valid=Window(start=NOW, end=NOW + 9 * HOUR))
    town.zones.append(fire)
    assert sweeper.sweep() == 1
    town.documents_needed[Layer.AIR] = frozenset({DocumentKind.INSURANCE})
    town.zones.clear()
    assert sweeper.sweep() == 0
    town.documents_needed.clear()
    town.now += timedelta(minutes=1)

    assert sweeper.sweep() == 1

    assert life.get(permit.id).state is PermitState.GRANTED


@pytest.mark.parametrize("told", ["while it runs", "while it was down"])
def test_a_switch_that_wakes_a_zone_holds_what_that_forbids_and_frees_it_when_it_is_set_back(
    told: str,
    *,
    service: PermitService,
    life: LifeService,
    sweeper: SweepService,
    town: Town,
) -> None:
    flood = zone("berge", Restriction.PROHIBITED, applicability=(Applicability(switch="crue"),))
    town.zones.append(flood)
    touched = service.apply(application())
    beside = service.apply(by_another(flown_at(SOON, at=(2.5, 48.85))))
    if told == "while it runs":
        assert sweeper.sweep() == 0
    town.now = NOW + timedelta(minutes=10)
    town.switches["crue"] = (Window(start=town.now),)

    assert sweeper.sweep() == 1

    held = life.get(touched.id)
    assert (held.state, [each.zone for each in held.hold]) == (PermitState.ON_HOLD, ["berge"])
    assert town.announced[-1] == held
    assert life.get(beside.id).state is PermitState.GRANTED
    later = life.amend(held.id, act(Move.AMEND), lambda _permit: flown_at(SOON, at=(2.351, 48.85)))
    assert (later.state, later.hold) == (PermitState.ON_HOLD, held.hold)
    assert sweeper.sweep() == 0
    town.switches["crue"] = (Window(start=town.now, end=town.now + timedelta(minutes=5)),)
    town.now += timedelta(minutes=5)
    assert sweeper.sweep() == 1
    assert life.get(touched.id).state is PermitState.GRANTED
    assert town.announced[-1].id == touched.id


def test_who_applied_after_a_switch_was_set_knew_of_it(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    town.zones.append(
        zone("berge", Restriction.PROHIBITED, applicability=(Applicability(switch="crue"),))
    )
    town.switches["crue"] = (Window(start=NOW - HOUR),)
    refused = service.apply(application())
    life.move(refused.id, act(Move.REVIEW))
    life.move(refused.id, act(Move.GRANT))

    assert sweeper.sweep() == 0


def test_an_officer_releases_what_only_an_officer_may_answer_and_it_is_used_then(
    client: Client,
    operator: Headers,
    inspector: Headers,
    *,
    flight: Body,
    town: Town,
    sweeper: SweepService,
) -> None:
    path = applied(client, operator, flight)
    sweeper.sweep()
    town.now = NOW + timedelta(minutes=2)
    window = Window(start=town.now, end=None)
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True), valid=window))
    assert sweeper.sweep() == 1
    assert sweeper.sweep() == 0

    released = client.post(f"{path}/release", json={"reason": "Vu"}, headers=inspector).json()
    town.now = SOON
    active = client.post(f"{path}/activate", headers=operator).json()

    assert (released["state"], released["hold"]) == ("granted", [])
    assert [each["zone"] for each in released["findings"][-1:]] == ["issy"]
    assert active["state"] == "active"
    town.zones.append(zone("fire", Restriction.PROHIBITED))
    client.post(f"{path}/hold", json={"reason": "Incendie"}, headers=inspector)
    refused = client.post(f"{path}/release", json={"reason": "x"}, headers=inspector)
    assert (refused.status_code, refused.json()["findings"][0]["zone"]) == (409, "fire")


def test_what_an_officer_holds_only_an_officer_releases(
    service: PermitService, life: LifeService, sweeper: SweepService
) -> None:
    permit = service.apply(application())
    life.move(permit.id, act(Move.HOLD))

    assert sweeper.sweep() == 0
    assert life.get(permit.id).state is PermitState.ON_HOLD


@pytest.mark.parametrize(
    ("layer", "vehicle", "state"),
    [
        (Layer.AIR, "drone-7", PermitState.REFUSED),
        (Layer.RIVER, "boat-1", PermitState.GRANTED),
    ],
)
def test_silence_decides_what_waited_for_two_months(
    layer: Layer,
    vehicle: str,
    state: PermitState,
    *,
    service: PermitService,
    life: LifeService,
    sweeper: SweepService,
    town: Town,
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    far = volume(start=NOW + timedelta(days=70))
    permit = service.apply(application(Asked(layer=layer, vehicles=(vehicle,), volumes=(far,))))
    town.now = NOW + timedelta(days=61)
    assert sweeper.sweep() == 0
    town.now = NOW + timedelta(days=63)

    assert sweeper.sweep() == 1

    decided = life.get(permit.id)
    assert (decided.state, decided.by) == (state, "octroi")
    assert decided.findings[-1].rule == "silence"
    assert "L. 231-" in decided.findings[-1].act


def test_officers_see_until_when_an_application_may_wait(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    applied(client, operator, flight | {"volumes": [shifted(flight, timedelta(days=70))]})
    town.now = NOW + timedelta(days=11)

    (queued,) = client.get("/v1/permits?state=needs_review", headers=inspector).json()["items"]

    assert queued["waiting"]["silence"] == "refusal"
    assert queued["waiting"]["escalated"] is True
    assert queued["waiting"]["due_at"].startswith("2027-02-01")


def test_what_is_over_before_the_laws_delay_waits_until_then_and_lapses(
    client: Client,
    operator: Headers,
    sweeper: SweepService,
    *,
    flight: Body,
    town: Town,
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    path = applied(client, operator, flight)

    waiting = client.get(path, headers=operator).json()
    clock = waiting["waiting"]
    over_at = datetime.fromisoformat(end_of(path, client, operator))
    town.now = over_at
    sweeper.sweep()

    assert (clock["silence"], datetime.fromisoformat(clock["due_at"])) == ("lapse", over_at)
    assert clock["legal_due_at"].startswith("2027-02-01")
    assert "its last window ends then" in clock["text"]["en"]
    assert "son dernier créneau finit alors" in clock["text"]["fr"]
    assert waiting["notice"]["en"].startswith("Nothing is decided yet")
    assert waiting["notice"]["fr"].startswith("Rien n'est encore décidé")
    assert waiting["appeal"]["en"].startswith("There is no decision yet")
    over = client.get(path, headers=operator).json()
    assert over["state"] == "expired"
    assert over["notice"]["en"].startswith("Nobody decided")
