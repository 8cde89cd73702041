"""What did one official judge say of one document?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Syntax(StrEnum):
    """In which of the two syntaxes of EN 16931 a document is written; UBL has two documents."""

    CII = "cii"
    UBL_INVOICE = "ubl-invoice"
    UBL_CREDIT_NOTE = "ubl-credit-note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One judge's word: how many rules it looked at, and what it objects to, by rule."""

    judge: str
    rules: int
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document to be judged: what it is called, its syntax, its bytes."""

    name: str
    syntax: Syntax
    xml: bytes


# Judges documents, each by all the judges of its syntax, in the order given.
Judge = Callable[[Sequence[Written]], Sequence[tuple[Judgement, ...]]]


class DocumentRefused(Exception):
    """A document that an official judge objects to: it is not issued, nor handed out."""


def require_accepted(document: Written, judgements: Sequence[Judgement]) -> None:
    """Refuse a document that a judge objects to, or that none looked at."""
    require_unobjected(document.name, judgements)


def require_unobjected(name: str, judgements: Sequence[Judgement]) -> None:
    """Refuse what a judge objects to, or that none looked at, by its name."""
    if not judgements:
        msg = f"{name}: nobody judged it"
        raise DocumentRefused(msg)
    for each in judgements:
        if each.objections:
            msg = f"{name}: {each.judge} objects: {each.objections[0]}"
            raise DocumentRefused(msg)
        if not each.rules:
            msg = f"{name}: {each.judge} looked at no rule, so it says nothing"
            raise DocumentRefused(msg)
