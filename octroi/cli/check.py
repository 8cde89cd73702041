"""`octroi check`: judge the presence of a recorded track, offline, without a server."""

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from octroi.cli.check_crossings import CrossingRows
from octroi.cli.check_explain import Asked, explained
from octroi.cli.check_reading import Track, UnreadableFile, opened, zones_of
from octroi.cli.check_writing import Finisher, Taker, output_of, refuse_to_lose, writer_to
from octroi.cli.counting import counted
from telemetry.formats.stretch import Stretch
from telemetry.recorded.checking import check, places_by_id
from zones.columns import Presences
from zones.heights.ground import DEFAULT_ERROR_M, UnusableGround, ground_from
from zones.heights.vertical import Datum, paris_datum
from zones.index import ZoneIndex
from zones.model import Zone
from zones.periods import ALWAYS, Switches

UNREADABLE = 2
LONG_FILE_BYTES = 5_000_000

errors = Console(stderr=True, highlight=False, emoji=False)


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(command)


def command(
    track: Annotated[
        Path,
        typer.Argument(
            help="CSV, GeoJSON, GPX, NMEA 0183 / AIS, DJI SRT, MDS telemetry or Remote ID flights; "
            "told by its content."
        ),
    ],
    zones: Annotated[
        list[Path],
        typer.Option("--zones", help="GeoJSON, ED-269 or ED-318; may be repeated.", metavar="FILE"),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write here, by the ending: .csv, .jsonl or .parquet.", metavar="FILE"),
    ] = None,
    map_: Annotated[
        Path | None,
        typer.Option(
            "--map", help="Draw the result here: one page that needs no network.", metavar="HTML"
        ),
    ] = None,
    crossings: Annotated[
        Path | None,
        typer.Option(
            help="Write here, as CSV, when and where edges were crossed between two fixes.",
            metavar="FILE",
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            help="Explain one row instead: a line of the track, or output:N, a row of the answer.",
            metavar="ROW",
        ),
    ] = None,
    ground: Annotated[
        Path | None,
        typer.Option(
            help="Heights of the ground above the sea: GeoTIFF, or an SRTM tile.", metavar="FILE"
        ),
    ] = None,
    ground_error: Annotated[
        float, typer.Option(help="How far these heights may be off, in metres.", metavar="M", min=0)
    ] = DEFAULT_ERROR_M,
    switch: Annotated[
        list[str] | None,
        typer.Option(help="Treat this switch of calendars as on; may be repeated.", metavar="NAME"),
    ] = None,
) -> None:
    """Tell in which zones each position of a recorded track was, or may have been.

    One row for each observation and zone: vehicle, at, zone_id, zone_version, restriction,
    relation (inside, or uncertain within the position's accuracy). Works without a server and
    knows no permits. Rows that cannot be read are named on standard error and passed over.

    With --explain ROW it says for one position instead: every zone near it, why it is inside,
    perhaps inside or outside, and which zone decides.

    Example: octroi check flight.csv --zones paris.geojson --out presence.parquet
    """
    try:
        output = output_of(out, [track, *zones])
        refuse_to_lose([track, *zones], map_)
        refuse_to_lose([track, *zones], crossings)
        found = zones_of(zones, _say)
        datum = _datum(ground, ground_error)
        index = ZoneIndex(found, datum, _switches(switch or (), found))
        if explain is not None:
            _explain(Asked.of(explain), track, index)
            return
        with opened(track, _say) as opening, _takers(map_, crossings, track, index) as takers:
            answers = _answers(opening, index, to_terminal=out is None and sys.stdout.isatty())
            first = next(answers, None)
            found_in, read = 0, 0
            with writer_to(out, output, index.zones) as writer:
                for stretch, presences in chain([first] if first else [], answers):
                    read, found_in = read + len(stretch.positions), found_in + len(presences)
                    for taker in (writer, *takers):
                        taker.add(stretch, presences)
        if read and not found_in:
            positions = counted(read, "position was", "positions were")
            _say(f"{positions} read, and none of them is in any of the zones.")
    except UnreadableFile as broken:
        _say(f"octroi check: {broken}", style="red")
        raise typer.Exit(UNREADABLE) from broken


@contextmanager
def _takers(
    map_: Path | None, crossings: Path | None, track: Path, index: ZoneIndex
) -> Iterator[list[Taker]]:
    """Return who takes the answer beside the file, and let them finish when all went well."""
    wanted: list[tuple[Finisher, Path]] = []
    if crossings is not None:
        wanted.append((CrossingRows(index), crossings))
    if map_ is not None:
        # Folium takes a second to load, which only those who want a map pay.
        from octroi.cli.check_map import Drawing  # noqa: PLC0415

        wanted.append((Drawing(track.name, index.zones), map_))
    yield [taker for taker, _ in wanted]
    for taker, out in wanted:
        taker.write(out)


def _explain(asked: Asked, track: Path, index: ZoneIndex) -> None:
    with opened(track, _say) as opening:
        for line in explained(asked, opening.stretches(), index):
            typer.echo(line)


def _answers(
    track: Track, index: ZoneIndex, *, to_terminal: bool
) -> Iterator[tuple[Stretch, Presences]]:
    places = places_by_id(index.zones)
    with _progress(track, to_terminal=to_terminal) as progress:
        task = progress.add_task(track.path.name, total=track.size)
        for stretch in track.stretches():
            yield stretch, check(stretch.positions, index, places)
            progress.update(task, completed=track.read_bytes)


def _progress(track: Track, *, to_terminal: bool) -> Progress:
    """Return a bar for long files, where somebody looks and it disturbs no answer."""
    shown = (track.size or 0) > LONG_FILE_BYTES and errors.is_terminal and not to_terminal
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not shown,
    )


def _datum(ground: Path | None, error_m: float) -> Datum:
    if ground is None:
        return paris_datum()
    try:
        return Datum(sea=paris_datum().sea, ground=ground_from(ground, error_m))
    except (UnusableGround, OSError) as broken:
        raise UnreadableFile(str(broken)) from broken


def _switches(names: Collection[str], zones: Iterable[Zone]) -> Switches:
    """Return these switches as always on, naming those that no zone has."""
    known = {entry.switch for zone in zones for entry in zone.applicability if entry.switch}
    for name in names:
        if name not in known:
            others = ", ".join(sorted(known)) or "none"
            _say(f"no zone has a switch {name!r}; the zones' switches: {others}")
    return dict.fromkeys(names, (ALWAYS,))


def _say(sentence: str, style: str | None = None) -> None:
    # A file's own text is never read as markup, nor folded: people search for it.
    errors.print(sentence, style=style, markup=False, soft_wrap=True)
