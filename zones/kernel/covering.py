"""Which zones is a position, known to some accuracy and at some height and instant, in?

Compiled: one pass over a batch. First the volumes that hold the position, then those with an edge
within its accuracy, then heights; of several volumes of a zone the surest presence speaks.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Codes, Floats, Indices, Instants, Relation
from zones.compiled import scalar, woven
from zones.heights.relief import OUTSIDE, WITHIN, BandLimits, Grid, Relief, StatedHeight, standing
from zones.heights.relief import UNCERTAIN as UNCERTAIN_HEIGHT
from zones.kernel.aiming import Reports, aim, aims_in
from zones.kernel.edges import Edges
from zones.kernel.law import BAND, EVERY, ZONE, Law
from zones.kernel.lists import Ground, has_edges
from zones.kernel.noting import CALENDAR_UNDECIDED, HOLDS, Near, Place, note, said_of
from zones.kernel.reach import metres_per_degree

INSIDE, UNCERTAIN = int(Relation.INSIDE), int(Relation.UNCERTAIN)

Heights = NDArray[np.float32]


class Found(NamedTuple):
    """Room for the answers; the rows of `pairs` are position, zone, relation and undecided."""

    pairs: Indices
    margin_m: Floats


@scalar
def cover(  # noqa: PLR0913, PLR0917 - a named tuple would cost microseconds at each call
    frame: Floats,
    lists: Indices,
    slab: Floats,
    vertices: Floats,
    ring: Indices,
    volume: Indices,
    volumes: Indices,
    bands: Floats,
    zones: Instants,
    turns: Instants,
    sea: Floats,
    sea_lowest: Heights,
    sea_highest: Heights,
    ground: Floats,
    ground_lowest: Heights,
    ground_highest: Heights,
    at_ms: Instants,
    lon: Floats,
    lat: Floats,
    alt_m: Floats,
    alt_ref: Codes,
    h_acc_m: Floats,
    v_acc_m: Floats,
    layer: Codes,
    room_for_aims: Indices,
    near_volume: Indices,
    near_state: Codes,
    near_square: Floats,
    pairs: Indices,
    margin_m: Floats,
) -> int:
    """Write the presences: to the rows of `pairs` position, zone, relation and undecided.

    Returns twice their number, and one more where any is undecided; `pairs` holds the first of
    them. Negative: the number of volumes `near` needs room for, before all can be answered.
    """
    cells = Ground(frame, lists, slab, Edges(vertices, ring, volume))
    law, near = Law(volumes, bands, zones, turns), Near(near_volume, near_state, near_square)
    relief = Relief(
        Grid(sea[0], sea[1], sea[2], sea[3], sea_lowest, sea_highest, sea[4]),
        Grid(ground[0], ground[1], ground[2], ground[3], ground_lowest, ground_highest, ground[4]),
    )
    found = Found(pairs, margin_m)
    reports, aims = Reports(lon, lat, h_acc_m, layer), aims_in(room_for_aims)
    rows, undecided, begin = 0, 0, 0
    while begin < len(lon):
        end = aim(cells, reports, begin, aims)
        for position in range(begin, end):
            since, until = aims.since[position - begin], aims.until[position - begin]
            x, y, reach, own = lon[position], lat[position], h_acc_m[position], layer[position]
            cell, east, north = aims.cell[position - begin], 0.0, 0.0
            if reach > 0.0 and (until != since or has_edges(lists, cell, own)):
                east, north = metres_per_degree(y)
            place = Place(cell, x, y, at_ms[position], own, reach, east, north)
            around, every = aims.around[since:until], until < since
            count = note(cells, law, place, near, around, every)
            if count < 0:
                return count
            if count > 0:
                stated = StatedHeight(alt_m[position], alt_ref[position], v_acc_m[position], x, y)
                rows = _tell(law, relief, stated, near, count, position, found, rows)
                undecided |= said_of(near, count) & CALENDAR_UNDECIDED
        begin = end
    return 2 * rows + (undecided != 0)


@woven
def _tell(  # noqa: PLR0913, PLR0917
    law: Law,
    relief: Relief,
    stated: StatedHeight,
    near: Near,
    count: int,
    position: int,
    found: Found,
    rows: int,
) -> int:
    """Write what is noted at a position, one presence a zone, but for heights outside."""
    last = -1
    for one in range(count):
        volume, square = near.volume[one], near.square_m2[one]
        height = _standing(law, relief, stated, volume)
        if height != OUTSIDE:
            relation = INSIDE if square == np.inf and height != UNCERTAIN_HEIGHT else UNCERTAIN
            margin = np.nan if square == np.inf else np.sqrt(square)
            if not near.state[one] & HOLDS:
                margin = -margin
            zone = law.volumes[volume, ZONE]
            rows += zone != last
            if zone != last or _surer(relation, margin, found, rows - 1):
                _write(found, rows - 1, position, zone, relation, margin, near.state[one])
            last = zone
    return rows


@woven
def _write(  # noqa: PLR0917
    found: Found, row: int, position: int, zone: int, relation: int, margin: float, state: int
) -> None:
    if row < len(found.margin_m):
        found.pairs[0, row] = position
        found.pairs[1, row] = zone
        found.pairs[2, row] = relation
        found.pairs[3, row] = state & CALENDAR_UNDECIDED
        found.margin_m[row] = margin


@woven
def _surer(relation: int, margin: float, found: Found, row: int) -> bool:
    """Tell whether a presence is surer than the one in a row: inside, else deeper inside."""
    if row >= len(found.margin_m):
        return False
    if relation != found.pairs[2, row]:
        return relation == INSIDE
    return bool(np.isnan(margin) or margin > found.margin_m[row])


@woven
def _standing(law: Law, relief: Relief, stated: StatedHeight, volume: int) -> int:
    """Tell how a height stands to a volume's band."""
    band = law.volumes[volume, BAND]
    if band == EVERY:
        return WITHIN
    limits = law.bands
    lower, upper = int(limits[band, 1]), int(limits[band, 3])
    return standing(relief, stated, BandLimits(limits[band, 0], lower, limits[band, 2], upper))
