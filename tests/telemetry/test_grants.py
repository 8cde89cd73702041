"""Whatever is granted and given back: following it finds what laying all of it out would find."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from time import process_time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.life.holdings import Holding
from permits.model import PermitId
from permits.parties import OperatorId, VehicleId
from telemetry.granted.grants import Grants, granted
from telemetry.granted.volumes import Volumes
from telemetry.model import VehicleKey
from tests.telemetry.city_builders import NOON, holding, permit, square
from zones.model import Band, Height, HeightReference
from zones.periods import Window

AILES = OperatorId("ailes")
FLEET = tuple(VehicleId(f"drone-{number}") for number in range(3))

few = st.integers(0, 2)


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    pattern = permit()
    [volume] = pattern.application.volumes
    volumes = tuple(
        replace(
            volume,
            footprint=square(draw(few), 0, 10 + draw(few)),
            band=Band(upper=Height(value_m=draw(few), reference=HeightReference.AGL)),
            window=Window(start=NOON, end=NOON + timedelta(hours=1 + draw(few))),
        )
        for _ in range(1 + draw(few))
    )
    vehicles = tuple(draw(st.lists(st.sampled_from(FLEET), max_size=3)))
    return Holding(
        id=PermitId(UUID(int=draw(st.integers(0, 5)))),
        version=1,
        application=replace(pattern.application, vehicles=vehicles, volumes=volumes),
        held=Window(start=NOON + timedelta(minutes=draw(few))),
    )


def shown(grants: Grants) -> object:
    """Return all that can be found, without the numbers it is found by."""
    of_vehicle = {
        vehicle: [_row(grants, row) for row in grants.volumes_for(VehicleKey(AILES, vehicle))]
        for vehicle in FLEET
    }
    return of_vehicle, list(grants), len(grants), grants.keys()


def _row(grants: Grants, row: int) -> object:
    volumes: Volumes = grants.volumes
    _, first, last, *rest = volumes.rows[row].tolist()
    return grants[int(volumes.permit[row])], rest, volumes.edges[first:last].tolist()


def held(known: dict[PermitId, Holding]) -> Grants:
    return granted(known.values())


@given(st.lists(st.tuples(st.lists(holdings(), max_size=3), st.sets(st.integers(0, 5)))))
def test_following_changes_finds_what_laying_all_out_finds(
    changes: list[tuple[list[Holding], set[int]]],
) -> None:
    known: dict[PermitId, Holding] = {}
    followed, states = Grants(), list[tuple[Grants, object]]()
    for fresh, ended in changes:
        named = {each.id: each for each in fresh}
        over = {PermitId(UUID(int=number)) for number in ended}
        known = {key: each for key, each in known.items() if key not in over} | named
        followed = followed.changed(over | set(named), named.values())
        states.append((followed, shown(followed)))

    assert shown(followed) == shown(held(known))
    # Whoever still judges by an earlier state finds it as it was.
    assert all(shown(state) == then for state, then in states)


def test_what_is_left_behind_is_cleared_away() -> None:
    grants, one = Grants(), holding(permit())
    for minutes in range(3000):
        later = replace(one, held=Window(start=NOON + timedelta(minutes=minutes)))
        grants = grants.changed([one.id], [later])

    assert [each.held for each in grants] == [later.held]
    assert len(grants.volumes.permit) < 1100


def test_two_successors_of_one_state_do_not_share_what_is_new() -> None:
    before = granted([holding(permit())])
    one, other = (
        before.changed([], [replace(holding(permit()), id=PermitId(UUID(int=number)))])
        for number in (98, 99)
    )

    assert [each.id.int for each in one][-1:] != [each.id.int for each in other][-1:]
    assert len(before) == 1


@pytest.mark.slow
def test_a_grant_costs_the_same_beside_a_hundred_and_beside_twenty_thousand() -> None:
    def many(count: int) -> Iterable[Holding]:
        one = holding(permit())
        for number in range(count):
            vehicles = (VehicleId(f"drone-{number // 10}"),)
            yield replace(
                one,
                id=PermitId(UUID(int=number)),
                application=replace(one.application, vehicles=vehicles),
            )

    def cost_s(grants: Grants) -> float:
        took = list[float]()
        for number in range(50):
            begun = process_time()
            fresh = replace(holding(permit()), id=PermitId(UUID(int=10**6 + number)))
            grants = grants.changed([fresh.id], [fresh])
            took.append(process_time() - begun)
        return sorted(took)[25]

    few_s, many_s = cost_s(granted(many(100))), cost_s(granted(many(20_000)))
    assert many_s < 5 * few_s + 0.001
