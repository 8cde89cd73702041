"""A vehicle that is known not to fit a zone is refused; one that is not known is told so."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.decisions import decide
from permits.model import Decision, Finding, Outcome
from permits.parties import Vehicle
from permits.rules.asked import Rule
from permits.rules.fitness import equipment_carried, length_fits, mass_fits, noise_fits
from permits.texts.catalogue import finding_texts
from tests.permits.cases import Asked, case, vehicle, zone
from zones.demands import Equipment, ZoneRules

# By the rule: the fact of a vehicle, the demand of a zone, and the condition's code.
BOUNDS: dict[Rule, tuple[str, str, str]] = {
    length_fits: ("length_m", "length_max_m", "length_max"),
    mass_fits: ("mass_kg", "mass_max_kg", "mass_max"),
    noise_fits: ("noise_db", "noise_max_db", "noise_max"),
}
limits = st.floats(0.1, 1_000)


def drone(name: str = "drone-7", **facts: Any) -> Vehicle:  # noqa: ANN401 - the noun's own fields
    return replace(vehicle(name), **facts)


def found(rule: Rule, limit: dict[str, Any], *drones: Vehicle) -> Finding:
    asked = Asked(vehicles=tuple(each.id for each in drones))
    answer = rule(case(zone(rules=ZoneRules(**limit)), asked=asked, vehicles=drones))
    assert isinstance(answer, tuple)
    [finding] = answer
    assert all(finding_texts(finding).values())
    return finding


@pytest.mark.parametrize("rule", BOUNDS)
@given(limit=limits, stated=limits)
def test_a_vehicle_fits_up_to_the_limit_and_not_beyond(
    rule: Rule, limit: float, stated: float
) -> None:
    fact, demand, _ = BOUNDS[rule]
    stating: dict[str, Any] = {fact: stated}

    outcome = found(rule, {demand: limit}, drone(**stating)).outcome

    assert outcome is (Outcome.PASSED if stated <= limit else Outcome.OBJECTED)


@pytest.mark.parametrize("rule", BOUNDS)
def test_what_is_not_known_is_a_condition_and_says_so(rule: Rule) -> None:
    _, demand, code = BOUNDS[rule]

    finding = found(rule, {demand: 20.0}, drone())

    assert finding.outcome is Outcome.CONDITIONAL
    assert [each.code for each in finding.conditions] == [code]
    assert "not known is" in finding_texts(finding)["en"]
    assert "drone-7" in finding_texts(finding)["fr"]


def test_only_the_vehicles_that_break_the_demand_are_named() -> None:
    heavy, light, unknown = drone("a", mass_kg=30.0), drone("b", mass_kg=3.0), drone("c")

    finding = found(mass_fits, {"mass_max_kg": 25.0}, light, heavy, unknown)

    assert (finding.outcome, finding.params["vehicles"]) == (Outcome.OBJECTED, "a")
    assert "heavier are: a." in finding_texts(finding)["en"]


@given(
    needed=st.frozensets(st.sampled_from(Equipment), min_size=1),
    carried=st.frozensets(st.sampled_from(Equipment)),
)
def test_all_of_the_equipment_is_carried_or_the_vehicle_stays_out(
    needed: frozenset[Equipment], carried: frozenset[Equipment]
) -> None:
    outcome = found(equipment_carried, {"equipment": needed}, drone(equipment=carried)).outcome

    assert outcome is (Outcome.PASSED if needed <= carried else Outcome.OBJECTED)


def test_no_equipment_is_not_the_same_as_none_known() -> None:
    needed = {"equipment": frozenset({Equipment.REMOTE_ID})}

    assert (
        found(equipment_carried, needed, drone(equipment=frozenset())).outcome is Outcome.OBJECTED
    )
    assert found(equipment_carried, needed, drone()).outcome is Outcome.CONDITIONAL


def test_a_demand_without_a_vehicle_is_not_compared() -> None:
    assert found(length_fits, {"length_max_m": 20.0}).outcome is Outcome.NOT_APPLICABLE


def test_a_demand_that_a_zone_above_states_instead_is_not_asked() -> None:
    strict = zone("strict", rules=ZoneRules(mass_max_kg=1.0))
    above = zone("above", rules=ZoneRules(mass_max_kg=10.0), priority=9)

    findings = mass_fits(case(strict, above, vehicles=(drone(mass_kg=5.0),)))

    assert [(each.zone, each.outcome) for each in findings] == [("above", Outcome.PASSED)]


def test_a_vehicle_that_does_not_fit_is_refused_a_permit() -> None:
    quiet = zone(rules=ZoneRules(noise_max_db=81.0))

    assert decide(case(quiet, vehicles=(drone(noise_db=90.0),))).decision is Decision.REFUSED
    assert decide(case(quiet, vehicles=(drone(noise_db=80.0),))).decision is Decision.GRANTED
