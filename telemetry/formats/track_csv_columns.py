"""Reads a recorded track from CSV by stretches, so that a file of any length takes the same memory.

A stretch in which every row is plain is read by columns, many times as fast as row by row. Whatever
is not plain (a quote, an empty line, a number or instant in a rare spelling, a mistake) sends its
stretch to `track_csv`, row by row: that alone says what a row means and what is wrong with it.
"""

from collections.abc import Iterator
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from telemetry.columns import EVERY_LAYER
from telemetry.formats.stretch import Stretch, stretch_of
from telemetry.formats.track_csv import (
    DEFAULT_H_ACC_M,
    DEFAULT_V_ACC_M,
    LATEST_MS,
    UnreadableTrack,
    header_of,
    rows,
)
from zones.columns import MISSING, UNKNOWN_REFERENCE, Codes, Floats, Instants, Positions
from zones.model import HeightReference, Layer

# Some 20,000 rows.
STRETCH_CHARACTERS = 1_200_000
LONGEST_LINE = 1_000_000
# What only csv.reader understands.
NOT_PLAIN = ('"', "\n\n", "\0")

NAMES = pa.dictionary(pa.int32(), pa.string())
KINDS = {
    "vehicle": NAMES,
    "at": pa.string(),
    "alt_ref": NAMES,
    "layer": NAMES,
    **dict.fromkeys(("lon", "lat", "alt", "h_acc", "v_acc", "speed", "heading"), pa.float64()),
}
REFERENCES = {"": UNKNOWN_REFERENCE} | {each.value: each.code for each in HeightReference}
LAYERS = {"": EVERY_LAYER} | {each.value: each.code for each in Layer}


class NotPlain(ValueError):
    """A stretch that has to be read row by row."""


def read(file: TextIO) -> Iterator[Stretch]:
    """Yield the stretches of a file opened with universal newlines; raise UnreadableTrack."""
    header = header_of(file.readline(LONGEST_LINE))
    first = 2
    while block := file.read(STRETCH_CHARACTERS):
        if not block.endswith("\n"):
            block += _rest_of_line(file, first)
        yield _stretch(header, block, first)
        first += block.count("\n")


def _rest_of_line(file: TextIO, first: int) -> str:
    rest = file.readline(LONGEST_LINE)
    if len(rest) == LONGEST_LINE:
        msg = f"a line after line {first} is longer than {LONGEST_LINE:,} characters"
        raise UnreadableTrack(msg)
    return rest


def _stretch(header: list[str], block: str, first: int) -> Stretch:
    plain = not block.startswith("\n") and not any(mark in block for mark in NOT_PLAIN)
    if plain:
        try:
            return _plain(_table(header, block), first)
        except (pa.ArrowInvalid, NotPlain):
            pass
    return stretch_of(list(rows(header, block.split("\n"), first)))


def _table(header: list[str], block: str) -> pa.Table:
    content = block.encode()
    table = csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(
            column_names=header, use_threads=False, block_size=len(content) + 1
        ),
        parse_options=csv.ParseOptions(quote_char=False),
        convert_options=csv.ConvertOptions(
            column_types={name: KINDS[name] for name in header},
            null_values=[""],
            strings_can_be_null=False,
        ),
    )
    return table.combine_chunks()


def _plain(table: pa.Table, first: int) -> Stretch:
    for name in ("speed", "heading"):
        _numbers(table, name)
    at = _column(table, "at")
    return Stretch(
        vehicle=_vehicles(_column(table, "vehicle")),
        at=at,
        line=np.arange(first, first + len(table), dtype=np.int64),
        positions=Positions(
            at_ms=_instants(at),
            lon=_degrees(table, "lon", 180.0),
            lat=_degrees(table, "lat", 90.0),
            alt_m=_numbers(table, "alt"),
            alt_ref=_codes(table, "alt_ref", REFERENCES),
            h_acc_m=_accuracies(table, "h_acc", DEFAULT_H_ACC_M),
            v_acc_m=_accuracies(table, "v_acc", DEFAULT_V_ACC_M),
            layer=_codes(table, "layer", LAYERS),
        ),
    )


def _column(table: pa.Table, name: str) -> pa.Array:
    chunks = table.column(name).chunks
    if len(chunks) != 1:
        raise NotPlain(name)
    return chunks[0]


def _vehicles(column: pa.DictionaryArray) -> pa.DictionaryArray:
    names = pc.utf8_trim_whitespace(column.dictionary)
    if pc.any(pc.equal(names, "")).as_py():
        msg = "vehicle"
        raise NotPlain(msg)
    return pa.DictionaryArray.from_arrays(column.indices, names)


def _instants(column: pa.StringArray) -> Instants:
    """Return milliseconds; all of them ISO 8601, or all digits, beside empty ones."""
    empty = pc.equal(column, "")
    stated = pc.if_else(empty, pa.scalar(None, pa.string()), column)
    if pc.all(pc.ascii_is_decimal(stated), min_count=0).as_py():
        instants = stated.cast(pa.int64())
    else:
        # Refuses whatever has no offset, and more than milliseconds; reads no other form otherwise.
        instants = stated.cast(pa.timestamp("ms", "UTC")).cast(pa.int64())
    found: Instants = instants.fill_null(0).to_numpy()
    if len(found) and not (found.min() >= 0 and found.max() <= LATEST_MS):
        msg = "at"
        raise NotPlain(msg)
    return np.where(empty.to_numpy(zero_copy_only=False), MISSING, found)


def _numbers(table: pa.Table, name: str) -> Floats:
    """Return a column that may be missing, NaN where a field is empty."""
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    column = _column(table, name)
    numbers: Floats = column.to_numpy(zero_copy_only=False)
    if np.count_nonzero(~np.isfinite(numbers)) != column.null_count:
        raise NotPlain(name)
    return numbers


def _degrees(table: pa.Table, name: str, most: float) -> Floats:
    degrees = _numbers(table, name)
    if not (np.abs(degrees) <= most).all():
        raise NotPlain(name)
    return degrees


def _accuracies(table: pa.Table, name: str, default: float) -> Floats:
    metres = _numbers(table, name)
    if (metres < 0).any():
        raise NotPlain(name)
    return np.where(np.isnan(metres), default, metres)


def _codes(table: pa.Table, name: str, known: dict[str, int]) -> Codes:
    if name not in table.column_names:
        return np.full(len(table), known[""], dtype=np.int8)
    column = _column(table, name)
    names = pc.utf8_trim_whitespace(column.dictionary).to_pylist()
    if not set(names) <= known.keys():
        raise NotPlain(name)
    codes: Codes = np.array([known[each] for each in names], dtype=np.int8)
    taken: Codes = np.take(codes, column.indices.to_numpy())
    return taken
