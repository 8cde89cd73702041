"""Between which heights is a stated height, above ground, sea level and ellipsoid?

Interval arithmetic on one position: a height is everything between its value less and plus its
accuracy; each conversion between references widens it by what that conversion does not know.
Nothing is converted silently: where the geoid or the ground is unknown, so is what needs it.
Compiled, and called by the kernel for one position at a time and by `vertical` for columns.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Codes, Floats
from zones.compiled import compiled, inner, scalar

OUTSIDE, WITHIN, UNCERTAIN = 0, 1, 2
AGL, AMSL, WGS84 = 1, 2, 3  # HeightReference.code
NO_LIMIT = 0  # in place of a limit's reference

Range = tuple[float, float]
# Lowest and highest above ground, above the sea, above the ellipsoid.
Heights = tuple[float, float, float, float, float, float]


class Grid(NamedTuple):
    """Heights at the nodes of a grid, rows from south to north, columns from west to east.

    `west` and `south` are the first node's degrees. Both arrays are C-ordered float32 and may be
    the same one; NaN is unknown. `error_m` is what each node may be wrong by.
    """

    west: float
    south: float
    step_lon: float
    step_lat: float
    lowest_m: NDArray[np.float32]
    highest_m: NDArray[np.float32]
    error_m: float


class Relief(NamedTuple):
    """The sea level above the ellipsoid and the ground above the sea level."""

    sea: Grid
    ground: Grid


class StatedHeight(NamedTuple):
    """One position's height; `alt_ref` is a `HeightReference.code` or 0, NaN is unknown."""

    alt_m: float
    alt_ref: int
    v_acc_m: float
    lon: float
    lat: float


class StatedHeights(NamedTuple):
    """Columns of `StatedHeight`, of one length."""

    alt_m: Floats
    alt_ref: Codes
    v_acc_m: Floats
    lon: Floats
    lat: Floats


class BandLimits(NamedTuple):
    """A band's limits in metres, each with its `HeightReference.code` or `NO_LIMIT`."""

    lower_m: float
    lower_ref: int
    upper_m: float
    upper_ref: int


@inner
def cell_of(grid: Grid, lon: float, lat: float) -> tuple[float, float]:
    """Return the row and column of a place in nodes, negative outside the grid's window."""
    rows, columns = grid.lowest_m.shape
    row, column = (lat - grid.south) / grid.step_lat, (lon - grid.west) / grid.step_lon
    if row >= 0 and row <= rows - 1 and column >= 0 and column <= columns - 1:
        return row, column
    return -1.0, -1.0


@scalar
def sea_level(sea: Grid, lon: float, lat: float) -> Range:
    """Return mean sea level's lowest and highest possible height above the ellipsoid.

    Bilinear between the geoid's four nodes, as PROJ does it.
    """
    row, column = cell_of(sea, lon, lat)
    if row < 0:
        return -np.inf, np.inf
    nodes = sea.lowest_m
    low_row, low_column = min(int(row), len(nodes) - 2), min(int(column), nodes.shape[1] - 2)
    up, right = row - low_row, column - low_column
    south = nodes[low_row, low_column] * (1 - right) + nodes[low_row, low_column + 1] * right
    north = (
        nodes[low_row + 1, low_column] * (1 - right) + nodes[low_row + 1, low_column + 1] * right
    )
    height = south * (1 - up) + north * up
    if np.isnan(height):
        return -np.inf, np.inf
    return height - sea.error_m, height + sea.error_m


@scalar
def ground_level(ground: Grid, lon: float, lat: float) -> Range:
    """Return the ground's lowest and highest possible height above mean sea level.

    The lowest and the highest of the four nodes around, widened by their error: a slope inside
    the cell is carried. One unknown node makes the cell unknown.
    """
    row, column = cell_of(ground, lon, lat)
    if row < 0:
        return -np.inf, np.inf
    rows, columns = ground.lowest_m.shape
    first_row, first_column = min(int(row), rows - 2), min(int(column), columns - 2)
    low, high = np.inf, -np.inf
    for at_row in range(first_row, first_row + 2):
        for at_column in range(first_column, first_column + 2):
            least = float(ground.lowest_m[at_row, at_column])
            most = float(ground.highest_m[at_row, at_column])
            if np.isnan(least) or np.isnan(most):
                return -np.inf, np.inf
            low, high = min(low, least), max(high, most)
    return low - ground.error_m, high + ground.error_m


