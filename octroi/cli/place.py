"""Which installation does a command work on? That of `--data-dir`, else that of the settings."""

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import typer

from octroi.backing import practised
from octroi.cli.options import carrying
from octroi.settings import Settings, load

DataDir = Annotated[
    Path | None,
    typer.Option(help="Where the city's data live; else what OCTROI_DATA_DIR names."),
]
OPTION = "data_dir"
_asked: ContextVar[Path | None] = ContextVar(OPTION, default=None)


# Gives a command the option `--data-dir`, for `settings` to follow while it runs.
placed = carrying(OPTION, DataDir, _asked)


def settings() -> Settings:
    """Read the settings of the installation that was asked for, and as it decides."""
    place = _asked.get()
    return practised(load() if place is None else load(data_dir=place))
