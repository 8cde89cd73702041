"""What the law lets a city ask of networks, by how many live there."""

from decimal import Decimal

import pytest

from billing.ceilings import PARIS, electricity, for_population
from billing.money import TIMES
from billing.tariffs import read, references, write


@pytest.mark.parametrize(
    ("population", "ceiling"),
    [
        (1, "153"),
        (2_000, "153"),
        (2_001, "153.183"),
        (5_000, "702"),
        (20_000, "6416"),
        (100_000, "49147"),
        (PARIS, "1443816.146"),
    ],
)
def test_the_electricity_network_owes_what_its_bracket_says(population: int, ceiling: str) -> None:
    assert electricity(population) == Decimal(ceiling)


def test_the_reference_prices_are_those_of_paris_and_change_with_the_population_alone() -> None:
    paris = {each.id: each.unit_price for each in for_population(references(), PARIS)}
    village = {each.id: each for each in for_population(references(), 3_000)}

    assert paris == {each.id: each.unit_price for each in references()}
    assert {ident for ident, price in paris.items() if village[ident].unit_price != price} == {
        "electricity-distribution",
        "electricity-works",
    }
    assert village["electricity-works"].unit_price == Decimal("67.2")
    said = village["electricity-distribution"].text["fr"]
    assert f"0.183 € {TIMES} 3000 habitants" in said
    assert all(read(write(each)) == each for each in village.values())
