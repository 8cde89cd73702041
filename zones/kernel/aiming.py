"""Which cells will be asked about a block of positions? All fetched before the first is asked.

A position asks its own cell, and those around it that its accuracy reaches and where edges of its
layer are. What it needs of them lies in three places of memory, each named by the one before: the
head of a list, the list, the edges. So the block goes through these together, step by step.
"""

from typing import NamedTuple

from zones.columns import Codes, Floats, Indices
from zones.compiled import woven
from zones.kernel.fetching import BLOCK, fetch, fetch_edges
from zones.kernel.frames import (
    COLUMNS,
    PER_LAT,
    PER_LON,
    PER_M,
    ROWS,
    SOUTH,
    WEST,
    limited,
    own_cell,
)
from zones.kernel.lists import Ground, clear_of, has_edges, kind_of
from zones.kernel.reach import SLACK

# A disc over more cells is held against every volume instead.
MOST_CELLS = 256
# In `Aims.until`, of such a disc: less than any beginning.
EVERY_VOLUME = -1
# Of those around a disc, whose heads are fetched ahead.
ROWS_FETCHED = 4
ROOM_FOR_AIMS = BLOCK * (7 + MOST_CELLS)
# Of a cell: far above rounding.
HAIR = 1e-9

Box = tuple[int, int, int, int]
NO_CELLS: Box = (0, -1, 0, -1)


class Reports(NamedTuple):
    """The columns of positions that say where they may be."""

    lon: Floats
    lat: Floats
    reach_m: Floats
    layer: Codes


class Aims(NamedTuple):
    """What a block of positions will ask: each one's own cell or -1, and its cells of `around`.

    `box` is room for columns and rows, four a position.
    """

    cell: Indices
    since: Indices
    until: Indices
    box: Indices
    around: Indices


@woven
def aims_in(room: Indices) -> Aims:
    """Lay out the room for a block's aims."""
    a, b, c, d = BLOCK, 2 * BLOCK, 3 * BLOCK, 7 * BLOCK
    return Aims(room[:a], room[a:b], room[b:c], room[c:d], room[d:])


@woven
def aim(cells: Ground, of: Reports, begin: int, aims: Aims) -> int:
    """Choose and fetch what the positions from the first of a block on will ask; return its end."""
    end, asked = min(begin + BLOCK, len(of.lon)), 0
    for one in range(end - begin):
        aims.cell[one] = own_cell(cells.frame, of.lon[begin + one], of.lat[begin + one])
        fetch(cells.lists, 2 * max(0, aims.cell[one]))
    for one in range(end - begin):
        _bound(cells, of, begin + one, aims, one)
    for one in range(end - begin):
        asked = _gather(cells, of.layer[begin + one], aims, one, asked)
    for number in range(asked):
        fetch_edges(cells.lists, cells.slab, aims.around[number])
    return end


@woven
def _bound(cells: Ground, of: Reports, at: int, aims: Aims, one: int) -> None:
    """Choose the cells around a position, and fetch its list and the heads of theirs."""
    frame, lists, cell = cells.frame, cells.lists, aims.cell[one]
    if cell >= 0:
        fetch(lists, lists[2 * cell])
    box = _cells_within(frame, lists, cell, of.lon[at], of.lat[at], of.reach_m[at], of.layer[at])
    for part in range(4):
        aims.box[4 * one + part] = box[part]
    for row in range(box[2], min(box[3] + 1, box[2] + ROWS_FETCHED)):
        fetch(lists, 2 * (row * int(frame[COLUMNS]) + box[0]))


@woven
def _gather(cells: Ground, layer: int, aims: Aims, one: int, asked: int) -> int:
    """Write down the cells around with edges of its kind; return how many there are by now."""
    lists, cell, columns = cells.lists, aims.cell[one], int(cells.frame[COLUMNS])
    if has_edges(lists, cell, layer):
        fetch_edges(lists, cells.slab, cell)
    aims.since[one] = asked
    first, last = aims.box[4 * one], aims.box[4 * one + 1]
    low, top = aims.box[4 * one + 2], aims.box[4 * one + 3]
    if (last - first + 1) * (top - low + 1) > MOST_CELLS:
        aims.until[one] = EVERY_VOLUME
        return asked
    for row in range(low, top + 1):
        for other in range(row * columns + first, row * columns + last + 1):
            if other != cell and has_edges(lists, other, layer):
                fetch(lists, lists[2 * other])
                aims.around[asked] = other
                asked += 1
    aims.until[one] = asked
    return asked


@woven
def _cells_within(  # noqa: PLR0917
    frame: Floats, lists: Indices, own: int, x: float, y: float, reach_m: float, layer: int
) -> Box:
    """Return columns and rows of the cells around a disc, none where no edge of its kind is near.

    The disc is taken as wide in cells as a metre is at most: never too small.
    """
    kind, reach = kind_of(layer), reach_m * SLACK * frame[PER_M] + HAIR
    # A disc may reach into one cell more than it is wide.
    if not reach_m > 0.0 or (own >= 0 and clear_of(lists, own, kind) > reach + 1.0):
        return NO_CELLS
    columns, rows = frame[COLUMNS], frame[ROWS]
    across, up = (x - frame[WEST]) * frame[PER_LON], (y - frame[SOUTH]) * frame[PER_LAT]
    beside = across + reach >= 0.0 and across - reach <= columns
    if not (beside and up + reach >= 0.0 and up - reach <= rows):
        return NO_CELLS
    first, last = limited(across - reach, columns), limited(across + reach, columns)
    low, top = limited(up - reach, rows), limited(up + reach, rows)
    # Of a place beside the grid the nearest cell counts: it is one of those within.
    row, column = limited(up, rows), limited(across, columns)
    steps = max(column - first, last - column, row - low, top - row)
    clear = clear_of(lists, row * int(columns) + column, kind)
    return NO_CELLS if clear > steps else (first, last, low, top)
