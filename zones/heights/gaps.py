"""How far is one height surely above another, wherever in a box either of them is?

For volumes, not positions: the ground and the sea level are between their lowest and their highest
over the whole box, so what is said holds for every two places in it.
"""

import numpy as np

from zones.columns import Floats
from zones.heights.relief import Grid, sea_levels
from zones.heights.vertical import Datum
from zones.model import Band, Height, HeightReference
from zones.space.coordinates import Bounds

Range = tuple[float, float]
UNKNOWN: Range = (-np.inf, np.inf)


def surely_apart(one: Band, other: Band, least_m: float, box: Bounds, datum: Datum) -> bool:
    """Tell whether at least so many metres surely lie between two bands, whichever is above.

    Bands that meet in a limit have 0 m between them, and share no volume.
    """
    return (
        _gap_m(one.upper, other.lower, box, datum) >= least_m
        or _gap_m(other.upper, one.lower, box, datum) >= least_m
    )


def upside_down(band: Band, box: Bounds, datum: Datum) -> bool:
    """Tell whether the lower limit is surely above the upper one at every place in the box."""
    return _gap_m(band.upper, band.lower, box, datum) > 0


def _gap_m(below: Height | None, above: Height | None, box: Bounds, datum: Datum) -> float:
    """Return how many metres one height is at least above another; a missing one is unbounded."""
    if below is None or above is None:
        return -np.inf
    return above.value_m - below.value_m + _lift_m(above.reference, below.reference, box, datum)


def _lift_m(above: HeightReference, below: HeightReference, box: Bounds, datum: Datum) -> float:
    """Return how far what one reference counts from is at least above what the other does."""
    if above is below:
        return 0.0
    sign = 1.0 if above.code < below.code else -1.0  # AGL, AMSL, WGS84: from the top down
    low = high = 0.0
    if HeightReference.AGL in {above, below}:
        low, high = range_over(datum.ground.grid, box)
    if HeightReference.WGS84 in {above, below}:
        sea_low, sea_high = sea_over(datum.sea, box)
        low, high = low + sea_low, high + sea_high
    return low if sign > 0 else -high


def sea_over(sea: Grid, box: Bounds) -> Range:
    """Return the lowest and the highest that sea level can be in a box, its error included.

    Bilinear between nodes, it is lowest and highest at the box's corners, at nodes in it, or where
    its edge crosses from cell to cell.
    """
    west, south, east, north = box
    lon = _turns(west, east, sea.west, sea.step_lon)
    lat = _turns(south, north, sea.south, sea.step_lat)
    if len(lon) > sea.lowest_m.shape[1] + 2 or len(lat) > sea.lowest_m.shape[0] + 2:
        return UNKNOWN
    low, high = sea_levels(sea, np.tile(lon, len(lat)), np.repeat(lat, len(lon)))
    return float(low.min()), float(high.max())


def range_over(grid: Grid, box: Bounds) -> Range:
    """Return the lowest and the highest that the ground can be in a box, its error included."""
    west, south, east, north = box
    rows, columns = grid.lowest_m.shape
    first_row, last_row = _nodes(south - grid.south, north - grid.south, grid.step_lat, rows)
    first, last = _nodes(west - grid.west, east - grid.west, grid.step_lon, columns)
    if first_row < 0 or first < 0:
        return UNKNOWN
    window = np.s_[first_row : last_row + 1, first : last + 1]
    low, high = float(grid.lowest_m[window].min()), float(grid.highest_m[window].max())
    # What is not known in one node is not known in the box.
    return UNKNOWN if np.isnan(low + high) else (low - grid.error_m, high + grid.error_m)


def _turns(start: float, end: float, first: float, step: float) -> Floats:
    """Return both ends of a span and each line of a grid between them."""
    lines = first + step * np.arange(np.floor((start - first) / step) + 1, (end - first) / step)
    return np.array([start, *lines, end])


def _nodes(start: float, end: float, step: float, count: int) -> tuple[int, int]:
    """Return the first and last node around a span, negative where the grid does not reach."""
    if not 0 <= start <= end <= (count - 1) * step:
        return -1, -1
    return min(int(start / step), count - 2), min(int(end / step) + 1, count - 1)
