"""The one conclusion: laws that hold for every case, and the rules one by one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.case import Case
from permits.decisions import decide
from permits.model import Condition, Decision, Finding, Outcome
from permits.rules.asked import RULES, permit_needed
from tests.permits.cases import NOW, Asked, case, vehicle, volume, zone
from zones.demands import ZoneRules
from zones.model import Layer, Purpose, Restriction, Zone


def outcomes(asked: Case, rule: str) -> list[Outcome]:
    return [finding.outcome for finding in decide(asked).findings if finding.rule == rule]


zones = st.lists(
    st.builds(
        zone,
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(Restriction),
        version=st.integers(1, 3),
        rules=st.builds(
            ZoneRules,
            speed_max_mps=st.none() | st.floats(1, 30),
            transit=st.booleans(),
            human_review=st.booleans(),
        ),
        purposes=st.dictionaries(
            st.sampled_from(Purpose), st.sampled_from(Restriction), max_size=3
        ),
    ),
    max_size=5,
    unique_by=lambda each: (each.id, each.version),
)
asked = st.builds(
    Asked,
    purpose=st.sampled_from(Purpose),
    layer=st.sampled_from(Layer),
    vehicles=st.sampled_from([(), ("drone-7",), ("drone-7", "stranger")]),
    volumes=st.lists(
        st.builds(
            volume,
            start=st.integers(-2, 48).map(lambda hours: NOW + timedelta(hours=hours)),
            lasts=st.sampled_from([timedelta(hours=1), timedelta(days=30), timedelta(days=31)]),
            upper_m=st.none() | st.floats(30, 200),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
)


@given(asked=asked, zones=zones)
def test_a_prohibited_zone_more_never_turns_a_refusal_into_a_grant(
    asked: Asked, zones: list[Zone]
) -> None:
    before = decide(case(*zones, asked=asked)).decision

    after = decide(case(*zones, zone("z", Restriction.PROHIBITED), asked=asked)).decision

    assert after is Decision.REFUSED
    assert before in Decision


@given(asked=asked, zones=zones)
def test_a_prohibited_zone_less_never_turns_a_grant_into_a_refusal(
    asked: Asked, zones: list[Zone]
) -> None:
    kept = [
        each for each in zones if each.restriction_for(asked.purpose) is not Restriction.PROHIBITED
    ]

    if decide(case(*zones, asked=asked)).decision is Decision.GRANTED:
        assert decide(case(*kept, asked=asked)).decision is Decision.GRANTED


@given(asked=asked, zones=zones)
def test_no_permit_opens_a_prohibited_zone(asked: Asked, zones: list[Zone]) -> None:
    prohibited = any(
        each.restriction_for(asked.purpose) is Restriction.PROHIBITED for each in zones
    )

    if prohibited:
        assert decide(case(*zones, asked=asked)).decision is Decision.REFUSED


@given(asked=asked, zones=zones)
def test_the_same_case_gets_the_same_answer(asked: Asked, zones: list[Zone]) -> None:
    assert decide(case(*zones, asked=asked)) == decide(case(*zones, asked=asked))


@given(data=st.data(), asked=asked, zones=zones)
def test_the_order_of_the_zones_is_irrelevant(
    data: st.DataObject, asked: Asked, zones: list[Zone]
) -> None:
    shuffled = data.draw(st.permutations(zones))

    assert decide(case(*shuffled, asked=asked)) == decide(case(*zones, asked=asked))


@given(asked=asked, zones=zones)
def test_every_rule_asked_is_listed_and_names_its_act(asked: Asked, zones: list[Zone]) -> None:
    findings = decide(case(*zones, asked=asked)).findings

    assert {finding.rule for finding in findings} == {rule.__name__ for rule in RULES}
    assert all(finding.act for finding in findings)


@given(asked=asked, zones=zones)
def test_a_decision_follows_from_its_findings_alone(asked: Asked, zones: list[Zone]) -> None:
    answer = decide(case(*zones, asked=asked))

    objected = any(finding.outcome is Outcome.OBJECTED for finding in answer.findings)
    human = any(finding.human for finding in answer.findings)
    expected = {
        (True, True): Decision.REFUSED,
        (True, False): Decision.REFUSED,
        (False, True): Decision.NEEDS_REVIEW,
        (False, False): Decision.GRANTED,
    }
    assert answer.decision is expected[objected, human]


@given(asked=asked, zones=zones)
def test_what_a_rule_demands_is_a_condition_of_the_answer(asked: Asked, zones: list[Zone]) -> None:
    answer = decide(case(*zones, asked=asked))

    demanded = {repr(each) for finding in answer.findings for each in finding.conditions}
    assert {repr(each) for each in answer.conditions} == demanded
    assert len(answer.conditions) == len(demanded)


def test_a_condition_asked_for_twice_is_imposed_once() -> None:
    def demanding(_case: Case) -> Finding:
        return Finding(
            rule="demanding", outcome=Outcome.CONDITIONAL, conditions=(Condition(code="quiet"),)
        )

    answer = decide(case(), [demanding, demanding])

    assert answer.conditions == (Condition(code="quiet"),)


def test_an_ordinary_delivery_flight_is_granted() -> None:
    assert decide(case(zone())).decision is Decision.GRANTED


def test_a_window_that_has_begun_is_refused() -> None:
    begun = Asked(volumes=(volume(), volume(start=NOW - timedelta(minutes=1))))

    assert decide(case(asked=begun)).decision is Decision.REFUSED
    assert outcomes(case(asked=begun), "window_ahead") == [Outcome.OBJECTED]


def test_a_window_that_begins_this_instant_is_ahead() -> None:
    assert outcomes(case(asked=Asked(volumes=(volume(start=NOW),))), "window_ahead") == [
        Outcome.PASSED
    ]


@pytest.mark.parametrize(
    ("lasts", "expected"),
    [
        (timedelta(days=30), Outcome.PASSED),
        (timedelta(days=30, seconds=1), Outcome.OBJECTED),
    ],
)
def test_thirty_days_are_the_longest_use(lasts: timedelta, expected: Outcome) -> None:
    assert outcomes(case(asked=Asked(volumes=(volume(lasts=lasts),))), "window_bounded") == [
        expected
    ]


@pytest.mark.parametrize(
    "registered",
    [(), (vehicle(operator="other"),), (vehicle(layer=Layer.RIVER),)],
    ids=["unknown", "someone else's", "of another layer"],
)
def test_a_vehicle_that_is_not_the_applicants_is_refused(
    registered: tuple[object, ...],
) -> None:
    asked = case(vehicles=registered)  # type: ignore[arg-type]  # pytest's tuples lose their types

    assert outcomes(asked, "vehicles_known") == [Outcome.OBJECTED]


def test_in_the_air_every_use_but_emergency_is_asked_for_and_activated() -> None:
    assert outcomes(case(), "default_to_ask") == [Outcome.CONDITIONAL]
    assert [each.code for each in decide(case()).conditions] == ["activate_before_use"]
    emergency = case(asked=Asked(purpose=Purpose.EMERGENCY))
    assert outcomes(emergency, "default_to_ask") == [Outcome.NOT_APPLICABLE]
    assert decide(emergency).conditions == ()
    assert permit_needed(case())
    assert not permit_needed(emergency)


def test_on_the_ground_the_zones_decide_whether_a_permit_is_needed() -> None:
    ground = Asked(layer=Layer.SURFACE)

    assert not permit_needed(case(asked=ground))
    assert not permit_needed(case(zone(restriction=Restriction.CONDITIONAL), asked=ground))
    assert permit_needed(case(zone(), asked=ground))


def test_a_flight_without_a_greatest_height_is_refused() -> None:
    unbounded = Asked(volumes=(volume(), volume(upper_m=None)))

    [finding] = [f for f in decide(case(asked=unbounded)).findings if f.rule == "height_capped"]

    assert finding.outcome is Outcome.OBJECTED
    assert finding.params == {"volumes": "1"}


def test_a_boat_needs_no_greatest_height() -> None:
    boat = Asked(layer=Layer.RIVER, volumes=(volume(upper_m=None),))

    assert outcomes(case(asked=boat), "height_capped") == [Outcome.NOT_APPLICABLE]


def test_a_zone_speaks_to_each_purpose_as_it_says() -> None:
    wood = zone(
        restriction=Restriction.PROHIBITED,
        purposes={Purpose.RESEARCH: Restriction.REQ_AUTHORISATION},
    )

    assert decide(case(wood)).decision is Decision.REFUSED
    assert decide(case(wood, asked=Asked(purpose=Purpose.RESEARCH))).decision is Decision.GRANTED


def test_a_refusal_names_the_zone_its_version_and_its_act() -> None:
    answer = decide(case(zone("louvre", Restriction.PROHIBITED, version=3)))

    [objection] = [f for f in answer.findings if f.outcome is Outcome.OBJECTED]
    assert (objection.zone, objection.zone_version) == ("louvre", 3)
    assert objection.act == "Arrêté de démonstration"


def test_a_speed_limit_is_a_condition_in_kilometres_an_hour() -> None:
    seine = zone("seine", Restriction.NO_RESTRICTION, rules=ZoneRules(speed_max_mps=12 / 3.6))

    answer = decide(case(seine, asked=Asked(layer=Layer.RIVER)))

    [condition] = answer.conditions
    assert condition.code == "speed_max"
    assert condition.params["speed_kmh"] == "12"


def test_a_zone_closed_to_through_traffic_asks_to_stop_inside() -> None:
    ztl = zone(
        "ztl",
        Restriction.CONDITIONAL,
        rules=ZoneRules(transit=False),
        purposes={Purpose.EMERGENCY: Restriction.NO_RESTRICTION},
    )
    van = Asked(layer=Layer.SURFACE)
    ambulance = Asked(layer=Layer.SURFACE, purpose=Purpose.EMERGENCY)

    codes = [each.code for each in decide(case(ztl, asked=van)).conditions]
    assert codes == ["zone_terms", "stop_inside"]
    assert decide(case(ztl, asked=ambulance)).conditions == ()


def test_a_zone_kept_for_officers_is_decided_by_an_officer() -> None:
    heliport = zone("issy", rules=ZoneRules(human_review=True))

    assert decide(case(heliport)).decision is Decision.NEEDS_REVIEW


def test_an_objection_outweighs_the_need_for_an_officer() -> None:
    heliport = zone("issy", rules=ZoneRules(human_review=True))

    answer = decide(case(heliport, zone("louvre", Restriction.PROHIBITED)))

    assert answer.decision is Decision.REFUSED


def test_public_interest_is_favoured() -> None:
    medical = case(asked=Asked(purpose=Purpose.MEDICAL))

    assert outcomes(medical, "purpose_favoured") == [Outcome.PASSED]
    assert outcomes(case(), "purpose_favoured") == [Outcome.NOT_APPLICABLE]
