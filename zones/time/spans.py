"""Sets of instants, as disjoint half-open spans in order: what is shared, joined, left out?"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Instants
from zones.periods import Window
from zones.time.clocks import epoch_ms

# Beyond any instant; room is left for adding an offset.
FIRST, LAST = -(2**62), 2**62

Answers = NDArray[np.bool_]


class Spans(NamedTuple):
    """Spans `[start, end)` of epoch milliseconds, or of a clock's own milliseconds, as columns."""

    start: Instants
    end: Instants


def span(start: int, end: int) -> Spans:
    """Return the one span between two instants."""
    return Spans(np.array([start], dtype=np.int64), np.array([end], dtype=np.int64))


def spans_of(windows: Iterable[Window]) -> Spans:
    """Return the instants of any of the windows."""
    limits = [limits_of(window) for window in windows]
    columns = np.array(limits, dtype=np.int64).reshape(-1, 2)
    return joined(Spans(columns[:, 0], columns[:, 1]))


def limits_of(window: Window) -> tuple[int, int]:
    """Return the two limits of a window, `FIRST` and `LAST` where it has none."""
    return (
        FIRST if window.start is None else epoch_ms(window.start),
        LAST if window.end is None else epoch_ms(window.end),
    )


def joined(*sets: Spans) -> Spans:
    """Return the instants of any of the sets; these may overlap within themselves."""
    return _where([(each, 1) for each in sets], least=1)


def shared(*sets: Spans) -> Spans:
    """Return the instants of all of the sets."""
    return _where([(each, 1) for each in sets], least=len(sets))


def without(one: Spans, other: Spans) -> Spans:
    """Return the instants of one set that are not in the other."""
    return _where([(one, 1), (other, -1)], least=1)


def contains(spans: Spans, at_ms: Instants) -> Answers:
    """Tell for each instant whether the set has it."""
    which = np.searchsorted(spans.start, at_ms, side="right") - 1
    if not len(spans.start):
        return np.zeros(len(at_ms), dtype=bool)
    answers: Answers = (which >= 0) & (at_ms < spans.end[which])
    return answers


def _where(sets: list[tuple[Spans, int]], *, least: int) -> Spans:
    """Return where at least so many of the sets hold, sweeping over their limits in order."""
    limits = np.concatenate([side for spans, _ in sets for side in spans])
    steps = np.repeat(
        [step for _, weight in sets for step in (weight, -weight)],
        [len(side) for spans, _ in sets for side in spans],
    )
    if not len(limits):
        return Spans(limits, limits)
    order = limits.argsort()
    limits, depth = limits[order], steps[order].cumsum()
    settled = np.append(limits[1:] != limits[:-1], True)
    limits, inside = limits[settled], depth[settled] >= least
    flips = limits[inside != np.append(False, inside[:-1])]
    return Spans(flips[::2], flips[1::2])
