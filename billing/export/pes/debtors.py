"""How does the accountant's file name a debtor? Short lines of capitals, as on an envelope.

The postal norm (AFNOR XP Z10-011) has six lines of 38 capitals; the file has Latin-1. What cannot
be written so is refused: a title that reaches nobody recovers nothing.
"""

import re
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

from billing.export.claim import place
from permits.parties import Operator

WIDTH, OBJECT_WIDTH = 38, 160
LINES_OF_NAME, LINES_OF_STREET = 2, 3
SIRET, SIREN = "01", "02"
ENCODING = "iso-8859-1"
LETTERS = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "…": "...",
        "€": "EUR",
        "\N{NARROW NO-BREAK SPACE}": " ",
    }
)
LIGATURES = str.maketrans({"Æ": "AE", "Ø": "O"})
PLAIN = re.compile(r"[^0-9A-Z' -]+")
REFERENCE_LENGTH = 30
NO_LETTER = "has no letter of the Latin alphabet"


class UnwritableDebtor(Exception):
    """A debtor whose name or address the file cannot hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Whom a title is against: identity, and where it is sent."""

    identifier: str
    scheme: str
    reference: str
    category: str
    nature: str
    name: tuple[str, ...]
    street: tuple[str, ...]
    postcode: str
    town: str


def debtor(operator: Operator, kind: tuple[str, str]) -> Debtor:
    """Write an operator as a debtor of a category and legal nature."""
    where = place(operator.address)
    if not where.postcode:
        _refuse(operator, "address", "is not written `street, 75001 Town`")
    street = _lines(operator, where.street, "address", LINES_OF_STREET)
    (town,) = _lines(operator, where.city, "address", 1)
    category, nature = kind
    return Debtor(
        identifier=operator.siret or operator.siren,
        scheme=SIRET if operator.siret else SIREN,
        reference=latin(operator.id)[:REFERENCE_LENGTH],
        category=category,
        nature=nature,
        name=_name(operator),
        street=street,
        postcode=where.postcode,
        town=town,
    )


def latin(text: str) -> str:
    """Write a text in Latin-1; what that has no letter for loses its accent, or goes."""
    told = []
    for letter in text.translate(LETTERS):
        plain = letter if _fits(letter) else unicodedata.normalize("NFKD", letter)
        told += [each for each in plain if _fits(each)]
    return " ".join("".join(told).split())


def shortened(text: str) -> str:
    """Write the object of a title, of its lines: as many whole words as there is room for."""
    return textwrap.shorten(latin(text), OBJECT_WIDTH, placeholder="...")


def _name(operator: Operator) -> tuple[str, ...]:
    """Write a name; what is beyond two lines is left out, the SIREN says who it is."""
    lines = _wrapped(_capitals(operator.name))
    if not lines:
        _refuse(operator, "name", NO_LETTER)
    return tuple(lines[:LINES_OF_NAME])


def _lines(operator: Operator, text: str, name: str, most: int) -> tuple[str, ...]:
    lines = _wrapped(_capitals(text))
    if not lines:
        _refuse(operator, name, NO_LETTER)
    if len(lines) > most:
        _refuse(operator, name, f"{text[:60]!r} is longer than {most} x {WIDTH} characters")
    return tuple(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)


def _capitals(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.translate(LETTERS).upper().translate(LIGATURES))
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    return " ".join(PLAIN.sub(" ", bare).split())


def _fits(letter: str) -> bool:
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return letter.isprintable() or letter.isspace()


def _refuse(operator: Operator, name: str, reason: str) -> NoReturn:
    msg = f"operator {operator.id}, {name}: {reason}, so no title can be written"
    raise UnwritableDebtor(msg)
