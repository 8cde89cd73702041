"""How does a command get an option that all its like have? A decorator adds it, and carries it."""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
Command = Callable[..., None]


def carrying(
    name: str,
    annotation: Any,  # noqa: ANN401 - what typer reads
    variable: ContextVar[T],
) -> Callable[[Command], Command]:
    """Return what gives a command an option, kept in a variable while it runs."""
    default = variable.get()

    def given(command: Command) -> Command:
        @wraps(command)
        def run(*given: object, **options: Any) -> None:  # noqa: ANN401 - the command's own
            before = variable.set(options.pop(name, default))
            try:
                command(*given, **options)
            finally:
                variable.reset(before)

        own = inspect.signature(command)
        option = inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        run.__signature__ = own.replace(  # type: ignore[attr-defined]  # what typer reads
            parameters=[*own.parameters.values(), option]
        )
        run.__annotations__ = {**command.__annotations__, name: annotation}
        return run

    return given
