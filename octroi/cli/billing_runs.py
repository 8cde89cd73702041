"""`octroi billing runs`: the months that were run by themselves, and when the next is due."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from billing.planning import Ran
from octroi.cli.billed import OpenService, Told
from octroi.cli.instants import told as on_clock
from octroi.cli.place import placed
from octroi.cli.records import out as said
from octroi.cli.spoken import headings, say, spoken, word


def add(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    """Add the command; `told` turns a refusal into a sentence."""

    @app.command("runs")
    @placed
    @spoken
    def runs(limit: Annotated[int, typer.Option(min=1, max=500)] = 20) -> None:
        """List the months that were run by themselves, and when the next is due."""
        with told(), open_service() as service:
            schedule = service.schedule
            ran, mode, next_at = schedule.newest(limit), schedule.plan.mode, schedule.next_at()
        said.print(_listing(ran))
        coming = say("next_run", mode=word(mode), at=on_clock(next_at))
        said.print(say("no_runs") if next_at is None else coming)


def _listing(ran: Iterable[Ran]) -> Table:
    counted = ("drafts", "total", "unpriced", "conflicts")
    columns = headings("period", "due_at", "ended_at", "state", *counted, "failure")
    shown = Table(*columns, box=None, pad_edge=False)
    for each in ran:
        found = each.outcome or {}
        shown.add_row(
            each.due.period.label,
            on_clock(each.due.at),
            on_clock(each.ended_at),
            word("dry" if each.dry else "draft"),
            *(str(found.get(name, "")) for name in counted),
            escape(each.failure),
        )
    return shown
