"""`octroi billing credit`, `pay`, `overdue`, `ledger`: correct a claim, take payments in, read."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from billing.crediting import NotCredited
from billing.ledger import Balance, Standing
from billing.transfers import read
from octroi.cli.billed import OpenService, Told, amount_of
from octroi.cli.claims import Dry, tell
from octroi.cli.place import placed
from octroi.cli.records import BY
from octroi.cli.records import out as said
from octroi.cli.spoken import account, count, figures, headings, money, say, spoken


def add(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    """Add the commands; `told` turns a refusal into a sentence."""

    @app.command("credit")
    @placed
    @spoken
    def credit(
        invoice: Annotated[str, typer.Argument(help="The invoice's number.")],
        reason: Annotated[str, typer.Option(help="Why; the credit note says it.")],
        line: Annotated[
            list[str] | None, typer.Option(help="A line and its amount, without tax: 1=3.50.")
        ] = None,
        dry_run: Dry = False,
    ) -> None:
        """Credit lines of an issued invoice, or all that is left of it."""
        with told(), open_service() as service:
            wanted = dict(map(_line, line)) if line else None
            note = service.accounts.credit(invoice, wanted, reason=reason, by=BY, dry=dry_run)
        amount = money(note.total, note.invoice.currency)
        said.print(say("credited", note=note.number, amount=amount, invoice=escape(invoice)))

    @app.command("pay")
    @placed
    @spoken
    def pay(
        statement: Annotated[
            Path, typer.Argument(help="CSV: date,reference,amount,transaction.", exists=True)
        ],
        dry_run: Dry = False,
    ) -> None:
        """Take a bank's statement in, all or nothing; read twice, it counts once."""
        with told(), open_service() as service:
            text = statement.read_text("utf-8-sig")
            received = service.accounts.receive(read(text), by=BY, dry=dry_run)
        new = count("payments", len(received.new))
        said.print(say("received", payments=new, known=figures(received.known)))
        if received.refunds:
            said.print(f"[yellow]{say('overpaid')}[/yellow]")
            said.print(_standings(received.refunds))

    _add_refund(app, open_service, told)
    _add_lists(app, open_service, told)


def _add_refund(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("refund")
    @placed
    @spoken
    def refund(
        invoice: Annotated[str, typer.Argument(help="The invoice's number.")],
        transaction: Annotated[str, typer.Option(help="The bank's reference.")],
        amount: Annotated[
            str | None, typer.Option(help="How much; else all that was paid too much.")
        ] = None,
        paid_on: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When; else today.")
        ] = None,
        dry_run: Dry = False,
    ) -> None:
        """Write down that what was paid too much was paid back; told twice, it counts once."""
        with told(), open_service() as service:
            made = service.accounts.refund(
                invoice,
                amount_of(amount),
                transaction=transaction,
                paid_on=paid_on.date() if paid_on else None,
                by=BY,
                dry=dry_run,
            )
        name = "refunded_before" if made.known else "refunded"
        tell(name, dry_run, invoice=escape(invoice), amount=money(made.refund.amount))


def _add_lists(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("overdue")
    @placed
    @spoken
    def overdue() -> None:
        """List the invoices whose day of payment is over and that are still owed."""
        with told(), open_service() as service:
            said.print(_standings(service.accounts.overdue()))

    @app.command("refunds")
    @placed
    @spoken
    def refunds() -> None:
        """List the invoices on which more was paid than is owed."""
        with told(), open_service() as service:
            said.print(_standings(service.accounts.refunds()))

    @app.command("ledger")
    @placed
    @spoken
    def ledger() -> None:
        """Show the sums of every account."""
        with told(), open_service() as service:
            said.print(_balances(service.accounts.balances()))


def _line(text: str) -> tuple[int, Decimal]:
    number, _, amount = text.partition("=")
    try:
        return int(number), Decimal(amount)
    except (ValueError, InvalidOperation) as wrong:
        msg = f"--line: {text[:30]!r} is not a line and its amount, such as 1=3.50"
        raise NotCredited(msg) from wrong


def _standings(standings: Iterable[Standing]) -> Table:
    columns = headings("invoice", "operator", "due_on", "limitation", "still_due")
    shown = Table(*columns, box=None, pad_edge=False)
    shown.columns[-1].justify = "right"
    for each in standings:
        days = (each.due_on.isoformat(), each.limitation_on.isoformat())
        due = money(each.due - each.disputed, each.currency)
        shown.add_row(each.number, escape(each.operator), *days, due)
    return shown


def _balances(balances: Iterable[Balance]) -> Table:
    shown = Table(*headings("account", "debit", "credit"), box=None, pad_edge=False)
    for column in shown.columns[1:]:
        column.justify = "right"
    for each in balances:
        shown.add_row(escape(account(each.account)), money(each.debit), money(each.credit))
    return shown
