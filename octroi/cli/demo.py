"""`octroi demo`: real Paris, a moving fleet, verdicts, alerts and invoices."""

import shutil
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from octroi.backing import SCENE
from octroi.cli.failures import DatabaseInUse, UnwritableSummary, told
from octroi.cli.place import DataDir
from octroi.cli.serve import Port, given
from octroi.demo.run import Director, Script
from octroi.demo.summary import show, write
from octroi.embedded.directory import claimed
from octroi.hosting import hosted
from octroi.logs import configure
from octroi.settings import load
from permits.kinds import DocumentKind
from zones.model import Layer

DEFAULT_VEHICLES = 60
LOG_WIDTH = 160


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(command)


def command(
    duration: Annotated[
        float | None,
        typer.Option(help="End by itself after so many seconds of live traffic.", min=1.0),
    ] = None,
    summary: Annotated[
        Path | None, typer.Option(help="Write what happened to this JSON file at the end.")
    ] = None,
    vehicles: Annotated[
        int, typer.Option(help="How many vehicles move.", min=1, max=2000)
    ] = DEFAULT_VEHICLES,
    seed: Annotated[int, typer.Option(help="Same seed, same fleet.", min=0)] = 42,
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Run a demonstration city: Paris, regulated in its four layers, with invented operators.

    Starts everything `octroi serve` starts, in the `demo` folder of the data directory, which is
    emptied first. The map is open to whoever can reach this machine's loopback address.
    """
    with told():
        base = load(**given(port=port, data_dir=data_dir))
        # Whoever tries to publish a zone wants to see it act, and not tomorrow.
        scene = {
            "open_map": True,
            "log_level": "warning",
            "notice_days": 0,
            "documents_needed": {Layer.AIR: frozenset({DocumentKind.INSURANCE})},
        }
        settings = base.model_copy(update={"data_dir": base.data_dir / SCENE, **scene})
        configure(settings.log_level)
        _check(summary)
        if settings.database_url is None:
            _empty(settings.data_dir)
        out = _console()
        with hosted(settings) as host:
            if host.installed.access.listing():
                msg = "The demonstration needs an empty database; this one holds a city already."
                raise DatabaseInUse(msg)
            director = Director(
                host=host, script=Script(seed=seed, vehicles=vehicles, duration_s=duration), out=out
            )
            playing = threading.Thread(target=director.run, name="director")
            playing.start()
            host.run()
            director.stopping.set()
            playing.join()
        if director.failure is not None:
            raise director.failure
        show(director.told, out)
        if summary is not None:
            write(director.told, summary)


def _console() -> Console:
    out = Console(highlight=False, soft_wrap=True)
    # A log is read later, in a window of any width: tables are not folded to that of no terminal.
    return out if out.is_terminal else Console(highlight=False, soft_wrap=True, width=LOG_WIDTH)


def _check(summary: Path | None) -> None:
    """Find out now, and not after the show, that the summary cannot be written."""
    if summary is not None:
        try:
            summary.touch()
        except OSError as error:
            msg = f"--summary {summary} cannot be written: {error.strerror}."
            raise UnwritableSummary(msg) from error


def _empty(place: Path) -> None:
    """Begin with nothing; a demonstration that still runs there is not disturbed."""
    with claimed(place) as directory:
        for entry in directory.path.iterdir():
            if entry.name != "lock":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
