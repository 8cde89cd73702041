"""How is a table written as Parquet, in constant memory, with what its columns mean in the file?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

INSTANT = pa.timestamp("us", tz="UTC")
TEXT, WHOLE, NUMBER = pa.string(), pa.int64(), pa.float64()
NAMED = pa.dictionary(pa.int8(), TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name and type, and what it means in each language.

    A named one comes as numbers, and `names` say what they are called.
    """

    name: str
    kind: pa.DataType
    fr: str
    en: str
    names: Mapping[int, str] | None = None

    @property
    def field(self) -> pa.Field:
        """Return the column as the file describes it."""
        return pa.field(self.name, self.kind, metadata={"fr": self.fr, "en": self.en})


def instant(name: str, fr: str, en: str) -> Column:
    """Return a column of instants."""
    return Column(name=name, kind=INSTANT, fr=fr, en=en)


def text(name: str, fr: str, en: str) -> Column:
    """Return a column of texts."""
    return Column(name=name, kind=TEXT, fr=fr, en=en)


def whole(name: str, fr: str, en: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name=name, kind=WHOLE, fr=fr, en=en)


def number(name: str, fr: str, en: str) -> Column:
    """Return a column of measures."""
    return Column(name=name, kind=NUMBER, fr=fr, en=en)


def named(name: str, fr: str, en: str, names: Mapping[int, str]) -> Column:
    """Return a column of what has a number, called by its name."""
    return Column(name=name, kind=NAMED, fr=fr, en=en, names=names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What can be written: its name, and its columns in their order."""

    name: str
    columns: tuple[Column, ...]

    def schema(self, facts: Mapping[str, str]) -> pa.Schema:
        """Return the file's schema; `facts` say of this file what no column does."""
        told = {f"octroi.{name}": value for name, value in {"table": self.name, **facts}.items()}
        return pa.schema([column.field for column in self.columns], metadata=told)


def write(
    sink: IO[bytes], table: Table, blocks: Iterable[pa.Table], facts: Mapping[str, str]
) -> int:
    """Write blocks of rows, each a row group; return how many rows there were."""
    rows = 0
    with pq.ParquetWriter(sink, table.schema(facts), compression="zstd") as file:
        for block in blocks:
            file.write_table(pa.Table.from_arrays(_typed(table, block), schema=file.schema))
            rows += block.num_rows
    return rows


def _typed(table: Table, block: pa.Table) -> list[pa.ChunkedArray]:
    return [_column(column, block[column.name]) for column in table.columns]


def _column(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.names is None:
        return values.cast(column.kind)
    called = pa.array([column.names.get(number, "") for number in range(max(column.names) + 1)])
    numbers = values.combine_chunks().cast(pa.int8())
    return pa.DictionaryArray.from_arrays(numbers, called)
