"""Which volumes is a place in, and which have an edge within its accuracy? Compiled."""

from typing import NamedTuple

import numpy as np

from zones.columns import Codes, Floats, Indices
from zones.compiled import scalar, woven
from zones.kernel.edges import Edges
from zones.kernel.frames import (
    COLUMNS,
    EAST,
    NORTH,
    PER_M,
    SOUTH,
    WEST,
    column_of,
    own_cell,
    row_of,
)
from zones.kernel.holding import holds
from zones.kernel.law import NO, UNDECIDED, ZONE, Law, concerns
from zones.kernel.reach import SLACK, square_m2, square_of_volume_m2

# A disc over more cells is held against every volume instead.
MOST_CELLS_ASKED = 256
# In `Near.state`.
HOLDS, CALENDAR_UNDECIDED = 1, UNDECIDED

Box = tuple[int, int, int, int]


class Ground(NamedTuple):
    """The cells, see `zones.kernel.cells.Cells`."""

    frame: Floats
    lists: Indices
    slab: Floats
    clear: Codes
    edges: Edges


class Place(NamedTuple):
    """One of the positions asked about, and where its accuracy counts, metres per degree there."""

    x: float
    y: float
    at_ms: int
    layer: int
    reach_m: float
    east: float
    north: float


class Near(NamedTuple):
    """Room for the volumes at one place: `state`, and how far an edge is, squared."""

    volume: Indices
    state: Codes
    square_m2: Floats


@woven
def note_here(cells: Ground, law: Law, place: Place, near: Near) -> int:
    """Note the volumes that concern a place and hold it, or have an edge near it in its cell.

    Edges count only where `place` knows its metres per degree.
    """
    lists, x, y, cell = cells.lists, place.x, place.y, own_cell(cells.frame, place.x, place.y)
    if cell < 0:
        return 0
    at, end, edge = lists[2 * cell], lists[2 * cell + 2], lists[2 * cell + 1]
    count = 0
    while at < end:
        volume, listed = lists[at] >> 1, lists[at] & 1
        first, parity = edge, 0
        at += 1
        if listed:
            parity = lists[at] & 1
            edge += lists[at] >> 1
            at += 1
        said = _asked(law, place, volume)
        if said != NO:
            held, square = True, np.inf
            if listed:
                held = holds(cells.slab, first, edge, parity, x, y)
                square = _square_within(cells.slab, first, edge, place)
            if held or square < np.inf:
                state = (said & UNDECIDED) | (HOLDS if held else 0)
                count = _note(near, count, volume, state, square)
    return count


@woven
def may_reach(cells: Ground, x: float, y: float, reach_m: float) -> bool:
    """Tell whether an edge may be within reach: at once, and in doubt yes."""
    cell = own_cell(cells.frame, x, y)
    # A disc may reach into one cell more than it is wide.
    return cell < 0 or bool(cells.clear[cell] <= reach_m * SLACK * cells.frame[PER_M] + 1.0)


@woven
def note_reached(cells: Ground, law: Law, place: Place, near: Near, count: int) -> int:
    """Note the volumes with an edge within a place's accuracy, beyond its own cell.

    Returns how many notes there are now, one a volume and in their order; negative: how many
    `near` needs room for.
    """
    first, last, low, top = _cells_within(cells, place)
    if first > last:
        return count
    if (last - first + 1) * (top - low + 1) > MOST_CELLS_ASKED:
        noted = _reached_volumes(cells, law, place, near, count)
    else:
        noted = _reached_cells(cells, law, place, near, count, first, last, low, top)
    return _merged(near, noted) if noted > count else noted


@woven
def _cells_within(cells: Ground, place: Place) -> Box:
    """Return columns and rows of the cells around a disc, none where no edge is near."""
    frame, x, y = cells.frame, place.x, place.y
    wide, high = place.reach_m / place.east * SLACK, place.reach_m / place.north * SLACK
    west, east = max(x - wide, frame[WEST]), min(x + wide, frame[EAST])
    south, north = max(y - high, frame[SOUTH]), min(y + high, frame[NORTH])
    if not (west <= east and south <= north):
        return 0, -1, 0, -1
    first, last = column_of(frame, west), column_of(frame, east)
    low, top = row_of(frame, south), row_of(frame, north)
    # Of a place beside the grid the nearest cell counts: it is one of those within.
    row, column = row_of(frame, y), column_of(frame, x)
    steps = max(column - first, last - column, row - low, top - row)
    if cells.clear[row * int(frame[COLUMNS]) + column] > steps:
        return 0, -1, 0, -1
    return first, last, low, top


