"""What is stated of the ground where no raster is, against heights that others published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.space import AGL, AMSL, CENTRE, WGS84
from zones.catalogue import bands_meet
from zones.heights.gaps import range_over, sea_over
from zones.heights.relief import ground_level, sea_level
from zones.heights.stated import ILE_DE_FRANCE, PARIS, stated_ground
from zones.heights.vertical import OUTSIDE, UNCERTAIN, WITHIN, between, paris_datum
from zones.model import Band, Height, HeightReference

GROUND = stated_ground()
ANYTHING = (-np.inf, np.inf)
CITY, RING, REGION = (26.0, 131.0), (10.0, 250.0), (0.0, 350.0)
SERVED = (1.4, 48.1, 3.6, 49.3)  # what OCTROI_SERVICE_AREA is unless set

# Aerodromes of the aeronautical information publication, hills and water as the IGN's maps and the
# surveyors have them: name, longitude, latitude, metres above the sea.
KNOWN = [
    ("Nangis", 3.0068, 48.5962, 130.5),
    ("Buno-Bonnevaux", 2.4256, 48.3511, 128.0),
    ("Mantes-Chérence", 1.6897, 49.0789, 156.1),
    ("Enghien-Moisselles", 2.3531, 49.0464, 102.1),
    ("La Ferté-Gaucher", 3.2767, 48.7558, 164.0),
    ("Château-Thierry", 3.3569, 49.0672, 221.9),
    ("Bailleau-Armenonville", 1.6400, 48.5158, 155.1),
    ("Pithiviers", 2.1925, 48.1572, 117.0),
    ("Étrépagny", 1.6386, 49.3061, 93.9),
    ("Pont-sur-Yonne", 3.2508, 48.2906, 71.9),
    ("Dreux", 1.3628, 48.7067, 135.0),
    ("Chartres", 1.5239, 48.4589, 155.1),
    ("Étampes", 2.0753, 48.3819, 149.0),
    ("Persan-Beaumont", 2.3131, 49.1658, 45.1),
    ("Le Bourget", 2.4414, 48.9694, 66.4),
    ("Creil", 2.5191, 49.2535, 88.7),
    ("Meaux", 2.8353, 48.9278, 66.1),
    ("Roissy", 2.5500, 49.0128, 119.5),
    ("Coulommiers", 3.0161, 48.8377, 143.3),
    ("Lognes", 2.6239, 48.8231, 107.9),
    ("Melun", 2.6711, 48.6047, 92.0),
    ("Toussus-le-Noble", 2.1062, 48.7519, 164.0),
    ("Orly", 2.3594, 48.7253, 88.7),
    ("Moret", 2.7994, 48.3419, 77.1),
    ("Villacoublay", 2.2015, 48.7744, 178.0),
    ("Les Mureaux", 1.9428, 48.9983, 27.1),
    ("the hill of Élancourt", 1.9642, 48.7895, 231.62),
    ("the buttes de Rosne", 2.0267, 49.1883, 216.0),
    ("the highest of Arces-Dilo", 3.5983, 48.0917, 288.0),
    ("Montmartre", 2.3431, 48.8867, 130.53),
    ("the Seine at the Pont d'Austerlitz", 2.3655, 48.8447, 26.7),
]


@pytest.mark.parametrize(("name", "lon", "lat", "height_m"), KNOWN)
def test_the_stated_ground_contains_every_height_that_is_known(
    name: str, lon: float, lat: float, height_m: float
) -> None:
    low, high = ground_level(GROUND.grid, lon, lat)

    assert low <= height_m <= high, name


def test_each_area_has_its_own_heights_and_nothing_is_said_beyond_the_widest() -> None:
    west, south, east, north = PARIS

    for place in (CENTRE, (west, south), (east, north), (west, north), (east, south)):
        assert ground_level(GROUND.grid, *place) == CITY
    for place in ((west - 0.001, 48.86), (2.0, 48.5), (2.9, 49.2)):
        assert ground_level(GROUND.grid, *place) == RING
    for place in (SERVED[:2], SERVED[2:], (1.7, 48.86), (2.35, 48.15)):
        assert ground_level(GROUND.grid, *place) == REGION
    for place in ((1.24, 48.86), (3.7, 48.86), (2.35, 48.03), (2.35, 49.34), (8.54, 47.37)):
        assert ground_level(GROUND.grid, *place) == ANYTHING


def test_the_service_area_is_within_what_is_stated() -> None:
    assert range_over(GROUND.grid, SERVED) == REGION
    assert range_over(GROUND.grid, PARIS) == CITY


def test_the_source_says_each_area_and_its_heights() -> None:
    assert GROUND.source == (
        "no raster: above the sea 26 to 131 m in 2.2241,48.8156,2.4698,48.9022, "
        "10 to 250 m in 1.7327,48.2094,2.9612,49.2486, "
        "0 to 350 m in 1.2413,48.0362,3.6983,49.3352, unknown elsewhere"
    )
    assert [area.bounds for area in ILE_DE_FRANCE][::-1] == [
        pytest.approx(bounds, abs=1e-4)
        for bounds in (
            PARIS,
            (1.7327, 48.2094, 2.9612, 49.2486),
            (1.2413, 48.0362, 3.6983, 49.3352),
        )
    ]


served = st.tuples(st.floats(SERVED[0], SERVED[2]), st.floats(SERVED[1], SERVED[3]))


def asked(alt_m: float, reference: HeightReference, band: Band, place: tuple[float, float]) -> int:
    [said] = between(
        np.array([alt_m]),
        np.array([reference.code], dtype=np.int8),
        np.array([0.0]),
        np.array([place[0]]),
        np.array([place[1]]),
        band=band,
        datum=paris_datum(),
    )
    return int(said)


def upto(value_m: float, reference: HeightReference) -> Band:
    return Band(upper=Height(value_m=value_m, reference=reference))


@given(served)
def test_far_above_every_hill_is_above_100_m_over_ground_and_far_below_is_within(
    place: tuple[float, float],
) -> None:
    assert asked(5_000, WGS84, upto(100, AGL), place) == OUTSIDE
    assert asked(5_000, AMSL, upto(100, AGL), place) == OUTSIDE
    assert asked(0, AMSL, upto(100, AGL), place) == WITHIN
    assert asked(5_000, AGL, upto(100, AMSL), place) == OUTSIDE


ORDER = {WITHIN: 0, UNCERTAIN: 1, OUTSIDE: 2}


@given(
    served,
    st.sampled_from(HeightReference),
    st.sampled_from(HeightReference),
    st.floats(-100, 700),
    st.floats(-100, 700),
    st.floats(-100, 700),
)
def test_what_is_higher_is_never_more_surely_below_a_limit(  # noqa: PLR0917 - a law over all of them
    place: tuple[float, float],
    reference: HeightReference,
    limit: HeightReference,
    one_m: float,
    other_m: float,
    limit_m: float,
) -> None:
    low, high = (
        asked(each, reference, upto(limit_m, limit), place) for each in sorted((one_m, other_m))
    )

    assert ORDER[low] <= ORDER[high]


@given(served, served, st.floats(0, 1), st.floats(0, 1))
def test_sea_level_over_a_box_contains_that_of_each_place_in_it(
    one: tuple[float, float], other: tuple[float, float], east: float, north: float
) -> None:
    (west, last), (south, top) = (sorted(pair) for pair in zip(one, other, strict=True))
    place = (west + east * (last - west), south + north * (top - south))
    sea = paris_datum().sea

    low, high = sea_over(sea, (west, south, last, top))

    at_place = sea_level(sea, *place)
    assert low <= at_place[0] + 1e-4
    assert at_place[1] - 1e-4 <= high
    assert sea_over(sea, (*place, *place)) == at_place


def test_sea_level_over_what_reaches_out_of_the_geoid_is_not_known() -> None:
    for box in ((-180, -90, 180, 90), (9.0, 48.0, 11.0, 49.0), (-74.0, 40.0, -73.0, 41.0)):
        assert sea_over(paris_datum().sea, box) == ANYTHING


def test_bands_meet_in_a_box_when_they_may_at_any_of_its_places() -> None:
    low, high = upto(100, AGL), Band(lower=Height(value_m=240, reference=AMSL))
    datum = paris_datum()

    assert not bands_meet(low, high, (2.34, 48.85, 2.36, 48.87), datum)
    # Its middle is in Paris, its ends are not.
    assert bands_meet(low, high, (1.80, 48.80, 2.90, 48.92), datum)
    assert not bands_meet(low, high, (*CENTRE, *CENTRE), datum)
