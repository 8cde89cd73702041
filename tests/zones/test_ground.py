"""The ground from rasters that the test writes itself, and from what is stated without one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import Affine

from tests.zones.space import AGL, AMSL, CENTRE, WGS84
from zones.heights.geoid import EGM96_ERROR_M, egm96_france
from zones.heights.ground import UnusableGround, ground_from
from zones.heights.relief import ground_level
from zones.heights.vertical import OUTSIDE, UNCERTAIN, WITHIN, Datum, between
from zones.model import Band, Height

STEP = 0.01
WEST, NORTH = 2.0, 49.0
ANYTHING = (-np.inf, np.inf)


def geotiff(path: Path, heights: NDArray[Any], **profile: Any) -> Path:  # noqa: ANN401 - whatever a GeoTIFF has
    stated = {
        "driver": "GTiff",
        "height": heights.shape[0],
        "width": heights.shape[1],
        "count": 1,
        "dtype": heights.dtype,
        "crs": "EPSG:4326",
        "transform": Affine(STEP, 0, WEST, 0, -STEP, NORTH),
    }
    with rasterio.open(path, "w", **{**stated, **profile}) as raster:
        for band in range(1, raster.count + 1):
            raster.write(heights, band)
    return path


def tile(path: Path, heights: NDArray[np.int16]) -> Path:
    """Write an SRTM tile: nothing but big-endian 16-bit integers, northernmost row first."""
    path.write_bytes(heights.astype(">i2").tobytes())
    return path


def middle(row: float, column: float) -> tuple[float, float]:
    """Return the place in the middle of a pixel of the GeoTIFF."""
    return WEST + (column + 0.5) * STEP, NORTH - (row + 0.5) * STEP


@pytest.fixture
def slope(tmp_path: Path) -> Path:
    """Write a ground that rises by 10 m with every column and 1 m with every row southwards."""
    rows, columns = np.mgrid[0:20, 0:30]
    return geotiff(tmp_path / "slope.tif", (100 + 10 * columns + rows).astype(np.float32))


def test_a_cell_is_between_its_lowest_and_highest_corner_widened_by_the_error(slope: Path) -> None:
    ground = ground_from(slope, error_m=2.0)

    low, high = ground_level(ground.grid, *middle(4.5, 7.5))

    assert (low, high) == (100 + 70 + 4 - 2, 100 + 80 + 5 + 2)


def test_a_geotiff_answers_for_the_middles_of_its_pixels_and_for_nothing_outside_them(
    slope: Path,
) -> None:
    grid = ground_from(slope, error_m=0.0).grid

    for row, column in ((0.001, 0.001), (18.999, 28.999), (0.001, 28.999), (18.999, 0.001)):
        low, high = ground_level(grid, *middle(row, column))
        assert low - 1e-3 <= 100 + 10 * column + row <= high + 1e-3
    for row, column in ((-0.01, 5), (19.01, 5), (5, -0.01), (5, 29.01), (500, 500)):
        assert ground_level(grid, *middle(row, column)) == ANYTHING
    assert ground_level(grid, np.nan, 48.9) == ANYTHING


def test_an_srtm_tile_is_read_by_its_name_and_its_void_is_unknown(tmp_path: Path) -> None:
    heights = np.full((1201, 1201), 35, dtype=np.int16)
    # Row 0 is 49° N; the node at 48.86° N 2.35° E is 168 rows down and 420 columns in.
    heights[168, 420] = 80
    heights[600, 600] = -32768
    grid = ground_from(tile(tmp_path / "N48E002.hgt", heights), error_m=10.0).grid

    assert ground_level(grid, 2.3504, 48.8604) == (25.0, 90.0)
    assert ground_level(grid, 2.3512, 48.8604) == (25.0, 45.0)
    assert ground_level(grid, 2.5004, 48.5004) == ANYTHING
    assert ground_level(grid, 2.0, 48.0) == (25.0, 45.0)
    assert ground_level(grid, 3.0, 49.0) == (25.0, 45.0)
    assert ground_level(grid, 3.001, 48.5) == ANYTHING


def test_nodata_and_nan_are_unknown_and_so_are_the_cells_that_touch_them(tmp_path: Path) -> None:
    heights = np.full((5, 5), 40.0, dtype=np.float32)
    heights[2, 2], heights[0, 0] = -9999, np.nan
    grid = ground_from(geotiff(tmp_path / "g.tif", heights, nodata=-9999), error_m=1.0).grid

    assert ground_level(grid, *middle(1.5, 1.5)) == ANYTHING
    assert ground_level(grid, *middle(2.5, 2.5)) == ANYTHING
    assert ground_level(grid, *middle(0.5, 0.5)) == ANYTHING
    assert ground_level(grid, *middle(3.5, 3.5)) == (39.0, 41.0)


def test_scale_and_offset_of_a_raster_are_applied(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "g.tif", np.full((3, 3), 400, dtype=np.int16))
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (0.1,), (5.0,)

    low, high = ground_level(ground_from(path, error_m=0.0).grid, *middle(1, 1))

    assert (low, high) == pytest.approx((45.0, 45.0))


def test_heights_above_the_ellipsoid_become_heights_above_the_sea_with_the_geoids_error(
    tmp_path: Path,
) -> None:
    path = geotiff(
        tmp_path / "g.tif",
        np.full((9, 9), 90.0, dtype=np.float32),
        transform=Affine(STEP, 0, CENTRE[0] - 0.045, 0, -STEP, CENTRE[1] + 0.045),
    )
    grid = ground_from(path, error_m=0.5, reference=WGS84).grid

    low, high = ground_level(grid, *CENTRE)

    # 44.6 m of geoid in the middle of Paris.
    assert low == pytest.approx(90 - 44.6 - EGM96_ERROR_M - 0.5, abs=0.05)
    assert high == pytest.approx(90 - 44.6 + EGM96_ERROR_M + 0.5, abs=0.05)


def test_a_height_above_the_sea_is_held_against_the_ground_of_its_own_place(slope: Path) -> None:
    datum = Datum(sea=egm96_france(), ground=ground_from(slope, error_m=2.0))
    places = np.array([middle(4.5, 7.5), middle(4.5, 17.5), middle(50, 50)])
    band = Band(upper=Height(value_m=50.0, reference=AGL))

    # The ground is between 172 and 187 m at the first place, 100 m higher at the second.
    answers = [
        between(
            np.full(3, alt_m),
            np.full(3, AMSL.code, dtype=np.int8),
            np.zeros(3),
            places[:, 0],
            places[:, 1],
            band=band,
            datum=datum,
        ).tolist()
        for alt_m in (222.0, 223.0, 237.0, 238.0)
    ]

    assert answers == [
        [WITHIN, WITHIN, UNCERTAIN],
        [UNCERTAIN, WITHIN, UNCERTAIN],
        [UNCERTAIN, WITHIN, UNCERTAIN],
        [OUTSIDE, WITHIN, UNCERTAIN],
    ]


PLAIN = np.full((4, 4), 40.0, dtype=np.float32)
UNUSABLE: list[tuple[dict[str, Any], str]] = [
    ({"crs": CRS.from_epsg(2154)}, "EPSG:2154; gdalwarp"),
    ({"crs": None}, "its coordinates are None"),
    ({"count": 2}, "2 bands"),
    ({"transform": Affine(STEP, 0.001, WEST, 0, -STEP, NORTH)}, "rows do not run"),
    ({"transform": Affine(STEP, 0, WEST, 0, STEP, NORTH)}, "rows do not run"),
]


@pytest.mark.parametrize(("profile", "sentence"), UNUSABLE)
def test_a_raster_that_would_have_to_be_guessed_at_is_refused_with_the_reason(
    tmp_path: Path, profile: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnusableGround, match=sentence):
        ground_from(geotiff(tmp_path / "g.tif", PLAIN, **profile))


def test_heights_in_feet_or_above_the_ground_are_refused(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "g.tif", PLAIN)

    with pytest.raises(UnusableGround, match="0 m above ground"):
        ground_from(path, reference=AGL)
    with pytest.raises(UnusableGround, match="no error"):
        ground_from(path, error_m=-1.0)
    with pytest.raises(UnusableGround, match="no error"):
        ground_from(path, error_m=np.nan)
    with rasterio.open(path, "r+") as raster:
        raster.units = ("ft",)
    with pytest.raises(UnusableGround, match="in ft, not in metres"):
        ground_from(path)


def test_a_missing_file_or_one_that_is_no_raster_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.tif"
    text.write_text("the ground is flat", encoding="utf-8")

    for path in (tmp_path / "nowhere.tif", text):
        with pytest.raises(UnusableGround, match="cannot be read as a raster"):
            ground_from(path)


def test_a_ground_says_where_it_is_from(slope: Path) -> None:
    assert "slope.tif" in ground_from(slope, error_m=2.0).source
    assert "± 2 m" in ground_from(slope, error_m=2.0).source
