"""Which zones is a position, known to some accuracy and at some height and instant, in?

Compiled: one pass over a batch. First the volumes that hold the position, then those with an edge
within its accuracy, then heights; of several volumes of a zone the surest presence speaks.
"""

from typing import NamedTuple

import numpy as np

from zones.cells import Cells
from zones.columns import Codes, Floats, Indices, Instants, Relation
from zones.compiled import scalar
from zones.frames import COLUMNS, EAST, NORTH, SOUTH, WEST, column_of, row_of
from zones.kernel import holds
from zones.law import EVERY, NO, UNDECIDED, Law, concerns
from zones.reach import SLACK, metres_per_degree, square_m2, square_of_volume_m2
from zones.relief import OUTSIDE, BandLimits, Relief, StatedHeight, standing
from zones.relief import UNCERTAIN as UNCERTAIN_HEIGHT

INSIDE, UNCERTAIN = int(Relation.INSIDE), int(Relation.UNCERTAIN)
# A disc over more cells is held against the volumes' boxes instead.
MOST_CELLS_ASKED = 256
HOLDS, CALENDAR_UNDECIDED = 1, 2  # in `Near.state`


class Batch(NamedTuple):
    """The columns of `Positions`."""

    at_ms: Instants
    lon: Floats
    lat: Floats
    alt_m: Floats
    alt_ref: Codes
    h_acc_m: Floats
    v_acc_m: Floats
    layer: Codes


class Near(NamedTuple):
    """Room for the volumes at one position: `state`, and how far an edge is, squared."""

    volume: Indices
    state: Codes
    square_m2: Floats


class Found(NamedTuple):
    """Room for the answers; the four rows of `pairs` are position, zone, relation, undecided."""

    pairs: Indices
    margin_m: Floats


@scalar
def cover(  # noqa: PLR0917 - what was built, what is asked, and room for the answers
    cells: Cells, law: Law, relief: Relief, batch: Batch, near: Near, found: Found
) -> int:
    """Write the presences; return how many there are, of which `found` holds the first.

    Negative: how many volumes `near` needs room for, before all can be answered.
    """
    rows = 0
    for place in range(len(batch.lon)):
        count = _holding(cells, law, batch, place, near)
        if batch.h_acc_m[place] > 0:
            count = _reached(cells, law, batch, place, near, count)
            if count < 0:
                return count
            count = _merged(near, count)
        rows = _present(law, relief, batch, place, near, count, found, rows)
    return rows


@scalar
def _holding(cells: Cells, law: Law, batch: Batch, place: int, near: Near) -> int:
    """Note the volumes that hold a place and concern it."""
    frame, lists = cells.frame, cells.lists
    x, y = batch.lon[place], batch.lat[place]
    if not (frame[WEST] <= x <= frame[EAST] and frame[SOUTH] <= y <= frame[NORTH]):
        return 0
    cell = row_of(frame, y) * int(frame[COLUMNS]) + column_of(frame, x)
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
        said = _asked(law, batch, place, volume)
        if said != NO and (not listed or holds(cells.slab, first, edge, parity, x, y)):
            near.volume[count] = volume
            near.state[count] = HOLDS | (CALENDAR_UNDECIDED if said == UNDECIDED else 0)
            near.square_m2[count] = np.inf
            count += 1
    return count


@scalar
def _asked(law: Law, batch: Batch, place: int, volume: int) -> int:
    zone = law.zone[volume]
    return NO if zone < 0 else concerns(law, zone, batch.at_ms[place], batch.layer[place])


@scalar
def _reached(  # noqa: PLR0917
    cells: Cells, law: Law, batch: Batch, place: int, near: Near, count: int
) -> int:
    """Note the volumes that concern a place and have an edge within its accuracy."""
    frame = cells.frame
    x, y, reach = batch.lon[place], batch.lat[place], batch.h_acc_m[place]
    east, north = metres_per_degree(y)
    wide, high = reach / east * SLACK, reach / north * SLACK
    if not (
        x + wide >= frame[WEST]
        and x - wide <= frame[EAST]
        and y + high >= frame[SOUTH]
        and y - high <= frame[NORTH]
    ):
        return count
    first, last = (
        column_of(frame, max(x - wide, frame[WEST])),
        column_of(frame, min(x + wide, frame[EAST])),
    )
    low, top = (
        row_of(frame, max(y - high, frame[SOUTH])),
        row_of(frame, min(y + high, frame[NORTH])),
    )
    if (last - first + 1) * (top - low + 1) > MOST_CELLS_ASKED:
        return _reached_volumes(cells, law, batch, place, near, count)
    need = count
    for row in range(low, top + 1):
        cell = row * int(frame[COLUMNS])
        need += cells.lists[2 * (cell + last) + 2] - cells.lists[2 * (cell + first)]
    if need > len(near.volume):
        return -need
    for row in range(low, top + 1):
        for column in range(first, last + 1):
            cell = row * int(frame[COLUMNS]) + column
            count = _reached_in_cell(cells, law, batch, place, near, count, cell)
    return count


