"""What everybody may know of where: the whole truth, or the squares of a fixed grid."""

from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from permits.answers.publicity import (
    CELL_LAT_DEG,
    CELL_LON_DEG,
    Precision,
    Withheld,
    public_area,
)
from permits.model import Application
from tests.permits.cases import Asked, application, volume
from zones.model import Layer, Purpose

lons, lats = st.floats(2.2, 2.5), st.floats(48.8, 48.95)


def asked_at(area: BaseGeometry, purpose: Purpose, layer: Layer = Layer.AIR) -> Application:
    volumes = (replace(volume(), footprint=area),)
    return application(Asked(purpose=purpose, layer=layer, volumes=volumes))


@given(lons, lats, st.floats(0.0001, 0.03))
def test_a_coarse_area_holds_the_whole_truth_and_little_more(
    lon: float, lat: float, radius: float
) -> None:
    asked = Point(lon, lat).buffer(radius)

    shown = public_area(asked_at(asked, Purpose.DELIVERY)).area

    assert shown.covers(asked)
    assert asked.buffer(1.01 * (CELL_LON_DEG + CELL_LAT_DEG)).covers(shown)


@given(lons, lats, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_two_places_in_one_square_cannot_be_told_apart(
    lon: float, lat: float, across: float, up: float
) -> None:
    west, south = lon // CELL_LON_DEG * CELL_LON_DEG, lat // CELL_LAT_DEG * CELL_LAT_DEG
    places = [
        Point(west + a * CELL_LON_DEG, south + b * CELL_LAT_DEG).buffer(1e-6)
        for a, b in ((0.5, 0.5), (across, up))
    ]

    first, second = (public_area(asked_at(each, Purpose.DELIVERY)).area for each in places)

    assert shapely.equals(first, second)


@pytest.mark.parametrize(
    ("layer", "purpose", "withheld"),
    [
        (Layer.AIR, Purpose.DELIVERY, Withheld.TRADE_SECRET),
        (Layer.SURFACE, Purpose.DELIVERY, Withheld.TRADE_SECRET),
        (Layer.AIR, Purpose.MEDICAL, Withheld.SAFETY),
        (Layer.SUBSOIL, Purpose.WORKS, Withheld.SAFETY),
        (Layer.SURFACE, Purpose.ADVERTISING, None),
        (Layer.RIVER, Purpose.PASSENGER, None),
    ],
)
def test_an_area_is_withheld_where_safety_or_a_secret_of_trade_demands_it(
    layer: Layer, purpose: Purpose, withheld: Withheld | None
) -> None:
    asked = box(2.35, 48.85, 2.351, 48.851)

    shown = public_area(asked_at(asked, purpose, layer))

    assert shown.withheld is withheld
    assert (shown.precision is Precision.EXACT) is shown.area.equals(asked)
    assert ("L. 311" in (shown.act or "")) is (withheld is not None)


def test_an_area_as_wide_as_a_country_is_shown_by_the_box_of_squares_around_it() -> None:
    asked = box(0, 45, 5, 50)

    shown = public_area(asked_at(asked, Purpose.DELIVERY)).area

    assert shown.covers(asked)
    assert shapely.get_num_coordinates(shown) == 5
