"""Invoice lines as a workbook: the rows of the CSV, numbers as numbers, and what columns mean."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any

import xlsxwriter

from billing.export.dictionary import LINES
from billing.export.lines import COLUMNS, Row
from billing.export.table import texts

COUNTED = {"quantity", "unit_price", "factor", "exact", "amount"}
NUMBERS = COUNTED | {"vat_rate_percent", "invoice_net", "invoice_tax", "invoice_total"}
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ROWS_A_SHEET = 1_048_575  # a sheet has 2**20 rows, and the first names the columns
PIECE_BYTES = 1 << 20
Sheet = Any  # xlsxwriter has no types


def write(rows: Iterable[Row], label: str, *, rows_a_sheet: int = ROWS_A_SHEET) -> Iterator[bytes]:
    """Write a month's lines, a piece of the file at a time; no name is ever a formula."""
    with TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        book.set_properties({"title": f"Octroi {label}", "created": CREATED})
        for name, told in _sheets(texts(rows), rows_a_sheet):
            _fill(book.add_worksheet(name), told)
        meanings = book.add_worksheet("dictionary")
        for number, (column_name, meaning) in enumerate(LINES.items()):
            for column, text in enumerate((column_name, *meaning)):
                meanings.write_string(number, column, text)
        book.close()
        file.seek(0)
        yield from iter(partial(file.read, PIECE_BYTES), b"")


def _sheets(rows: Iterator[Row], most: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """Share the rows out among sheets; without any there is one sheet, of column names."""
    yield "lines", islice(rows, most)
    for following, first in enumerate(rows, start=2):
        yield f"lines {following}", chain([first], islice(rows, most - 1))


def _fill(sheet: Sheet, rows: Iterator[Row]) -> None:
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name)
    for number, row in enumerate(rows, start=1):
        for column, (name, text) in enumerate(zip(COLUMNS, row, strict=True)):
            if name in NUMBERS and text:
                sheet.write_number(number, column, Decimal(text))
            else:
                sheet.write_string(number, column, text)
