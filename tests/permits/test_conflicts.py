"""No two granted permits come too close: laws, held against an oracle that knows no shapely."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from math import cos, hypot, radians
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from permits.beside.reaches import reaches
from permits.case import Case, Neighbour
from permits.decisions import decide
from permits.model import Decision, Finding, OperationVolume, Outcome, PermitId
from permits.texts.catalogue import finding_texts
from tests.permits.cases import HOUR, SOON, Asked, case, height, zone
from zones.demands import ZoneRules
from zones.model import Band, Height, HeightReference, Layer, Volume
from zones.periods import Window

LON, LAT, CELL = 2.35, 48.85, 0.001
EAST_M = 111_320.0 * cos(radians(LAT))
NORTH_M = 111_200.0
SEPARATION_M, IN_HEIGHT_M = 60.0, 15.0
DAY = timedelta(days=1)

# A block: columns, rows, metres above ground and quarters of an hour, each from and to.
Block = tuple[int, int, int, int, int, int, int, int]


def span(most: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, most), st.integers(1, 3)).map(lambda s: (s[0], s[0] + s[1]))


blocks: st.SearchStrategy[Block] = st.tuples(span(4), span(4), span(6), span(6)).map(
    lambda spans: tuple(limit for each in spans for limit in each)  # type: ignore[arg-type,return-value] # eight of them
)


def volume(block: Block) -> OperationVolume:
    west, east, south, north, low, high, first, last = block
    return OperationVolume(
        footprint=box(LON + west * CELL, LAT + south * CELL, LON + east * CELL, LAT + north * CELL),
        band=Band(lower=height(10.0 * low), upper=height(10.0 * high)),
        window=Window(start=_quarter(first), end=_quarter(last)),
    )


def _quarter(number: int) -> datetime:
    return SOON + timedelta(minutes=15 * number)


def too_close(one: Block, other: Block, across_m: float = 0.0, in_height_m: float = 0.0) -> bool:
    """Say it with nothing but the limits of two blocks."""

    east, north, up, time = (
        max(one[n], other[n]) - min(one[n + 1], other[n + 1]) for n in (0, 2, 4, 6)
    )
    apart_m = hypot(max(east, 0) * CELL * EAST_M, max(north, 0) * CELL * NORTH_M)
    near = (east <= 0 and north <= 0) or apart_m < across_m
    return near and 10.0 * up < in_height_m and time < 0


def granted(number: int, asked: Asked) -> tuple[Neighbour, ...]:
    permit = PermitId(UUID(int=number))
    return tuple(
        Neighbour(permit=permit, volume=each, vehicles=len(asked.vehicles))
        for each in asked.volumes
    )


def arrive(sequence: list[Block], decided: Callable[[Case], Decision]) -> list[Block]:
    """Let applications arrive one after the other; return those that were granted."""
    kept: list[Block] = []
    held: tuple[Neighbour, ...] = ()
    for number, block in enumerate(sequence):
        asked = Asked(volumes=(volume(block),))
        if decided(replace(case(asked=asked), neighbours=held)) is Decision.GRANTED:
            kept.append(block)
            held += granted(number, asked)
    return kept


def plainly(asked: Case) -> Decision:
    return decide(asked).decision


def kept_apart(asked: Case) -> Decision:
    rules = ZoneRules(separation_m=SEPARATION_M, separation_vertical_m=IN_HEIGHT_M)
    return decide(replace(asked, zones=(zone("apart", rules=rules),))).decision


@given(sequence=st.lists(blocks, max_size=8))
def test_a_granted_set_never_conflicts(sequence: list[Block]) -> None:
    kept = arrive(sequence, plainly)

    assert not any(too_close(*pair) for pair in combinations(kept, 2))


@given(sequence=st.lists(blocks, max_size=8))
def test_nobody_is_refused_who_conflicts_with_nobody(sequence: list[Block]) -> None:
    expected: list[Block] = []
    for block in sequence:
        if not any(too_close(block, other) for other in expected):
            expected.append(block)

    assert arrive(sequence, plainly) == expected


@given(sequence=st.lists(blocks, max_size=6))
def test_a_zone_keeps_its_distances_and_asks_for_no_more(sequence: list[Block]) -> None:
    expected: list[Block] = []
    for block in sequence:
        if not any(too_close(block, other, SEPARATION_M, IN_HEIGHT_M) for other in expected):
            expected.append(block)

    assert arrive(sequence, kept_apart) == expected


@given(one=blocks, other=blocks)
def test_order_of_arrival_decides_ties_and_nothing_else(one: Block, other: Block) -> None:
    forth, back = arrive([one, other], kept_apart), arrive([other, one], kept_apart)

    assert len(forth) == len(back)
    assert (forth[0], back[0]) == (one, other)


def wait_for_each_other(one: Asked, other: Asked) -> bool:
    held = [dict(reaches(case(asked=each)).keys) for each in (one, other)]
    return any(held[0][key] or held[1][key] for key in held[0].keys() & held[1].keys())


@given(one=blocks, other=blocks)
def test_two_that_conflict_always_wait_for_each_other(one: Block, other: Block) -> None:
    asked = [
        Asked(volumes=(volume(each),), vehicles=(f"v{n}",)) for n, each in enumerate((one, other))
    ]

    if too_close(one, other):
        assert wait_for_each_other(*asked)


days = st.tuples(st.integers(0, 90), st.integers(1, 60))


@given(one=days, other=days)
def test_two_that_ask_for_one_vehicle_at_once_wait_for_each_other_wherever_that_is(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    def sent(first: int, count: int, column: int) -> Asked:
        there = volume((column, column + 1, 0, 1, 3, 5, 0, 4))
        window = Window(start=SOON + first * DAY, end=SOON + (first + count) * DAY)
        return Asked(volumes=(replace(there, window=window),), vehicles=("v",))

    asked = sent(*one, 0), sent(*other, 900)

    if one[0] < sum(other) and other[0] < sum(one):
        assert wait_for_each_other(*asked)


def test_one_vehicle_asked_for_on_two_days_makes_nobody_wait() -> None:
    asked = [
        Asked(volumes=(volume((0, 1, 0, 1, 3, 5, at, at + 1)),), vehicles=("v",)) for at in (0, 192)
    ]

    assert not wait_for_each_other(*asked)


def conflict(asked: Case) -> Finding:
    [found] = [each for each in decide(asked).findings if each.rule == "conflict"]
    return found


ONE = Asked(volumes=(volume((0, 1, 0, 1, 3, 5, 0, 4)),))


def beside(other: OperationVolume, asked: Case | None = None) -> Case:
    neighbour = Neighbour(permit=PermitId(UUID(int=7)), volume=other, vehicles=1)
    return replace(asked or case(asked=ONE), neighbours=(neighbour,))


def test_windows_that_touch_do_not_conflict() -> None:
    after = volume((0, 1, 0, 1, 3, 5, 4, 8))

    assert conflict(beside(after)).outcome is Outcome.PASSED


def test_bands_that_meet_in_a_limit_do_not_conflict_and_areas_that_share_an_edge_do() -> None:
    above, next_door = volume((0, 1, 0, 1, 5, 6, 0, 4)), volume((1, 2, 0, 1, 3, 5, 0, 4))

    assert conflict(beside(above)).outcome is Outcome.PASSED
    assert conflict(beside(next_door)).outcome is Outcome.OBJECTED


def test_the_applicant_learns_where_and_when_and_not_beside_whom() -> None:
    found = conflict(beside(volume((0, 1, 0, 1, 4, 6, 2, 8))))

    assert found.params["start_at"] == (SOON + HOUR / 2).isoformat()
    assert found.params["end_at"] == (SOON + HOUR).isoformat()
    assert found.params["heights"] == "40 m AGL … 60 m AGL"
    assert found.params["place"] == "48.85050, 2.35050"
    assert str(UUID(int=7)) not in str(found.params)
    assert found.withheld == {"permits": str(UUID(int=7))}
    assert "09:30" in finding_texts(found)["en"]
    assert "40 m AGL … 60 m AGL" in finding_texts(found)["fr"]


def sea(value_m: float) -> Height:
    return Height(value_m=value_m, reference=HeightReference.AMSL)


@pytest.mark.parametrize(
    ("lower_m", "outcome"),
    [(182.0, Outcome.PASSED), (180.0, Outcome.OBJECTED), (60.0, Outcome.OBJECTED)],
    ids=["surely above", "perhaps", "hardly"],
)
def test_heights_of_two_references_conflict_unless_they_are_surely_apart(
    lower_m: float, outcome: Outcome
) -> None:
    # The ground of Paris lies between 26 and 131 m above the sea; asked is up to 50 m above ground.
    other = volume((0, 1, 0, 1, 3, 5, 0, 4))
    other = replace(other, band=Band(lower=sea(lower_m), upper=sea(300)))

    assert conflict(beside(other)).outcome is outcome


def test_outside_the_air_uses_share_the_space_unless_a_zone_keeps_them_apart() -> None:
    van = replace(ONE, layer=Layer.SURFACE)
    other = volume((0, 1, 0, 1, 3, 5, 0, 4))
    lane = zone("lane", rules=ZoneRules(separation_m=5))

    assert conflict(beside(other, case(asked=van))).outcome is Outcome.NOT_APPLICABLE
    assert conflict(beside(other, case(lane, asked=van))).outcome is Outcome.OBJECTED


def test_a_distance_counts_between_those_who_are_both_in_its_zone() -> None:
    here = box(LON, LAT, LON + CELL, LAT + CELL)
    rules = ZoneRules(separation_m=100)
    small = zone("small", rules=rules, volumes=(Volume(footprint=here),))
    large = zone("large", rules=rules)
    near = volume((2, 3, 0, 1, 3, 5, 0, 4))

    assert conflict(beside(near, case(small, asked=ONE))).outcome is Outcome.PASSED
    assert conflict(beside(near, case(large, asked=ONE))).outcome is Outcome.OBJECTED


def test_a_distance_yields_to_one_of_higher_priority_over_both() -> None:
    large = zone("large", rules=ZoneRules(separation_m=100))
    corridor = zone("corridor", rules=ZoneRules(separation_m=10), priority=1)
    near = volume((2, 3, 0, 1, 3, 5, 0, 4))

    assert conflict(beside(near, case(large, corridor, asked=ONE))).outcome is Outcome.PASSED


def test_an_operation_over_many_places_and_days_has_the_layer_to_itself() -> None:
    wide = OperationVolume(
        footprint=box(2.2, 48.8, 2.5, 48.9),
        band=Band(lower=height(0), upper=height(50)),
        window=Window(start=SOON, end=SOON + timedelta(days=20)),
    )
    asked = reaches(case(asked=Asked(volumes=(wide,))))

    assert asked.alone
    assert asked.keys == ()
    assert not reaches(case(asked=ONE)).alone
