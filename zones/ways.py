"""Which zones may a straight way between two fixes touch? The cells along the way know.

Names every zone that the way touches, and few others: the exact test is `zones.space.crossings`.
"""

import numpy as np

from zones.columns import Floats, Indices
from zones.compiled import scalar
from zones.index import Part, ZoneIndex
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
from zones.kernel.law import ZONE

Pairs = tuple[Indices, Indices]

ROOM = 1024


def near_ways(
    index: ZoneIndex, a_lon: Floats, a_lat: Floats, b_lon: Floats, b_lat: Floats
) -> Pairs:
    """Return pairs of way and zone that may touch, ordered by both, each once."""
    ends = [np.array(column, dtype=np.float64) for column in (a_lon, a_lat, b_lon, b_lat)]
    keys = [np.empty(0, dtype=np.int64)]
    for part in index.parts:
        way, zone = _walked(part, *ends)
        keys.append(way.astype(np.int64) * len(index.zones) + zone)
    way, zone = np.divmod(np.unique(np.concatenate(keys)), max(len(index.zones), 1))
    return way.astype(np.int32), zone.astype(np.int32)


def _walked(part: Part, a_lon: Floats, a_lat: Floats, b_lon: Floats, b_lat: Floats) -> Pairs:
    room, cells = ROOM, part.cells
    while True:
        found = np.empty((2, room), dtype=np.int32)
        pairs = walk(cells.frame, cells.lists, part.volumes, a_lon, a_lat, b_lon, b_lat, found)
        if pairs <= room:
            return found[0, :pairs], found[1, :pairs]
        room = pairs


@scalar
def walk(  # noqa: PLR0913, PLR0917 - flat arrays, as for the kernel
    frame: Floats,
    lists: Indices,
    volumes: Indices,
    a_lon: Floats,
    a_lat: Floats,
    b_lon: Floats,
    b_lat: Floats,
    found: Indices,
) -> int:
    """Write way and zone for each cell along each way; return how many pairs there are."""
    pairs = 0
    for way in range(len(a_lon)):
        x1, y1, x2, y2 = a_lon[way], a_lat[way], b_lon[way], b_lat[way]
        beside = max(x1, x2) < frame[WEST] or min(x1, x2) > frame[EAST]
        beside = beside or max(y1, y2) < frame[SOUTH] or min(y1, y2) > frame[NORTH]
        if beside or not np.isfinite(x1 + y1 + x2 + y2):
            continue
        for row in range(row_below(frame, min(y1, y2)), row_above(frame, max(y1, y2)) + 1):
            first, last = columns_in_row(frame, row, x1, y1, x2, y2)
            for column in range(first, last + 1):
                cell = row * int(frame[COLUMNS]) + column
                pairs = _write(lists, volumes, way, cell, pairs, found)
    return pairs


@scalar
def _write(  # noqa: PLR0917
    lists: Indices, volumes: Indices, way: int, cell: int, pairs: int, found: Indices
) -> int:
    at, end = lists[2 * cell], lists[2 * cell + 2]
    while at < end:
        zone = volumes[lists[at] >> 1, ZONE]
        at += 1 + (lists[at] & 1)
        if zone >= 0:
            if pairs < found.shape[1]:
                found[0, pairs] = way
                found[1, pairs] = zone
            pairs += 1
    return pairs
