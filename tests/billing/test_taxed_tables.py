"""Taxed lines in tables: the rate of each, and the sums of its invoice, in every form alike."""

import csv
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import pyarrow.parquet as pq
from lxml import etree
from psycopg_pool import ConnectionPool

from billing.export import parquet, sheet, table
from billing.export.dictionary import LINES
from billing.export.lines import COLUMNS, rows
from billing.service import BillingService
from billing.store.exports import lines
from billing.tariffs import demonstration
from tests.billing.conftest import City, accept
from tests.billing.samples import OCTOBER, invoice, permit, visit
from tests.billing.taxed import REDUCED, TWENTY, taxed
from zones.model import Layer, ZoneId

CLAIM = taxed()
TAXES = ("vat_category", "vat_rate_percent", "invoice_net", "invoice_tax", "invoice_total")


def told(text: str) -> list[tuple[str, ...]]:
    """Return what a CSV says of tax."""
    found = csv.DictReader(io.StringIO(text, newline=""))
    return [tuple(row[name] for name in TAXES) for row in found]


def test_each_line_tells_its_rate_and_its_invoice_what_is_owed_with_tax() -> None:
    text = "".join(table.write(rows([CLAIM, invoice()])))

    assert told(text) == [
        ("S", "20", "49.96", "4.92", "54.88"),
        ("S", "5.5", "49.96", "4.92", "54.88"),
        ("S", "20", "49.96", "4.92", "54.88"),
        ("O", "", "38.50", "0.00", "38.50"),
        ("O", "", "38.50", "0.00", "38.50"),
    ]


def test_parquet_says_the_same_in_numbers() -> None:
    file = b"".join(parquet.lines(rows([CLAIM, invoice()]), "2026-10"))

    found = pq.read_table(io.BytesIO(file)).to_pylist()

    assert [row["vat_rate_percent"] for row in found] == [
        Decimal(20),
        Decimal("5.5"),
        Decimal(20),
        None,
        None,
    ]
    assert {row["invoice_total"] for row in found} == {Decimal("54.88"), Decimal("38.50")}


def test_a_workbook_has_rates_and_sums_as_numbers_and_none_where_there_is_no_rate() -> None:
    book = b"".join(sheet.write(rows([CLAIM, invoice()]), "2026-10"))
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        cells = etree.fromstring(packed.read("xl/worksheets/sheet1.xml")).findall(".//{*}c")
    place = COLUMNS.index("vat_rate_percent")

    rates = [cells[len(COLUMNS) * line + place] for line in (1, 2, 4)]

    assert [each.findtext("{*}v") for each in rates[:2]] == ["20", "5.5"]
    assert rates[2].get("t") == "inlineStr"
    assert not "".join(rates[2].itertext())


def test_every_column_has_its_meaning_in_both_languages() -> None:
    assert tuple(LINES) == COLUMNS
    assert all(all(LINES[name]) for name in TAXES)


def test_what_is_kept_tells_of_tax_what_invoices_at_hand_do(
    pool: ConnectionPool, city: City
) -> None:
    city.visits = [
        visit("flight", certain_ms=601_000),
        visit("boat", layer=Layer.RIVER, zone=ZoneId("river-seine"), distance_m=12_345),
    ]
    city.permits = [permit()]
    taxes = {"air-minute": TWENTY, "river-km": REDUCED}
    tariffs = [replace(each, vat=taxes.get(each.id, each.vat)) for each in demonstration()]
    service = BillingService(pool, lambda: city.now, city.sources(), accept)
    service.publish(tariffs, by="council")
    issued = [service.issue(each.id, by="treasury") for each in service.run(OCTOBER).drafts]

    kept = list(lines(pool, OCTOBER, page_lines=1))

    assert len(issued) == len([each for each in issued if each.taxes]) + 1
    assert "".join(table.write(kept)) == "".join(table.write(rows(issued)))
    assert {row[0] for row in told("".join(table.write(kept)))} == {"O", "S"}
