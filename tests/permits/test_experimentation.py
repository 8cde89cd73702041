"""Research of small companies on an experimentation ground: granted by rule, free."""

from dataclasses import replace
from typing import Any

import pytest
from shapely.geometry import box

from permits.case import Case
from permits.decisions import decide
from permits.model import Decision
from permits.parties import SizeClass
from permits.rules.experimentation import ground_of
from permits.texts.catalogue import condition_texts, finding_texts
from tests.permits.cases import Asked, case, height, volume, zone
from zones.demands import ZoneRules
from zones.model import Band, Purpose, Volume

RESEARCH = Asked(purpose=Purpose.RESEARCH)
GROUND = zone(
    "quai",
    rules=ZoneRules(experimentation=True, human_review=True),
    volumes=(
        Volume(
            footprint=box(2.34, 48.84, 2.37, 48.87),
            band=Band(lower=height(0), upper=height(100)),
        ),
    ),
)


def of_size(size: SizeClass, asked: Asked = RESEARCH) -> Case:
    given = case(GROUND, asked=asked)
    return replace(given, operator=replace(given.operator, size=size))


@pytest.mark.parametrize("size", [SizeClass.MICRO, SizeClass.SMALL])
def test_a_small_companys_research_is_granted_by_rule_under_conditions(size: SizeClass) -> None:
    answer = decide(of_size(size))

    assert answer.decision is Decision.GRANTED
    (condition,) = [each for each in answer.conditions if each.code == "experimentation"]
    assert "10 m" in condition_texts(condition)["fr"]


@pytest.mark.parametrize("size", [SizeClass.MEDIUM, SizeClass.LARGE])
def test_a_larger_companys_research_is_left_to_an_officer(size: SizeClass) -> None:
    answer = decide(of_size(size))

    assert answer.decision is Decision.NEEDS_REVIEW
    assert not [each for each in answer.conditions if each.code == "experimentation"]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(purpose=Purpose.DELIVERY),
        replace(RESEARCH, volumes=(volume(at=(2.365, 48.85)),)),
        replace(RESEARCH, volumes=(volume(upper_m=101),)),
        replace(RESEARCH, volumes=(volume(), volume(upper_m=None))),
    ],
    ids=["delivery", "beyond the place", "above it", "without a limit"],
)
def test_only_research_that_stays_within_the_ground_counts(asked: Asked) -> None:
    given = of_size(SizeClass.MICRO, asked)

    assert ground_of(given.application, given.operator, given.zones) is None
    assert decide(given).decision is not Decision.GRANTED


def test_a_ground_explains_itself_to_whomever_it_does_not_grant() -> None:
    findings = decide(case(GROUND)).findings

    (said,) = [each for each in findings if each.rule == "experimentation"]
    told: dict[str, Any] = finding_texts(said)
    assert "terrain d'expérimentation" in told["fr"]
