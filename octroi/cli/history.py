"""`octroi history`: take the past away as Parquet, and let go of what is no longer kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, NoReturn

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TimeRemainingColumn

from octroi.cli.instants import instant, told
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
from telemetry.kept.records import TABLES, Kept
from telemetry.store.taking import Wanted
from zones.periods import InvalidWindow, Window

UNUSABLE = 2
HELP = """\
Take the past away as Parquet, and let go of what is no longer kept.

What is kept for how long: OCTROI_KEEP_POSITIONS_DAYS, OCTROI_KEEP_VERDICTS_DAYS,
OCTROI_KEEP_EVIDENCE_DAYS, OCTROI_KEEP_SUMS_DAYS. A running service lets go by itself, once a day.
"""
WORDS = {
    "positions": "positions",
    "verdicts": "verdicts",
    "refusals": "messages that were refused",
    "quarantined": "observations in quarantine",
    "evidence_kept": "positions and verdicts put aside as evidence",
    "evidence": "pieces of evidence whose time is over",
    "visits": "visits",
    "alerts": "alerts that are closed",
    "sums": "sums of an hour",
}


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help=HELP, no_args_is_help=True)
    topic.command("export")(placed(export))
    topic.command("expire")(placed(expire))
    topic.command("columns")(columns)
    app.add_typer(topic, name="history")


def export(
    since: Annotated[
        datetime,
        typer.Option("--from", parser=instant, metavar="INSTANT", help="The first instant."),
    ],
    until: Annotated[
        datetime,
        typer.Option("--to", parser=instant, metavar="INSTANT", help="Where it ends."),
    ],
    file: Annotated[Path, typer.Option("--out", help="Where to write: a .parquet file.")],
    what: Annotated[Kept, typer.Option(help="Which table.")] = Kept.POSITIONS,
    operator: Annotated[str | None, typer.Option(help="Only of this operator.")] = None,
    vehicle: Annotated[str | None, typer.Option(help="Only of vehicles of this name.")] = None,
) -> None:
    """Write a table of the history as Parquet, in no order, in constant memory.

    The file says of each column what it means; `octroi history columns` does, too. Statistics name
    no vehicle, visits are those that ended then.
    """
    if file.suffix != ".parquet":
        _refuse(f"--out: {file} does not end in .parquet")
    if what is Kept.STATISTICS and vehicle is not None:
        _refuse("--vehicle: statistics name none")
    try:
        window = Window(start=since, end=until)
    except InvalidWindow:
        _refuse(f"--to: {told(until)} is not after --from, {told(since)}")
    wanted = Wanted(kept=what, window=window, operator=operator, vehicle=vehicle)
    with opened() as (parts, _), _replacing(file) as sink, _progress() as (progress, task):
        rows = parts.housekeeping.take_away(
            wanted,
            sink,
            lambda written, of: progress.update(task, completed=written, total=of),
        )
    out.print(f"{rows} {what} written to {file}.", markup=False)


def expire(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would go, change nothing.")
    ] = False,
) -> None:
    """Let go of what is older than the settings keep; what alerts and fees rest on is put aside."""
    with opened() as (parts, _):
        kept = parts.housekeeping.kept
        expired = parts.housekeeping.expire(dry_run=dry_run)
    out.print(
        f"Kept: positions since {told(kept.positions)}, verdicts since {told(kept.verdicts)}, "
        f"evidence since {told(kept.evidence)}, sums since {told(kept.sums)}."
    )
    found = {WORDS[name]: number for name, number in asdict(expired).items() if number}
    verb = "Would go" if dry_run else "Gone"
    for word, number in found.items():
        out.print(f"{'Kept' if 'aside' in word else verb}: {number} {word}.")
    if not found:
        out.print("There is nothing to let go of.")


def columns(
    what: Annotated[Kept, typer.Argument(help="Which table.")] = Kept.POSITIONS,
) -> None:
    """Say what the columns of a table mean, in French and English."""
    for column in TABLES[what].columns:
        out.print(f"{column.name}: {column.en} / {column.fr}", markup=False)
        if column.names:
            out.print(f"    {', '.join(column.names.values())}", markup=False, style="dim")


@contextmanager
def _replacing(file: Path) -> Iterator[IO[bytes]]:
    """Write beside the file, which changes only when all is written."""
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("wb") as sink:
            yield sink
        beside.replace(file)
    except OSError as broken:
        _refuse(f"--out: {file}: {broken.strerror}")
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _progress() -> Iterator[tuple[Progress, TaskID]]:
    shown = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=errors, transient=True) as progress:
        yield progress, progress.add_task("rows", total=None)


def _refuse(reason: str) -> NoReturn:
    errors.print(reason, style="red", markup=False)
    raise typer.Exit(UNUSABLE)
