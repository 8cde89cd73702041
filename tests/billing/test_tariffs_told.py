"""What the manual shows of tariffs is what can be published."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from billing.prices import Tariff, TariffKind
from billing.tariffs import demonstration, read, references, write

MANUAL = Path(__file__).parents[2] / "docs" / "tariffs.md"
CLAUSES = (
    *("slices", "first_free", "minimum", "cap_visit", "cap_day", "cap_period", "surcharges"),
    *("fixed", "size_factors", "purpose_factors", "noise_factors", "energy_factors", "index"),
    *("without_title", "street_categories", "occupations"),
)


@cache
def shown() -> list[dict[str, Any]]:
    """Return the manual's documents: the whole one, and it with each line put into it."""
    text = MANUAL.read_text("utf-8")
    whole = json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])
    (lines,) = re.findall(r"```jsonl\n(.*?)```", text, re.DOTALL)
    return [whole, *({**whole, **json.loads(line)} for line in lines.splitlines())]


@pytest.mark.parametrize("at", range(len(shown())))
def test_each_document_of_the_manual_is_accepted_and_read_back(at: int) -> None:
    accepted = read(shown()[at])

    assert read(write(accepted)) == accepted


def test_the_manual_shows_every_kind_and_every_clause() -> None:
    assert {each["kind"] for each in shown()} == set(TariffKind)
    assert [name for name in CLAUSES if not any(name in each for each in shown())] == []


@pytest.mark.parametrize("tariff", [*demonstration(), *references()], ids=lambda each: each.id)
def test_a_price_that_comes_with_octroi_has_its_source_or_says_that_it_is_invented(
    tariff: Tariff,
) -> None:
    assert tariff.act
    assert tariff.source
    invented = tariff.act.startswith("démonstration") and "démonstration" in tariff.source
    of_others = re.search(r"\d{4}|\.(com|fr|org)|legifrance|huffingtonpost|Chicago", tariff.source)
    assert invented or of_others


def test_a_tariff_tells_when_it_is_valid_in_utc() -> None:
    summer = {"start": "2026-07-01T00:00:00+02:00", "end": "2027-01-01"}

    assert write(read({**shown()[0], "valid": summer}))["valid"] == {
        "start": "2026-06-30T22:00:00Z",
        "end": "2026-12-31T23:00:00Z",
    }
