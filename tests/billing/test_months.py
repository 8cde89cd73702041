"""A month as files: each read back, each held against what it came from."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from psycopg_pool import ConnectionPool
from pypdf import PdfReader
from typer.testing import CliRunner

from billing.export import archive, bundle, fec, sheet
from billing.export.lines import COLUMNS, rows
from billing.exporting import Kind, export
from billing.money import total
from billing.periods import month
from billing.service import BillingService
from billing.store.exports import lines
from billing.transfers import read
from octroi.cli.billing import commands
from permits.parties import VehicleId
from telemetry.model import VehicleKey
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, BOREAL, OCTOBER, invoice, permit, visit
from zones.model import Layer, ZoneId

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def billed(service: BillingService, city: City) -> BillingService:
    """Return a service with an invoice, a credit of a part of it, and a payment."""
    named = type(ALADIN)(id=ALADIN.id, name='=cmd|"/c calc"', siren=ALADIN.siren, size=ALADIN.size)
    city.operators[ALADIN.id] = named
    city.visits, city.permits = [visit("a")], [permit()]
    service.accounts.issue([each.id for each in service.run(OCTOBER).drafts], by="f")
    service.accounts.credit("P-2026-000001", {1: Decimal("1.25")}, reason="Erreur", by="f")
    paid = "date,reference,amount,transaction\n2026-11-02,P-2026-000001,30.00,TX-1\n"
    service.accounts.receive(read(paid), by="f")
    return service


def exported(
    service: BillingService, kind: Kind, year_month: tuple[int, int] = (2026, 10)
) -> bytes:
    return b"".join(export(service, kind, month(*year_month)).pieces)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_workbook_is_the_csv_with_numbers_and_no_formula(billed: BillingService) -> None:
    files = unpacked(exported(billed, Kind.XLSX))
    page = etree.fromstring(files["xl/worksheets/sheet1.xml"])
    cells = [["".join(cell.itertext()) for cell in row] for row in page.iter(f"{SHEET}row")]
    lines = list(csv.reader(io.StringIO(exported(billed, Kind.CSV).decode(), newline="")))

    assert cells[0] == list(COLUMNS)
    for shown, told in zip(cells[1:], lines[1:], strict=True):
        for name, one, other in zip(COLUMNS, shown, told, strict=False):
            same = Decimal(one) == Decimal(other) if name == "amount" else None
            assert same is not False, (name, one, other)
    assert list(page.iter(f"{SHEET}f")) == []
    assert b"cmd" in files["xl/worksheets/sheet1.xml"]
    assert b"number of the invoice" in files["xl/worksheets/sheet2.xml"]


def test_a_workbook_goes_on_in_another_sheet_where_one_is_full() -> None:
    told = [row for _ in range(9) for row in rows([invoice(visit("a"))])][:9]

    files = unpacked(b"".join(sheet.write(iter(told), "2026-10", rows_a_sheet=4)))

    counted = [files[f"xl/worksheets/sheet{n}.xml"].count(b"<row ") for n in (1, 2, 3)]
    assert counted == [1 + 4, 1 + 4, 1 + 1]


def test_lines_read_page_by_page_are_the_invoices_lines_in_the_order_of_their_numbers(
    swift: BillingService, city: City, pool: ConnectionPool
) -> None:
    other = VehicleKey(BOREAL.id, VehicleId("drone-1"))
    boat = visit("b", layer=Layer.RIVER, zone=ZoneId("river-seine"), distance_m=12_345)
    city.visits = [visit("a"), boat, visit("c", vehicle=other)]
    city.permits = [permit()]
    issued = swift.accounts.issue([each.id for each in swift.run(OCTOBER).drafts], by="f")

    told = list(rows(issued))
    assert len(told) > 3
    assert {row[COLUMNS.index("operator")] for row in told} == {"aladin", "boreal"}

    for page_lines in (1, 2, 3, len(told), 100):
        assert list(lines(pool, OCTOBER, page_lines=page_lines)) == told
        own = list(lines(pool, OCTOBER, BOREAL.id, page_lines=page_lines))
        assert own == [row for row in told if row[COLUMNS.index("operator")] == "boreal"]


def test_every_document_is_exported_as_judged_ubl(billed: BillingService) -> None:
    files = unpacked(exported(billed, Kind.UBL))

    assert list(files) == ["P-2026-000001.xml", "A-2026-000001.xml"]
    assert b"<cbc:CreditNoteTypeCode>381<" in files["A-2026-000001.xml"]


def test_every_invoice_is_exported_as_factur_x(billed: BillingService) -> None:
    files = unpacked(exported(billed, Kind.FACTURX))

    reader = PdfReader(io.BytesIO(files["P-2026-000001.pdf"]))
    assert b"P-2026-000001" in reader.attachments["factur-x.xml"][0]


def test_the_fec_is_what_the_books_say_in_the_form_of_the_law(billed: BillingService) -> None:
    file = export(billed, Kind.FEC, month(2026, 11))
    text = b"".join(file.pieces).decode()
    head, *rows = [line.split("\t") for line in text.split("\r\n") if line]

    assert file.name == "217500016FEC20261130.txt"
    assert tuple(head) == fec.COLUMNS
    assert {len(row) for row in rows} == {18}
    entries = [dict(zip(head, row, strict=True)) for row in rows]
    sides = [
        total(Decimal(each[side].replace(",", ".")) for each in entries)
        for side in ("Debit", "Credit")
    ]
    assert sides[0] == sides[1] == Decimal("38.50") + Decimal("1.25") + Decimal("30.00")
    numbers = {each["EcritureNum"] for each in entries}
    assert numbers == {"VE202611000001", "AV202611000001", "BQ202611000001"}
    assert [each["EcritureDate"] for each in entries] == sorted(
        each["EcritureDate"] for each in entries
    )
    assert not file.remark
    # Nothing is lettered while some is owed.
    assert {(each["EcritureLet"], each["DateLet"]) for each in entries} == {("", "")}


def test_a_month_without_entries_says_in_which_there_are_some(billed: BillingService) -> None:
    file = export(billed, Kind.FEC, OCTOBER)

    assert b"".join(file.pieces) == "\t".join(fec.COLUMNS).encode() + b"\r\n"
    assert file.remark["en"] == (
        "No entry was made in 2026-10: entries are by the day they were made; "
        "months that have some: 2026-11."
    )
    assert "aucune écriture" in file.remark["fr"].lower()


def test_an_audit_bundle_is_reckoned_again_without_the_database(billed: BillingService) -> None:
    content = exported(billed, Kind.AUDIT)
    files = unpacked(content)

    assert bundle.verify(content) == ()
    evidence = [json.loads(line) for line in files[bundle.EVIDENCE].splitlines()]
    assert [each["line"] for each in evidence] == [1, 2]
    assert exported(billed, Kind.AUDIT) == content


@pytest.mark.parametrize(
    ("name", "found", "becomes", "told"),
    [
        (bundle.INVOICES, b'"total":"38.50"', b'"total":"38.60"', "not the sum of the lines"),
        (bundle.INVOICES, b"Ville de Paris", b"Ville de Lyon", "not what was sealed"),
        (bundle.CREDITS, b"Erreur", b"Cadeau", "not what was sealed"),
        (bundle.LEDGER, b"30.00", b"31.00", "does not balance"),
        (bundle.EVIDENCE, b"air-minute", b"air-second", "not what the manifest says"),
    ],
)
def test_a_changed_bundle_is_told_by_what_was_changed(
    billed: BillingService, name: str, found: bytes, becomes: bytes, told: str
) -> None:
    files = unpacked(exported(billed, Kind.AUDIT))
    assert found in files[name]
    files[name] = files[name].replace(found, becomes, 1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for each, content in files.items():
            packed.writestr(each, content)

    faults = bundle.verify(buffer.getvalue())

    assert any(told in fault.reason for fault in faults), faults


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_a_broken_bundle_is_refused(billed: BillingService, cut: int) -> None:
    with pytest.raises(bundle.InvalidBundle):
        bundle.verify(exported(billed, Kind.AUDIT)[:cut])


def test_a_bundle_without_one_of_its_files_is_refused_by_the_name_of_it(
    billed: BillingService,
) -> None:
    whole = unpacked(exported(billed, Kind.AUDIT))
    for lost in bundle.ALL:
        rest = [(name, content) for name, content in whole.items() if name != lost]

        with pytest.raises(bundle.InvalidBundle, match=rf"audit bundle: the bundle has no {lost}$"):
            bundle.verify(archive.write(rest))


def test_a_bundle_is_verified_at_the_command_line(billed: BillingService, tmp_path: Path) -> None:
    path = tmp_path / "audit.zip"
    path.write_bytes(exported(billed, Kind.AUDIT))

    def no_database() -> BillingService:
        raise AssertionError

    app = commands(no_database)  # type: ignore[arg-type]
    whole = CliRunner().invoke(app, ["verify", str(path)])
    path.write_bytes(path.read_bytes()[:100])
    broken = CliRunner().invoke(app, ["verify", str(path)])

    assert (whole.exit_code, broken.exit_code) == (0, 1)
    assert "whole" in whole.output
