"""Which functions are compiled? Those under these two decorators.

Numba compiles at the first call and keeps the machine code beside the module, so that only the
first process of an installation compiles at all.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
UNCOUNTED: dict[str, Any] = {**OPTIONS, "_nrt": False}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers, arrays and named tuples of them; it lets go of the GIL."""
    return cast("Callable[P, R]", numba.njit(**OPTIONS)(function))


def scalar(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no array, for calls from compiled ones.

    Its arrays are borrowed from the caller: counting their references at each call would cost
    more than the arithmetic (500 ns a height instead of 100).
    """
    return cast("Callable[P, R]", numba.njit(**UNCOUNTED)(function))
