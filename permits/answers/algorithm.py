"""What does the algorithm weigh? Each rule as it is published: its question, its acts, its answers.

An administration publishes the rules that define its main algorithmic processing where individual
decisions rest on it (Code des relations entre le public et l'administration, art. L. 312-1-3).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from permits.model import Outcome
from permits.occupations import TERMS
from permits.rules import asked as rules
from permits.rules import (
    experimentation,
    flying,
    occupying,
    placing,
    sharing,
    validity,
    zonewise,
)
from permits.texts.catalogue import LANGUAGES
from permits.texts.en import rules as english
from permits.texts.fr import rules as french

PARAMETER = re.compile(r"\{[a-z0-9_]+\}")
UNSAID = "…"
WORDS = MappingProxyType({"fr": french, "en": english})

OCCUPIED = tuple(sorted({each.act for each in TERMS.values()} - {rules.TEMPORARY}))

# Whatever its answer says: one of these, or the act of the zone it is about.
ACTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "window_ahead": (f"{rules.ORDINANCE}, art. 2",),
        "window_bounded": (rules.TEMPORARY, *OCCUPIED),
        "occupation_titled": (zonewise.TITLE_NEEDED, *OCCUPIED),
        "place_fits": (placing.RIVERBED,),
        "vehicles_known": (rules.DRONES_REGISTERED, f"{rules.ORDINANCE}, art. 3"),
        "documents_held": (validity.IN_THE_AIR, validity.PAPERS),
        "documents_valid": (validity.IN_THE_AIR, validity.PAPERS),
        "default_to_ask": (rules.DRONE_ZONES, zonewise.TITLE_NEEDED),
        "height_capped": (rules.DRONE_ZONES,),
        "open_height": (flying.OPEN_CATEGORY,),
        "drone_category": (flying.OPEN_CATEGORY,),
        "experimentation": (experimentation.GROUNDS,),
        "quiet_hours": (occupying.WORKS_NOISE,),
        "networks_declared": (occupying.DECLARED,),
        "networks_clear": (occupying.NETWORKS,),
        "conflict": (sharing.FLIGHTS_APART, sharing.ORDER_OF_ARRIVAL),
        "capacity": (sharing.ORDER_OF_ARRIVAL,),
        "movements": (sharing.ORDER_OF_ARRIVAL,),
        "vehicles_free": (sharing.ONE_PLACE,),
        "purpose_favoured": (rules.FEES_DUE,),
    }
)
# Rules that speak of zones rest on the act of each, and where none is touched on the general one.
OF_ZONES = frozenset(
    {
        "zone_restriction",
        "human_review",
        "experimentation",
        "events",
        "speed_cap",
        "transit",
        "zone_demands",
        "length_fits",
        "mass_fits",
        "noise_fits",
        "equipment_carried",
        "capacity",
        "movements",
    }
)


class UnknownRule(LookupError):
    """A rule that the city does not ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRule:
    """A rule as everybody may read it; texts by language, `answers` by outcome."""

    code: str
    question: Mapping[str, str]
    weighed: Mapping[str, str]
    acts: tuple[str, ...]
    of_zones: bool
    answers: Mapping[str, Mapping[str, str]]


def published() -> tuple[PublishedRule, ...]:
    """Return every rule, in the order in which they are asked."""
    return tuple(_published(rule.__name__) for rule in rules.RULES)


def published_rule(code: str) -> PublishedRule:
    """Return one rule by its code."""
    found = next((each for each in published() if each.code == code), None)
    if found is None:
        msg = f"no rule is called {code!r}"
        raise UnknownRule(msg)
    return found


def _published(code: str) -> PublishedRule:
    return PublishedRule(
        code=code,
        question={lang: words.QUESTIONS[code] for lang, words in WORDS.items()},
        weighed={lang: words.WEIGHED[code] for lang, words in WORDS.items()},
        acts=ACTS.get(code, (zonewise.TITLE_NEEDED,)),
        of_zones=code in OF_ZONES,
        answers=_answers(code),
    )


def _answers(code: str) -> dict[str, dict[str, str]]:
    """Return what the rule can say, with what differs from case to case left open."""
    outcomes = (*(each.value for each in Outcome), "nowhere", "set_aside", "unknown")
    sentences = LANGUAGES["fr"].sentences
    return {
        outcome: {
            lang: PARAMETER.sub(UNSAID, language.sentences[f"{code}.{outcome}"])
            for lang, language in LANGUAGES.items()
        }
        for outcome in outcomes
        if f"{code}.{outcome}" in sentences
    }
