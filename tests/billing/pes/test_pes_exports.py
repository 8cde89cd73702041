"""What was issued in a month goes to the accountant: by command, over HTTP, or not at all."""

import asyncio
import gzip
import io
from base64 import b64decode
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import facturx
import httpx
import pytest
import typer
from fastapi import FastAPI
from lxml import etree
from psycopg_pool import ConnectionPool
from pypdf import PdfReader
from typer.testing import CliRunner

from billing.api import router
from billing.export.pes.codes import InvalidCodes
from billing.exporting import Kind, export
from billing.judging.court import Court
from billing.judging.treasury import ENTRY, NoSchemas
from billing.model import Invoice
from billing.periods import month
from billing.service import BillingService
from billing.tariffs import demonstration
from billing.treasury import Bureau, NothingIssued
from octroi.cli.billing import commands
from permits.parties import Caller, Role
from tests.billing.conftest import City
from tests.billing.pes.accountant import CODES, SCHEMAS
from tests.billing.samples import OCTOBER, permit, visit

NOVEMBER = month(2026, 11)
CALLERS = {
    "finance": Caller(role=Role.FINANCE, name="treasury"),
    "aladin": Caller(role=Role.OPERATOR, name="aladin"),
    "boreal": Caller(role=Role.OPERATOR, name="boreal"),
}
# Takes any file: where the official schemas are not at hand, Octroi's own rules judge alone.
ANY = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:n="{space}"
 targetNamespace="{space}"><xs:element name="PES_Aller"/></xs:schema>"""
SPACE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    (tmp_path / "codes.toml").write_text(CODES, "utf-8")
    if SCHEMAS is None:
        (tmp_path / ENTRY).parent.mkdir(parents=True)
        (tmp_path / ENTRY).write_text(ANY.format(space=SPACE), "utf-8")
    return Bureau(schemas=SCHEMAS or tmp_path, codes=tmp_path / "codes.toml")


@pytest.fixture
def booked(pool: ConnectionPool, city: City, court: Court, bureau: Bureau) -> BillingService:
    """Return a service that knows its accountant."""
    service = BillingService(pool, lambda: city.now, city.sources(), court.judge, bureau=bureau)
    service.publish(demonstration(), by="council")
    city.visits, city.permits = [visit("a")], [permit()]
    return service


@pytest.fixture
def issued(booked: BillingService) -> Invoice:
    return booked.issue(booked.run(OCTOBER).drafts[0].id, by="f")


def told(service: BillingService, *without: str) -> bytes:
    return b"".join(export(service, Kind.PES, NOVEMBER, without=without).pieces)


def values(xml: bytes, name: str) -> list[str]:
    return [each.get("V", "") for each in etree.fromstring(xml).iter(name)]


def test_a_month_of_issue_goes_to_the_accountant_with_its_papers(
    booked: BillingService, city: City, issued: Invoice
) -> None:
    city.now += timedelta(days=3)
    note = booked.accounts.credit(str(issued.number), None, reason="Erreur", by="f")

    xml = told(booked)

    assert values(xml, "MtBordHt") == ["38.50", "38.50"]
    assert values(xml, "DteBordEm") == ["2026-11-02", "2026-11-05"]
    assert values(xml, "TypBord") == ["01", "02"]
    papers = [
        gzip.decompress(b64decode(each.text)) for each in etree.fromstring(xml).iter("Fichier")
    ]
    for paper, number in zip(papers, (issued.number, note.number), strict=True):
        assert str(number) in PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert told(booked) == xml
    assert values(told(booked, note.number), "TypBord") == ["01"]
    assert export(booked, Kind.PES, NOVEMBER).name == "PESALR1_21750001600019_20261105.xml"


def test_a_month_without_an_issue_has_no_file(booked: BillingService, issued: Invoice) -> None:
    with pytest.raises(NothingIssued, match="2026-10 to make titles of"):
        export(booked, Kind.PES, OCTOBER)
    with pytest.raises(NothingIssued, match="without: P-2026-000002 was not issued in 2026-11"):
        told(booked, "P-2026-000002")
    with pytest.raises(NothingIssued, match="nothing is left"):
        told(booked, str(issued.number))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda known: Bureau(codes=known.codes), "OCTROI_PES_SCHEMAS names no folder"),
        (lambda known: Bureau(schemas=known.schemas), "OCTROI_PES_CODES names no file"),
        (
            lambda known: Bureau(schemas=known.schemas, codes=Path("/nowhere")),
            "OCTROI_PES_CODES: /nowhere cannot be read",
        ),
    ],
)
def test_without_schemas_or_codes_nothing_is_handed_out(
    service: BillingService, pool: ConnectionPool, bureau: Bureau, change: object, sentence: str
) -> None:
    assert callable(change)
    unknown = type(service.treasury)(pool, change(bureau))

    with pytest.raises((NoSchemas, InvalidCodes), match=sentence):
        unknown.file(NOVEMBER)


def test_the_command_writes_the_file_and_a_credit_note_and_says_why_not(
    booked: BillingService, issued: Invoice, tmp_path: Path
) -> None:
    booked.accounts.credit(str(issued.number), None, reason="Erreur", by="f")
    app, out = typer.Typer(), tmp_path / "out"
    app.add_typer(commands(lambda: nullcontext(booked)), name="billing")

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["billing", "export", *words], env={"COLUMNS": "200"})
        return done.exit_code, done.output

    assert said("pes", "--period", "2026-11", "--out", str(out)) == (
        0,
        f"{out}: pes, {len(told(booked))} B\n",
    )
    assert out.read_bytes() == told(booked)
    assert said("pdf", "--credit-note", "A-2026-000001", "--out", str(out))[0] == 0
    assert "Avoir" in PdfReader(out).pages[0].extract_text()
    for words, code, sentence in (
        (("pes", "--period", "2026-10"), 1, "nothing is left of what was issued in 2026-10"),
        (("pes", "--invoice", "P-2026-000001"), 2, "pes holds a month: name it with --period."),
        (("csv", "--credit-note", "A-2026-000001"), 2, "A credit note alone comes as pdf."),
        (("csv", "--period", "2026-10", "--without", "x"), 2, "Only pes leaves documents out"),
        (("pdf", "--credit-note", "A-2026-000009"), 1, "There is no credit note A-2026-000009"),
    ):
        assert said(*words)[0] == code
        assert sentence.lower() in said(*words)[1].lower()


def test_over_http_finance_alone_gets_the_file_and_everybody_their_own_credit_notes(
    booked: BillingService, issued: Invoice
) -> None:
    note = booked.accounts.credit(str(issued.number), None, reason="Erreur", by="f")
    app = FastAPI()
    app.include_router(router(booked, lambda who: CALLERS[who]))

    def asked(path: str, who: str, accept: str = "*/*", **params: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
                headers = {"Accept": accept}
                return await client.get(path, params={"who": who, **params}, headers=headers)

        return asyncio.run(ask())

    exported, credited = "/v1/exports/pes", f"/v1/credit-notes/{note.number}"
    assert asked(exported, "aladin", period="2026-11").status_code == 403
    answer = asked(exported, "finance", period="2026-11")
    assert answer.content == told(booked)
    assert answer.headers["Content-Disposition"].endswith('_20261102.xml"')
    assert asked(exported, "finance", period="2026-11", without="P-9").status_code == 404
    assert asked(credited, "finance").json()["number"] == note.number
    paper = asked(credited, "aladin", "application/pdf")
    assert facturx.get_xml_from_pdf(paper.content)[0] == "factur-x.xml"
    assert b">381<" in asked(credited, "aladin", "application/xml").content
    assert asked(credited, "boreal").status_code == 404
    assert asked(credited, "finance", "image/png").status_code == 406
