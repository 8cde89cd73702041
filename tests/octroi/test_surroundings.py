"""The ground and the water an installation is configured with."""

import json
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import box

from octroi.demo.geography import WATERS
from octroi.settings import InvalidSetting, Settings, load
from octroi.surroundings import datum_of, water_of
from zones.heights.relief import ground_level

# In the river off the Louvre, and on the Place de la République.
PLACES = ((2.3370, 48.8587), (2.3637, 48.8674))


def test_without_a_raster_the_stated_heights_are_used() -> None:
    assert "no raster: above the sea 26 to 131 m" in datum_of(Settings()).ground.source


def test_a_raster_is_read_with_its_error_and_says_so(tmp_path: Path) -> None:
    tile = tmp_path / "N48E002.hgt"
    tile.write_bytes(np.full((1201, 1201), 40, dtype=">i2").tobytes())

    ground = datum_of(load(ground_raster=tile, ground_error_m=3)).ground

    assert ground_level(ground.grid, 2.35, 48.86) == (37.0, 43.0)
    assert "N48E002.hgt: 1201 by 1201 heights (AMSL), ± 3 m" in ground.source


def test_a_raster_that_cannot_be_used_stops_the_start_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"OCTROI_GROUND_RASTER cannot be used: .*nowhere.tif"):
        datum_of(load(ground_raster=tmp_path / "nowhere.tif"))


def test_without_a_file_nobody_knows_where_water_is() -> None:
    assert water_of(Settings()) is None


def test_the_waters_of_paris_tell_the_seine_from_its_quays() -> None:
    waters = water_of(load(water=WATERS))

    assert waters is not None
    off_the_louvre, square = (box(*place, place[0] + 0.0003, place[1] + 0.0002) for place in PLACES)
    assert waters.share_amid(off_the_louvre) > 0.99
    assert not waters.is_near(square)
    assert waters.known_at(square)
    assert not waters.known_at(box(2.5, 48.8, 2.51, 48.81))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "FeatureCollection", "features": []}, "holds no area"),
        ({"type": "Nonsense"}, "it is no GeoJSON of features"),
        ([], "it is no GeoJSON of features"),
        ({"type": "Feature", "geometry": None}, "it is no GeoJSON of features"),
        (
            {
                "type": "FeatureCollection",
                "features": [{"geometry": {"type": "Point", "coordinates": [2.3, 48.8]}}],
            },
            "features/0/geometry/radius_m",
        ),
    ],
)
def test_a_file_that_says_of_no_water_stops_the_start_with_the_reason(
    tmp_path: Path, document: object, why: str
) -> None:
    file = tmp_path / "eau.geojson"
    file.write_text(json.dumps(document))

    with pytest.raises(InvalidSetting, match=rf"^OCTROI_WATER cannot be used: .*{why}"):
        water_of(load(water=file))


def test_a_file_that_is_not_there_stops_the_start_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"OCTROI_WATER cannot be used: .*nowhere: No such"):
        water_of(load(water=tmp_path / "nowhere"))
