"""Everything an operator reads exists in French and in English."""

import string
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.decisions import decide
from permits.model import Finding, Outcome
from permits.rules.asked import RULES
from permits.texts.catalogue import LANGUAGES, UnknownText, condition_texts, finding_texts, text
from tests.permits.cases import Asked, case, zone
from tests.permits.test_decisions import asked as any_asked
from tests.permits.test_decisions import zones as any_zones
from zones.demands import ZoneRules
from zones.model import Layer, Purpose, Zone

FR, EN = LANGUAGES["fr"], LANGUAGES["en"]


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences() -> None:
    assert FR.sentences.keys() == EN.sentences.keys()


def test_a_sentence_tells_the_same_facts_in_both_languages() -> None:
    for code, sentence in FR.sentences.items():
        assert fields(sentence) == fields(EN.sentences[code]), code


@pytest.mark.parametrize("words", [FR.words, EN.words], ids=["fr", "en"])
def test_every_purpose_and_layer_has_a_word(words: Mapping[str, Mapping[str, str]]) -> None:
    assert words["purpose"].keys() == set(Purpose)
    assert words["layer"].keys() == set(Layer)


def test_every_rule_has_sentences() -> None:
    told = {code.split(".")[0] for code in FR.sentences}

    assert {rule.__name__ for rule in RULES} <= told


@given(asked=any_asked, zones=any_zones)
def test_whatever_a_rule_finds_can_be_told_in_both_languages(
    asked: Asked, zones: list[Zone]
) -> None:
    answer = decide(case(*zones, asked=asked))

    for finding in answer.findings:
        told = finding_texts(finding)
        assert told.keys() == {"fr", "en"}
        assert all(told.values())
    for condition in answer.conditions:
        assert all(condition_texts(condition).values())


def test_a_code_without_a_sentence_is_an_error_and_not_a_silence() -> None:
    with pytest.raises(UnknownText):
        finding_texts(Finding(rule="no_such_rule", outcome=Outcome.PASSED))


def test_an_instant_is_told_in_the_citys_time() -> None:
    params = {"start_at": "2026-07-01T08:00:00+00:00"}

    assert "01/07/2026 à 10:00" in text("window_ahead.passed", params, "fr")
    assert "01 July 2026 at 10:00" in text("window_ahead.passed", params, "en")


def test_a_decimal_is_told_as_the_language_writes_it() -> None:
    slow = zone(rules=ZoneRules(speed_max_mps=3.5))

    [*_, condition] = decide(case(slow)).conditions

    assert "12,6 km/h" in condition_texts(condition)["fr"]
    assert "12.6 km/h" in condition_texts(condition)["en"]


@given(name=st.text())
def test_a_zones_name_is_data_and_never_a_template(name: str) -> None:
    finding = Finding(
        rule="zone_restriction",
        outcome=Outcome.OBJECTED,
        zone=zone().id,
        params={"zone_name": name},
    )

    assert name in finding_texts(finding)["fr"]