@scalar
def _reached_in_cell(  # noqa: PLR0917
    cells: Cells, law: Law, batch: Batch, place: int, near: Near, count: int, cell: int
) -> int:
    lists = cells.lists
    at, end, edge = lists[2 * cell], lists[2 * cell + 2], lists[2 * cell + 1]
    x, y, reach = batch.lon[place], batch.lat[place], batch.h_acc_m[place]
    while at < end:
        volume, listed = lists[at] >> 1, lists[at] & 1
        at += 1
        if not listed:
            continue
        first = edge
        edge += lists[at] >> 1
        at += 1
        said = _asked(law, batch, place, volume)
        if said != NO:
            square = square_m2(cells.slab, first, edge, x, y)
            if square <= reach * reach:
                near.volume[count] = volume
                near.state[count] = CALENDAR_UNDECIDED if said == UNDECIDED else 0
                near.square_m2[count] = square
                count += 1
    return count


@scalar
def _reached_volumes(  # noqa: PLR0917
    cells: Cells, law: Law, batch: Batch, place: int, near: Near, count: int
) -> int:
    """Do the same for a disc so wide that it is quicker to ask every volume."""
    need = count + len(law.zone)
    if need > len(near.volume):
        return -need
    x, y, reach = batch.lon[place], batch.lat[place], batch.h_acc_m[place]
    for volume in range(len(law.zone)):
        said = _asked(law, batch, place, volume)
        if said != NO:
            square = square_of_volume_m2(cells.edges, volume, x, y)
            if square <= reach * reach:
                near.volume[count] = volume
                near.state[count] = CALENDAR_UNDECIDED if said == UNDECIDED else 0
                near.square_m2[count] = square
                count += 1
    return count


@scalar
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


@scalar
def _present(  # noqa: PLR0913, PLR0917
    law: Law,
    relief: Relief,
    batch: Batch,
    place: int,
    near: Near,
    count: int,
    found: Found,
    rows: int,
) -> int:
    """Write one presence a zone, unless the height is outside."""
    last = -1
    for note in range(count):
        volume, square = near.volume[note], near.square_m2[note]
        height = _height(law, relief, batch, place, volume)
        if height == OUTSIDE:
            continue
        relation = INSIDE if square == np.inf and height != UNCERTAIN_HEIGHT else UNCERTAIN
        margin = np.nan if square == np.inf else np.sqrt(square)
        if not near.state[note] & HOLDS:
            margin = -margin
        zone = law.zone[volume]
        rows += zone != last
        at = rows - 1
        if at < len(found.margin_m) and (zone != last or _surer(relation, margin, found, at)):
            found.pairs[0, at], found.pairs[1, at] = place, zone
            found.pairs[2, at] = relation
            found.pairs[3, at] = near.state[note] & CALENDAR_UNDECIDED
            found.margin_m[at] = margin
        last = zone
    return rows


@scalar
def _surer(relation: int, margin: float, found: Found, row: int) -> bool:
    """Tell whether a presence is surer than one written: inside, else deeper inside."""
    if relation != found.pairs[2, row]:
        return relation == INSIDE
    return bool(np.isnan(margin) or margin > found.margin_m[row])


@scalar
def _height(law: Law, relief: Relief, batch: Batch, place: int, volume: int) -> int:
    band = law.band[volume]
    if band == EVERY:
        return INSIDE
    limits = law.bands
    return standing(
        relief,
        StatedHeight(
            batch.alt_m[place],
            batch.alt_ref[place],
            batch.v_acc_m[place],
            batch.lon[place],
            batch.lat[place],
        ),
        BandLimits(limits[band, 0], int(limits[band, 1]), limits[band, 2], int(limits[band, 3])),
    )
