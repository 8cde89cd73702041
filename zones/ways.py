"""Which zones does a straight way between two fixes touch, and when does it cross their edges?

The cells along a way name every zone that it touches, and few others; whether and where it crosses
an edge is then asked exactly, by `zones.space.crossings`.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from zones.columns import Floats, Indices, Instants
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
from zones.kernel.law import ZONE
from zones.kernel.lists import LISTED, VOLUME_AT, first_entry
from zones.kernel.parts import Part
from zones.space.crossings import crossing

Pairs = tuple[Indices, Indices]

ROOM = 1024


class Crossings(NamedTuple):
    """Where ways cross the edges of zones, as columns ordered by way, zone and fraction.

    `at_ms` is the instant at constant speed; `entering` tells the way in from the way out.
    """

    way: Indices
    zone: Indices
    fraction: Floats
    at_ms: Instants
    entering: NDArray[np.bool_]


def crossings(  # noqa: PLR0917 - two columns of fixes
    index: ZoneIndex,
    a_lon: Floats,
    a_lat: Floats,
    b_lon: Floats,
    b_lat: Floats,
    a_ms: Instants,
    b_ms: Instants,
) -> Crossings:
    """Return every crossing of a footprint's edge on the ways between two columns of fixes.

    An odd number of them on a way means that exactly one of its ends is inside. Height, hours and
    layer are not asked.
    """
    way, zone = near_ways(index, a_lon, a_lat, b_lon, b_lat)
    known, which = np.unique(zone, return_inverse=True)
    areas = np.array([index.zones[one].footprint for one in known.tolist()], dtype=np.object_)
    shapely.prepare(areas)
    a, b = np.column_stack([a_lon, a_lat])[way], np.column_stack([b_lon, b_lat])[way]
    lines = shapely.linestrings(np.stack([a, b], axis=1))
    touching = shapely.intersects(areas[which], lines)
    meeting = touching & ~shapely.contains_properly(areas[which], lines) & (a != b).any(axis=1)
    rows = np.flatnonzero(meeting)
    inside = shapely.intersects_xy(areas[which[rows]], a[rows, 0], a[rows, 1])
    found = [
        (row, fraction, bool(starts_inside) != (turn % 2 == 0))
        for row, starts_inside in zip(rows.tolist(), inside.tolist(), strict=True)
        for turn, fraction in enumerate(
            crossing(areas[which[row]], (a[row, 0], a[row, 1]), (b[row, 0], b[row, 1]))
        )
    ]
    at = np.array([row for row, _, _ in found], dtype=np.int32)
    fraction = np.array([part for _, part, _ in found], dtype=np.float64)
    begin, duration = a_ms[way[at]], (b_ms - a_ms)[way[at]]
    return Crossings(
        way=way[at],
        zone=zone[at],
        fraction=fraction,
        at_ms=begin + np.rint(fraction * duration).astype(np.int64),
        entering=np.array([entering for _, _, entering in found], dtype=np.bool_),
    )


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


@inner
def _write(  # noqa: PLR0917
    lists: Indices, volumes: Indices, way: int, cell: int, pairs: int, found: Indices
) -> int:
    at, end = first_entry(lists, cell), lists[2 * cell + 2]
    while at < end:
        zone = volumes[lists[at] >> VOLUME_AT, ZONE]
        at += 1 + (lists[at] & LISTED)
        if zone >= 0:
            if pairs < found.shape[1]:
                found[0, pairs] = way
                found[1, pairs] = zone
            pairs += 1
    return pairs
