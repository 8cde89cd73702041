"""How is a code told to a person? One sentence for each code, in each language.

Parameters are data; how they read depends on the language, and their names say what they are:
`…_at` is an instant, `…_kmh`, `…_m` or `total` a number, `layer`, `purpose` and each of
`equipment` are the city's words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter
from types import MappingProxyType
from zoneinfo import ZoneInfo

from permits.model import Condition, Finding, Outcome
from permits.texts.en import answers as answers_en
from permits.texts.en import asking as asking_en
from permits.texts.en import life as life_en
from permits.texts.en import places as places_en
from permits.texts.en import sharing as sharing_en
from permits.texts.en import terms as terms_en
from permits.texts.en import words as words_en
from permits.texts.fr import answers, asking, life, places, sharing, terms, words

NUMBERS = ("_kmh", "_m", "_kg", "_db", "_deg", "_min", "_m2", "total", "factor")
# How far two uses are to keep from each other; 0 is not to share a place.
APART = ("across_m", "in_height_m")
PARIS = ZoneInfo("Europe/Paris")
PARTS = Formatter().parse
NO_PARAMS: Mapping[str, str] = MappingProxyType({})


class UnknownText(KeyError):
    """A code for which no sentence was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The sentences of one language, and how it writes words, dates and numbers."""

    sentences: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    date: str
    decimal_point: str


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "fr": Language(
            sentences=answers.SENTENCES
            | asking.SENTENCES
            | life.SENTENCES
            | places.SENTENCES
            | sharing.SENTENCES
            | terms.SENTENCES,
            words=words.WORDS,
            date=words.DATE,
            decimal_point=words.DECIMAL_POINT,
        ),
        "en": Language(
            sentences=answers_en.SENTENCES
            | asking_en.SENTENCES
            | life_en.SENTENCES
            | places_en.SENTENCES
            | sharing_en.SENTENCES
            | terms_en.SENTENCES,
            words=words_en.WORDS,
            date=words_en.DATE,
            decimal_point=words_en.DECIMAL_POINT,
        ),
    }
)


def text(code: str, params: Mapping[str, str], lang: str) -> str:
    """Return the sentence of a code in a language, its parameters filled in."""
    language = LANGUAGES[lang]
    if code not in language.sentences:
        msg = f"no {lang} sentence for {code}"
        raise UnknownText(msg)
    told = {name: _told(name, value, language) for name, value in params.items()}
    return language.sentences[code].format_map(told)


@cache
def spoken_of(code: str) -> frozenset[str]:
    """Return the parameters that the sentence of a code has in some language."""
    written = (language.sentences.get(code, "") for language in LANGUAGES.values())
    return frozenset(name for each in written for _, name, _, _ in PARTS(each) if name)


def texts(code: str, params: Mapping[str, str] = NO_PARAMS) -> dict[str, str]:
    """Return the sentence of a code in every language."""
    return {lang: text(code, params, lang) for lang in LANGUAGES}


def code_of(finding: Finding) -> str:
    """Return the code of a finding's sentence; some situations have one of their own."""
    rule, params, outcome = finding.rule, finding.params, finding.outcome
    if outcome is Outcome.NOT_APPLICABLE and "occupation" in params:
        return "occupation.not_applicable"
    told_of = LANGUAGES["fr"].sentences
    situations = {
        "unknown": "unknown" in params,
        "nowhere": finding.zone is None and f"{rule}.nowhere" in told_of,
        # What the public is told of somebody's plans has no hour.
        "taken": outcome is Outcome.OBJECTED
        and "start_at" not in params
        and f"{rule}.taken" in told_of,
        "shared": rule == "conflict" and {*map(params.get, APART)} == {"0"},
        "set_aside": "set_aside_by" in params,
    }
    return f"{rule}.{next((each for each, holds in situations.items() if holds), outcome)}"


def finding_texts(finding: Finding) -> dict[str, str]:
    """Say what a rule found, in every language."""
    return texts(code_of(finding), finding.params)


def condition_texts(condition: Condition) -> dict[str, str]:
    """Say what the holder must keep to, in every language."""
    return texts(f"condition.{condition.code}", condition.params)


def _told(name: str, value: str, language: Language) -> str:
    if name.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(PARIS).strftime(language.date)
    if name.endswith(NUMBERS):
        return value.replace(".", language.decimal_point)
    words = language.words.get(name, {})
    return ", ".join(words.get(each, each) for each in value.split(", ")) if words else value
