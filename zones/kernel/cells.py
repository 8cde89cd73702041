"""Which volumes fill a cell of the ground, and whose edges pass through it? Built once.

A uniform grid; `zones.kernel.tracing` says what a cell lists, and why no answer is rounded.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.columns import Codes, Floats, Indices
from zones.kernel.edges import Edges, edges_of, without_edges
from zones.kernel.frames import COLUMNS, ROWS, frame_of
from zones.kernel.tracing import Traced, clear_cells, count_cells, fill_cells

CELLS_AN_EDGE = 2.0
MOST_CELLS = 600_000


class NoEdges(ValueError):
    """A footprint whose parts were lost on the way would silently cover nothing."""

    def __init__(self, which: int) -> None:
        super().__init__(f"footprint {which} has no edges")
        self.which = which


class Cells(NamedTuple):
    """Lists by cell, row after row from the south-west.

    `lists[2 * cell]` is where the cell's entries begin in `lists`, `lists[2 * cell + 1]` where its
    edges begin in `slab`, four numbers each. An entry is `2 * volume` where the volume fills the
    cell, else `2 * volume + 1` and then twice the number of its edges plus the parity. Entries are
    in the order of volumes. `clear` is how many cells away the nearest cell
    with edges is. `deepest` is the room of a cell's longest list, `depth` of a mean one.
    """

    frame: Floats
    lists: Indices
    slab: Floats
    clear: Codes
    edges: Edges
    deepest: int
    depth: float


def cells_of(footprints: Sequence[BaseGeometry], cells_an_edge: float = CELLS_AN_EDGE) -> Cells:
    """Index these volumes' footprints by cell, or say which has no edges."""
    edges = edges_of(footprints)
    if len(lost := without_edges(edges)):
        raise NoEdges(int(lost[0]))
    frame = _frame(edges, cells_an_edge)
    cells = int(frame[COLUMNS] * frame[ROWS])
    traced = Traced(np.zeros(cells, dtype=np.int32), np.zeros(cells, dtype=np.int8))
    entries, listed = np.zeros(cells, dtype=np.int32), np.zeros(cells, dtype=np.int32)
    count_cells(frame, edges, traced, entries, listed)
    clear = np.empty(cells, dtype=np.int8)
    clear_cells(frame, listed, clear)
    heads = np.empty(2 * cells + 2, dtype=np.int32)
    heads[::2] = _starts(entries) + len(heads)
    heads[1::2] = _starts(listed)
    lists = np.empty(heads[-2], dtype=np.int32)
    lists[: len(heads)] = heads
    slab = np.empty(4 * int(heads[-1]))
    fill_cells(frame, edges, traced, heads, lists, slab)
    return Cells(
        frame=frame,
        lists=lists,
        slab=slab,
        clear=clear,
        edges=edges,
        deepest=int(entries.max(initial=0)),
        depth=float(entries.mean()) if cells else 0.0,
    )


def _frame(edges: Edges, cells_an_edge: float) -> Floats:
    if not len(edges.vertices):
        return frame_of(np.array([0.0, 0.0, -1.0, -1.0]), 1, 1)
    lon, lat = edges.vertices.T
    bounds = np.array([lon.min(), lat.min(), lon.max(), lat.max()])
    width = (bounds[2] - bounds[0]) * np.cos(np.radians((bounds[1] + bounds[3]) / 2))
    height = bounds[3] - bounds[1]
    cells = min(max(cells_an_edge * len(edges.vertices), 1.0), MOST_CELLS)
    columns = np.clip(np.sqrt(cells * width / height), 1, cells)
    return frame_of(bounds, int(columns), max(int(cells / columns), 1))


def _starts(counts: Indices) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
