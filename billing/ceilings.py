"""What may a city ask of the electricity network? The law's formula, by how many live there."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from billing.money import EXACT, TIMES, product
from billing.prices import Tariff

PARIS = 2_133_111
WORKS_SHARE = Decimal("0.2")  # PR'D = PRD / 5
NETWORK, WORKS = "electricity-distribution", "electricity-works"


class Bracket(NamedTuple):
    """A line of the formula, up to so many inhabitants: so much for each, and so much in all."""

    most: int | None
    each: Decimal
    in_all: Decimal


# CGCT, art. R. 2333-105, before the index.
ELECTRICITY = (
    Bracket(2_000, Decimal(0), Decimal(153)),
    Bracket(5_000, Decimal("0.183"), Decimal(-213)),
    Bracket(20_000, Decimal("0.381"), Decimal(-1_204)),
    Bracket(100_000, Decimal("0.534"), Decimal(-4_253)),
    Bracket(None, Decimal("0.686"), Decimal(-19_498)),
)


def electricity(population: int) -> Decimal:
    """Return the ceiling of a year's fee for the distribution network, before the index."""
    bracket = _bracket(population)
    return EXACT.add(product(bracket.each, Decimal(population)), bracket.in_all)


def for_population(tariffs: Iterable[Tariff], population: int) -> tuple[Tariff, ...]:
    """Return reference prices as they are of a city of so many inhabitants."""
    return tuple(_of(tariff, population) for tariff in tariffs)


def _of(tariff: Tariff, population: int) -> Tariff:
    if tariff.id not in {NETWORK, WORKS}:
        return tariff
    ceiling = electricity(population)
    if tariff.id == WORKS:
        return replace(tariff, unit_price=product(ceiling, WORKS_SHARE))
    names = {"fr": "Réseau public de distribution d'électricité :", "en": "Electricity network:"}
    said = {lang: f"{name} {_formula(population, lang)}" for lang, name in names.items()}
    return replace(tariff, unit_price=ceiling, text=said)


def _formula(population: int, lang: str) -> str:
    bracket = _bracket(population)
    if not bracket.each:
        return f"{bracket.in_all} €"
    people = "habitants" if lang == "fr" else "inhabitants"
    return f"{bracket.each} € {TIMES} {population} {people} - {-bracket.in_all} €"


def _bracket(population: int) -> Bracket:
    return next(each for each in ELECTRICITY if each.most is None or population <= each.most)
