"""Which functions are compiled? Those under this decorator, in `relief` and the kernel.

Numba compiles at the first call and keeps the machine code beside the module, so that only the
first process of an installation compiles at all.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers, arrays and named tuples of them; it lets go of the GIL."""
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))
