"""Which installation does a command work on? That of `--data-dir`, else that of the settings."""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

from octroi.backing import practised
from octroi.settings import Settings, load

DataDir = Annotated[
    Path | None,
    typer.Option(help="Where the city's data live; else what OCTROI_DATA_DIR names."),
]
OPTION = "data_dir"
_asked: ContextVar[Path | None] = ContextVar(OPTION, default=None)


def placed(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--data-dir`, for `settings` to follow while it runs."""

    @wraps(command)
    def at_place(*given: object, data_dir: Path | None = None, **options: object) -> None:
        before = _asked.set(data_dir)
        try:
            command(*given, **options)
        finally:
            _asked.reset(before)

    own = inspect.signature(command)
    option = inspect.Parameter(
        OPTION, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=DataDir
    )
    at_place.__signature__ = own.replace(  # type: ignore[attr-defined]  # what typer reads
        parameters=[*own.parameters.values(), option]
    )
    at_place.__annotations__ = {**command.__annotations__, OPTION: DataDir}
    return at_place


def settings() -> Settings:
    """Read the settings of the installation that was asked for, and as it decides."""
    place = _asked.get()
    return practised(load() if place is None else load(data_dir=place))
