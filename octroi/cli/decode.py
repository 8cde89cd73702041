"""`octroi decode`: what does this message say, and would Octroi take it?"""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from octroi import clock
from telemetry.intake.wires import Wire, saying
from telemetry.model import Fix, Malformed

REFUSED, UNREADABLE = 1, 2


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("decode")(decode)


def decode(
    file: Annotated[Path, typer.Argument(help="The payload as it is sent, byte by byte.")],
    wire: Annotated[
        Wire, typer.Option("--as", help="The format, as the end of its topic names it.")
    ],
) -> None:
    """Show all that a message says, a JSON object a line, without a server.

    Positions come with the accuracies and the height reference that Octroi takes; beside them every
    message of Remote ID, and what vessels say of themselves over AIS. What would be refused is on
    standard error with its reason; the exit code is then 1, and 2 where the file cannot be read.
    """
    try:
        payload = file.read_bytes()
    except OSError as broken:
        typer.echo(f"{file}: {broken.strerror or broken}", err=True)
        raise typer.Exit(UNREADABLE) from broken
    refused = False
    for one in saying(wire, payload, round(clock.now().timestamp() * 1000)):
        if isinstance(one, Malformed):
            refused = True
            typer.echo(f"{file}:{one.line}: {one.reason}", err=True)
        else:
            typer.echo(msgspec.json.encode(_known(one)))
    if refused:
        raise typer.Exit(REFUSED)


def _known(said: msgspec.Struct) -> dict[str, Any]:
    """Return what is said without what is not known."""
    named: dict[str, Any] = msgspec.to_builtins(said)
    named.pop("said", None)
    kind = {"type": "position"} if isinstance(said, Fix) else {}
    return kind | {name: value for name, value in named.items() if value not in (None, "", -1)}
