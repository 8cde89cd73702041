"""`octroi decode`: what does this message say, and would Octroi take it?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from octroi import clock
from octroi.cli.capture_frames import is_capture
from octroi.cli.replay_captures import captured
from telemetry.intake.wires import Wire, saying
from telemetry.model import Fix, Malformed

REFUSED, UNREADABLE = 1, 2


class NotThatFormat(ValueError):
    """A file that holds something else than was said."""


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("decode")(decode)


def decode(
    file: Annotated[
        Path,
        typer.Argument(help="The payload as it is sent, byte by byte; or a capture of Remote ID."),
    ],
    wire: Annotated[
        Wire, typer.Option("--as", help="The format, as the end of its topic names it.")
    ],
) -> None:
    """Show all that a message says, a JSON object a line, without a server.

    Positions come with the accuracies and the height reference that Octroi takes; beside them every
    message of Remote ID, and what vessels say of themselves over AIS. Captures of Remote ID (pcap,
    pcapng) are read frame by frame. What would be refused is on standard error with its reason; the
    exit code is then 1, and 2 where the file cannot be read.
    """
    refused = False
    try:
        for place, one in _said(file, wire):
            if isinstance(one, Malformed):
                refused = True
                typer.echo(f"{file}:{place}{one.line}: {one.reason}", err=True)
            else:
                typer.echo(msgspec.json.encode(_known(one)))
    except OSError as broken:
        typer.echo(f"{file}: {broken.strerror or broken}", err=True)
        raise typer.Exit(UNREADABLE) from broken
    except NotThatFormat as broken:
        typer.echo(f"{file}: {broken}", err=True)
        raise typer.Exit(UNREADABLE) from broken
    if refused:
        raise typer.Exit(REFUSED)


def _said(file: Path, wire: Wire) -> Iterator[tuple[str, msgspec.Struct | Malformed]]:
    """Yield what a file says, each with what stands before its line to find it by."""
    payload = file.read_bytes()
    if not is_capture(payload[:4]):
        for one in saying(wire, payload, round(clock.now().timestamp() * 1000)):
            yield "", one
        return
    if wire is not Wire.REMOTE_ID:
        msg = f"it is a capture, which holds Remote ID and no {wire}: --as {Wire.REMOTE_ID}"
        raise NotThatFormat(msg)
    heard = False
    for frame, at_ms, pack in captured(file):
        heard = True
        for one in saying(wire, pack, at_ms):
            yield f"frame {frame}:", one
    if not heard:
        msg = "a capture without any message of Remote ID"
        raise NotThatFormat(msg)


def _known(said: msgspec.Struct) -> dict[str, Any]:
    """Return what is said without what is not known."""
    named: dict[str, Any] = msgspec.to_builtins(said)
    named.pop("said", None)
    kind = {"type": "position"} if isinstance(said, Fix) else {}
    return kind | {name: value for name, value in named.items() if value not in (None, "", -1)}
