"""Which volumes fill a cell of the ground, and whose edges pass through it? Built once.

A uniform grid; `zones.kernel.tracing` says what a cell lists, and why no answer is rounded. Many
volumes are shared out among the processor's cores; a cell's entries stay in the order of volumes.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.columns import Codes, Floats, Indices
from zones.kernel.edges import Edges, edges_of, without_edges
from zones.kernel.frames import COLUMNS, ROWS, frame_of
from zones.kernel.tracing import Traced, Volumes, clear_cells, count_cells, fill_cells

CELLS_AN_EDGE = 2.0
MOST_CELLS = 600_000

# A share of fewer vertices costs more in memory and threads than it gains.
SHARE_VERTICES, MOST_SHARES = 100_000, 4


class NoEdges(ValueError):
    """A footprint whose parts were lost on the way would silently cover nothing."""

    def __init__(self, which: int) -> None:
        super().__init__(f"footprint {which} has no edges")
        self.which = which


class Cells(NamedTuple):
    """Lists by cell, row after row from the south-west, as `zones.kernel.lists` says.

    Entries are in the order of volumes. `slab` holds the edges, four numbers each, a cell's in one
    piece. `deepest` is the room of a cell's longest list, `depth` of a mean one.
    """

    frame: Floats
    lists: Indices
    slab: Floats
    edges: Edges
    deepest: int
    depth: float


def cells_of(
    footprints: Sequence[BaseGeometry], layers: Codes, cells_an_edge: float = CELLS_AN_EDGE
) -> Cells:
    """Index these volumes' footprints by cell, each of its layer, or say which has no edges."""
    edges = edges_of(footprints)
    if len(lost := without_edges(edges)):
        raise NoEdges(int(lost[0]))
    frame = _frame(edges, cells_an_edge)
    shares = [_Share(frame, each) for each in _shared(edges, layers)]
    with ThreadPoolExecutor(len(shares)) as threads:
        list(threads.map(_Share.count, shares))
        entries = _sum(share.entries for share in shares)
        listed = _sum(share.listed for share in shares)
        kinds = np.bitwise_or.reduce([share.kinds for share in shares])
        entries += listed > 0
        heads, lists = _headed(entries, listed)
        slab = np.empty(4 * int(heads[-1]))
        filled = [
            threads.submit(share.fill, begin, lists, slab)
            for share, begin in zip(shares, _begins(heads, shares), strict=True)
        ]
        clear_cells(frame, kinds, np.empty(len(kinds), dtype=np.int8), lists)
        for each in filled:
            each.result()
    return Cells(
        frame=frame,
        lists=lists,
        slab=slab,
        edges=edges,
        deepest=int(entries.max(initial=0)),
        depth=float(entries.mean()),
    )


class _Share:
    """Some of the volumes, and what they take of each cell: traced by one thread."""

    def __init__(self, frame: Floats, volumes: Volumes) -> None:
        cells = int(frame[COLUMNS] * frame[ROWS])
        self.entries, self.listed = np.zeros((2, cells), dtype=np.int32)
        self.kinds = np.zeros(cells, dtype=np.int8)
        self._frame, self._volumes = frame, volumes
        self._traced = Traced(np.zeros(cells, dtype=np.int32), np.zeros(cells, dtype=np.int8))

    def count(self) -> None:
        """Count the entries and edges of each cell."""
        count_cells(self._frame, self._volumes, self._traced, self.entries, self.listed, self.kinds)

    def fill(self, heads: Indices, lists: Indices, slab: Floats) -> None:
        """Write them down, from where `heads` says."""
        fill_cells(self._frame, self._volumes, self._traced, heads, lists, slab)


def _shared(edges: Edges, layers: Codes) -> list[Volumes]:
    """Share the volumes out, in their order, by the number of their vertices."""
    count, vertices = len(edges.volume) - 1, len(edges.vertices)
    shares = max(1, min(os.cpu_count() or 1, MOST_SHARES, vertices // SHARE_VERTICES))
    wanted = np.arange(1, shares) * (vertices / shares)
    cuts = np.searchsorted(edges.ring[edges.volume], wanted).tolist()
    return [Volumes(edges, layers, first, last) for first, last in pairwise([0, *cuts, count])]


def _begins(heads: Indices, shares: Sequence[_Share]) -> Iterator[Indices]:
    """Return where each share's entries and edges of every cell begin: behind those before it."""
    for share in shares:
        yield heads.copy()
        heads[:-2:2] += share.entries
        heads[1:-2:2] += share.listed


def _sum(columns: Iterable[Indices]) -> Indices:
    total: Indices = np.add.reduce(list(columns))
    return total


def _headed(entries: Indices, listed: Indices) -> tuple[Indices, Indices]:
    """Return where each cell's entries and edges begin, in turns, and lists that know it."""
    heads = np.empty(2 * len(entries) + 2, dtype=np.int32)
    heads[::2] = _starts(entries) + len(heads)
    heads[1::2] = _starts(listed)
    lists = np.zeros(heads[-2], dtype=np.int32)
    lists[: len(heads) : 2] = heads[::2]
    edged = 2 * np.flatnonzero(listed)
    lists[heads[edged]] = heads[edged + 1]
    heads[edged] += 1
    return heads, lists


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
