"""The table of questions about zones, asked over HTTP and held against the oracle's answers."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from octroi import problems
from permits.interuss import map_api
from permits.interuss.features import Law
from permits.interuss.tokens import TokenCheck
from tests.permits.cases import NOW
from tests.permits.conftest import serving
from tests.permits.interuss import build_table
from tests.permits.interuss.tokens import AUDIENCE, QUERY, bearer, public
from zones.catalogue import Catalogue
from zones.formats import geojson
from zones.heights.vertical import paris_datum

AT_ONCE = 100


@pytest.fixture(scope="module")
def table() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((build_table.FOLDER / "checks.json").read_text("utf-8"))
    return rows


@pytest.fixture(scope="module")
def city() -> Iterator[httpx.Client]:
    document = json.loads((build_table.FOLDER / "zones.json").read_text("utf-8"))
    zones, defects = geojson.read(document, "table")
    assert not defects
    law = Law(catalogue=Catalogue(zones), datum=paris_datum())
    app = FastAPI()
    problems.install(app)
    app.include_router(
        map_api.router(lambda: law, lambda: NOW, TokenCheck(public(), AUDIENCE, lambda: NOW))
    )
    with (
        serving(app) as url,
        httpx.Client(base_url=url, headers=bearer(NOW, QUERY), timeout=30) as client,
    ):
        yield client


def test_every_row_is_answered_as_the_oracle_says(
    city: httpx.Client, table: list[dict[str, Any]]
) -> None:
    answers: list[str] = []
    for start in range(0, len(table), AT_ONCE):
        checks = [{"filter_sets": [row["filters"]]} for row in table[start : start + AT_ONCE]]

        answer = city.post("/interuss/geospatial_map/map/queries", json={"checks": checks})

        assert answer.status_code == 200, answer.text
        answers += [each["features_selection_outcome"] for each in answer.json()["results"]]
    wrong = [
        f"{row['id']}: {said}, not {row['expected']}"
        for row, said in zip(table, answers, strict=True)
        if said != row["expected"]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_is_large_and_has_every_kind_of_row_both_ways(
    table: list[dict[str, Any]],
) -> None:
    kinds = {(row["id"].partition(":")[0], row["expected"]) for row in table}

    assert len(table) >= 150
    assert kinds >= {
        (family.__name__, answer)
        for family in build_table.FAMILIES
        for answer in ("Present", "Absent")
    }


def test_the_table_is_what_its_script_writes() -> None:
    written = build_table.written()

    assert written == {each: (build_table.FOLDER / each).read_text("utf-8") for each in written}
