"""How high is mean sea level above the ellipsoid here? A GTX grid knows, inside its window."""

import functools
import importlib.resources
import struct
from importlib.resources.abc import Traversable

import numpy as np

from zones.heights.relief import Grid

HEADER = struct.Struct(">4d2i")
# NGA TR8350.2 states EGM96's global standard error as 0.5 to 1.0 m.
EGM96_ERROR_M = 1.0
UNKNOWN_NODE = -88.8888  # PROJ's mark in a GTX grid
FEWEST_NODES = 2


class InvalidGrid(ValueError):
    """A file that is not a GTX grid."""


@functools.cache
def egm96_france() -> Grid:
    """Return EGM96 over France; a missing file is an error, never a sea level of zero."""
    return geoid_from(importlib.resources.files("zones") / "data" / "egm96_france.gtx")


def geoid_from(path: Traversable) -> Grid:
    """Read a GTX file, or raise `InvalidGrid`: there is no going on without it unnoticed."""
    try:
        return read_gtx(path.read_bytes())
    except OSError as missing:
        msg = f"the geoid grid {path} cannot be read: {missing.strerror}"
        raise InvalidGrid(msg) from missing


def read_gtx(content: bytes, error_m: float = EGM96_ERROR_M) -> Grid:
    """Read a GTX grid: a header of four doubles and two integers, then rows of floats."""
    if len(content) < HEADER.size:
        msg = "the geoid grid is shorter than a GTX header"
        raise InvalidGrid(msg)
    south, west, step_lat, step_lon, rows, columns = HEADER.unpack_from(content)
    if min(rows, columns) < FEWEST_NODES or len(content) != HEADER.size + 4 * rows * columns:
        msg = f"the geoid grid says {rows} by {columns} nodes, its {len(content)} bytes do not"
        raise InvalidGrid(msg)
    if not (step_lat > 0 and step_lon > 0 and np.isfinite((south, west)).all()):
        msg = f"the geoid grid begins at {west} {south} with steps {step_lon} {step_lat}"
        raise InvalidGrid(msg)
    nodes = np.frombuffer(content, dtype=">f4", offset=HEADER.size).reshape(rows, columns)
    nodes = nodes.astype(np.float32)
    nodes[np.isclose(nodes, UNKNOWN_NODE, atol=1e-3)] = np.nan
    return Grid(
        west=west,
        south=south,
        step_lon=step_lon,
        step_lat=step_lat,
        lowest_m=nodes,
        highest_m=nodes,
        error_m=error_m,
    )
