"""Which functions are compiled? Those under these two decorators.

Numba compiles at the first call and keeps the machine code beside the module (where that cannot
be written, in the user's cache directory), so that only the first process of an installation
compiles at all: `telemetry.compiling` does it when Octroi is installed. Numba only notices when the
called function's own file changed, not one it calls: here every older machine code of its
package is thrown away.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

PACKAGE = Path(__file__).parent
_CHANGED: dict[Path, float] = {}

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
UNCOUNTED: dict[str, Any] = {**OPTIONS, "_nrt": False}
INNER: dict[str, Any] = {
    **UNCOUNTED,
    "cache": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


@functools.cache
def forget_older(source: str) -> None:
    """Throw away the machine code that is older than a module it may have been made from.

    That is one of its own package or of this one, imported before.
    """
    package = PACKAGE.parent / Path(source).relative_to(PACKAGE.parent).parts[0]
    try:
        _CHANGED[Path(source)] = Path(source).stat().st_mtime
        rests_on = [at for each, at in _CHANGED.items() if {package, PACKAGE} & {*each.parents}]
        for kept in package.glob("**/__pycache__/*.nbi"):
            if kept.stat().st_mtime < max(rests_on):
                kept.unlink()
    except OSError:
        # Another process did so first, or nobody may: numba itself looks at dates, too.
        return


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers, arrays and named tuples of them; it lets go of the GIL."""
    forget_older(function.__code__.co_filename)
    return cast("Callable[P, R]", numba.njit(**OPTIONS)(function))


def scalar(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no array, for calls from compiled ones.

    Its arrays are borrowed from the caller: counting their references at each call would cost
    more than the arithmetic (500 ns a height instead of 100).
    """
    forget_older(function.__code__.co_filename)
    return cast("Callable[P, R]", numba.njit(**UNCOUNTED)(function))


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no array and that only compiled ones call.

    What Python would need to call it is not made, which is a good part of compiling; and it is
    kept in the machine code of those that call it.
    """
    forget_older(function.__code__.co_filename)
    return cast("Callable[P, R]", numba.njit(**INNER)(function))


def woven(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into each compiled one that calls it, for the hottest paths.

    Handing an array over is handing over seven numbers: a call costs more than a short function.
    """
    forget_older(function.__code__.co_filename)
    return cast("Callable[P, R]", numba.njit(forceinline=True, **INNER)(function))
