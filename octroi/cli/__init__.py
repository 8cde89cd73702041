"""The command line, one module a topic."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from billing.service import BillingService
from octroi.cli import administration, billing, check, demo, serve

app = typer.Typer(
    help="The regulator of a city's shared space: zones, permits, telemetry, billing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@contextmanager
def _billing() -> Iterator[BillingService]:
    with administration.opened() as (parts, _):
        yield parts.billing


app.command("demo")(demo.command)
app.command("serve")(serve.command)
app.command("check")(check.command)
app.add_typer(administration.zones, name="zones")
app.add_typer(administration.keys, name="keys")
app.add_typer(billing.commands(_billing), name="billing")
app.command("explain")(billing.explain(_billing))
app.command("doctor")(administration.doctor)
app.command("migrate")(administration.migrate_command)


def main() -> None:
    """Run the command line."""
    app()
