"""`octroi billing submit`, `approve`, `dispute`, `answer`, `write-off` …: a claim's life."""

from collections.abc import Callable, Iterable
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Column, Table

from billing.canonical import instant
from billing.life.disputes import Dispute
from billing.life.writing_off import WriteOffKind
from billing.model import Invoice, InvoiceId
from billing.periods import parse
from billing.reviewing import Moving, Reviews
from billing.schemas.evidence import MOST_FROZEN, snapshot
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from octroi.cli.billed import Misused, OpenService, Told, amount_of
from octroi.cli.place import placed
from octroi.cli.records import BY
from octroi.cli.records import out as said
from octroi.cli.spoken import headings, money, say, spoken, word

Named = tuple[UUID | None, str | None]

Draft = Annotated[UUID | None, typer.Argument(help="The draft's id.")]
Month = Annotated[str | None, typer.Option("--period", help="Every draft of this month.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Say what would be, and change nothing.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Number = Annotated[str, typer.Argument(help="The invoice's number.")]

# Ids are there to be copied, whole.
UUID_LETTERS = 36


def add(app: typer.Typer, open_service: OpenService, told: Told, misused: Misused) -> None:
    """Add the commands; `told` turns a refusal into a sentence, `misused` ends a wrong call."""
    _add_reviews(app, open_service, told, misused)
    _add_history(app, open_service, told)
    _add_disputes(app, open_service, told)
    _add_write_off(app, open_service, told)


def _add_reviews(app: typer.Typer, open_service: OpenService, told: Told, misused: Misused) -> None:
    def make(move: Callable[[Reviews], Moving], named: Named, reason: str, *, dry: bool) -> None:
        with told(), open_service() as service:
            drafts = _named(misused, service, *named)
            _moved(move(service.reviews)(drafts, by=BY, reason=reason, dry=dry), dry)

    @app.command("submit")
    @placed
    @spoken
    def submit(
        draft: Draft = None, period: Month = None, reason: Why = "", dry_run: Dry = False
    ) -> None:
        """Have a draft, or every draft of a month, reviewed."""
        make(lambda reviews: reviews.submit, (draft, period), reason, dry=dry_run)

    @app.command("approve")
    @placed
    @spoken
    def approve(
        draft: Draft = None, period: Month = None, reason: Why = "", dry_run: Dry = False
    ) -> None:
        """Approve a draft in review, or every draft of a month, when its grace period is over."""
        make(lambda reviews: reviews.approve, (draft, period), reason, dry=dry_run)

    @app.command("return")
    @placed
    @spoken
    def send_back(
        reason: Why, draft: Draft = None, period: Month = None, dry_run: Dry = False
    ) -> None:
        """Send a draft, or every draft of a month, back from review or approval."""
        make(lambda reviews: reviews.send_back, (draft, period), reason, dry=dry_run)


def _add_history(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("history")
    @placed
    @spoken
    def history(invoice: Annotated[str, typer.Argument(help="Its number or id.")]) -> None:
        """Tell what was done with an invoice: by whom, when and why."""
        with told(), open_service() as service:
            steps = service.reviews.history(service.invoice(invoice).id)
        columns = headings("at", "move", "state", "by", "reason")
        shown = Table(*columns, box=None, pad_edge=False)
        for each in steps:
            cells = (word(each.move), word(each.state), escape(each.by), escape(each.reason))
            shown.add_row(instant(each.at), *cells)
        said.print(shown)


def _add_disputes(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("disputes")
    @placed
    @spoken
    def disputes(
        every: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
    ) -> None:
        """List the disputes that wait for an answer."""
        with told(), open_service() as service:
            said.print(_disputes(service.disputes.all(still_open=not every)))

    @app.command("dispute")
    @placed
    @spoken
    def dispute(
        invoice: Number,
        line: Annotated[int, typer.Argument(min=1, help="The line's number.")],
        reason: Why,
        dry_run: Dry = False,
    ) -> None:
        """Write down that an operator objects to a line: it is frozen with its evidence."""
        with told(), open_service() as service:
            evidence = snapshot(service.explain(invoice, line, limit=MOST_FROZEN))
            opened = service.disputes.open(
                invoice, line, reason=reason, evidence=evidence, by=BY, dry=dry_run
            )
        amount = money(opened.amount)
        tell("disputed", dry_run, id=opened.id, amount=amount, invoice=escape(invoice))

    @app.command("answer")
    @placed
    @spoken
    def answer(
        dispute_id: Annotated[UUID, typer.Argument(metavar="DISPUTE")],
        reason: Why,
        credit: Annotated[
            bool, typer.Option("--credit/--confirm", help="Take the line back, or stand by it.")
        ],
        amount: Annotated[
            str | None, typer.Option(help="How much to credit, without tax; else all disputed.")
        ] = None,
        dry_run: Dry = False,
    ) -> None:
        """End a dispute: credit the line, or confirm that it is owed."""
        with told(), open_service() as service:
            if credit:
                ended = service.disputes.credit(
                    dispute_id, amount_of(amount), answer=reason, by=BY, dry=dry_run
                )
            else:
                ended = service.disputes.confirm(dispute_id, answer=reason, by=BY, dry=dry_run)
        line, outcome = f"{ended.number}/{ended.line}", word(ended.outcome or "open")
        name = "answered_by" if ended.credit_note else "answered"
        tell(name, dry_run, line=line, outcome=outcome, note=ended.credit_note)


def _add_write_off(app: typer.Typer, open_service: OpenService, told: Told) -> None:
    @app.command("write-off")
    @placed
    @spoken
    def write_off(
        invoice: Number,
        kind: Annotated[WriteOffKind, typer.Option(help="Given up, or forgiven.")],
        act: Annotated[str, typer.Option(help="The act that decided it.")],
        reason: Why,
        amount: Annotated[str | None, typer.Option(help="How much; else all that is due.")] = None,
        dry_run: Dry = False,
    ) -> None:
        """Give up collecting an invoice, or a part: admission en non-valeur or remise."""
        with told(), open_service() as service:
            gone = service.accounts.write_off(
                invoice, kind, amount_of(amount), act=act, reason=reason, by=BY, dry=dry_run
            )
        amount, how = money(gone.amount), word(gone.kind)
        tell("written_off", dry_run, invoice=escape(invoice), amount=amount, kind=how)


def _named(
    misused: Misused,
    service: BillingService,
    draft: UUID | None,
    period: str | None,
) -> list[InvoiceId]:
    """Return the draft that is named, or those of a month."""
    if draft is not None and period is None:
        return [InvoiceId(draft)]
    if draft is not None or period is None:
        misused("Name a draft by its id, or a month with --period.")
    wanted = InvoiceFilter(state="draft", period=parse(period))
    return [each.id for each in service.every_invoice(wanted)]


def _moved(invoices: Iterable[Invoice], dry_run: bool) -> None:
    for each in invoices:
        total = money(each.total, each.currency)
        line, state = f"{each.id} {escape(each.operator)} {total}", word(each.state)
        tell("answered", dry_run, line=line, outcome=state)


def tell(name: str, dry_run: bool, **told: object) -> None:
    """Say what was done, or would be."""
    said.print(f"{say('would') if dry_run else ''}{say(name, **told)}")


def _disputes(disputes: Iterable[Dispute]) -> Table:
    shown = Table(
        Column(say("heading.dispute"), min_width=UUID_LETTERS),
        *headings("line", "amount", "operator", "reason", "outcome"),
        box=None,
    )
    for each in disputes:
        shown.add_row(
            str(each.id),
            f"{each.number}/{each.line}",
            money(each.amount),
            escape(each.operator),
            escape(each.reason),
            word(each.outcome or "open"),
        )
    return shown
