"""The rules as everybody may read them, as JSON."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel

from permits.answers.algorithm import PublishedRule
from permits.schemas.told import TextOut

LAW = "Code des relations entre le public et l'administration, art. L. 312-1-3"


class RuleOut(BaseModel):
    """One rule: what it asks, what it weighs, what it rests on, and what it can say.

    With `of_zones` it rests on the act of the zone it speaks of, too. `answers` are its sentences
    by outcome, where `…` stands for what differs from case to case.
    """

    code: str
    question: TextOut
    weighed: TextOut
    acts: list[str]
    of_zones: bool
    answers: dict[str, TextOut]

    @classmethod
    def of(cls, rule: PublishedRule) -> Self:
        """Tell a rule."""
        return cls(
            code=rule.code,
            question=_texts(rule.question),
            weighed=_texts(rule.weighed),
            acts=list(rule.acts),
            of_zones=rule.of_zones,
            answers={outcome: _texts(said) for outcome, said in rule.answers.items()},
        )


class RulesOut(BaseModel):
    """All rules, in the order in which they are asked."""

    law: str = LAW
    items: list[RuleOut]


def _texts(said: Mapping[str, str]) -> TextOut:
    return TextOut(fr=said["fr"], en=said["en"])
