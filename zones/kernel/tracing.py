"""Which cells of a grid does a volume fill, and which do its edges touch?

A ray from a point of a cell to the west crosses edges that touch the cell, which are listed there
and tested, and edges that do not. Of those how many it crosses, odd or even, is the same for the
whole cell but for a flip at the latitude of each vertex west of it that joins a listed edge to one
that is not. So each cell keeps that parity at the bottom of its row, and each flip as an edge that
stands on the vertex's latitude far in the west. No coordinate is computed, nothing is rounded: the
answer is that of all the volume's edges.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Codes, Floats, Indices
from zones.compiled import inner, scalar
from zones.kernel.edges import Edges
from zones.kernel.frames import (
    COLUMNS,
    ROWS,
    column_of,
    columns_in_row,
    row_above,
    row_below,
    row_bottom,
    row_top,
)
from zones.kernel.law import EVERY
from zones.kernel.lists import (
    ALL_EDGES,
    CLEAR_BITS,
    FARTHEST,
    KINDS,
    LISTED,
    entry_of,
    kind_of,
)

# Where the edges stand that are flips: farther west than any place, and as high as it takes.
FAR_WEST, FAR_NORTH = -1e9, 1e9

Parities = NDArray[np.int8]


# The parts of a window: the cells that one volume can touch.
COLUMN, ROW, WIDTH, TALL = range(4)

Window = tuple[int, int, int, int]


class Volumes(NamedTuple):
    """Volumes `first` up to `last` of these edges, and of which layers all are."""

    edges: Edges
    layers: Codes
    first: int
    last: int


class Traced(NamedTuple):
    """By cell of a window: how many edges are listed, and how the parity changes from the west.

    While edges are written, `listed` is where the next one goes.
    """

    listed: Indices
    parity: Parities


@scalar
def count_cells(  # noqa: PLR0917 - the grid, the volumes, and where to write
    frame: Floats,
    volumes: Volumes,
    traced: Traced,
    entries: Indices,
    listed: Indices,
    kinds: Codes,
) -> None:
    """Add to each cell what the volumes will take there: numbers of entries, and edges."""
    columns, (count, changes) = int(frame[COLUMNS]), traced
    edges, layers, first, last = volumes
    for volume in range(first, last):
        window = _window_of(frame, edges, volume)
        west, south, width, height = window
        count[: width * height] = 0
        changes[: width * height] = 0
        _walk(frame, edges, volume, window, traced, frame[:0])
        for row in range(height):
            parity = 0
            for column in range(width):
                here = row * width + column
                cell = (south + row) * columns + west + column
                parity ^= changes[here]
                if count[here]:
                    entries[cell] += 2
                    listed[cell] += count[here]
                    kinds[cell] |= _kinds_of(layers[volume])
                else:
                    entries[cell] += parity


@scalar
def fill_cells(  # noqa: PLR0917 - the grid, the volumes, and where to write
    frame: Floats,
    volumes: Volumes,
    traced: Traced,
    heads: Indices,
    lists: Indices,
    slab: Floats,
) -> None:
    """Write every cell's entries and edges; `heads` is where each cell's next ones go."""
    columns, (count, changes) = int(frame[COLUMNS]), traced
    edges, layers, first, last = volumes
    for volume in range(first, last):
        window, entry = _window_of(frame, edges, volume), entry_of(volume, layers[volume])
        west, south, width, height = window
        count[: width * height] = 0
        changes[: width * height] = 0
        _walk(frame, edges, volume, window, traced, slab[:0])
        for row in range(height):
            parity = 0
            for column in range(width):
                here = row * width + column
                cell = (south + row) * columns + west + column
                parity ^= changes[here]
                if count[here]:
                    lists[heads[2 * cell]] = entry | LISTED
                    lists[heads[2 * cell] + 1] = 2 * count[here] + parity
                    heads[2 * cell] += 2
                    heads[2 * cell + 1] += count[here]
                    count[here] = heads[2 * cell + 1] - count[here]
                elif parity:
                    lists[heads[2 * cell]] = entry
                    heads[2 * cell] += 1
        _walk(frame, edges, volume, window, traced, slab)


@inner
def _kinds_of(layer: int) -> int:
    """Return as bits of which kinds a volume's edges are."""
    return (1 << KINDS) - 1 if layer == EVERY else 1 << ALL_EDGES | 1 << kind_of(layer)


@inner
def _window_of(frame: Floats, edges: Edges, volume: int) -> Window:
    first, last = edges.ring[edges.volume[volume]], edges.ring[edges.volume[volume + 1]]
    vertices = edges.vertices
    west = east = vertices[first, 0]
    south = north = vertices[first, 1]
    for vertex in range(first, last):
        west, east = min(west, vertices[vertex, 0]), max(east, vertices[vertex, 0])
        south, north = min(south, vertices[vertex, 1]), max(north, vertices[vertex, 1])
    column, low, high = column_of(frame, west), row_below(frame, south), row_above(frame, north)
    return column, low, column_of(frame, east) - column + 1, high - low + 1


