"""Billing from the command line."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Formatter

import pytest
import typer
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner, Result

from billing.periods import InvalidPeriod
from billing.planning import Plan, RunMode
from billing.refused import STATUS
from billing.service import BillingService
from octroi.cli.billing import commands, explain
from octroi.cli.spoken import EN, FR
from tests.billing.conftest import City
from tests.billing.samples import permit, visit


@pytest.fixture
def app(service: BillingService, city: City) -> typer.Typer:
    city.visits = [visit("a"), visit("b")]
    city.permits = [permit()]

    @contextmanager
    def opened() -> Iterator[BillingService]:
        yield service

    app = typer.Typer()
    app.add_typer(commands(opened), name="billing")
    app.command("explain")(explain(opened))
    return app


def said(app: typer.Typer, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result


@pytest.mark.parametrize("kind", STATUS)
def test_whatever_billing_refuses_is_told_in_a_sentence(kind: type[Exception]) -> None:
    @contextmanager
    def refusing() -> Iterator[BillingService]:
        msg = "the reason is told"
        raise kind(msg)
        yield

    told = CliRunner().invoke(commands(refusing), ["ledger"])

    assert told.exit_code == (2 if kind is InvalidPeriod else 1)
    assert "The reason is told." in told.stderr


def test_a_month_is_billed_exported_explained_and_verified(
    app: typer.Typer, tmp_path: Path
) -> None:
    run = said(app, "billing", "run", "--period", "2026-10").stdout
    issued = said(app, "billing", "issue", "--period", "2026-10").stdout
    listed = said(app, "billing", "list").stdout
    said(app, "billing", "export", "csv", "--period", "2026-10", "--out", str(tmp_path / "x.csv"))
    as_json = said(app, "billing", "export", "json", "--invoice", "P-2026-000001").stdout
    paper = tmp_path / "x.pdf"
    said(app, "billing", "export", "pdf", "--invoice", "P-2026-000001", "--out", str(paper))
    explained = said(app, "explain", "P-2026-000001/1").stdout

    assert "3 usages new, 0 known, 3 fees new" in run
    assert "P-2026-000001" in issued
    assert "€42.00" in listed
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        assert [row["amount"] for row in csv.DictReader(file)] == ["7.00", "35.00"]
    assert json.loads(as_json)["total"] == "42.00"
    assert paper.read_bytes().startswith(b"%PDF")
    for told in ("fee", "usage", "visit", "compliant", "2.35100", "air-minute version 1"):
        assert told in explained
    assert "1 invoice:" in said(app, "billing", "verify").stdout


def test_a_file_in_a_folder_has_its_own_name_and_says_what_was_written(
    app: typer.Typer, tmp_path: Path
) -> None:
    fec = said(app, "billing", "export", "fec", "--period", "2026-10", "--out", str(tmp_path))
    said(app, "billing", "dictionary", "--out", str(tmp_path))
    said(app, "billing", "dictionary", "--out", str(tmp_path / "columns.json"))

    (entries,) = tmp_path.glob("*FEC202610*.txt")
    assert fec.stdout == f"{entries}: fec, {entries.stat().st_size} B\n"
    assert "aucune écriture" in fec.stderr.lower()
    rows = csv.DictReader((tmp_path / "octroi-dictionary.csv").read_text("utf-8").splitlines())
    told = json.loads((tmp_path / "columns.json").read_text("utf-8"))
    assert [(row["table"], row["column"], row["fr"], row["en"]) for row in rows] == [
        (table, *each.values()) for table, columns in told.items() for each in columns
    ]


def test_verify_ends_with_one_when_something_does_not_agree(
    app: typer.Typer, service: BillingService
) -> None:
    said(app, "billing", "run", "--period", "2026-10")
    said(app, "billing", "issue", "--period", "2026-10")
    with service._pool.connection() as connection:  # noqa: SLF001 - a burglar
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE billing.invoice SET due_on = due_on + 1")

    assert "sealed" in said(app, "billing", "verify", code=1).stderr


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (("billing", "run", "--period", "2026-11"), "not over", 1),
        (("billing", "run", "--period", "soon"), "YYYY-MM", 2),
        (("billing", "issue"), "--period", 2),
        (("billing", "issue", "nothing"), "no invoice nothing", 1),
        (("billing", "export", "pdf", "--period", "2026-10"), "--invoice", 2),
        (("billing", "export", "csv"), "--period", 2),
        (
            ("billing", "export", "pes", "--period", "2026-10", "--out", "x.zip"),
            "--out: pes is written as .xml, not as .zip",
            2,
        ),
        (("billing", "dictionary", "--out", "x.xlsx"), "written as .csv or .json", 2),
        # What was typed is told as it was.
        (("explain", "hello"), "'hello' is no line", 2),
        (("explain", "P-2026-000001/1"), "no invoice P-2026-000001", 1),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    app: typer.Typer, words: tuple[str, ...], told: str, code: int
) -> None:
    assert told in said(app, *words, code=code).stderr


def test_a_month_is_billed_explained_and_verified_in_french(app: typer.Typer) -> None:
    french = ("--lang", "fr")
    run = said(app, "billing", "run", "--period", "2026-10", *french).stdout
    dry = said(app, "billing", "submit", "--period", "2026-10", "--dry-run", *french).stdout
    issued = said(app, "billing", "issue", "--period", "2026-10", *french).stdout
    explained = said(app, "explain", "P-2026-000001/1", *french).stdout
    verified = said(app, "billing", "verify", *french).stdout
    english = said(app, "billing", "list").stdout
    books = [row.split()[0] for row in said(app, "billing", "ledger", *french).stdout.splitlines()]
    again = said(app, "billing", "run", "--period", "2026-10").stdout
    encore = said(app, "billing", "run", "--period", "2026-10", *french).stdout
    before = said(app, "billing", "run", "--period", "2026-09", *french).stdout

    assert books == [
        "compte",
        "redevables",
        "redevances:air:air-minute",
        "redevances:air:air-permit",
    ]
    assert "42,00\u00a0€" in issued
    assert again.startswith("2026-10: nothing new; the 3 usages of the month were metered before")
    assert encore.startswith("2026-10 : rien de nouveau ; déjà liquidé : 3 usages")
    assert encore.endswith("rien à émettre : 2026-10 n'a pas de projet de facture\n")
    assert before.startswith("2026-09 : aucun usage")
    assert "nouveaux : 3 usages et 3 redevances ; déjà connus : 0" in run
    assert dry.startswith("simulation : ")
    assert "en revue" in dry
    assert issued.splitlines()[0].split() == (
        ["facture", "période", "opérateur", "état", "lignes", "total"]
    )
    for told in (
        "redevance",
        "passage",
        "conforme",
        "dû par",
        "objet livraison",
        "entreprise moyenne",
        "600\u202f000 ms",
    ):
        assert told in explained
    assert "1 facture : numéros sans lacune" in verified
    assert "issued" in english


def test_runs_that_nobody_starts_are_told(
    app: typer.Typer, pool: ConnectionPool, city: City
) -> None:
    plan = Plan(mode=RunMode.DRY)
    planned = BillingService(pool, lambda: city.now, city.sources(), lambda _: (), plan=plan)

    planned.schedule.tick()

    told = said(app, "billing", "runs").stdout
    assert "dry run" in told
    assert "42" in told
    assert "OCTROI_BILLING_RUNS vaut none" in said(app, "billing", "runs", "--lang", "fr").stdout


def test_both_languages_say_all_that_the_commands_say() -> None:
    english, french = ({k for k in each if not k.startswith("word.")} for each in (EN, FR))

    assert english == french
    for name in english:
        one, other = EN[name], FR[name]
        assert type(one) is type(other)
        if isinstance(one, str) and isinstance(other, str):
            assert fields(one) == fields(other), name


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
