"""What is every contender asked, and what must it answer?

Each module here has a builder, `areas -> Contender`. A contender answers which zones hold a point,
boundary included, for columns of points and for one point as a program would have it: two numbers.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.zones.sets import Areas
from zones.columns import Floats

Numbers = NDArray[np.integer]


class Unavailable(Exception):
    """A contender that this machine does not have; the message says why."""


class Pairs(NamedTuple):
    """Which points are in which zones: indices into the batch and into the areas, in any order."""

    position: Numbers
    zone: Numbers


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to ask which zones hold a point."""

    ask: Callable[[Floats, Floats], Pairs]
    ask_one: Callable[[float, float], Sequence[int]]
    # Processor time spent for it so far; a server's own is counted with ours.
    cpu_s: Callable[[], float] = time.process_time
    # A question and answer without any work, for those that are asked over a protocol.
    round_trip: Callable[[], object] | None = None
    close: Callable[[], None] = nothing


Builder = Callable[[Areas], Contender]
