"""In which cell of a grid is a place, and in which cells of a row is an edge?

Columns and rows grow with longitude and latitude, whatever rounding does: a place between two
others is never in a cell outside theirs. Where an edge's place has to be computed it is widened
by more than rounding can be, so that an edge is named in every cell it touches, and perhaps in one
more. All else rests on these two properties, and on `row_bottom` lying below all of its row.
"""

import numpy as np
from numpy.typing import NDArray

from zones.columns import Floats
from zones.compiled import inner, woven

# A frame is an array of these: fewer arguments are less to unpack at each call.
WEST, SOUTH, EAST, NORTH, COLUMNS, ROWS, PER_LON, PER_LAT, HEIGHT, PAD_LON, PAD_LAT = range(11)
PER_M = 11  # the most cells that a metre is long, within the grid
# Of a cell's side, and of the largest coordinate: both far above a float's rounding.
PAD_OF_CELL, PAD_OF_DEGREES = 1e-9, 1e-14
# Of WGS84, both at the equator and rounded down.
LEAST_M_PER_LON, LEAST_M_PER_LAT = 111_319.0, 110_574.0

Cells = tuple[int, int]


def frame_of(bounds: NDArray[np.float64], columns: int, rows: int) -> Floats:
    """Return a grid of so many columns and rows over west, south, east, north."""
    west, south, east, north = (float(bound) for bound in bounds)
    width, height = (east - west) / columns, (north - south) / rows
    shortest = min(width * _least_m(south, north), height * LEAST_M_PER_LAT)
    hair = PAD_OF_DEGREES * float(np.abs(bounds).max())
    return np.array(
        [
            west,
            south,
            east,
            north,
            columns,
            rows,
            1.0 / width if width > 0 else 0.0,
            1.0 / height if height > 0 else 0.0,
            height,
            width * PAD_OF_CELL + hair,
            height * PAD_OF_CELL + hair,
            1.0 / shortest if shortest > 0 else np.inf,
        ]
    )


def _least_m(south: float, north: float) -> float:
    """Return fewer metres than a degree of longitude has between two latitudes."""
    return float(LEAST_M_PER_LON * np.cos(np.radians(max(abs(south), abs(north)))))


@woven
def column_of(frame: Floats, lon: float) -> int:
    """Return the column of a longitude, the first or the last for one beside the grid."""
    return limited((lon - frame[WEST]) * frame[PER_LON], frame[COLUMNS])


@woven
def row_of(frame: Floats, lat: float) -> int:
    """Return the row of a latitude, the first or the last for one beside the grid."""
    return limited((lat - frame[SOUTH]) * frame[PER_LAT], frame[ROWS])


@woven
def limited(place: float, count: float) -> int:
    """Return the column or row of a place, the first or the last of them for one beside them."""
    return int(min(max(place, 0.0), count - 1.0))


@woven
def own_cell(frame: Floats, lon: float, lat: float) -> int:
    """Return the cell of a place, -1 for a place beside the grid or nowhere."""
    if frame[WEST] <= lon <= frame[EAST] and frame[SOUTH] <= lat <= frame[NORTH]:
        return row_of(frame, lat) * int(frame[COLUMNS]) + column_of(frame, lon)
    return -1


@inner
def row_bottom(frame: Floats, row: int) -> float:
    """Return a latitude below every latitude of the row, by a hair."""
    return float(frame[SOUTH] + row * frame[HEIGHT] - frame[PAD_LAT])


@inner
def row_top(frame: Floats, row: int) -> float:
    """Return a latitude above every latitude of the row, by a hair."""
    return float(frame[SOUTH] + (row + 1) * frame[HEIGHT] + frame[PAD_LAT])


@inner
def row_below(frame: Floats, lat: float) -> int:
    """Return the lowest row that a latitude is, or with its hair may be, in."""
    row = row_of(frame, lat)
    return row - 1 if row > 0 and row_top(frame, row - 1) >= lat else row


@inner
def row_above(frame: Floats, lat: float) -> int:
    """Return the highest row that a latitude is, or with its hair may be, in."""
    row = row_of(frame, lat)
    return row + 1 if row + 1 < frame[ROWS] and row_bottom(frame, row + 1) <= lat else row


@inner
def columns_in_row(  # noqa: PLR0917 - an edge is four numbers
    frame: Floats, row: int, x1: float, y1: float, x2: float, y2: float
) -> Cells:
    """Return the first and the last column an edge touches in a row; none: the last is first."""
    if y2 < y1:
        x1, y1, x2, y2 = x2, y2, x1, y1
    bottom, top = row_bottom(frame, row), row_top(frame, row)
    if y2 < bottom or y1 > top:
        return 0, -1
    xa, xb = x1, x2
    west, east = min(x1, x2), max(x1, x2)
    if y1 < bottom and y2 > y1:
        xa = x1 + (bottom - y1) / (y2 - y1) * (x2 - x1)
    if y2 > top and y2 > y1:
        xb = x1 + (top - y1) / (y2 - y1) * (x2 - x1)
    pad = frame[PAD_LON]
    return (
        column_of(frame, max(west, min(xa, xb) - pad)),
        column_of(frame, min(east, max(xa, xb) + pad)),
    )
