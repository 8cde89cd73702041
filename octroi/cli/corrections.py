"""`octroi billing contradictions`, `correct`, `credit-drafts`: what was metered wrong."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Column, Table

from billing.runs import CreditDraft
from octroi.cli.billed import OpenService, Told
from octroi.cli.claims import UUID_LETTERS, Dry, Why, tell
from octroi.cli.place import placed
from octroi.cli.records import BY
from octroi.cli.records import out as said
from octroi.cli.spoken import figures, headings, money, say, spoken

KEY_LETTERS = 42


def add(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    """Add the commands; `told` turns a refusal into a sentence."""
    _add_corrections(app, open_service, told)
    _add_credit_drafts(app, open_service, told)


def _add_corrections(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("contradictions")
    @placed
    @spoken
    def contradictions() -> None:
        """List what came under a known key with other content: it is not billed."""
        with told(), open_service() as service:
            found = service.corrections.contradictions()
        shown = Table(
            Column(say("heading.key"), min_width=KEY_LETTERS),
            Column(say("heading.fingerprint"), overflow="fold"),
            *headings("certain_ms", "metres"),
            box=None,
            pad_edge=False,
        )
        for each in found:
            measured = (figures(each.usage.certain_ms), figures(each.usage.distance_m))
            shown.add_row(escape(each.key), each.fingerprint, *measured)
        said.print(shown)

    @app.command("correct")
    @placed
    @spoken
    def correct(
        key: Annotated[str, typer.Argument(help="The usage's key: visit/….")],
        reason: Why,
        fingerprint: Annotated[
            str | None, typer.Option(help="Which of several contradictions is true.")
        ] = None,
        withdraw: Annotated[
            bool, typer.Option("--withdraw", help="The usage never was: nothing is.")
        ] = False,
        dry_run: Dry = False,
    ) -> None:
        """Take what contradicts a usage for the truth; the month's next run bills it so."""
        with told(), open_service() as service:
            if withdraw:
                service.corrections.withdraw(key, reason=reason, by=BY, dry=dry_run)
                tell("withdrawn", dry_run, key=escape(key))
            else:
                usage = service.corrections.accept(
                    key, reason=reason, by=BY, fingerprint=fingerprint, dry=dry_run
                )
                tell("replaced", dry_run, key=escape(key), usage=escape(usage.key))


def _add_credit_drafts(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("credit-drafts")
    @placed
    @spoken
    def credit_drafts(
        issue: Annotated[UUID | None, typer.Option(help="Make this one a credit note.")] = None,
        dry_run: Dry = False,
    ) -> None:
        """List the credits that corrections of invoiced usage call for, or issue one."""
        with told(), open_service() as service:
            if issue is None:
                said.print(proposed(service.corrections.credit_drafts()))
                return
            note = service.corrections.issue_credit(issue, by=BY, dry=dry_run)
        amount = money(note.total, note.invoice.currency)
        tell("credited", dry_run, note=note.number, amount=amount, invoice=note.invoice.number)


def proposed(drafts: Iterable[CreditDraft]) -> Table:
    """Show proposed credits."""
    shown = Table(
        Column(say("heading.credit_draft"), min_width=UUID_LETTERS),
        *headings("invoice", "total", "reason"),
        box=None,
        pad_edge=False,
    )
    for each in drafts:
        shown.add_row(str(each.id), each.number, money(each.total), escape(each.reason))
    return shown