@woven
def _reached_cells(  # noqa: PLR0913, PLR0917
    cells: Ground,
    law: Law,
    place: Place,
    near: Near,
    count: int,
    first: int,
    last: int,
    low: int,
    top: int,
) -> int:
    columns, need, own = int(cells.frame[COLUMNS]), count, own_cell(cells.frame, place.x, place.y)
    for row in range(low, top + 1):
        start, end = 2 * (row * columns + first), 2 * (row * columns + last) + 2
        need += cells.lists[end] - cells.lists[start]
    if need > len(near.volume):
        return -need
    for row in range(low, top + 1):
        for cell in range(row * columns + first, row * columns + last + 1):
            if cells.clear[cell] == 0 and cell != own:
                count = _reached_in_cell(cells, law, place, near, count, cell)
    return count


@woven
def _reached_in_cell(  # noqa: PLR0917
    cells: Ground, law: Law, place: Place, near: Near, count: int, cell: int
) -> int:
    lists = cells.lists
    at, end, edge = lists[2 * cell], lists[2 * cell + 2], lists[2 * cell + 1]
    while at < end:
        volume, listed = lists[at] >> 1, lists[at] & 1
        at += 1
        if not listed:
            continue
        first = edge
        edge += lists[at] >> 1
        at += 1
        said = _asked(law, place, volume)
        if said != NO:
            square = _square_within(cells.slab, first, edge, place)
            if square < np.inf:
                count = _note(near, count, volume, said & UNDECIDED, square)
    return count


@scalar
def _reached_volumes(cells: Ground, law: Law, place: Place, near: Near, count: int) -> int:
    """Do the same for a disc so wide that it is quicker to ask every volume."""
    if count + len(law.volumes) > len(near.volume):
        return -count - len(law.volumes)
    east, north = place.east, place.north
    for volume in range(len(law.volumes)):
        said = _asked(law, place, volume)
        if said != NO:
            square = square_of_volume_m2(cells.edges, volume, place.x, place.y, east, north)
            if square <= place.reach_m * place.reach_m:
                count = _note(near, count, volume, said & UNDECIDED, square)
    return count


@woven
def _square_within(slab: Floats, first: int, last: int, place: Place) -> float:
    """Return how far the nearest edge is, squared, or infinity where it is beyond reach."""
    if place.east == 0:
        return np.inf
    square = square_m2(slab, first, last, place.x, place.y, place.east, place.north)
    return square if square <= place.reach_m * place.reach_m else np.inf


@woven
def _note(near: Near, count: int, volume: int, state: int, square: float) -> int:
    near.volume[count] = volume
    near.state[count] = state
    near.square_m2[count] = square
    return count + 1


@woven
def _asked(law: Law, place: Place, volume: int) -> int:
    zone = law.volumes[volume, ZONE]
    return NO if zone < 0 else concerns(law, zone, place.at_ms, place.layer)


@woven
def _merged(near: Near, count: int) -> int:
    """Sort the notes by volume (Shell's way: they are few) and make one of those of a volume."""
    volume, state, square = near
    gap = count >> 1
    while gap > 0:
        for after in range(gap, count):
            held, held_state, held_square = volume[after], state[after], square[after]
            at = after
            while at >= gap and volume[at - gap] > held:
                volume[at], state[at] = volume[at - gap], state[at - gap]
                square[at] = square[at - gap]
                at -= gap
            volume[at], state[at], square[at] = held, held_state, held_square
        gap >>= 1
    kept = 0
    for each in range(count):
        if kept and volume[kept - 1] == volume[each]:
            state[kept - 1] |= state[each]
            square[kept - 1] = min(square[kept - 1], square[each])
        else:
            volume[kept], state[kept], square[kept] = volume[each], state[each], square[each]
            kept += 1
    return kept
