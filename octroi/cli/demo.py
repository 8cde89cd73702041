"""`octroi demo`: real Paris, a moving fleet, verdicts, alerts and invoices."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from billing.periods import month_before
from octroi import clock
from octroi.backing import SCENE
from octroi.cli.failures import DatabaseInUse, UnwritableSummary, told
from octroi.cli.place import DataDir
from octroi.cli.serve import Port, given
from octroi.demo import city
from octroi.demo.evening import Evening, begin, keep, mark_of
from octroi.demo.geography import WATERS
from octroi.demo.run import Director, Script
from octroi.demo.summary import show, write
from octroi.embedded.directory import claimed
from octroi.hosting import hosted
from octroi.logs import configure
from octroi.settings import Settings, load
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
    emptied first; but what last month's evening left is kept there, and not played again by the
    same program for the same seed, number of vehicles and month. The map is open to whoever can
    reach this machine's loopback address.
    """
    with told():
        base = load(**given(port=port, data_dir=data_dir))
        # Whoever tries to publish a zone wants to see it act, and not tomorrow.
        scene = {
            "open_map": True,
            "log_level": "warning",
            "notice_days": 0,
            "water": base.water or WATERS,
            "documents_needed": {Layer.AIR: frozenset({DocumentKind.INSURANCE})},
        }
        settings = base.model_copy(update={"data_dir": base.data_dir / SCENE, **scene})
        configure(settings.log_level)
        _check(summary)
        out, script = _console(), Script(seed=seed, vehicles=vehicles, duration_s=duration)
        show(_played(settings, script, out, summary), out)


def _played(
    settings: Settings, script: Script, out: Console, summary: Path | None
) -> Mapping[str, object]:
    """Play until the end of the script, or until told to stop; return what it came to."""
    own = settings.database_url is None
    evening, keeping = _prepared(settings, script) if own else (None, None)
    # Its shapes are worked out while the servers start.
    with ThreadPoolExecutor(1) as beside:
        drawn = beside.submit(city.zones)
        with hosted(settings) as host:
            if evening is None and host.installed.access.listing():
                msg = "The demonstration needs an empty database; this one holds a city already."
                raise DatabaseInUse(msg)
            url = host.installed.backing.database_url
            director = Director(
                host=host,
                script=script,
                zones=drawn,
                out=out,
                evening=evening,
                keep=keeping and partial(keeping, url),
            )
            playing = threading.Thread(target=director.run, name="director")
            playing.start()
            host.run()
            director.stopping.set()
            playing.join()
    if director.failure is not None:
        raise director.failure
    if summary is not None:
        write(director.told, summary)
    return director.told


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


def _prepared(
    settings: Settings, script: Script
) -> tuple[Evening | None, Callable[[str, Evening], None]]:
    """Begin with nothing, or with the same evening; one that still runs there is not disturbed."""
    month = month_before(clock.now()).label
    mark = mark_of(settings, script.seed, script.vehicles, month)
    with claimed(settings.data_dir) as directory:
        evening = begin(directory, mark)
    return evening, partial(keep, directory, mark)
