"""The sea level above the ellipsoid, held against PROJ reading the same grid."""

import importlib.resources
from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer
from pyproj.exceptions import ProjError

from tests.zones.space import no_geoid
from zones.heights.geoid import (
    EGM96_ERROR_M,
    HEADER,
    InvalidGrid,
    egm96_france,
    geoid_from,
    read_gtx,
)
from zones.heights.relief import sea_level, sea_levels

GRID = Path(str(importlib.resources.files("zones") / "data" / "egm96_france.gtx"))
NOTRE_DAME = (2.3522, 48.8566)
ANYTHING = (-np.inf, np.inf)


def proj(grid: str) -> Transformer:
    return Transformer.from_pipeline(f"+proj=vgridshift +grids={grid} +multiplier=1")


def test_the_sea_level_in_paris_is_44_56_metres_above_the_ellipsoid() -> None:
    low, high = sea_level(egm96_france(), *NOTRE_DAME)

    assert (low + high) / 2 == pytest.approx(44.56, abs=0.005)
    assert high - low == pytest.approx(2 * EGM96_ERROR_M)


def test_the_sea_level_is_projs_to_the_millimetre_everywhere_in_the_grid() -> None:
    random = np.random.default_rng(96)
    lon, lat = random.uniform(-6, 10, 10_000), random.uniform(41, 52, 10_000)
    # Nodes, and places on the lines between them.
    lon[:100], lat[50:150] = np.round(lon[:100] * 4) / 4, np.round(lat[50:150] * 4) / 4

    low, high = sea_levels(egm96_france(), lon, lat)

    expected = proj(str(GRID)).transform(lon, lat, np.zeros(10_000))[2]
    assert np.abs((low + high) / 2 - expected).max() < 0.001


@pytest.mark.parametrize(
    "place", [(-74.0, 40.7), (-6.01, 45.0), (10.01, 45.0), (2.0, 40.99), (2.0, 52.01), (np.nan, 48)]
)
def test_outside_its_window_the_geoid_knows_nothing(place: tuple[float, float]) -> None:
    assert sea_level(egm96_france(), *place) == ANYTHING
    assert sea_level(no_geoid(), *place) == ANYTHING


def test_the_corners_of_the_window_belong_to_it() -> None:
    for lon in (-6.0, 10.0):
        for lat in (41.0, 52.0):
            assert np.isfinite(sea_level(egm96_france(), lon, lat)).all()


def test_a_missing_grid_is_an_error_and_never_a_sea_level_of_zero(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.gtx"

    with pytest.raises(InvalidGrid, match=r"nowhere.gtx cannot be read: No such file"):
        geoid_from(nowhere)
    with pytest.raises(ProjError, match="could not find required grid"):
        proj(str(nowhere))
    # This is why PROJ is not asked: told that a grid may be missing it changes nothing, silently.
    assert proj(f"@{nowhere}").transform(*NOTRE_DAME, 0.0)[2] == 0.0


def test_a_node_marked_as_unknown_is_unknown_and_so_are_the_cells_around_it() -> None:
    nodes = np.full((3, 3), 45.0)
    nodes[0, 0] = -88.8888
    content = HEADER.pack(48.0, 2.0, 0.25, 0.25, 3, 3) + nodes.astype(">f4").tobytes()
    grid = read_gtx(content)

    assert sea_level(grid, 2.1, 48.1) == ANYTHING
    assert sea_level(grid, 2.3, 48.3) == (44.0, 46.0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x" * 40,
        bytes(40),
        HEADER.pack(48.0, 2.0, 0.25, 0.25, 3, 3) + bytes(35),
        HEADER.pack(48.0, 2.0, 0.0, 0.25, 2, 2) + bytes(16),
        HEADER.pack(np.nan, 2.0, 0.25, 0.25, 2, 2) + bytes(16),
    ],
)
def test_a_file_that_is_no_grid_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidGrid):
        read_gtx(content)