@inner
def _walk(  # noqa: PLR0917 - the grid, the volume, and where to write
    frame: Floats, edges: Edges, volume: int, window: Window, traced: Traced, slab: Floats
) -> None:
    """Go along every ring and list its edges and flips: count them, or write them to a slab."""
    vertices, (count, changes) = edges.vertices, traced
    for ring in range(edges.volume[volume], edges.volume[volume + 1]):
        first, last = edges.ring[ring], edges.ring[ring + 1] - 1
        # The vertex before, this edge's two and the one after the edge: two corners of the ring.
        x0, y0 = vertices[last - 1, 0], vertices[last - 1, 1]
        x1, y1 = vertices[first, 0], vertices[first, 1]
        column0, column1 = column_of(frame, x0), column_of(frame, x1)
        low1, high1 = row_below(frame, y1), row_above(frame, y1)
        for edge in range(first, last):
            x2, y2 = vertices[edge + 1, 0], vertices[edge + 1, 1]
            column2 = column_of(frame, x2)
            low2, high2 = row_below(frame, y2), row_above(frame, y2)
            low, high = min(low1, low2), max(high1, high2)
            if column1 == column2 and low == high:
                here = (low - window[ROW]) * window[WIDTH] + column1 - window[COLUMN]
                _put(count, here, slab, x1, y1, x2, y2)
                bottom = row_bottom(frame, low)
                if (y1 > bottom) != (y2 > bottom) and column1 + 1 < window[COLUMN] + window[WIDTH]:
                    changes[here + 1] ^= 1
            else:
                _list_edge(frame, low, high, window, count, changes, slab, x1, y1, x2, y2)
            if column0 != column1 or column1 != column2:
                _list_flips(frame, low1, high1, window, count, slab, x0, y0, x1, y1, x2, y2)
            x0, y0, column0 = x1, y1, column1
            x1, y1, column1, low1, high1 = x2, y2, column2, low2, high2


@inner
def _list_edge(  # noqa: PLR0913, PLR0917 - flat, since a tuple of arrays costs at each call
    frame: Floats,
    low: int,
    high: int,
    window: Window,
    count: Indices,
    changes: Parities,
    slab: Floats,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
) -> None:
    """List an edge in the cells it touches, and its change of parity east of them."""
    for row in range(low, high + 1):
        first, last = columns_in_row(frame, row, x1, y1, x2, y2)
        here = (row - window[ROW]) * window[WIDTH] - window[COLUMN]
        for column in range(first, last + 1):
            _put(count, here + column, slab, x1, y1, x2, y2)
        bottom = row_bottom(frame, row)
        if (y1 > bottom) != (y2 > bottom) and last + 1 < window[COLUMN] + window[WIDTH]:
            changes[here + last + 1] ^= 1


@inner
def _list_flips(  # noqa: PLR0913, PLR0917 - flat, since a tuple of arrays costs at each call
    frame: Floats,
    low: int,
    high: int,
    window: Window,
    count: Indices,
    slab: Floats,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
) -> None:
    """List the vertex between two edges where only one of them touches the cell."""
    for row in range(low, high + 1):
        if row_bottom(frame, row) < y1 <= row_top(frame, row):
            _, one = columns_in_row(frame, row, x0, y0, x1, y1)
            _, other = columns_in_row(frame, row, x1, y1, x2, y2)
            here = (row - window[ROW]) * window[WIDTH] - window[COLUMN]
            for column in range(min(one, other) + 1, max(one, other) + 1):
                _put(count, here + column, slab, FAR_WEST, y1, FAR_WEST, FAR_NORTH)


@inner
def _put(  # noqa: PLR0917 - an edge is four numbers
    count: Indices, here: int, slab: Floats, x1: float, y1: float, x2: float, y2: float
) -> None:
    at = 4 * count[here]
    count[here] += 1
    if len(slab):
        slab[at] = x1
        slab[at + 1] = y1
        slab[at + 2] = x2
        slab[at + 3] = y2


@scalar
def clear_cells(frame: Floats, kinds: Codes, clear: Codes, lists: Indices) -> None:
    """Write into the lists how many cells away the nearest cell with edges of each kind is."""
    for kind in range(KINDS):
        _clear_of_kind(frame, kinds, 1 << kind, clear)
        for cell in range(len(clear)):
            lists[2 * cell + 1] |= clear[cell] << (CLEAR_BITS * kind)


@inner
def _clear_of_kind(frame: Floats, kinds: Codes, kind: int, clear: Codes) -> None:
    """Write how many cells away one with edges of a kind is, as a king walks."""
    columns, rows = int(frame[COLUMNS]), int(frame[ROWS])
    for cell in range(columns * rows):
        clear[cell] = 0 if kinds[cell] & kind else FARTHEST
    for step in (1, -1):
        for turn in range(columns * rows):
            cell = turn if step == 1 else columns * rows - 1 - turn
            row, column = cell // columns, cell % columns
            nearest = clear[cell] - 1
            if 0 <= column - step < columns:
                nearest = min(nearest, clear[cell - step])
            if 0 <= row - step < rows:
                for beside in range(max(column - 1, 0), min(column + 2, columns)):
                    nearest = min(nearest, clear[cell - column - step * columns + beside])
            clear[cell] = min(nearest, FARTHEST - 1) + 1
