"""`octroi audit`: who of the city's staff asked to see what of which operators?"""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from octroi.cli.instants import instant, told
from octroi.cli.place import placed
from octroi.cli.records import opened, out
from permits.parties import OperatorId
from permits.readings import ReadingSearch
from permits.search import LARGEST_PAGE

Instant = Annotated[datetime | None, typer.Option(parser=instant, metavar="INSTANT")]


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(placed(audit))


def audit(
    operator: Annotated[str | None, typer.Option(help="Only what was about this operator.")] = None,
    by: Annotated[str | None, typer.Option(help="Only what this key's holder asked.")] = None,
    since: Instant = None,
    until: Instant = None,
    limit: Annotated[int, typer.Option(min=1, max=LARGEST_PAGE, help="At most so many.")] = 50,
) -> None:
    """List what the city's staff asked to see of operators over HTTP, newest first, and why.

    An operator that is not named is whoever matched what was asked. Nothing here can be changed
    or removed.

    Example: octroi audit --operator ailes --since 2026-11-01
    """
    wanted = ReadingSearch(
        operator=None if operator is None else OperatorId(operator),
        name=by,
        since=since,
        until=until,
        limit=limit,
    )
    with opened() as (parts, _):
        table = Table("at", "role", "who", "operators", "asked", "reason", box=None)
        for each in parts.audit.readings(wanted):
            about = "all" if each.operators is None else ", ".join(sorted(each.operators))
            told_at = told(each.at)
            table.add_row(told_at, each.role.value, each.name, about, each.address, each.reason)
        out.print(table)
