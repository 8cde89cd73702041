"""`octroi billing …` and `octroi explain`: bill a month, export it, and prove a line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape
from rich.table import Table

from billing.export.bundle import InvalidBundle
from billing.export.bundle import verify as verify_bundle
from billing.model import Fault, Invoice, InvoiceId
from billing.periods import InvalidPeriod, parse
from billing.refused import STATUS
from billing.runs import Run
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from octroi.cli import accounts, billing_runs, claims, corrections, exports
from octroi.cli.billed import NotAnAmount, OpenService
from octroi.cli.claims import Dry
from octroi.cli.explained import SHOWN_POSITIONS, tree
from octroi.cli.failures import MISUSED, sentence
from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened
from octroi.cli.records import out as said
from octroi.cli.spoken import count, figures, headings, money, say, spoken, word

REFUSALS: tuple[type[Exception], ...] = (
    *STATUS,
    InvalidBundle,
    NotAnAmount,
    OSError,
    UnicodeDecodeError,
)
BATCH = 50

Period = Annotated[str, typer.Option(help="The month, such as 2026-10.")]


def add(app: typer.Typer) -> None:
    """Add the commands, over the database of this installation."""
    app.add_typer(commands(_opened), name="billing")
    app.command("explain")(placed(explain(_opened)))


@contextmanager
def _opened() -> Iterator[BillingService]:
    with opened() as (parts, _):
        yield parts.billing


def commands(open_service: OpenService) -> typer.Typer:
    """Return `octroi billing` over the service that `open_service` opens."""
    app = typer.Typer(help="Meter, issue, export and verify.", no_args_is_help=True)
    _add_work(app, open_service)
    exports.add(app, open_service, _told, _misused)
    _add_verify(app, open_service)
    accounts.add(app, open_service, _told)
    claims.add(app, open_service, _told, _misused)
    corrections.add(app, open_service, _told)
    billing_runs.add(app, open_service, _told)
    return app


def explain(open_service: OpenService) -> Callable[..., None]:
    """Return `octroi explain` over the service that `open_service` opens."""

    @spoken
    def command(
        line: Annotated[str, typer.Argument(help="Number and line: P-2026-000001/1.")],
        limit: Annotated[int, typer.Option(min=1, help="How many fees to show.")] = 5,
    ) -> None:
        """Walk from a line of an invoice back to the positions."""
        number, _, position = line.rpartition("/")
        if not number or not (position.isascii() and position.isdigit()):
            _misused(f"{line!r} is no line: write number, slash and line, as in P-2026-000001/1.")
        with _told(), open_service() as service:
            said.print(
                tree(
                    service.explain(
                        number, int(position), limit=limit, positions=SHOWN_POSITIONS * limit
                    )
                )
            )

    return command


def _tell_dry(dry_run: bool) -> None:
    if dry_run:
        said.print(say("nothing_done"))


def _tell_issued(issued: Sequence[Invoice], period: str | None, dry_run: bool) -> None:
    if not issued:
        said.print(say("nothing_to_issue", period=period))
        return
    _tell_dry(dry_run)
    said.print(_listing(issued))


def _ran(done: Run) -> str:
    """Say what a run metered and priced, and plainly where that is nothing."""
    period, strangers = done.period.label, count("visits", done.unattributed)
    if not (done.usages_new or done.usages_known):
        return say("run_empty", period=period, strangers=strangers)
    unpriced = count("usages", done.unpriced)
    if not (done.usages_new or done.fees_new):
        usages = count("usages", done.usages_known)
        told = {"period": period, "usages": usages, "unpriced": unpriced, "strangers": strangers}
        return say("run_again", **told)
    return say(
        "run",
        period=period,
        usages=count("usages", done.usages_new),
        known=figures(done.usages_known),
        fees=count("fees", done.fees_new),
        unpriced=unpriced,
        strangers=strangers,
    )


def _tell_unbilled(done: Run) -> None:
    if done.open_visits:
        visits = count("visits", done.open_visits)
        said.print(f"[yellow]{say('still_open', visits=visits)}[/yellow]")
    for key in done.conflicts:
        said.print(f"[red]{say('conflict')}[/red] {escape(key)}")


def _add_work(app: typer.Typer, open_service: OpenService) -> None:
    @app.command("run")
    @placed
    @spoken
    def run(period: Period, dry_run: Dry = False) -> None:
        """Meter, price and draft a month that is over; again, it changes nothing twice."""
        with _told(), open_service() as service:
            done = service.run(parse(period), dry=dry_run)
        _tell_dry(dry_run)
        said.print(_ran(done))
        _tell_unbilled(done)
        nothing = say("nothing_to_issue", period=done.period.label)
        said.print(_listing(done.drafts) if done.drafts else nothing)
        if done.credits:
            said.print(corrections.proposed(done.credits))

    @app.command("issue")
    @placed
    @spoken
    def issue(
        invoice: Annotated[str | None, typer.Argument(help="The draft's id.")] = None,
        period: Annotated[str | None, typer.Option(help="Every draft of this month.")] = None,
        dry_run: Dry = False,
    ) -> None:
        """Give a draft, or every draft of a month, its number."""
        if (invoice is None) == (period is None):
            _misused("Name a draft by its id, or a month with --period.")
        with _told(), open_service() as service:
            drafts = _drafts(service, period) if period else [service.invoice(str(invoice))]
            issued = [
                each
                for batch in _batches([draft.id for draft in drafts])
                for each in service.accounts.issue(batch, by=BY, dry=dry_run)
            ]
        _tell_issued(issued, period, dry_run)

    @app.command("list")
    @placed
    @spoken
    def listing(period: Annotated[str | None, typer.Option()] = None) -> None:
        """List drafts and invoices, newest period first."""
        with _told(), open_service() as service:
            wanted = InvoiceFilter(period=parse(period) if period else None)
            said.print(_listing(service.every_invoice(wanted)))


def _add_verify(app: typer.Typer, open_service: OpenService) -> None:
    @app.command("verify")
    @placed
    @spoken
    def verify(
        bundle: Annotated[
            Path | None, typer.Argument(help="An audit bundle, on any machine.", exists=True)
        ] = None,
    ) -> None:
        """Reckon again every number, hash and sum of what was issued, or of an audit bundle."""
        if bundle is not None:
            _verify_bundle(bundle)
            return
        with _told(), open_service() as service:
            faults = service.verify()
            many = sum(1 for _ in service.every_invoice(InvoiceFilter(state="issued")))
        _tell(faults)
        said.print(say("verified", invoices=count("invoices", many)))


def _verify_bundle(path: Path) -> None:
    with _told():
        faults = verify_bundle(path.read_bytes())
    _tell(faults)
    said.print(say("verified_bundle"))


def _tell(faults: Iterable[Fault]) -> None:
    """Tell what does not agree, and end with it."""
    found = list(faults)
    for fault in found:
        errors.print(f"{fault.number}: {fault.reason}", style="red", markup=False)
    if found:
        raise typer.Exit(1)


@contextmanager
def _told() -> Iterator[None]:
    """Turn a refusal into one sentence and an exit code."""
    try:
        yield
    except InvalidPeriod as refused:
        _misused(str(refused))
    except REFUSALS as refused:
        _stop(str(refused))


def _misused(reason: str) -> NoReturn:
    """End as any command does that is not called as it is to be."""
    _stop(reason, MISUSED)


def _stop(reason: str, code: int = 1) -> NoReturn:
    errors.print(sentence(reason), style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def _drafts(service: BillingService, period: str) -> list[Invoice]:
    drafts = list(service.every_invoice(InvoiceFilter(state="draft", period=parse(period))))
    return sorted(drafts, key=lambda each: each.operator)


def _batches(drafts: list[InvoiceId]) -> Iterator[list[InvoiceId]]:
    """Give so many at a time as keep all judges busy and none waiting for long."""
    for start in range(0, len(drafts), BATCH):
        yield drafts[start : start + BATCH]


def _listing(invoices: Iterable[Invoice]) -> Table:
    columns = headings("invoice", "period", "operator", "state", "lines", "total")
    shown = Table(*columns, box=None, pad_edge=False)
    shown.columns[-1].justify = "right"
    for each in invoices:
        shown.add_row(
            escape(each.number or str(each.id)),
            each.period.label,
            escape(each.operator),
            word(each.state),
            str(len(each.lines)),
            money(each.total, each.currency),
        )
    return shown
