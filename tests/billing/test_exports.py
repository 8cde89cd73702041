"""Invoices as others read them: JSON, CSV and PDF, fixed by golden files."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from billing.canonical import canonical
from billing.export import document, pdf, table
from billing.export.lines import COLUMNS, rows
from billing.export.negotiation import CSV, JSON, PDF, chosen, spoken
from billing.fees import price
from billing.invoices import draft, issue
from billing.metering import meter
from billing.model import Invoice
from billing.tariffs import demonstration
from permits.model import PermitId
from tests.billing.samples import (
    ALADIN,
    NOVEMBER,
    OCTOBER,
    OPERATORS,
    permit,
    visit,
)
from zones.model import Layer, Purpose, ZoneId

GOLDEN = Path(__file__).parents[1] / "golden" / "billing"
TARIFFS = demonstration()
NAMES = {ZoneId("air-paris"): "Paris, espace aérien urbain", ZoneId("river-seine"): "La Seine"}


def invoice(count: int = 1) -> Invoice:
    used = [
        *(visit(f"flight {n}", certain_ms=601_000) for n in range(count)),
        visit("boat", layer=Layer.RIVER, zone=ZoneId("river-seine"), distance_m=12_345),
        visit(
            "works",
            layer=Layer.SUBSOIL,
            zone=ZoneId("subsoil-metro-4"),
            purpose=Purpose.INSPECTION,
            certain_ms=7_260_123,
        ),
        *(
            visit(
                f"van {n}",
                layer=Layer.SURFACE,
                zone=ZoneId(f"surface-quartier-{n:02d}"),
                permit=None,
                permit_version=None,
                purpose=None,
            )
            for n in range(count)
        ),
    ]
    usages = meter(used, [permit()], OPERATORS, OCTOBER.window)
    uses = {each.id: each for each in usages}
    fees = price(usages, TARIFFS)
    drafted = draft(fees, ALADIN, OCTOBER, TARIFFS, zone_names=NAMES, uses=uses)
    return issue(drafted, "P-2026-000001", "", NOVEMBER)


def golden(name: str, text: str) -> None:
    """Compare with what a finance person has read and accepted."""
    assert text == (GOLDEN / name).read_bytes().decode()


def test_the_invoice_as_json_is_the_golden_one() -> None:
    golden("invoice.json", json.dumps(document.write(invoice()), indent=1, ensure_ascii=False))


def test_the_invoice_as_csv_is_the_golden_one() -> None:
    golden("invoice.csv", "".join(table.write(rows([invoice()]))))


def test_anyone_can_reckon_the_hash_from_the_json() -> None:
    told = document.write(invoice())
    seal = told.pop("hash")
    del told["state"]

    assert hashlib.sha256(canonical(told)).hexdigest() == seal


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pdf_says_what_is_owed_for_what_until_when_and_how_to_object(lang: str) -> None:
    reader = PdfReader(io.BytesIO(pdf.write(invoice(), lang)))
    text = " ".join(page.extract_text() for page in reader.pages).replace("\n", " ")

    for told in (
        "P-2026-000001",
        "Ville de Paris",
        "Aladin Livraison SAS",
        "Œuvre",
        "732\N{NARROW NO-BREAK SPACE}829\N{NARROW NO-BREAK SPACE}320",
        {"fr": "2 novembre 2026", "en": "2 November 2026"}[lang],
        {"fr": "octobre 2026", "en": "October 2026"}[lang],
        {"fr": "65,25\N{NO-BREAK SPACE}€", "en": "€65.25"}[lang],
        {"fr": "DÉMONSTRATION", "en": "DEMONSTRATION"}[lang],
        {"fr": "256 B du CGI", "en": "256 B CGI"}[lang],
        "Tribunal administratif de Paris",
        "L. 1617-5",
        "L. 2321-4",
        "La Seine (river-seine)",
        invoice().hash,
        {"fr": "page 1 sur", "en": "page 1 of"}[lang],
    ):
        assert told in text, told


def test_a_long_invoice_goes_on_over_pages_that_all_repeat_its_heading() -> None:
    reader = PdfReader(io.BytesIO(pdf.write(invoice(60))))

    assert len(reader.pages) > 3
    for page in reader.pages[:-1]:
        text = page.extract_text()
        assert "Désignation" in text
        assert "DÉMONSTRATION" in text
        assert f"sur {len(reader.pages)}" in text


def test_the_same_invoice_is_the_same_pdf() -> None:
    assert pdf.write(invoice()) == pdf.write(invoice())


def test_a_draft_and_a_real_claim_say_what_they_are() -> None:
    drafted = replace(invoice(), number=None, issued_at=None, due_on=None, hash="")
    real = replace(invoice(), seller=replace(invoice().seller, demonstration=False))

    assert "PROJET" in PdfReader(io.BytesIO(pdf.write(drafted))).pages[0].extract_text()
    assert "DÉMONSTRATION" not in PdfReader(io.BytesIO(pdf.write(real))).pages[0].extract_text()


@given(st.text(max_size=30))
def test_no_text_reaches_a_spreadsheet_as_a_formula(name: str) -> None:
    named = replace(invoice(), debtor=replace(ALADIN, name=name))

    text = "".join(table.write(rows([named])))
    cells = list(csv.reader(io.StringIO(text, newline="")))

    shown = cells[1][COLUMNS.index("debtor")]
    assert not shown.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == name.removeprefix("'")
    assert all(len(row) == len(COLUMNS) for row in cells)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/pdf", PDF),
        ("text/*", CSV),
        ("application/json;q=0.2, text/csv;q=0.3", CSV),
        ("*/*;q=0.1, application/pdf", PDF),
        ("application/*;q=0, text/csv", CSV),
        ("image/png", None),
        ("application/json;q=nonsense", None),
    ],
)
def test_the_best_liked_form_is_chosen(accept: str, form: str | None) -> None:
    assert chosen(accept, (JSON, PDF, CSV)) == form


def test_a_permit_is_named_on_its_line() -> None:
    (line,) = [each for each in invoice().lines if each.tariff == "air-permit"]

    assert line.permit == PermitId(permit().id)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de, en;q=0.5", "en"),
        ("de", "fr"),
        ("*", "fr"),
        ("fr;q=0.1, *", "en"),
        ("fr;q=0, en;q=nonsense", "fr"),
        ("FR-fr, EN;q=0.2", "fr"),
    ],
)
def test_the_best_liked_language_is_spoken_and_french_where_none_is_ours(
    accepted: str, language: str
) -> None:
    assert spoken(accepted, ("fr", "en")) == language
