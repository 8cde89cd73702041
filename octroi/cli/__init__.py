"""The command line, one module a topic."""

import typer

from octroi.cli import check

app = typer.Typer(
    help="The regulator of a city's shared space: zones, permits, telemetry, billing.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("check")(check.command)


@app.callback()
def _octroi() -> None:
    """Keep `octroi check` a sub-command even while it is alone."""


def main() -> None:
    """Run the command line."""
    app()
