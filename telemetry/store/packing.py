"""What bytes does PostgreSQL's binary COPY want for these columns?

Many rows are packed at once: a matrix of bytes as wide as the widest row, from which what narrower
rows do not have is cut out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from zones.columns import Floats, Instants

ROWS_A_BLOCK = 2_000
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = -1
# The types that arrays are of, by their numbers in every PostgreSQL.
INT8, FLOAT8, TIMESTAMPTZ = 20, 701, 1184
ARRAY_HEAD = 20
# PostgreSQL counts microseconds from the year 2000.
EPOCH_MS = 946_684_800_000

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of values of at most one width; `lengths` in bytes where they are not all full."""

    values: NDArray[Any]
    lengths: NDArray[np.int32] | None = None

    def part(self, first: int, end: int) -> "Column":
        """Return some of the rows."""
        lengths = None if self.lengths is None else self.lengths[first:end]
        return Column(values=self.values[first:end], lengths=lengths)

    def take(self, rows: NDArray[np.intp]) -> "Column":
        """Return these rows."""
        lengths = None if self.lengths is None else self.lengths[rows]
        return Column(values=self.values[rows], lengths=lengths)


def blocks(*parts: Sequence[Column]) -> Iterator[bytes]:
    """Yield the rows as binary COPY reads them, some at a time; each part has its own widths."""
    yield HEADER
    for columns in parts:
        rows = len(columns[0].values)
        if rows <= ROWS_A_BLOCK:
            yield _block(columns)
        else:
            for first in range(0, rows, ROWS_A_BLOCK):
                yield _block([column.part(first, first + ROWS_A_BLOCK) for column in columns])
    yield TRAILER


def _block(columns: Sequence[Column]) -> bytes:
    rows = len(columns[0].values)
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        layout += [(f"length{number}", ">i4"), (f"value{number}", column.values.dtype.str)]
    packed = np.empty(rows, np.dtype(layout))
    packed["fields"] = len(columns)
    for number, column in enumerate(columns):
        width = column.values.dtype.itemsize
        packed[f"length{number}"] = width if column.lengths is None else column.lengths
        packed[f"value{number}"] = column.values
    if all(column.lengths is None for column in columns):
        return packed.tobytes()
    matrix = packed.view(np.uint8).reshape(rows, packed.dtype.itemsize)
    return matrix[_kept(columns, packed.dtype)].tobytes()


def whole(values: NDArray[Any], bits: int) -> Column:
    """Return whole numbers of 16, 32 or 64 bits."""
    return Column(values=values.astype(f">i{bits // 8}"))


def maybe_whole(values: NDArray[Any], bits: int, known: Marks) -> Column:
    """Return whole numbers, NULL where not known."""
    lengths = None if known.all() else _lengths(known, bits // 8)
    return Column(values=whole(values, bits).values, lengths=lengths)


def numbers(values: Floats) -> Column:
    """Return double precision numbers."""
    return Column(values=values.astype(">f8"))


def maybe_numbers(values: Floats) -> Column:
    """Return double precision numbers, NULL for NaN."""
    known = ~np.isnan(values)
    return Column(values=values.astype(">f8"), lengths=None if known.all() else _lengths(known, 8))


def instants(at_ms: Instants) -> Column:
    """Return instants with time zone."""
    return Column(values=((at_ms - EPOCH_MS) * 1000).astype(">i8"))


def instant(at: datetime, rows: int) -> Column:
    """Return one instant for all rows, to the microsecond."""
    seconds = round(at.timestamp() * 1_000_000) - EPOCH_MS * 1000
    return Column(values=np.full(rows, seconds, ">i8"))


class Spelt:
    """Different texts, from which a column of texts is made by their numbers."""

    def __init__(self, different: Sequence[str | None]) -> None:
        spelt = [b"" if text is None else text.encode() for text in different]
        lengths = [
            NULL if text is None else len(one) for text, one in zip(different, spelt, strict=True)
        ]
        self._lengths = np.array(lengths, np.int32)
        width = max(1, int(self._lengths.max(initial=1)))
        # Not left as `S`, whose values numpy ends before a zero.
        self._table = np.array(spelt, f"S{width}").view(f"V{width}")
        self._width = width

    def texts(self, rows: NDArray[Any]) -> Column:
        """Return a column of texts, each row's by its number; -1 is the last."""
        lengths = self._lengths[rows]
        full = (lengths == self._width).all()
        return Column(values=self._table[rows], lengths=None if full else lengths)


def uuids(different: Sequence[UUID | None], rows: NDArray[Any]) -> Column:
    """Return UUIDs, each row's by its number among the different ones."""
    spelt = b"".join(bytes(16) if one is None else one.bytes for one in different)
    known = np.array([one is not None for one in different], dtype=bool)
    lengths = None if known.all() else _lengths(known, 16)[rows]
    return Column(values=np.frombuffer(spelt, "V16")[rows], lengths=lengths)


def lists(column: Column, kind: int, first: NDArray[np.intp], count: NDArray[np.intp]) -> Column:
    """Return arrays of a type by its number, each of so many values from its first on.

    The values of a row are all known, or NULL is in the place of its array; so where it has none.
    """
    most = max(1, int(count.max(initial=1)))
    places = np.minimum(first[:, None] + np.arange(most), len(column.values) - 1)
    known = count > 0
    if column.lengths is not None:
        known &= column.lengths[places[:, 0]] != NULL
    value = np.dtype([("length", ">i4"), ("value", column.values.dtype)])
    packed = np.empty(len(first), np.dtype([("head", ">i4", 5), ("each", value, most)]))
    # One dimension, no NULL in it, of what, how many, counted from 1.
    packed["head"] = np.array([1, 0, kind, 0, 1])
    packed["head"][:, 3] = count
    packed["each"]["length"] = column.values.dtype.itemsize
    packed["each"]["value"] = column.values[places]
    lengths = np.where(known, ARRAY_HEAD + value.itemsize * count, NULL).astype(np.int32)
    return Column(values=packed.view(f"V{packed.dtype.itemsize}"), lengths=lengths)


def _lengths(known: Marks, width: int) -> NDArray[np.int32]:
    return np.where(known, width, NULL).astype(np.int32)


def _kept(columns: Sequence[Column], packed: np.dtype[Any]) -> Marks:
    """Mark the bytes that are there."""
    kept = np.ones((len(columns[0].values), packed.itemsize), dtype=bool)
    fields: Mapping[str, Any] = packed.fields or {}
    for number, column in enumerate(columns):
        if column.lengths is not None:
            begin, width = fields[f"value{number}"][1], column.values.dtype.itemsize
            kept[:, begin : begin + width] = np.arange(width) < column.lengths[:, None]
    return kept
