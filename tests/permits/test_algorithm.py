"""What is published of the rules is what the rules are."""

import re
from itertools import chain
from types import ModuleType

import pytest
from httpx import Client

from permits.answers.algorithm import OF_ZONES, published
from permits.case import Case
from permits.decisions import decide
from permits.model import Outcome
from permits.rules.asked import RULES
from permits.texts.en import rules as english
from permits.texts.fr import rules as french
from tests.permits.cases import Asked, case, volume, zone
from zones.demands import ZoneRules
from zones.model import Layer, Purpose, Restriction

CODES = [rule.__name__ for rule in RULES]
CASES = [
    case(),
    case(zone(restriction=Restriction.PROHIBITED)),
    case(zone(rules=ZoneRules(speed_max_mps=3.0, capacity=1, length_max_m=1.0))),
    *(
        case(zone(), asked=Asked(layer=layer, purpose=purpose, volumes=(volume(upper_m=None),)))
        for layer in Layer
        for purpose in (Purpose.WORKS, Purpose.EMERGENCY, Purpose.RESEARCH)
    ),
]


def test_every_rule_is_published_in_the_order_asked() -> None:
    assert [each.code for each in published()] == CODES


@pytest.mark.parametrize("words", [english, french])
def test_every_rule_and_no_other_has_a_question_and_says_what_it_weighs(
    words: ModuleType,
) -> None:
    assert set(words.QUESTIONS) == set(words.WEIGHED) == set(CODES)


@pytest.mark.parametrize("asked", CASES)
def test_a_finding_rests_on_what_is_published_of_its_rule(asked: Case) -> None:
    acts = {each.code: {*each.acts} for each in published()}
    zones = {each.act for each in asked.zones}

    for finding in decide(asked).findings:
        if finding.outcome is Outcome.NOT_APPLICABLE:
            continue
        allowed = acts[finding.rule] | (zones if finding.rule in OF_ZONES else set())
        assert finding.act in allowed, finding.rule


def test_no_published_answer_holds_a_name_of_the_code() -> None:
    said = chain.from_iterable(
        text.values() for each in published() for text in each.answers.values()
    )

    assert not [each for each in said if re.search(r"[{}]|_[a-z]", each)]


def test_the_rules_are_read_by_everybody(client: Client) -> None:
    listed = client.get("/v1/rules").json()
    conflict = client.get("/v1/rules/conflict").json()

    assert [each["code"] for each in listed["items"]] == CODES
    assert "L. 312-1-3" in listed["law"]
    assert conflict in listed["items"]
    assert "who the others are" in conflict["weighed"]["en"]
    unknown = client.get("/v1/rules/nonsense")
    assert (unknown.status_code, unknown.json()["detail"]) == (
        404,
        "no rule is called 'nonsense'",
    )
