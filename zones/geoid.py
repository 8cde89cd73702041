"""How high is mean sea level above the ellipsoid here? A GTX grid knows, inside its window."""

import struct
from dataclasses import dataclass

import numpy as np

from zones.columns import Floats

HEADER = struct.Struct(">4d2i")


class InvalidGrid(ValueError):
    """A file that is not a GTX grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geoid:
    """Undulations in metres on a regular grid, south to north and west to east.

    `error_m` is what the model itself may be wrong by; it widens every converted height.
    """

    south: float
    west: float
    step_lat: float
    step_lon: float
    undulation_m: Floats
    error_m: float = 1.0

    def undulation(self, lon: Floats, lat: Floats) -> Floats:
        """Return the geoid's height above the ellipsoid, NaN outside the grid: never a guess."""
        rows, columns = self.undulation_m.shape
        row, column = (lat - self.south) / self.step_lat, (lon - self.west) / self.step_lon
        within = (row >= 0) & (row <= rows - 1) & (column >= 0) & (column <= columns - 1)
        row, column = np.where(within, row, 0.0), np.where(within, column, 0.0)
        low_row = np.minimum(row.astype(np.int64), rows - 2)
        low_column = np.minimum(column.astype(np.int64), columns - 2)
        up, right = row - low_row, column - low_column
        corners = self.undulation_m
        south = (
            corners[low_row, low_column] * (1 - right) + corners[low_row, low_column + 1] * right
        )
        north = (
            corners[low_row + 1, low_column] * (1 - right)
            + corners[low_row + 1, low_column + 1] * right
        )
        return np.where(within, south * (1 - up) + north * up, np.nan)


def read_gtx(content: bytes) -> Geoid:
    """Read a GTX grid: a header of four doubles and two integers, then rows of floats."""
    if len(content) < HEADER.size:
        msg = "the geoid grid is shorter than a GTX header"
        raise InvalidGrid(msg)
    south, west, step_lat, step_lon, rows, columns = HEADER.unpack_from(content)
    if rows < 2 or columns < 2 or len(content) != HEADER.size + 4 * rows * columns:  # noqa: PLR2004 - a cell has two sides
        msg = f"the geoid grid says {rows} by {columns} cells, its {len(content)} bytes do not"
        raise InvalidGrid(msg)
    values = np.frombuffer(content, dtype=">f4", offset=HEADER.size).reshape(rows, columns)
    return Geoid(
        south=south,
        west=west,
        step_lat=step_lat,
        step_lon=step_lon,
        undulation_m=values.astype(np.float64),
    )
