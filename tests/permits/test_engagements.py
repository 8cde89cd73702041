"""One vehicle is in one place: it is granted what it can keep to together, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from httpx import Client
from hypothesis import given
from hypothesis import strategies as st

from permits.beside.engagements import clashes
from permits.case import Case, Engagement
from permits.living import LifeService
from permits.model import Finding, Move, OperationVolume, Outcome, PermitId, PermitState
from permits.parties import VehicleId
from permits.registration import RegistryService
from permits.rules.sharing import vehicles_free
from permits.service import PermitService
from tests.permits.cases import HOUR, SOON, Asked, application, case, vehicle, volume
from tests.permits.lives import Body, Headers, act, applied, flown_at
from zones.model import Layer

BEFORE = PermitId(UUID(int=1))
FAR = (2.40, 48.85)
QUARTER = timedelta(minutes=15)

Use = tuple[int, int, int]  # first quarter of an hour, how many, and in which of some places


# As they are read from the database: two that are alike are one object.
@cache
def at(use: Use) -> OperationVolume:
    first, count, place = use
    return volume(start=SOON + first * QUARTER, lasts=count * QUARTER, at=(2.3 + place / 10, 48.85))


def engaged(*volumes: OperationVolume) -> tuple[Engagement, ...]:
    drone = frozenset({VehicleId("drone-7")})
    return tuple(Engagement(permit=BEFORE, volume=each, vehicles=drone) for each in volumes)


def beside(*held: OperationVolume, asked: tuple[OperationVolume, ...] = ()) -> Case:
    wanted = Asked(volumes=asked or (volume(),))
    return replace(case(asked=wanted), engagements=engaged(*held))


def said(asked: Case) -> Finding:
    [finding] = vehicles_free(asked)
    return finding


def test_a_vehicle_is_not_granted_two_places_at_once() -> None:
    found = said(beside(volume(start=SOON + HOUR / 2, at=FAR)))

    assert found.outcome is Outcome.OBJECTED
    assert found.params["vehicles"] == "drone-7"
    assert found.params["permits"] == str(BEFORE)
    assert found.params["start_at"] == (SOON + HOUR / 2).isoformat()
    assert found.params["end_at"] == (SOON + HOUR).isoformat()


@pytest.mark.parametrize(
    "held",
    [
        volume(start=SOON + HOUR, at=FAR),
        volume(lasts=3 * HOUR, at=(2.355, 48.855)),
        volume(upper_m=None),
    ],
    ids=["after it", "a place in common", "around it"],
)
def test_what_a_vehicle_can_keep_to_together_it_may_have(held: OperationVolume) -> None:
    assert said(beside(held)).outcome is Outcome.PASSED


def test_a_vehicle_is_at_one_height_too() -> None:
    above = replace(volume(), band=replace(volume().band, lower=volume().band.upper, upper=None))

    assert said(beside(above)).outcome is Outcome.OBJECTED


def test_the_volumes_of_one_use_are_not_held_against_each_other() -> None:
    both = (volume(), volume(at=FAR))

    assert said(beside(asked=both)).outcome is Outcome.PASSED
    assert said(beside(volume(at=FAR), asked=both)).outcome is Outcome.PASSED
    assert said(beside(*both, asked=(volume(),))).outcome is Outcome.PASSED


def test_without_a_vehicle_nobody_is_in_two_places() -> None:
    unnamed = replace(beside(), application=replace(application(), vehicles=()))

    assert said(unnamed).outcome is Outcome.NOT_APPLICABLE


uses_drawn = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 4), st.integers(0, 2)), min_size=1, max_size=4
)


@given(asked=uses_drawn, held=uses_drawn)
def test_they_clash_at_the_first_instant_at_which_no_place_is_common(
    asked: list[Use], held: list[Use]
) -> None:
    def places(uses: list[Use], quarter: int) -> set[int]:
        return {place for first, count, place in uses if first <= quarter < first + count}

    def apart() -> Iterator[datetime]:
        for quarter in range(12):
            ours, theirs = places(asked, quarter), places(held, quarter)
            if ours and theirs and not ours & theirs:
                yield SOON + quarter * QUARTER

    found = clashes(beside(*map(at, held), asked=tuple(map(at, asked))))
    turned = clashes(beside(*map(at, asked), asked=tuple(map(at, held))))

    assert [each.start for each in found] == list(apart())[:1]
    assert [each.start for each in turned] == [each.start for each in found]


def test_the_holder_is_told_which_permit_and_the_public_is_not(
    client: Client, operator: Headers, flight: Body
) -> None:
    first = applied(client, operator, flight).rpartition("/")[2]
    corners = [[2.40, 48.85], [2.41, 48.85], [2.41, 48.86], [2.40, 48.85]]
    far = dict(flight["volumes"][0], footprint={"type": "Polygon", "coordinates": [corners]})

    refused = client.post("/v1/permits", json=flight | {"volumes": [far]}, headers=operator).json()

    assert refused["decision"] == "refused"
    [found] = [each for each in refused["findings"] if each["outcome"] == "objected"]
    assert found["rule"] == "vehicles_free"
    assert found["params"]["permits"] == first
    assert [each["shift_min"] for each in refused["alternatives"]] == [60, -60]
    [told] = client.get("/v1/register?decision=refused").json()["items"]
    assert first not in str(told)
    assert "drone-7" not in str(told)
    client.post(f"/v1/permits/{first}/withdraw", headers=operator)
    again = client.post("/v1/permits", json=flight | {"volumes": [far]}, headers=operator).json()
    assert again["decision"] == "granted"


def test_an_amendment_frees_what_it_leaves_and_an_officer_cannot_grant_what_is_taken(
    client: Client, operator: Headers, inspector: Headers, service: PermitService, life: LifeService
) -> None:
    here, there = flown_at(SOON), flown_at(SOON, at=FAR)
    first, second = service.apply(here), service.apply(there)
    review = f"/v1/permits/{second.id}/review"
    client.post(review, json={"reason": "Please look."}, headers=operator)
    decided = {"decision": "granted", "reason": "It matters."}

    answer = client.post(review, json=decided, headers=inspector)

    assert answer.status_code == 409
    assert f"vehicles_free with {first.id}" in answer.json()["detail"]
    moved = life.amend(first.id, act(Move.AMEND), lambda _: flown_at(SOON, at=(2.405, 48.86)))
    assert moved.state is PermitState.GRANTED
    assert moved.application.volumes != first.application.volumes
    # Nobody is in the way here any more, but the drone is elsewhere.
    assert service.apply(here).state is PermitState.REFUSED


def test_a_boat_that_nobody_is_in_the_way_of_is_in_one_place_too(
    service: PermitService, registered: RegistryService
) -> None:
    registered.add_vehicle(vehicle("boat-2", layer=Layer.RIVER))

    def afloat(name: str, *volumes: OperationVolume) -> PermitState:
        asked = Asked(layer=Layer.RIVER, vehicles=(name,), volumes=volumes)
        return service.apply(application(asked)).state

    assert afloat("boat-1", volume()) is PermitState.GRANTED
    assert afloat("boat-1", volume(at=FAR)) is PermitState.REFUSED
    assert afloat("boat-2", volume(at=FAR)) is PermitState.GRANTED
    assert afloat("boat-1", volume()) is PermitState.GRANTED
