"""How does the answer look as CSV, JSON lines and Parquet? Written by columns, stretch by stretch.

A row of text is its vehicle, its instant, and an end that is the same for all rows of one zone and
relation: each is spelled once, and joined by column.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from octroi.cli.check_reading import UnreadableFile
from telemetry.formats.stretch import Stretch, legible
from telemetry.recorded.checking import COLUMNS
from zones.columns import Presences, Relation
from zones.model import Zone

Spell = Callable[[str], str]

# What csv.writer puts between quotes.
QUOTED = re.compile('[",\r\n]')
RELATIONS = (Relation.INSIDE, Relation.UNCERTAIN)


class Output(StrEnum):
    """How the answer is written, by the ending of `--out`."""

    CSV = ".csv"
    JSONL = ".jsonl"
    PARQUET = ".parquet"


class Taker(Protocol):
    """Takes the answer stretch by stretch."""

    def add(self, stretch: Stretch, presences: Presences) -> None:
        """Take the rows of one stretch."""


class Writer(Taker, Protocol):
    """Writes the answer stretch by stretch."""

    def close(self) -> None:
        """Write what is left."""


class Finisher(Taker, Protocol):
    """Writes a file of its own at the end."""

    def write(self, out: Path) -> None:
        """Write the file."""


def output_of(out: Path | None, inputs: Sequence[Path]) -> Output:
    """Return the format by the ending; refuse one that is none, and to write over an input."""
    if out is None:
        return Output.CSV
    refuse_to_lose(inputs, out)
    try:
        return Output(out.suffix.lower())
    except ValueError as unknown:
        msg = f"{out}: the ending is not one of {', '.join(Output)}"
        raise UnreadableFile(msg) from unknown


def refuse_to_lose(inputs: Sequence[Path], out: Path | None) -> None:
    """Refuse to write over what is read."""
    if out is not None and out.exists():
        for each in inputs:
            if each.exists() and out.samefile(each):
                msg = f"{out}: is an input, and would be lost"
                raise UnreadableFile(msg)


@contextmanager
def writer_to(out: Path | None, output: Output, zones: Sequence[Zone]) -> Iterator[Writer]:
    """Open what the answer is written to; raise UnreadableFile when that fails."""
    try:
        with (
            nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as sink,
            closing(_writer(sink, output, zones)) as writer,
        ):
            yield writer
    except BrokenPipeError:
        raise  # whoever reads has had enough, which is no failure
    except OSError as broken:
        msg = f"{out or 'standard output'}: {broken.strerror or broken}"
        raise UnreadableFile(msg) from broken


def _writer(sink: IO[bytes], output: Output, zones: Sequence[Zone]) -> Writer:
    match output:
        case Output.CSV:
            return TextRows(sink, _csv_form(zones))
        case Output.JSONL:
            return TextRows(sink, _json_form(zones))
        case Output.PARQUET:
            return ParquetRows(sink, zones)


class Form:
    """How a row of text is put together."""

    def __init__(self, begin: str, between: str, spell: Spell, ends: list[str]) -> None:
        self.begin = begin
        self.between = between
        self.spell = spell
        self.ends = pa.array(ends, pa.large_string())


def _csv_form(zones: Sequence[Zone]) -> Form:
    ends = [
        f",{_csv_field(zone.id)},{zone.version},{zone.restriction},{relation.name.lower()}\n"
        for zone in zones
        for relation in RELATIONS
    ]
    return Form("", ",", _csv_field, ends)


def _csv_field(text: str) -> str:
    text = legible(text)
    if not QUOTED.search(text):
        return text
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()


def _json_form(zones: Sequence[Zone]) -> Form:
    ends = []
    for zone in zones:
        for relation in RELATIONS:
            values = (legible(zone.id), zone.version, zone.restriction, relation.name.lower())
            named = json.dumps(dict(zip(COLUMNS[2:], values, strict=True)), ensure_ascii=False)
            ends.append(f", {named.removeprefix('{')}\n")
    return Form('{"vehicle": ', ', "at": ', _json_field, ends)


def _json_field(text: str) -> str:
    return json.dumps(legible(text), ensure_ascii=False)


class TextRows:
    """Writes rows of text."""

    def __init__(self, sink: IO[bytes], form: Form) -> None:
        self._sink = sink
        self._form = form
        if not form.begin:
            sink.write((",".join(COLUMNS) + "\n").encode())

    def add(self, stretch: Stretch, presences: Presences) -> None:
        """Write the rows of one stretch."""
        if not len(presences):
            return
        vehicle, at = _named(stretch, presences)
        vehicle = pa.DictionaryArray.from_arrays(
            vehicle.indices, _spelled(vehicle.dictionary, self._form.spell)
        )
        parts = [
            _text(self._form.begin),
            vehicle.cast(pa.large_string()),
            _text(self._form.between),
            self._instants(at),
            self._form.ends.take(pa.array(_which_end(presences))),
        ]
        rows = pc.binary_join_element_wise(*parts, _text(""))
        # All texts lie one after the other in the column's last buffer.
        self._sink.write(memoryview(rows.buffers()[2])[: pc.sum(pc.binary_length(rows)).as_py()])

    def close(self) -> None:
        """Leave nothing in a buffer; the sink belongs to who opened it."""
        self._sink.flush()

    def _instants(self, at: pa.StringArray) -> pa.Array:
        if self._form.begin or pc.any(pc.match_substring_regex(at, QUOTED.pattern)).as_py():
            at = _spelled(at, self._form.spell)
        return at.cast(pa.large_string())


def _named(stretch: Stretch, presences: Presences) -> tuple[pa.DictionaryArray, pa.StringArray]:
    position = pa.array(presences.position)
    return stretch.vehicle.take(position), stretch.at.take(position)


def _spelled(texts: pa.Array, spell: Spell) -> pa.Array:
    return pa.array([spell(each) for each in texts.to_pylist()], pa.string())


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _which_end(presences: Presences) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    first = presences.zone.astype(np.int64) * len(RELATIONS)
    return first + (presences.relation - RELATIONS[0])


class ParquetRows:
    """Writes row groups."""

    def __init__(self, sink: IO[bytes], zones: Sequence[Zone]) -> None:
        text = pa.string()
        kinds = [pa.int32() if name == "zone_version" else text for name in COLUMNS]
        self._schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
        self._file = pq.ParquetWriter(sink, self._schema)
        self._id = pa.array([legible(zone.id) for zone in zones], text)
        self._version = pa.array([zone.version for zone in zones], pa.int32())
        self._restriction = pa.array([zone.restriction.value for zone in zones], text)
        self._relation = pa.array([relation.name.lower() for relation in RELATIONS], text)

    def add(self, stretch: Stretch, presences: Presences) -> None:
        """Write the rows of one stretch."""
        vehicle, at = _named(stretch, presences)
        zone = pa.array(presences.zone)
        columns = [
            vehicle.cast(pa.string()),
            at,
            *(column.take(zone) for column in (self._id, self._version, self._restriction)),
            self._relation.take(pa.array(presences.relation - RELATIONS[0])),
        ]
        self._file.write_table(pa.table(columns, schema=self._schema))

    def close(self) -> None:
        """Write the end of the file."""
        self._file.close()