@scalar
def heights_of(stated: StatedHeight, sea: Range, ground: Range) -> Heights:
    """Return between which heights it is in each reference, everything where unknown.

    A reference's own height above the ellipsoid: 0 for WGS84, the geoid for AMSL, geoid plus
    ground for AGL. The geoid drops out between AGL and AMSL.
    """
    alt_ref = stated.alt_ref
    low, high = stated.alt_m - stated.v_acc_m, stated.alt_m + stated.v_acc_m
    if not (AGL <= alt_ref <= WGS84 and np.isfinite(low) and np.isfinite(high)):
        return -np.inf, np.inf, -np.inf, np.inf, -np.inf, np.inf
    both_low, both_high = ground[0] + sea[0], ground[1] + sea[1]
    if alt_ref == AGL:
        return low, high, low + ground[0], high + ground[1], low + both_low, high + both_high
    if alt_ref == AMSL:
        return low - ground[1], high - ground[0], low, high, low + sea[0], high + sea[1]
    return low - both_high, high - both_low, low - sea[1], high - sea[0], low, high


@scalar
def in_band(heights: Heights, band: BandLimits) -> int:
    """Return `WITHIN` when surely in the band, `OUTSIDE` when surely not, else `UNCERTAIN`.

    A limit belongs to the band.
    """
    possible = certain = True
    if band.lower_ref != NO_LIMIT:
        certain = heights[2 * band.lower_ref - 2] >= band.lower_m
        possible = heights[2 * band.lower_ref - 1] >= band.lower_m
    if band.upper_ref != NO_LIMIT:
        possible = possible and heights[2 * band.upper_ref - 2] <= band.upper_m
        certain = certain and heights[2 * band.upper_ref - 1] <= band.upper_m
    if certain:
        return WITHIN
    return UNCERTAIN if possible else OUTSIDE


@inner
def converts(alt_ref: int, band: BandLimits, reference: int) -> bool:
    """Tell whether one of height and limits is measured from this reference, the other not."""
    from_it = alt_ref == reference
    lower = band.lower_ref != NO_LIMIT and (band.lower_ref == reference) != from_it
    return lower or (band.upper_ref != NO_LIMIT and (band.upper_ref == reference) != from_it)


@scalar
def standing(relief: Relief, stated: StatedHeight, band: BandLimits) -> int:
    """Return how a height stands to a band, looking up only what has to be converted."""
    sea = ground = (-np.inf, np.inf)
    if converts(stated.alt_ref, band, WGS84):
        sea = sea_level(relief.sea, stated.lon, stated.lat)
    if converts(stated.alt_ref, band, AGL):
        ground = ground_level(relief.ground, stated.lon, stated.lat)
    return in_band(heights_of(stated, sea, ground), band)


@compiled
def standings(relief: Relief, stated: StatedHeights, band: BandLimits) -> Codes:
    """Return for each of the heights how it stands to one band."""
    alt_m, alt_ref, v_acc_m, lon, lat = stated
    answers = np.empty(len(alt_m), dtype=np.int8)
    for row in range(len(answers)):
        one = StatedHeight(alt_m[row], alt_ref[row], v_acc_m[row], lon[row], lat[row])
        answers[row] = standing(relief, one, band)
    return answers


@compiled
def sea_levels(sea: Grid, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return the sea level's lowest and highest possible heights at columns of places."""
    low, high = np.empty(len(lon)), np.empty(len(lon))
    for row in range(len(lon)):
        low[row], high[row] = sea_level(sea, lon[row], lat[row])
    return low, high
