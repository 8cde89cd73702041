"""A zone holds no more vehicles at once, and admits no more in an hour, than it says."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from permits.case import Case, Neighbour
from permits.decisions import decide
from permits.model import Finding, OperationVolume, Outcome, PermitId
from permits.texts.catalogue import finding_texts
from tests.permits.cases import HOUR, SOON, Asked, case, zone
from zones.demands import ZoneRules
from zones.model import Layer
from zones.periods import Applicability, Window

MINUTE = timedelta(minutes=1)
# From a minute on, for so many minutes, with so many vehicles.
Use = tuple[int, int, int]
uses: st.SearchStrategy[Use] = st.tuples(st.integers(0, 90), st.integers(1, 90), st.integers(1, 3))


def volume(start: int, minutes: int) -> OperationVolume:
    return OperationVolume(
        footprint=box(2.35, 48.85, 2.36, 48.86),
        window=Window(start=SOON + start * MINUTE, end=SOON + (start + minutes) * MINUTE),
    )


def asking(use: Use) -> Asked:
    start, minutes, vehicles = use
    return Asked(
        layer=Layer.SURFACE,
        vehicles=tuple(f"van-{n}" for n in range(vehicles)),
        volumes=(volume(start, minutes),),
    )


def beside(held: list[Use]) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(permit=PermitId(UUID(int=n)), volume=volume(start, minutes), vehicles=vehicles)
        for n, (start, minutes, vehicles) in enumerate(held)
    )


def answer(use: Use, held: list[Use], rules: ZoneRules, rule: str) -> Finding:
    asked = replace(case(zone("yard", rules=rules), asked=asking(use)), neighbours=beside(held))
    [found] = [each for each in decide(asked).findings if each.rule == rule]
    return found


@given(use=uses, held=st.lists(uses, max_size=8), most=st.integers(1, 8))
def test_nobody_is_admitted_to_a_full_zone_and_nobody_kept_out_of_another(
    use: Use, held: list[Use], most: int
) -> None:
    start, minutes, vehicles = use
    # Minute by minute.
    inside = [
        vehicles + sum(v for s, length, v in held if s <= minute < s + length)
        for minute in range(start, start + minutes)
    ]

    found = answer(use, held, ZoneRules(capacity=most), "capacity")

    assert (found.outcome is Outcome.OBJECTED) == (max(inside) > most)
    assert found.params["count"] == str(max(inside))
    first = SOON + (start + inside.index(max(inside))) * MINUTE
    assert found.params["full_at"] == first.isoformat()


@given(use=uses, held=st.lists(uses, max_size=8), most=st.integers(1, 8))
def test_no_hour_admits_more_than_its_movements(use: Use, held: list[Use], most: int) -> None:
    start, _, vehicles = use
    # Every hour that holds the entry, from minute to minute.
    hours = [
        vehicles + sum(v for s, _, v in held if begin <= s < begin + 60)
        for begin in range(start - 59, start + 1)
    ]

    found = answer(use, held, ZoneRules(movements_per_hour=most), "movements")

    assert (found.outcome is Outcome.OBJECTED) == (max(hours) > most)
    assert found.params["count"] == str(max(hours))


def outcome(asked: Case) -> Outcome:
    [found] = [each for each in decide(asked).findings if each.rule == "capacity"]
    return found.outcome


def test_a_permit_with_several_volumes_at_once_counts_once() -> None:
    twice = replace(asking((0, 60, 2)), volumes=(volume(0, 60), volume(30, 60)))

    asked = case(zone("yard", rules=ZoneRules(capacity=2)), asked=twice)

    assert outcome(asked) is Outcome.PASSED


def test_outside_the_hours_of_the_zone_nobody_is_counted() -> None:
    rules = ZoneRules(capacity=2)
    later = Applicability(window=Window(start=SOON + HOUR / 2))
    always, opening = zone("yard", rules=rules), zone("yard", rules=rules, applicability=(later,))

    asked = [case(each, asked=asking((0, 60, 1))) for each in (always, opening)]

    busy, empty = (outcome(replace(each, neighbours=beside([(0, 30, 5)]))) for each in asked)
    assert (busy, empty) == (Outcome.OBJECTED, Outcome.PASSED)


def test_a_full_zone_names_the_instant_and_the_count() -> None:
    found = answer((0, 60, 1), [(15, 60, 2)], ZoneRules(capacity=2), "capacity")

    assert "09:15" in finding_texts(found)["en"]
    assert "3 véhicules à la fois, 2 sont admis" in finding_texts(found)["fr"]


def test_where_no_zone_counts_nothing_is_asked() -> None:
    [found] = [f for f in decide(case(zone())).findings if f.rule == "movements"]

    assert found.outcome is Outcome.NOT_APPLICABLE
