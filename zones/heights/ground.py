"""How high is the ground above the sea, and how well is that known?

A raster of heights answers cell by cell; without one, `stated` beside this does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Floats
from zones.heights.geoid import egm96_france
from zones.heights.relief import Grid, sea_levels
from zones.model import HeightReference
from zones.space.coordinates import Bounds, in_words

# SRTM over Eurasia is within 6.2 m at 90 % (Rodríguez et al. 2006), so within 7.4 m at 95 %; beside
# it stands what its integers round and what its surface has of roofs and trees.
DEFAULT_ERROR_M = 10.0
MOST_NODES = 50_000_000  # 200 MB
FEWEST_NODES = 2
PLAIN_DEGREES = "EPSG:4326"
METRES = frozenset({None, "", "m", "metre", "metres", "meter", "meters"})


class UnusableGround(ValueError):
    """A raster that cannot say how high the ground is; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Between which heights above mean sea level the ground surely lies, and who says so."""

    grid: Grid
    source: str


def ground_from(
    path: Path,
    error_m: float = DEFAULT_ERROR_M,
    reference: HeightReference = HeightReference.AMSL,
) -> Ground:
    """Read the ground from a GeoTIFF, or from an SRTM tile named like N48E002.hgt.

    Each node, a pixel's middle, is within `error_m` of the ground; nodata is unknown. Heights above
    the ellipsoid become heights above the sea with the geoid and its error; heights above the
    ground are none of the ground's.
    """
    if not (np.isfinite(error_m) and error_m >= 0):
        msg = f"{path}: an error of {error_m} m is no error"
        raise UnusableGround(msg)
    nodes = _read(path)
    lowest = highest = nodes.height_m
    match reference:
        case HeightReference.AMSL:
            pass
        case HeightReference.WGS84:
            lowest, highest = _above_the_sea(nodes)
        case HeightReference.AGL:
            msg = f"{path}: the ground is always 0 m above ground; AMSL or WGS84 is meant"
            raise UnusableGround(msg)
    rows, columns = nodes.height_m.shape
    return Ground(
        grid=Grid(
            west=nodes.west,
            south=nodes.south,
            step_lon=nodes.step_lon,
            step_lat=nodes.step_lat,
            lowest_m=lowest,
            highest_m=highest,
            error_m=error_m,
        ),
        source=f"{path.name}: {rows} by {columns} heights ({reference.value}), ± {error_m:g} m, "
        f"in {in_words(nodes.bounds)}, unknown elsewhere",
    )


class _Nodes(NamedTuple):
    """A raster's heights, rows from south to north, with its first node and its steps."""

    west: float
    south: float
    step_lon: float
    step_lat: float
    height_m: NDArray[np.float32]

    @property
    def bounds(self) -> Bounds:
        rows, columns = self.height_m.shape
        return (
            *(self.west, self.south),
            *(self.west + (columns - 1) * self.step_lon, self.south + (rows - 1) * self.step_lat),
        )


def _read(path: Path) -> _Nodes:
    # Half a second, which only those who have a raster pay.
    import rasterio  # noqa: PLC0415

    try:
        with rasterio.open(path) as raster:
            _check(path, raster)
            heights = raster.read(1, masked=True).astype(np.float32).filled(np.nan)
            factor, offset = raster.scales[0], raster.offsets[0]
            place = raster.transform
    except rasterio.errors.RasterioError as broken:
        msg = f"{path}: cannot be read as a raster: {broken}"
        raise UnusableGround(msg) from broken
    heights = heights * np.float32(factor) + np.float32(offset)
    heights[~np.isfinite(heights)] = np.nan
    # Rasters begin in the north; a node is in the middle of its pixel.
    return _Nodes(
        west=place.c + place.a / 2,
        south=place.f + place.e * (len(heights) - 0.5),
        step_lon=place.a,
        step_lat=-place.e,
        height_m=np.ascontiguousarray(heights[::-1]),
    )


def _check(path: Path, raster: Any) -> None:  # noqa: ANN401 - rasterio has no types
    """Refuse what cannot be read without guessing."""
    place, heights = raster.transform, raster.width * raster.height
    degrees = raster.crs is not None and raster.crs.to_string() in {PLAIN_DEGREES, "OGC:CRS84"}
    turned = place.b or place.d or place.a <= 0 or place.e >= 0
    reasons = {
        f"its coordinates are {raster.crs}; gdalwarp -t_srs {PLAIN_DEGREES} turns them into "
        "longitude and latitude": not degrees,
        f"it has {raster.count} bands, and which one is the ground?": raster.count != 1,
        "its rows do not run from north to south, from west to east": turned,
        f"{raster.shape} heights have no cell between them": min(raster.shape) < FEWEST_NODES,
        f"its {heights:,} heights are more than {MOST_NODES:,}; gdal_translate -projwin cuts the "
        "city out": heights > MOST_NODES,
        f"its heights are in {raster.units[0]}, not in metres": raster.units[0] not in METRES,
    }
    for reason, holds in reasons.items():
        if holds:
            msg = f"{path}: {reason}"
            raise UnusableGround(msg)


def _above_the_sea(nodes: _Nodes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Take the sea level off heights above the ellipsoid; unknown where the geoid is."""
    rows, columns = nodes.height_m.shape
    lon, lat = np.meshgrid(
        nodes.west + nodes.step_lon * np.arange(columns),
        nodes.south + nodes.step_lat * np.arange(rows),
    )
    low, high = sea_levels(egm96_france(), lon.ravel(), lat.ravel())
    return _nodes(nodes.height_m, high), _nodes(nodes.height_m, low)


def _nodes(height_m: NDArray[np.float32], sea_m: Floats) -> NDArray[np.float32]:
    above = height_m - sea_m.reshape(height_m.shape)
    return np.where(np.isfinite(above), above, np.nan).astype(np.float32)
