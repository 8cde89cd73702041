"""The ground an installation is configured with."""

from pathlib import Path

import numpy as np
import pytest

from octroi.settings import InvalidSetting, Settings, load
from octroi.surroundings import datum_of
from zones.heights.relief import ground_level


def test_without_a_raster_the_heights_stated_for_paris_are_used() -> None:
    assert "no raster: between 26 and 131 m" in datum_of(Settings()).ground.source


def test_a_raster_is_read_with_its_error_and_says_so(tmp_path: Path) -> None:
    tile = tmp_path / "N48E002.hgt"
    tile.write_bytes(np.full((1201, 1201), 40, dtype=">i2").tobytes())

    ground = datum_of(load(ground_raster=tile, ground_error_m=3)).ground

    assert ground_level(ground.grid, 2.35, 48.86) == (37.0, 43.0)
    assert "N48E002.hgt: 1201 by 1201 heights (AMSL), ± 3 m" in ground.source


def test_a_raster_that_cannot_be_used_stops_the_start_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"OCTROI_GROUND_RASTER cannot be used: .*nowhere.tif"):
        datum_of(load(ground_raster=tmp_path / "nowhere.tif"))
