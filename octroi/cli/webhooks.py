"""`octroi webhooks`: tell addresses of alerts over HTTP, and see what became of it."""

from datetime import timedelta
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.table import Table

from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened, out
from permits.parties import OperatorId
from telemetry.concern.handling import HIGHEST_LEVEL
from telemetry.told import Severity
from telemetry.webhooks.destinations import NoDestination
from telemetry.webhooks.model import FORMER_KEPT_H, FORMER_KEPT_MOST_H, Webhook
from telemetry.webhooks.service import NoSuchWebhook, TooManyWebhooks
from zones.model import Layer

Ident = Annotated[UUID, typer.Argument(help="The webhook's id, as `list` shows it.")]

# A command has an environment of its own.
ALLOWING = (
    "OCTROI_WEBHOOK_NETWORKS names networks inside which webhooks may lead; it has to be set for "
    "this command as it is for the Octroi that runs."
)


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="Tell addresses of alerts over HTTP.", no_args_is_help=True)
    topic.command("add")(placed(add_webhook))
    topic.command("list")(placed(list_webhooks))
    topic.command("show")(placed(show_webhook))
    topic.command("test")(placed(test_webhook))
    topic.command("rotate")(placed(rotate_webhook))
    topic.command("enable")(placed(enable_webhook))
    topic.command("remove")(placed(remove_webhook))
    app.add_typer(topic, name="webhooks")


def add_webhook(
    url: Annotated[str, typer.Argument(help="https://…, outside of any network of one's own.")],
    *,
    operator: Annotated[
        str | None, typer.Option(help="Whose alerts; all of the city's if absent.")
    ] = None,
    layer: Annotated[Layer | None, typer.Option(help="Only of this layer.")] = None,
    severity: Annotated[Severity, typer.Option(help="Only from this severity on.")] = Severity.LOW,
    level: Annotated[
        int,
        typer.Option(min=0, max=HIGHEST_LEVEL, help="Of the city's: from which rise on."),
    ] = 0,
) -> None:
    """Tell an address of alerts; the secret that messages are signed with is shown this once.

    Level 0 hears every alert, 1 and 2 what nobody took up in its time.
    """
    with opened() as (parts, _):
        if operator is not None and parts.registry.operator(operator) is None:
            _stop(f"no operator {operator!r} is known")
        try:
            webhook, secret = parts.webhooks.register(
                None if operator is None else OperatorId(operator),
                url,
                by=BY,
                layer=layer,
                severity=severity,
                level=level,
            )
        except NoDestination as refused:
            _stop(f"{refused}. {ALLOWING}")
        except TooManyWebhooks as refused:
            _stop(str(refused))
        out.print(str(webhook.id), markup=False)
        out.print(secret, markup=False)


def list_webhooks() -> None:
    """List webhooks, whom they are for, and whether messages arrive."""
    with opened() as (parts, _):
        table = Table("id", "for", "address", "from", "level", "state", box=None)
        for each in parts.webhooks.listing(None, everybody=True):
            whom = f"{each.operator or 'the city'}{f', {each.layer}' if each.layer else ''}"
            table.add_row(
                str(each.id), whom, each.url, each.severity.value, str(each.level), _state(each)
            )
        out.print(table)


def show_webhook(ident: Ident) -> None:
    """Show a webhook's newest messages, and what was answered."""
    with opened() as (parts, _):
        try:
            webhook, sent = parts.webhooks.webhook(ident), parts.webhooks.deliveries(ident)
        except NoSuchWebhook as missing:
            _stop(str(missing))
        out.print(f"{webhook.url}: {_state(webhook)}", markup=False)
        table = Table("at", "event", "tries", "answer", "next", box=None)
        for each in sent:
            following = "" if each.next_at is None else each.next_at.isoformat(timespec="seconds")
            at = each.at.isoformat(timespec="seconds")
            table.add_row(at, each.event, str(each.attempts), each.answer, following)
        out.print(table)


def test_webhook(ident: Ident) -> None:
    """Send a message that only shows whether messages arrive; a running Octroi carries it."""
    with opened() as (parts, _):
        try:
            parts.webhooks.ping(ident)
        except NoSuchWebhook as missing:
            _stop(str(missing))
        out.print(f"On its way; octroi webhooks show {ident} tells what became of it.")


def rotate_webhook(
    ident: Ident,
    *,
    keep_former_hours: Annotated[
        int,
        typer.Option(
            min=0,
            max=FORMER_KEPT_MOST_H,
            help="How long messages are signed with the secret before as well; 0 if it leaked.",
        ),
    ] = FORMER_KEPT_H,
) -> None:
    """Replace a webhook's secret; the new one is shown this once."""
    with opened() as (parts, _):
        try:
            webhook, secret = parts.webhooks.rotate(
                ident, keep_former=timedelta(hours=keep_former_hours)
            )
        except NoSuchWebhook as missing:
            _stop(str(missing))
        out.print(secret, markup=False)
        if webhook.former_until is not None:
            until = webhook.former_until.isoformat(timespec="seconds")
            out.print(f"The secret before is good until {until}.", markup=False)


def enable_webhook(ident: Ident) -> None:
    """Tell a webhook again that was disabled."""
    with opened() as (parts, _):
        try:
            out.print(f"{ident}: {_state(parts.webhooks.enable(ident))}", markup=False)
        except NoSuchWebhook as missing:
            _stop(str(missing))


def remove_webhook(ident: Ident) -> None:
    """Tell a webhook nothing any more."""
    with opened() as (parts, _):
        try:
            parts.webhooks.remove(ident)
        except NoSuchWebhook as missing:
            _stop(str(missing))
        out.print(f"{ident}: removed", markup=False)


def _state(webhook: Webhook) -> str:
    if webhook.disabled_at is not None:
        return f"disabled: {webhook.failure}"
    if webhook.failing_since is not None:
        since = webhook.failing_since.isoformat(timespec="seconds")
        return f"failing since {since}: {webhook.failure}"
    return "told" if webhook.delivered_at else "nothing was sent yet"


def _stop(sentence: str) -> NoReturn:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(1)
