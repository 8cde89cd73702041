"""Lines and usage by columns, for programs: Parquet, with what its columns mean in the file.

Numbers are decimals as wide as any product of a quantity, a price and factors: one that would lose
a digit is refused by the writer. A text is what it is: no program takes it for a formula.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

import pyarrow as pa

from billing.export.dictionary import LINES, USAGE, Meanings
from billing.export.lines import Row
from billing.model import Usage
from telemetry.kept.tables import INSTANT, TEXT, WHOLE, Column, Table, write

EXACT, MONEY, DAY = pa.decimal128(38, 24), pa.decimal128(18, 2), pa.date32()
RATE = pa.decimal128(5, 2)
BLOCK_ROWS, PIECE_BYTES = 10_000, 1 << 20
Priced = tuple[Usage, list[dict[str, Any]]]
OWN_NAMES = ("usage_id", "tariff", "tariff_version", "part", "unit", "currency")
NUMBERS = ("quantity", "unit_price", "factor", "amount")


def _table(name: str, meanings: Meanings, kinds: Mapping[str, pa.DataType]) -> Table:
    columns = [
        Column(name=column, kind=kinds.get(column, TEXT), fr=fr, en=en)
        for column, (fr, en) in meanings.items()
    ]
    return Table(name=name, columns=tuple(columns))


COUNTED = ("quantity", "unit_price", "factor")
LINE_TABLE = _table(
    "invoice_lines",
    LINES,
    {
        "issued_at": INSTANT,
        "due_on": DAY,
        **dict.fromkeys(("first_at", "last_at"), INSTANT),
        "line": WHOLE,
        "tariff_version": WHOLE,
        **dict.fromkeys((*COUNTED, "exact"), EXACT),
        **dict.fromkeys(("amount", "invoice_net", "invoice_tax", "invoice_total"), MONEY),
        "vat_rate_percent": RATE,
    },
)
WHOLES = ("entries", "certain_ms", "distance_m", "cargo_kg", "passengers", "calls")
USAGE_TABLE = _table(
    "usage",
    USAGE,
    {
        **dict.fromkeys(("at", "ended_at"), INSTANT),
        **dict.fromkeys((*WHOLES, "zone_version", "tariff_version"), WHOLE),
        **dict.fromkeys((*COUNTED, "amount"), EXACT),
    },
)


def lines(rows: Iterable[Row], label: str) -> Iterator[bytes]:
    """Write the rows of a month's lines, a piece of the file at a time."""
    return _written(LINE_TABLE, _line_blocks(rows), {"period": label})


def usage(entries: Iterable[Priced], label: str) -> Iterator[bytes]:
    """Write a month's usage, a row a fee; what no tariff priced has one without."""
    rows = (_used(one, fee) for one, fees in entries for fee in fees or [{}])
    return _written(USAGE_TABLE, _usage_blocks(rows), {"period": label})


def _written(table: Table, blocks: Iterable[pa.Table], facts: Mapping[str, str]) -> Iterator[bytes]:
    """Write to a file of its own, so that no month is too long; its end is known at the end."""
    with TemporaryFile() as file:
        write(file, table, blocks, facts)
        file.seek(0)
        yield from iter(partial(file.read, PIECE_BYTES), b"")


def _line_blocks(rows: Iterable[Row]) -> Iterator[pa.Table]:
    schema, source = LINE_TABLE.schema({}), iter(rows)
    while block := list(islice(source, BLOCK_ROWS)):
        columns = zip(zip(*block, strict=True), schema.types, strict=True)
        yield pa.Table.from_arrays([pa.array(*each) for each in columns], schema=schema)


def _usage_blocks(rows: Iterator[dict[str, object]]) -> Iterator[pa.Table]:
    schema = USAGE_TABLE.schema({})
    while block := list(islice(rows, BLOCK_ROWS)):
        yield pa.Table.from_pylist(block, schema=schema)


def _used(one: Usage, fee: Mapping[str, Any]) -> dict[str, object]:
    told: dict[str, object] = {
        name: getattr(one, name) for name in USAGE if name not in {*OWN_NAMES, *NUMBERS}
    }
    for name in ("permit", "visit"):
        told[name] = str(told[name]) if told[name] else None
    priced = {name: fee.get(name) for name in OWN_NAMES[1:]}
    numbers = {name: Decimal(fee[name]) if name in fee else None for name in NUMBERS}
    return told | priced | numbers | {"usage_id": str(one.id)}
