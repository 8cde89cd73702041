"""A terrace, a trench and a mooring stand in the demonstration, and owe for it."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.quotes import quote
from billing.tariffs import demonstration
from octroi.demo import city
from octroi.demo.companies import OPERATORS
from octroi.demo.standing import standing
from permits.case import Case
from permits.decisions import decide
from permits.schemas.applications import ApplicationIn
from zones.catalogue import Catalogue
from zones.formats.reading import read_document

START = datetime(2026, 10, 31, 20, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    published, _ = read_document(city.zones(), "paris")
    return Catalogue(published)


def test_what_stands_is_granted_and_quoted(catalogue: Catalogue) -> None:
    quoted: dict[str, Decimal] = {}
    for one in standing(START):
        asked = ApplicationIn.model_validate(dict(one.body)).to_application(one.operator)
        operator = next(each for each in OPERATORS if each.id == one.operator)
        [place] = asked.volumes
        zones = catalogue.touching(
            place.footprint, layer=asked.layer, band=place.band, window=place.window
        )
        case = Case(
            application=asked,
            operator=operator,
            vehicles=(),
            zones=zones,
            now=START - timedelta(days=1),
        )

        answer = decide(case)
        assert answer.decision is one.expected, [
            each for each in answer.findings if each.outcome == "objected" or each.human
        ]
        assert asked.occupation is not None
        lines = quote(asked, operator, zones, demonstration(), START).lines
        quoted |= {line.tariff: line.amount for line in lines}

    assert quoted.keys() >= {"occupation-terrace-1", "occupation-day", "occupation-mooring"}
    assert all(quoted[each] > 0 for each in quoted if each.startswith("occupation-"))
