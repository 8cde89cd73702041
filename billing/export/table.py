"""Invoice lines as CSV (RFC 4180), a row a line, as the accounting system takes them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from billing.canonical import instant
from billing.export.lines import COLUMNS, Row
from billing.money import cents, plain

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BLOCK_ROWS = 1_000


def write(rows: Iterable[Row]) -> Iterator[str]:
    """Write rows of lines, a piece of text at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for block in _blocks(rows):
        writer.writerows(block)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def texts(rows: Iterable[Row]) -> Iterator[Row]:
    """Return rows of lines as the texts that are written."""
    for block in _blocks(rows):
        yield from block


def harmless(text: str) -> str:
    """Return the text as a spreadsheet shows it: one that reads as a formula gets a quote."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


WRITTEN: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("issued_at", "first_at", "last_at"), instant),
    "due_on": date.isoformat,
    **dict.fromkeys(("line", "tariff_version"), str),
    **dict.fromkeys(("quantity", "unit_price", "factor", "exact", "vat_rate_percent"), plain),
    **dict.fromkeys(("amount", "invoice_net", "invoice_tax", "invoice_total"), cents),
}


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Write a column of many rows at once: most values stand there again and again."""
    source = iter(rows)
    while block := list(islice(source, BLOCK_ROWS)):
        columns = map(_column, COLUMNS, zip(*block, strict=True))
        yield list(zip(*columns, strict=True))


def _column(name: str, values: Row) -> Iterator[str]:
    written = WRITTEN.get(name, harmless)
    told = {value: "" if value is None else written(value) for value in set(values)}
    return map(told.__getitem__, values)
