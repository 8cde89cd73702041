"""The command line, one module a topic; only the topic asked for is loaded, so that it starts soon.

A topic is a module with `add(app)`, which adds its commands.
"""

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "demo": "octroi.cli.demo",
        "serve": "octroi.cli.serve",
        "check": "octroi.cli.check",
        "decode": "octroi.cli.decode",
        "replay": "octroi.cli.replay",
        "zones": "octroi.cli.zones",
        "operators": "octroi.cli.operators",
        "keys": "octroi.cli.keys",
        "advice": "octroi.cli.advice",
        "permits": "octroi.cli.permits",
        "alerts": "octroi.cli.alerts",
        "webhooks": "octroi.cli.webhooks",
        "audit": "octroi.cli.audit",
        "history": "octroi.cli.history",
        "tariffs": "octroi.cli.tariffs",
        "billing": "octroi.cli.billing",
        "explain": "octroi.cli.billing",
        "doctor": "octroi.cli.doctor",
        "migrate": "octroi.cli.doctor",
    }
)
INTERRUPTED = 130


def application(commands: Iterable[str] = TOPICS) -> "typer.Typer":
    """Return the command line with the topics of these commands."""
    import typer  # noqa: PLC0415 - loaded when Ctrl-C is looked after

    app = typer.Typer(
        help="The regulator of a city's shared space: zones, permits, telemetry, billing.",
        epilog="Commands that administer work beside a running service or without one, on the data "
        "directory of --data-dir, else of OCTROI_DATA_DIR.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    # A callback keeps a command a sub-command even when it is the only one loaded.
    app.callback()(_octroi)
    for module in dict.fromkeys(TOPICS[command] for command in commands):
        import_module(module).add(app)
    return app


def main() -> None:
    """Run the command line."""
    asked = [word for word in sys.argv[1:2] if word in TOPICS]
    with _interruptible():
        app = application(asked or TOPICS)
    app()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the loading of modules at once: half of one has nothing to stop or to say."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        # Whoever started us wants it otherwise, such as a shell that put us in the background.
        yield
        return
    signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _octroi() -> None:
    """The regulator of a city's shared space: zones, permits, telemetry, billing."""
