"""Which volumes is a place in, and which have an edge within its accuracy? Compiled."""

from typing import NamedTuple

import numpy as np

from zones.columns import Codes, Floats, Indices
from zones.compiled import inner, woven
from zones.kernel.holding import holds
from zones.kernel.law import LAYER, NO, UNDECIDED, ZONE, Law, in_force, of_layer
from zones.kernel.lists import (
    LISTED,
    VOLUME_AT,
    Ground,
    first_edge,
    first_entry,
    layer_of,
)
from zones.kernel.reach import square_m2, square_of_volume_m2

# In `Near.state`.
HOLDS, CALENDAR_UNDECIDED = 1, UNDECIDED


class Place(NamedTuple):
    """One of the positions asked about, and where its accuracy counts, metres per degree there."""

    cell: int
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
def _note_here(cells: Ground, law: Law, place: Place, near: Near) -> int:
    """Note the volumes that concern a place and hold it, or have an edge near it in its cell.

    Edges count only where `place` knows its metres per degree.
    """
    lists, cell, count = cells.lists, place.cell, 0
    if cell < 0:
        return 0
    at, end, edge = first_entry(lists, cell), lists[2 * cell + 2], first_edge(lists, cell)
    while at < end:
        entry, first, parity = lists[at], edge, 0
        at += 1
        if entry & LISTED:
            parity = lists[at] & 1
            edge += lists[at] >> 1
            at += 1
        said = _asked(law, place, entry)
        if said != NO:
            held, square = True, np.inf
            if entry & LISTED:
                held = holds(cells.slab, first, edge, parity, place.x, place.y)
                square = _square_within(cells.slab, first, edge, place)
            if held or square < np.inf:
                state = (said & UNDECIDED) | (HOLDS if held else 0)
                count = _write(near, count, entry >> VOLUME_AT, state, square)
    return count


@woven
def note(  # noqa: PLR0917 - numba weaves in no keywords
    cells: Ground, law: Law, place: Place, near: Near, around: Indices, every: int
) -> int:
    """Note the volumes that concern a place and hold it, or have an edge within its accuracy.

    Edges are looked for in its own cell and in those around, or in every volume. Returns how many
    notes there are, one a volume and in their order; negative: how many `near` needs room for.
    """
    count = _note_here(cells, law, place, near)
    if every:
        return _note_every(cells, law, place, near, count)
    return _note_around(cells, law, place, near, count, around) if len(around) else count


@woven
def _note_around(  # noqa: PLR0917
    cells: Ground, law: Law, place: Place, near: Near, count: int, around: Indices
) -> int:
    """Note the volumes with an edge within a place's accuracy in other cells than its own."""
    noted = count
    for cell in around:
        need = noted + cells.lists[2 * cell + 2] - cells.lists[2 * cell]
        if need > len(near.volume):
            return -int(need)
        noted = _noted_in_cell(cells, law, place, near, noted, cell)
    return _merged(near, noted) if noted > count else noted


@woven
def _note_every(cells: Ground, law: Law, place: Place, near: Near, count: int) -> int:
    """Do the same for a disc so wide that it is quicker to ask every volume."""
    noted = _reached_volumes(cells, law, place, near, count)
    return _merged(near, noted) if noted > count else noted


@woven
def _noted_in_cell(  # noqa: PLR0917
    cells: Ground, law: Law, place: Place, near: Near, count: int, cell: int
) -> int:
    lists = cells.lists
    at, end, edge = first_entry(lists, cell), lists[2 * cell + 2], first_edge(lists, cell)
    while at < end:
        entry, first = lists[at], edge
        at += 1
        if not entry & LISTED:
            continue
        edge += lists[at] >> 1
        at += 1
        said = _asked(law, place, entry)
        if said != NO:
            square = _square_within(cells.slab, first, edge, place)
            if square < np.inf:
                count = _write(near, count, entry >> VOLUME_AT, said & UNDECIDED, square)
    return count


@inner
def _reached_volumes(cells: Ground, law: Law, place: Place, near: Near, count: int) -> int:
    if count + len(law.volumes) > len(near.volume):
        return -count - len(law.volumes)
    east, north = place.east, place.north
    for volume in range(len(law.volumes)):
        zone = law.volumes[volume, ZONE]
        if zone < 0 or not of_layer(law.zones[zone, LAYER], place.layer):
            continue
        said = in_force(law, zone, place.at_ms)
        if said != NO:
            square = square_of_volume_m2(cells.edges, volume, place.x, place.y, east, north)
            if square <= place.reach_m * place.reach_m:
                count = _write(near, count, volume, said & UNDECIDED, square)
    return count


@woven
def _square_within(slab: Floats, first: int, last: int, place: Place) -> float:
    """Return how far the nearest edge is, squared, or infinity where it is beyond reach."""
    if place.east == 0:
        return np.inf
    square = square_m2(slab, first, last, place.x, place.y, place.east, place.north)
    return square if square <= place.reach_m * place.reach_m else np.inf


@woven
def _write(near: Near, count: int, volume: int, state: int, square: float) -> int:
    near.volume[count] = volume
    near.state[count] = state
    near.square_m2[count] = square
    return count + 1


@woven
def _asked(law: Law, place: Place, entry: int) -> int:
    """Tell whether an entry's volume concerns a place, by layer and hour."""
    if not of_layer(layer_of(entry), place.layer):
        return NO
    zone = law.volumes[entry >> VOLUME_AT, ZONE]
    return NO if zone < 0 else in_force(law, zone, place.at_ms)


@woven
def said_of(near: Near, count: int) -> int:
    """Return all states that were noted, in one."""
    said = 0
    for each in range(count):
        said |= near.state[each]
    return said


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
    return int(kept)
