"""The command line, one module a topic."""

import typer

from octroi.cli import check, demo, serve

app = typer.Typer(
    help="The regulator of a city's shared space: zones, permits, telemetry, billing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.command)
app.command("demo")(demo.command)
app.command("check")(check.command)


def main() -> None:
    """Run the command line."""
    app()
