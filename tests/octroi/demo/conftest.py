"""The demonstration's city, its cast and its fleet."""

from typing import Any

import pytest

from octroi.demo.cast import Cast, cast
from octroi.demo.city import zones
from octroi.demo.fleet import Fleet
from tests.octroi.demo.drawing import END, START


@pytest.fixture(scope="module")
def city() -> dict[str, Any]:
    return zones()


@pytest.fixture(scope="module")
def company(city: dict[str, Any]) -> Cast:
    return cast(7, 60, START, END, city)


@pytest.fixture(scope="module")
def fleet(company: Cast) -> Fleet:
    return Fleet(characters=company.characters, seed=7, start=START)
