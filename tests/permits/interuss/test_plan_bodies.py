"""What a flight plan says is read with care: what cannot be is refused before anybody decides."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from permits.interuss.plan_schemas import FlightPlan
from permits.interuss.plans import Result, application_of
from tests.permits.cases import SOON, vehicle
from tests.permits.interuss.conftest import Json, area

AUTHORISATION = {
    "uas_serial_number": "1AF49UL5CC5J6K",
    "operation_mode": "Vlos",
    "operation_category": "Open",
    "uas_class": "C0",
    "identification_technologies": ["ASTMNetRID"],
    "connectivity_methods": ["cellular"],
    "endurance_minutes": 30,
    "emergency_procedure_url": "https://example.com",
    "operator_id": "FIN87astrdge12k8-xyz",
}


def refusal(*areas: Json, **said: object) -> tuple[Result, str] | None:
    basic = {"usage_state": "Planned", "area": areas or [area(SOON)]}
    return FlightPlan.model_validate({"basic_information": basic, **said}).to_wanted().refused


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"astm_f3548_21": {"priority": 100}}, "astm_f3548_21/priority"),
        ({"additional_information": {"purpose": "fun"}}, "additional_information/purpose"),
        ({"additional_information": {"purpose": ["fun"]}}, "additional_information/purpose"),
    ],
)
def test_what_no_plan_can_be_here_is_not_supported(said: Json, named: str) -> None:
    found = refusal(**said)

    assert found is not None
    assert found[0] is Result.NOT_SUPPORTED
    assert named in found[1]


def test_a_plan_has_an_end_and_no_height_above_an_unknown_place() -> None:
    endless = {name: each for name, each in area(SOON).items() if name != "time_end"}
    above = area(SOON, lasts=timedelta(minutes=5))
    above["volume"]["altitude_upper"]["reference"] = "Takeoff"

    for volume, named in ((endless, "area/1"), (above, "area/1/volume")):
        found = refusal(area(SOON), volume)

        assert found is not None
        assert found[0] is Result.NOT_SUPPORTED
        assert named in found[1]


def test_a_plan_names_the_vehicle_of_the_serial_number_it_states() -> None:
    basic = {"usage_state": "Planned", "area": [area(SOON)]}
    mine = replace(vehicle(operator="interuss"), serial="1AF49UL5CC5J6K")
    other = replace(vehicle("drone-8", operator="interuss"), serial=None)

    for serial, named in (("1AF49UL5CC5J6K", ("drone-7",)), ("1AF49UL5CC5J6L", ()), ("", ())):
        body = {"basic_information": basic, "uas": {"serial_number": serial}}
        wanted = FlightPlan.model_validate(body).to_wanted()

        assert application_of("a plan", wanted, (mine, other), None).vehicles == named


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"additional_information": {"purpose": "medical"}},
        {"astm_f3548_21": {"priority": 0}},
        {"uspace_flight_authorisation": AUTHORISATION},
        {"rpas_operating_rules_2_6": {"operator_type": "ReOC"}, "unheard_of": 1},
    ],
)
def test_an_ordinary_plan_is_asked_for(said: dict[str, Any]) -> None:
    assert refusal(**said) is None


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("uas_serial_number", "1AF49UL5CC5J", ""),
        ("operation_mode", "Undeclared", ""),
        ("operation_category", "Unknown", ""),
        ("uas_class", "C9", ""),
        ("uas_class", "Other", "uas_type_certificate"),
        ("identification_technologies", [], ""),
        ("connectivity_methods", [""], ""),
        ("endurance_minutes", 0, ""),
        ("emergency_procedure_url", "by phone", ""),
        ("operator_id", "FIN87astrdge12k9-xyz", ""),
    ],
)
def test_an_authorisation_that_annex_iv_would_not_have_is_rejected(
    field: str, value: object, named: str
) -> None:
    found = refusal(uspace_flight_authorisation={**AUTHORISATION, field: value})

    assert found is not None
    assert found[0] is Result.REJECTED
    assert f"uspace_flight_authorisation/{named or field}:" in found[1]
