"""What billing refuses, by each door: named in a sentence, nothing changed, no number used."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from fastapi import FastAPI
from psycopg import sql
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner

from billing import tariff_api
from billing.api import router
from billing.exporting import Kind, export
from billing.lists import PriceLists
from billing.service import BillingService
from billing.tariffs import write
from octroi.cli import application
from octroi.cli.billing import commands
from octroi.problems import install
from permits.identity.guard import anyone, bearers, someone
from tests.billing.conftest import City
from tests.billing.samples import OCTOBER, permit, tariff, visit
from tests.billing.test_api import CALLERS, People, nobody, serving

NUMBER = "P-2026-000001"
RIVER = write(tariff("river-km", version=2))
QUAY = write(tariff("quay"))
STRANGE = "date,reference,amount,transaction\n2026-11-02,P-2026-000009,5.00,TX-1\n"
VOYAGE = {"operator": "aladin", "reference": "v", "layer": "river", "at": "2026-10-14T12:00:00Z"}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'billing' ORDER BY tablename"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is refused: asked of the API and answered so, typed and answered so."""

    path: str
    body: dict[str, Any]
    status: int
    says: str
    typed: tuple[str, ...]
    code: int
    told: str
    file: str = ""
    by: str = "finance"


def priced(document: dict[str, Any]) -> dict[str, Any]:
    """Return how a tariff is published by each door."""
    return {
        "path": "/v1/tariffs",
        "by": "rules",
        "body": document,
        "typed": ("tariffs", "import", "FILE"),
        "file": json.dumps({"tariffs": [document]}),
        "code": 1,
    }


CASES = {
    "overlapping tariff versions": Case(
        **priced(RIVER),
        status=409,
        says="river-km: versions 1 and 2 overlap",
        told="river-km: versions 1 and 2 overlap",
    ),
    "a tariff without act": Case(
        **priced({name: value for name, value in QUAY.items() if name != "act"}),
        status=422,
        says="/act",
        told="tariffs[0].act: a tariff needs it as text",
    ),
    "a negative price": Case(
        **priced({**QUAY, "unit_price": "-0.35"}),
        status=422,
        says="unit_price: -0.35 is not a finite number from 0 up",
        told="tariffs[0].unit_price: -0.35 is not a finite number from 0 up",
    ),
    "a unit nobody knows": Case(
        **priced({**QUAY, "kind": "per_fortnight"}),
        status=422,
        says="kind: 'per_fortnight' is none of per_entry",
        told="tariffs[0].kind: 'per_fortnight' is none of per_entry",
    ),
    "a negative quantity": Case(
        path="/v1/usage",
        body={**VOYAGE, "passengers": -3},
        status=422,
        says="/passengers",
        typed=("billing", "credit", NUMBER, "--reason", "x", "--line", "1=-3"),
        code=1,
        told="lines.1: -3",
    ),
    "a period that is not over": Case(
        path="/v1/billing/runs",
        body={"period": "2026-11"},
        status=409,
        says="2026-11 is not over",
        typed=("billing", "run", "--period", "2026-11"),
        code=1,
        told="2026-11 is not over",
    ),
    "issuing twice": Case(
        path="/v1/invoices/DRAFT/issue",
        body={},
        status=409,
        says=f"{NUMBER} was issued already",
        typed=("billing", "issue", "DRAFT"),
        code=1,
        told=f"{NUMBER} was issued already",
    ),
    "crediting more than the invoice": Case(
        path=f"/v1/invoices/{NUMBER}/credit",
        body={"reason": "x", "lines": {"1": "3.51"}},
        status=422,
        says="/lines/1: 3.51 is more than the 3.50",
        typed=("billing", "credit", NUMBER, "--reason", "x", "--line", "1=3.51"),
        code=1,
        told="lines.1: 3.51 is more than the 3.50",
    ),
    "a statement with an unknown reference": Case(
        path="/v1/payments",
        body={"csv": STRANGE},
        status=422,
        says="there is no invoice P-2026-000009",
        typed=("billing", "pay", "FILE"),
        code=1,
        told="Row 2, reference: there is no invoice P-2026-000009",
        file=STRANGE,
    ),
}


@pytest.fixture
def draft(swift: BillingService, city: City) -> str:
    """Return the id of what was issued as P-2026-000001."""
    city.visits, city.permits = [visit("a")], [permit()]
    return str(swift.issue(swift.run(OCTOBER).drafts[0].id, by="f").id)


def rows(pool: ConnectionPool) -> dict[str, list[str]]:
    """Return all that billing has written down: counters, claims, books and prices, too."""
    with pool.connection() as connection:
        names = [name for (name,) in connection.execute(TABLES).fetchall()]
        asked = {
            name: sql.SQL("SELECT told::text FROM {} AS told ORDER BY 1").format(
                sql.Identifier("billing", name)
            )
            for name in names
        }
        return {
            name: [text for (text,) in connection.execute(query)] for name, query in asked.items()
        }


def test_over_http_each_is_refused_by_name_and_changes_nothing(
    swift: BillingService, city: City, pool: ConnectionPool, draft: str
) -> None:
    app, who = FastAPI(), someone(anyone(bearers(CALLERS.get), nobody))
    install(app)
    app.include_router(router(swift, who))
    lists = PriceLists(swift, tuple, lambda: city.now)
    app.include_router(tariff_api.router(swift, lists, who))
    before = rows(pool)

    with serving(app) as url, httpx.Client(base_url=url) as client:
        for name, case in CASES.items():
            path = case.path.replace("DRAFT", draft)
            answer = People(client).post(path, case.body, by=case.by)

            assert answer.status_code == case.status, (name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json", name
            assert case.says in answer.json()["detail"], (name, answer.json())
            assert rows(pool) == before, name


@pytest.fixture
def typing(
    swift: BillingService, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> typer.Typer:
    """Return the commands over the same database, as an installation opens it."""
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))

    @contextmanager
    def opened() -> Iterator[BillingService]:
        yield swift

    app = application(["tariffs"])
    app.registered_groups = [each for each in app.registered_groups if each.name != "billing"]
    app.add_typer(commands(opened), name="billing")
    return app


def test_by_command_each_is_refused_by_name_and_changes_nothing(
    pool: ConnectionPool, draft: str, typing: typer.Typer, tmp_path: Path
) -> None:
    before = rows(pool)

    for name, case in CASES.items():
        file = tmp_path / "file"
        file.write_text(case.file, "utf-8")
        words = [{"FILE": str(file), "DRAFT": draft}.get(word, word) for word in case.typed]
        answer = CliRunner().invoke(typing, words, env={"COLUMNS": "200"})

        assert (answer.exit_code, answer.stdout) == (case.code, ""), (name, answer.output)
        assert case.told in answer.stderr, (name, answer.stderr)
        assert rows(pool) == before, name


def test_a_corrupted_bundle_is_refused_by_name(
    swift: BillingService, draft: str, typing: typer.Typer, tmp_path: Path
) -> None:
    assert draft
    whole = b"".join(export(swift, Kind.AUDIT, OCTOBER).pieces)
    file = tmp_path / "bundle.zip"
    for content, told in ((whole[: len(whole) // 2], "no whole audit bundle"), (b"", "no whole")):
        file.write_bytes(content)

        answer = CliRunner().invoke(typing, ["billing", "verify", str(file)])

        assert (answer.exit_code, answer.stdout) == (1, ""), answer.output
        assert told in answer.stderr
