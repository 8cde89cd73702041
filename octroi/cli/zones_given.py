"""What do the commands about zones share? Their options, how files are read, how it is told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from octroi.cli.counting import counted
from octroi.cli.failures import sentence as ended
from octroi.cli.instants import instant, told
from octroi.cli.records import errors, out
from zones.differences import Difference, Kind
from zones.formats.reading import UnreadableZones, parse
from zones.periods import Window
from zones.sentences import sentence

UNREADABLE = 2
COLOURS = {Kind.ADDED: "green", Kind.REMOVED: "red", Kind.CHANGED: "yellow"}

File = Annotated[Path, typer.Argument(help="GeoJSON, ED-269 or ED-318.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")]
At = Annotated[
    datetime | None,
    typer.Option(parser=instant, metavar="INSTANT", help="The law of this instant, else of now."),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(parser=instant, metavar="INSTANT", help="As it was known at this instant."),
]


def document_of(file: Path) -> dict[str, Any]:
    """Return the document of a file, or end with one sentence."""
    try:
        return parse(file.read_text(encoding="utf-8"))
    except (OSError, UnreadableZones, UnicodeDecodeError) as broken:
        reason = broken.strerror if isinstance(broken, OSError) else broken
        errors.print(f"{file}: {reason}", style="red", markup=False)
        raise typer.Exit(UNREADABLE) from broken


def tell(differences: Iterable[Difference]) -> None:
    """Print differences, one a line, coloured by kind."""
    for difference in differences:
        out.print(sentence(difference), style=COLOURS[difference.kind], markup=False)


def beginning(windows: Sequence[Window], now: datetime, notice_days: int, *, dry_run: bool) -> str:
    """Say from when on what is published is the law."""
    said = []
    ahead = sorted(each.start for each in windows if each.start is not None and each.start > now)
    if ahead:
        one, many = (
            ("zone would take", "zones would take") if dry_run else ("zone takes", "zones take")
        )
        last = f", the last from {told(ahead[-1])}" if ahead[-1] != ahead[0] else ""
        days = counted(notice_days, "day")
        first = told(ahead[0])
        said.append(
            f"{counted(len(ahead), one, many)} effect from {first}{last} (legal notice: {days})"
        )
    if held := sum(each.holds(now) for each in windows):
        one, many = ("zone would be", "zones would be") if dry_run else ("zone is", "zones are")
        said.append(f"{counted(held, one, many)} the law now")
    return "; ".join(said or ["All of them have ended"]) + "."


def refused(reason: Exception | str, code: int = 1) -> NoReturn:
    """End with one sentence."""
    errors.print(ended(str(reason)), style="red", markup=False)
    raise typer.Exit(code)
