"""Which edges of its layer's zones does a straight way meet, crossing or merely touching them?

Exact: which side of an edge a place is on is never rounded. A way that meets no edge of a zone is
wholly inside its footprint or wholly outside.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Codes, Floats, Indices, in_one_piece
from zones.compiled import inner, scalar
from zones.index import ZoneIndex
from zones.kernel.frames import (
    COLUMNS,
    EAST,
    NORTH,
    SOUTH,
    WEST,
    columns_in_row,
    row_above,
    row_below,
)
from zones.kernel.law import ZONE, of_layer
from zones.kernel.lists import LISTED, VOLUME_AT, first_edge, first_entry, has_edges, layer_of
from zones.kernel.orientation import side
from zones.kernel.parts import Part

ROOM = 256
# The rows of what is found: which way, which zone, and whether the way crosses the edge plainly,
# with each end of either on its own side of the other.
WAY, OF_ZONE, PLAINLY = range(3)
TOUCHED, CROSSED = 1, 2

NO_WAY = -2


class Meetings(NamedTuple):
    """Edges that ways meet, as columns ordered by way and zone, each once; four numbers an edge."""

    way: Indices
    zone: Indices
    plainly: NDArray[np.bool_]
    edge: Floats


NO_MEETINGS = Meetings(
    np.empty(0, np.int32),
    np.empty(0, np.int32),
    np.empty(0, np.bool_),
    np.empty((0, 4)),
)


def meetings(  # noqa: PLR0917 - two columns of places
    index: ZoneIndex,
    a_lon: Floats,
    a_lat: Floats,
    b_lon: Floats,
    b_lat: Floats,
    layer: Codes,
) -> Meetings:
    """Return the edges met by ways through a layer, whatever the height or the hour.

    A layer of -1 is every one; of ways through `NO_WAY` nothing is asked.
    """
    columns = (a_lon, a_lat, b_lon, b_lat)
    a_lon, a_lat, b_lon, b_lat = (in_one_piece(column, np.float64) for column in columns)
    found = [each for part in index.parts for each in _met(part, a_lon, a_lat, b_lon, b_lat, layer)]
    if not found:
        return NO_MEETINGS
    numbers = np.concatenate([each for each, _ in found], axis=1)
    order = np.lexsort((numbers[OF_ZONE], numbers[WAY]))
    way, zone, plainly = numbers[:, order]
    edge = np.concatenate([each for _, each in found])[order]
    return Meetings(way, zone, plainly == CROSSED, edge)


def _met(  # noqa: PLR0917 - as above
    part: Part,
    a_lon: Floats,
    a_lat: Floats,
    b_lon: Floats,
    b_lat: Floats,
    layer: Codes,
) -> list[tuple[Indices, Floats]]:
    room, cells = ROOM, part.cells
    while True:
        numbers, edges = np.empty((3, room), np.int32), np.empty((room, 4))
        count = meet(
            cells.frame, cells.lists, cells.slab, part.volumes,
            a_lon, a_lat, b_lon, b_lat, layer, numbers, edges,
        )  # fmt: skip
        if count == 0:
            return []
        if count <= room:
            return [(numbers[:, :count], edges[:count])]
        room = 2 * count


@scalar
def meet(  # noqa: PLR0913, PLR0917 - flat arrays, as for the kernel
    frame: Floats,
    lists: Indices,
    slab: Floats,
    volumes: Indices,
    a_lon: Floats,
    a_lat: Floats,
    b_lon: Floats,
    b_lat: Floats,
    layer: Codes,
    numbers: Indices,
    edges: Floats,
) -> int:
    """Write every edge each way meets; return how many there are, or more if there is no room."""
    count = 0
    for way in range(len(a_lon)):
        ax, ay, bx, by = a_lon[way], a_lat[way], b_lon[way], b_lat[way]
        beside = max(ax, bx) < frame[WEST] or min(ax, bx) > frame[EAST]
        beside = beside or max(ay, by) < frame[SOUTH] or min(ay, by) > frame[NORTH]
        if beside or layer[way] == NO_WAY or not np.isfinite(ax + ay + bx + by):
            continue
        begin = count
        for row in range(row_below(frame, min(ay, by)), row_above(frame, max(ay, by)) + 1):
            first, last = columns_in_row(frame, row, ax, ay, bx, by)
            for column in range(first, last + 1):
                cell = row * int(frame[COLUMNS]) + column
                if has_edges(lists, cell, layer[way]):
                    count = _in_cell(
                        lists,
                        slab,
                        volumes,
                        cell,
                        layer[way],
                        way,
                        ax,
                        ay,
                        bx,
                        by,
                        begin,
                        count,
                        numbers,
                        edges,
                    )
    return count


@inner
def _in_cell(  # noqa: PLR0913, PLR0917
    lists: Indices,
    slab: Floats,
    volumes: Indices,
    cell: int,
    layer: int,
    way: int,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    begin: int,
    count: int,
    numbers: Indices,
    edges: Floats,
) -> int:
    """Write the edges met among those that a cell lists, but for those written before."""
    at, end, edge = (
        first_entry(lists, cell),
        lists[2 * cell + 2],
        first_edge(lists, cell),
    )
    while at < end:
        entry = lists[at]
        at += 1 + (entry & LISTED)
        if not entry & LISTED:
            continue
        zone, until = volumes[entry >> VOLUME_AT, ZONE], edge + (lists[at - 1] >> 1)
        if zone < 0 or not of_layer(layer, layer_of(entry)):
            edge = until
            continue
        for one in range(4 * edge, 4 * until, 4):
            x1, y1, x2, y2 = slab[one], slab[one + 1], slab[one + 2], slab[one + 3]
            how = _meets(ax, ay, bx, by, x1, y1, x2, y2)
            if how and not _written(numbers, edges, begin, count, zone, x1, y1, x2, y2):
                if count < len(edges):
                    numbers[WAY, count], numbers[OF_ZONE, count] = way, zone
                    numbers[PLAINLY, count] = how
                    edges[count, 0], edges[count, 1] = x1, y1
                    edges[count, 2], edges[count, 3] = x2, y2
                count += 1
        edge = until
    return count


@inner
def _meets(  # noqa: PLR0913, PLR0917 - two ways
    ax: float,
    ay: float,
    bx: float,
    by: float,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
) -> int:
    """Tell whether two straight ways meet, 0 for no."""
    if max(x1, x2) < min(ax, bx) or min(x1, x2) > max(ax, bx):
        return 0
    if max(y1, y2) < min(ay, by) or min(y1, y2) > max(ay, by):
        return 0
    of_edge = side(x1, y1, ax, ay, bx, by) * side(x2, y2, ax, ay, bx, by)
    of_way = side(ax, ay, x1, y1, x2, y2) * side(bx, by, x1, y1, x2, y2)
    if of_edge > 0 or of_way > 0:
        return 0
    return CROSSED if of_edge < 0 and of_way < 0 else TOUCHED


@inner
def _written(  # noqa: PLR0913, PLR0917 - an edge of a zone
    numbers: Indices,
    edges: Floats,
    begin: int,
    count: int,
    zone: int,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
) -> bool:
    """Tell whether an edge was written already: it lies in several cells."""
    for one in range(begin, min(count, len(edges))):
        same = numbers[OF_ZONE, one] == zone and edges[one, 0] == x1 and edges[one, 1] == y1
        if same and edges[one, 2] == x2 and edges[one, 3] == y2:
            return True
    return False
