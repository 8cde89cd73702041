"""Invoice lines as a workbook: the rows of the CSV, numbers as numbers, and what columns mean."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

from billing.export.books import Books
from billing.export.dictionary import LINES
from billing.export.table import COLUMNS, rows

NUMBERS = ("quantity", "unit_price", "factor", "exact", "amount")
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write(books: Books) -> bytes:
    """Write a month's lines; text stays text, so that no name is ever a formula."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": f"Octroi {books.period.label}", "created": CREATED})
    lines = book.add_worksheet("lines")
    for column, name in enumerate(COLUMNS):
        lines.write_string(0, column, name)
    for number, row in enumerate(rows(books.invoices), start=1):
        for column, (name, text) in enumerate(zip(COLUMNS, row, strict=True)):
            if name in NUMBERS:
                lines.write_number(number, column, Decimal(text))
            else:
                lines.write_string(number, column, text)
    meanings = book.add_worksheet("dictionary")
    for number, (name, told) in enumerate(LINES.items()):
        for column, text in enumerate((name, *told)):
            meanings.write_string(number, column, text)
    book.close()
    return buffer.getvalue()
