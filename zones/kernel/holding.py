"""Which volumes is a place in, asked for a whole batch of places at once?

Compiled. Boundary rule: *intersects*, a place on an edge or a vertex is inside.
"""

from zones.columns import Floats, Indices
from zones.compiled import scalar, woven
from zones.kernel.borrowing import borrow
from zones.kernel.fetching import BLOCK, fetch_block
from zones.kernel.frames import own_cell
from zones.kernel.law import ZONE
from zones.kernel.lists import LISTED, VOLUME_AT, first_edge, first_entry
from zones.kernel.orientation import side

# How a ray from a place to the west meets an edge; the place itself may lie on the edge.
MISSES, CROSSES, ON_EDGE = 0, 1, 2


@scalar
def hold(  # noqa: PLR0913, PLR0917 - flat arrays: each named tuple would cost a single place a microsecond
    frame: Floats,
    lists: Indices,
    slab: Floats,
    volumes: Indices,
    lon: Floats,
    lat: Floats,
    cells: Indices,
    found: Indices,
) -> int:
    """Write the pairs of place and zone to the two rows of `found`; return how many there are.

    Where there are more than `found` has room for, it holds the first of them. A volume whose
    zone is -1 is passed over, a volume of the zone before it adds nothing. `cells` is room for
    those of a block.
    """
    pairs = 0
    for begin in range(0, len(lon), BLOCK):
        end = min(begin + BLOCK, len(lon))
        fetch_block(frame, lists, slab, lon[begin:end], lat[begin:end], cells)
        for place in range(begin, end):
            cell, x, y = cells[place - begin], lon[place], lat[place]
            pairs = _held(lists, slab, volumes, cell, place, x, y, found, pairs)
    return pairs


@scalar
def hold_one(address: int, lon: float, lat: float, found: Indices) -> int:
    """Do the same for one place and the columns that were `lent`."""
    frame, lists, slab, volumes = borrow(address)
    return _held(lists, slab, volumes, own_cell(frame, lon, lat), 0, lon, lat, found, 0)


@woven
def _held(  # noqa: PLR0913, PLR0917
    lists: Indices,
    slab: Floats,
    volumes: Indices,
    cell: int,
    place: int,
    x: float,
    y: float,
    found: Indices,
    pairs: int,
) -> int:
    if cell < 0:
        return pairs
    at, end, edge = first_entry(lists, cell), lists[2 * cell + 2], first_edge(lists, cell)
    last = -1
    while at < end:
        entry = lists[at]
        zone = volumes[entry >> VOLUME_AT, ZONE]
        first, parity = edge, 0
        at += 1
        if entry & LISTED:
            parity = lists[at] & 1
            edge += lists[at] >> 1
            at += 1
        if zone in (last, -1) or (entry & LISTED and not holds(slab, first, edge, parity, x, y)):
            continue
        last = zone
        if pairs < found.shape[1]:
            found[0, pairs] = place
            found[1, pairs] = zone
        pairs += 1
    return pairs


@woven
def holds(  # noqa: PLR0917 - a range of edges, and a place
    slab: Floats, first: int, last: int, parity: int, x: float, y: float
) -> bool:
    """Tell whether edges `first` up to `last` and the parity beside them hold a place."""
    for edge in range(4 * first, 4 * last, 4):
        met = meets(slab[edge], slab[edge + 1], slab[edge + 2], slab[edge + 3], x, y)
        if met == ON_EDGE:
            return True
        parity ^= met
    return parity == 1


@woven
def meets(  # noqa: PLR0911, PLR0917 - three places are six numbers, lying in six ways
    x1: float, y1: float, x2: float, y2: float, x: float, y: float
) -> int:
    """Tell how the ray to the west from (x, y) meets an edge, whose lower end belongs to it."""
    if (y1 > y) != (y2 > y):
        if x1 < x and x2 < x:
            return CROSSES
        if x1 > x and x2 > x:
            return MISSES
        turn = side(x, y, x1, y1, x2, y2)
        if turn == 0:
            return ON_EDGE
        return CROSSES if (turn < 0) == (y2 > y1) else MISSES
    if y1 == y and (x1 == x or (y2 == y and (x1 < x) != (x2 < x))):
        return ON_EDGE
    return MISSES
