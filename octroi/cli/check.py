"""`octroi check`: judge the presence of a recorded track, offline, without a server."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console

from telemetry.checking import PresenceRow, check
from telemetry.formats import nmea, track_csv, track_geojson, track_gpx
from telemetry.formats.track_csv import UnreadableTrack
from telemetry.model import Fix, Malformed
from zones.formats.reading import UnreadableZones, read_any
from zones.index import ZoneIndex
from zones.model import Zone
from zones.vertical import paris_datum

CHUNK = 20_000
UNREADABLE = 2

errors = Console(stderr=True, highlight=False, emoji=False)


class UnreadableFile(Exception):
    """A file that cannot be used at all; the message names it."""


class Output(StrEnum):
    """How the answer is written, by the ending of `--out`."""

    CSV = ".csv"
    JSONL = ".jsonl"
    PARQUET = ".parquet"


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(command)


def command(
    track: Annotated[
        Path, typer.Argument(help="CSV, GeoJSON, GPX, or NMEA 0183 / AIS; told by its content.")
    ],
    zones: Annotated[
        list[Path],
        typer.Option("--zones", help="GeoJSON, ED-269 or ED-318; may be repeated.", metavar="FILE"),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write here, by the ending: .csv, .jsonl or .parquet.", metavar="FILE"),
    ] = None,
) -> None:
    """Tell in which zones each position of a recorded track was, or may have been.

    One row for each observation and zone: vehicle, at, zone_id, zone_version, restriction,
    relation (inside, or uncertain within the position's accuracy). Works without a server and
    knows no permits. Rows that cannot be read are named on standard error and passed over.

    Example: octroi check flight.csv --zones paris.geojson --out presence.parquet
    """
    try:
        output = _output(out)
        index = ZoneIndex(_zones(zones), paris_datum())
        fixes = _fixes(track)
        _write(_rows(fixes, index, track), output, out)
    except UnreadableFile as broken:
        _complain(f"octroi check: {broken}", style="red")
        raise typer.Exit(UNREADABLE) from broken


def _complain(sentence: str, style: str | None = None) -> None:
    # A file's own text is never read as markup, nor folded: people search for it.
    errors.print(sentence, style=style, markup=False, soft_wrap=True)


def _output(out: Path | None) -> Output:
    if out is None:
        return Output.CSV
    try:
        return Output(out.suffix.lower())
    except ValueError as unknown:
        msg = f"{out}: the ending is not one of {', '.join(Output)}"
        raise UnreadableFile(msg) from unknown


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as broken:
        msg = f"{path}: {broken.strerror or broken}"
        raise UnreadableFile(msg) from broken


def _zones(paths: Iterable[Path]) -> list[Zone]:
    found: list[Zone] = []
    for path in paths:
        try:
            zones, defects = read_any(_text(path), path.stem)
        except UnreadableZones as broken:
            msg = f"{path}: {broken}"
            raise UnreadableFile(msg) from broken
        for defect in defects:
            _complain(f"{path}: {defect.sentence}")
        found += zones
    if not found:
        msg = f"{', '.join(map(str, paths))}: no zone could be read"
        raise UnreadableFile(msg)
    return found


def _fixes(path: Path) -> Iterator[Fix | Malformed]:
    text = _text(path)
    reader = _reader(path, text)
    return reader()


def _reader(path: Path, text: str) -> Callable[[], Iterator[Fix | Malformed]]:
    """Tell the format by its first character that is not white space."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "{":
        return lambda: track_geojson.read(text, path.stem)
    if start == "<":
        return lambda: track_gpx.read(text, path.stem)
    if start in {"!", "$", "\\", "#"}:
        return lambda: _in_order(*nmea.read(text.splitlines(), own=True))
    return lambda: track_csv.read(text.splitlines())


def _in_order(fixes: list[Fix], malformed: list[Malformed]) -> Iterator[Fix | Malformed]:
    every: list[Fix | Malformed] = [*fixes, *malformed]
    return iter(sorted(every, key=lambda each: each.line))


def _rows(fixes: Iterator[Fix | Malformed], index: ZoneIndex, track: Path) -> Iterator[PresenceRow]:
    readable = 0
    try:
        while chunk := list(islice(fixes, CHUNK)):
            for each in chunk:
                if isinstance(each, Malformed):
                    errors.print(
                        f"{track}:{each.line}: {each.reason}", markup=False, soft_wrap=True
                    )
            good = [each for each in chunk if isinstance(each, Fix)]
            readable += len(good)
            yield from check(good, index)
    except UnreadableTrack as broken:
        msg = f"{track}: {broken}"
        raise UnreadableFile(msg) from broken
    if not readable:
        _complain(f"{track}: no position could be read")


def _write(rows: Iterator[PresenceRow], output: Output, out: Path | None) -> None:
    if output is Output.PARQUET and out is not None:
        _write_parquet(rows, out)
        return
    try:
        with (
            out.open("w", encoding="utf-8", newline="") if out else nullcontext(sys.stdout) as sink
        ):
            (_write_csv if output is Output.CSV else _write_jsonl)(rows, sink)
    except OSError as broken:
        msg = f"{out}: {broken.strerror}"
        raise UnreadableFile(msg) from broken


def _write_csv(rows: Iterator[PresenceRow], sink: IO[str]) -> None:
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(PresenceRow._fields)
    writer.writerows(rows)


def _write_jsonl(rows: Iterator[PresenceRow], sink: IO[str]) -> None:
    for row in rows:
        sink.write(json.dumps(row._asdict(), ensure_ascii=False) + "\n")


def _write_parquet(rows: Iterator[PresenceRow], out: Path) -> None:
    text = pa.string()
    schema = pa.schema(
        [(name, pa.int32() if name == "zone_version" else text) for name in PresenceRow._fields]
    )
    with pq.ParquetWriter(out, schema) as writer:
        while chunk := list(islice(rows, CHUNK)):
            columns: list[Any] = [list(column) for column in zip(*chunk, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
