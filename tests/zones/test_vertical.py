"""Heights over three references, never converted silently."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.space import AGL, AMSL, CENTRE, WGS84, no_geoid
from zones.heights.geoid import egm96_france
from zones.heights.relief import (
    NO_LIMIT,
    BandLimits,
    Grid,
    Relief,
    StatedHeight,
    ground_level,
    heights_of,
    in_band,
    sea_level,
    standing,
)
from zones.heights.stated import StatedHeights, stated_ground
from zones.heights.vertical import OUTSIDE, UNCERTAIN, WITHIN, Datum, between, paris_datum
from zones.model import (
    UNBOUNDED,
    Band,
    Height,
    HeightReference,
)

ZURICH, NEW_YORK = (8.54, 47.37), (-74.0, 40.7)

Place = tuple[float, float]


def asked(
    alt_m: float,
    reference: HeightReference | None,
    band: Band,
    *,
    v_acc_m: float = 0.0,
    place: Place = CENTRE,
    datum: Datum | None = None,
) -> int:
    answer = between(
        np.array([alt_m]),
        np.array([reference.code if reference else 0], dtype=np.int8),
        np.array([v_acc_m]),
        np.array([place[0]]),
        np.array([place[1]]),
        band=band,
        datum=datum or paris_datum(),
    )
    return int(answer[0])


def upto(value_m: float, reference: HeightReference) -> Band:
    return Band(upper=Height(value_m=value_m, reference=reference))


def above(value_m: float, reference: HeightReference) -> Band:
    return Band(lower=Height(value_m=value_m, reference=reference))


# Paris: geoid 44.56 m known to 1 m, ground between 26 and 131 m above the sea.
@pytest.mark.parametrize(
    ("alt_m", "reference", "band", "answer"),
    [
        (120, AGL, upto(120, AGL), WITHIN),
        (120.01, AGL, upto(120, AGL), OUTSIDE),
        (100, WGS84, upto(100, WGS84), WITHIN),
        (140, WGS84, upto(100, AMSL), WITHIN),
        (144, WGS84, upto(100, AMSL), UNCERTAIN),
        (145, WGS84, upto(100, AMSL), UNCERTAIN),
        (146, WGS84, upto(100, AMSL), OUTSIDE),
        (100, AMSL, above(146, WGS84), OUTSIDE),
        (100, AMSL, above(145, WGS84), UNCERTAIN),
        (100, AMSL, above(143, WGS84), WITHIN),
        (146, AMSL, upto(120, AGL), WITHIN),
        (147, AMSL, upto(120, AGL), UNCERTAIN),
        (251, AMSL, upto(120, AGL), UNCERTAIN),
        (252, AMSL, upto(120, AGL), OUTSIDE),
        (50, AGL, above(75, AMSL), WITHIN),
        (50, AGL, above(181, AMSL), UNCERTAIN),
        (50, AGL, above(182, AMSL), OUTSIDE),
        (50, AGL, above(119, WGS84), WITHIN),
        (50, AGL, above(228, WGS84), OUTSIDE),
        (189, WGS84, upto(120, AGL), WITHIN),
        (298, WGS84, upto(120, AGL), OUTSIDE),
        (-10, AGL, upto(-5, AGL), WITHIN),
        (-4, AGL, upto(-5, AGL), OUTSIDE),
    ],
)
def test_heights_over_three_references(
    alt_m: float, reference: HeightReference, band: Band, answer: int
) -> None:
    assert asked(alt_m, reference, band) == answer


def test_an_unknown_height_or_reference_is_uncertain_against_any_limit_and_fine_without() -> None:
    assert asked(np.nan, AGL, upto(120, AGL)) == UNCERTAIN
    assert asked(50, None, upto(120, AGL)) == UNCERTAIN
    assert asked(np.nan, None, UNBOUNDED) == WITHIN


def test_outside_the_geoid_grid_nothing_is_guessed() -> None:
    for alt_m in (-5000.0, 50.0, 50_000.0):
        assert asked(alt_m, WGS84, upto(100, AMSL), place=NEW_YORK) == UNCERTAIN
    assert asked(50, AMSL, upto(100, AMSL), place=NEW_YORK) == WITHIN


def test_where_no_ground_is_stated_nothing_is_known_of_it() -> None:
    assert asked(50_000, AMSL, upto(120, AGL), place=ZURICH) == UNCERTAIN
    assert asked(50_000, AMSL, upto(120, AGL)) == OUTSIDE


def test_without_a_geoid_only_like_is_compared_with_like() -> None:
    blind = Datum(sea=no_geoid(), ground=stated_ground())

    assert asked(50_000, WGS84, upto(100, AMSL), datum=blind) == UNCERTAIN
    assert asked(50_000, WGS84, upto(100, WGS84), datum=blind) == OUTSIDE
    assert asked(50_000, AMSL, upto(120, AGL), datum=blind) == OUTSIDE


heights = st.floats(-300, 3000)
references = st.sampled_from(HeightReference)


@given(heights, references, heights, references, st.floats(0, 100), st.floats(0, 100))
def test_a_better_accuracy_never_overturns_a_certain_answer(  # noqa: PLR0917 - a law over all of them
    alt_m: float,
    reference: HeightReference,
    limit_m: float,
    limit_reference: HeightReference,
    one_m: float,
    other_m: float,
) -> None:
    finer, coarser = sorted((one_m, other_m))
    for band in (upto(limit_m, limit_reference), above(limit_m, limit_reference)):
        coarse = asked(alt_m, reference, band, v_acc_m=coarser)
        assert coarse in {UNCERTAIN, asked(alt_m, reference, band, v_acc_m=finer)}


@given(heights, references, heights, references)
def test_a_height_is_never_surely_on_both_sides_of_a_limit(
    alt_m: float, reference: HeightReference, limit_m: float, limit_reference: HeightReference
) -> None:
    below = asked(alt_m, reference, upto(limit_m, limit_reference))
    over = asked(alt_m, reference, above(limit_m, limit_reference))

    assert (below, over) != (OUTSIDE, OUTSIDE)
    if (below, over) == (WITHIN, WITHIN):
        assert reference is limit_reference
        assert alt_m == limit_m


def flat(lowest_m: float, highest_m: float, error_m: float = 0.0) -> Grid:
    """Return one cell over Paris with its lowest and highest height."""
    low, high = (np.full((2, 2), metres, dtype=np.float32) for metres in (lowest_m, highest_m))
    return Grid(
        west=2.0,
        south=48.0,
        step_lon=1.0,
        step_lat=1.0,
        lowest_m=low,
        highest_m=high,
        error_m=error_m,
    )


# The sea is 44 to 46 m above the ellipsoid, the ground 30 to 50 m above the sea.
SEA, GROUND = flat(45, 45, 1.0), flat(30, 50)
KNOWN = Relief(sea=SEA, ground=GROUND)
NO_GROUND = Relief(sea=SEA, ground=no_geoid())
NO_SEA = Relief(sea=no_geoid(), ground=GROUND)
ANY = (-np.inf, np.inf)

# Each line by hand: a height, its reference and accuracy; what it is above ground, sea, ellipsoid.
HEIGHT_TABLE = [
    (KNOWN, 100, AGL, 0, (100, 100), (130, 150), (174, 196)),
    (KNOWN, 100, AGL, 5, (95, 105), (125, 155), (169, 201)),
    (KNOWN, 0, AGL, 2, (-2, 2), (28, 52), (72, 98)),
    (KNOWN, -10, AGL, 0, (-10, -10), (20, 40), (64, 86)),
    (NO_GROUND, 100, AGL, 0, (100, 100), ANY, ANY),
    (NO_GROUND, 100, AGL, 5, (95, 105), ANY, ANY),
    (NO_SEA, 100, AGL, 5, (95, 105), (125, 155), ANY),
    (KNOWN, 100, AMSL, 0, (50, 70), (100, 100), (144, 146)),
    (KNOWN, 100, AMSL, 5, (45, 75), (95, 105), (139, 151)),
    (KNOWN, 26, AMSL, 2, (-26, -2), (24, 28), (68, 74)),
    (NO_GROUND, 100, AMSL, 0, ANY, (100, 100), (144, 146)),
    (NO_GROUND, 100, AMSL, 5, ANY, (95, 105), (139, 151)),
    (NO_SEA, 100, AMSL, 5, (45, 75), (95, 105), ANY),
    (KNOWN, 200, WGS84, 0, (104, 126), (154, 156), (200, 200)),
    (KNOWN, 200, WGS84, 5, (99, 131), (149, 161), (195, 205)),
    (KNOWN, 70, WGS84, 1, (-27, -3), (23, 27), (69, 71)),
    (NO_GROUND, 200, WGS84, 0, ANY, (154, 156), (200, 200)),
    (NO_GROUND, 200, WGS84, 5, ANY, (149, 161), (195, 205)),
    (NO_SEA, 200, WGS84, 5, ANY, ANY, (195, 205)),
]
ROWS = [
    (relief, StatedHeight(alt_m, reference.code, v_acc_m, *CENTRE), target, meant)
    for relief, alt_m, reference, v_acc_m, *ranges in HEIGHT_TABLE
    for target, meant in zip((AGL, AMSL, WGS84), ranges, strict=True)
]


@pytest.mark.parametrize(("relief", "stated", "target", "meant"), ROWS)
def test_a_height_against_limits_in_three_references(
    relief: Relief, stated: StatedHeight, target: HeightReference, meant: tuple[float, float]
) -> None:
    low, high = meant
    hair = 0.01
    if meant == ANY:
        low, high, hair = -9000.0, 90_000.0, -1.0

    def over(limit_m: float) -> int:
        return standing(relief, stated, BandLimits(limit_m, target.code, 0.0, NO_LIMIT))

    def under(limit_m: float) -> int:
        return standing(relief, stated, BandLimits(0.0, NO_LIMIT, limit_m, target.code))

    between_them = WITHIN if low == high else UNCERTAIN
    sure = UNCERTAIN if meant == ANY else WITHIN
    never = UNCERTAIN if meant == ANY else OUTSIDE
    assert [over(low - hair), over(low), over(high), over(high + hair)] == [
        *(sure, sure, between_them, never)
    ]
    assert [under(high + hair), under(high), under(low), under(low - hair)] == [
        *(sure, sure, between_them, never)
    ]


@pytest.mark.parametrize("v_acc_m", [np.nan, np.inf])
@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, -1])
def test_an_accuracy_nobody_knows_makes_a_height_unknown(v_acc_m: float, code: int) -> None:
    stated = StatedHeight(50.0, code, v_acc_m, *CENTRE)

    assert standing(KNOWN, stated, BandLimits(0.0, NO_LIMIT, 1.0, AGL.code)) == UNCERTAIN
    assert heights_of(stated, (44.0, 46.0), (30.0, 50.0)) == (*ANY, *ANY, *ANY)


def test_a_reference_nobody_knows_makes_a_height_unknown() -> None:
    for code in (0, 4, -1):
        stated = StatedHeight(50.0, code, 1.0, *CENTRE)
        assert standing(KNOWN, stated, BandLimits(0.0, NO_LIMIT, 1.0, AGL.code)) == UNCERTAIN


def spanning(lower_m: float, upper_m: float, reference: HeightReference) -> Band:
    return Band(
        lower=Height(value_m=lower_m, reference=reference),
        upper=Height(value_m=upper_m, reference=reference),
    )


# The Seine stands at 26 m above the sea, the quay 6 m higher; the geoid is 44.6 m there.
def test_surface_depth_and_river_level_are_bands_like_any_other() -> None:
    level = StatedHeights(west=0, south=0, east=1, north=1, lowest_m=32, highest_m=32)
    quay = Datum(sea=egm96_france(), ground=stated_ground((level,)))
    surface, pipes = spanning(0, 5, AGL), spanning(-3, -0.5, AGL)
    bridge = spanning(26, 31.5, AMSL)

    rows = [
        (0.0, AGL, surface, WITHIN),
        (5.0, AGL, surface, WITHIN),
        (5.1, AGL, surface, OUTSIDE),
        (-0.1, AGL, surface, OUTSIDE),
        (33.0, AMSL, surface, WITHIN),
        (77.0, WGS84, surface, UNCERTAIN),
        (79.0, WGS84, surface, WITHIN),
        (-0.4, AGL, pipes, OUTSIDE),
        (-0.5, AGL, pipes, WITHIN),
        (-3.0, AGL, pipes, WITHIN),
        (-3.1, AGL, pipes, OUTSIDE),
        (30.0, AMSL, pipes, WITHIN),
        (28.0, AMSL, pipes, OUTSIDE),
        (26.0, AMSL, bridge, WITHIN),
        (31.5, AMSL, bridge, WITHIN),
        (31.6, AMSL, bridge, OUTSIDE),
        (-1.0, AGL, bridge, WITHIN),
        (1.0, AGL, bridge, OUTSIDE),
        (73.5, WGS84, bridge, WITHIN),
        (90.0, WGS84, bridge, OUTSIDE),
    ]

    for alt_m, reference, band, answer in rows:
        assert asked(alt_m, reference, band, datum=quay) == answer, (alt_m, reference, band)


@given(heights, references, st.floats(0, 50), heights, references, heights, references)
def test_looking_up_only_what_is_needed_answers_as_looking_up_everything(  # noqa: PLR0917 - a law over all of them
    alt_m: float,
    reference: HeightReference,
    v_acc_m: float,
    lower_m: float,
    lower: HeightReference,
    upper_m: float,
    upper: HeightReference,
) -> None:
    stated = StatedHeight(alt_m, reference.code, v_acc_m, *CENTRE)
    band = BandLimits(lower_m, lower.code, upper_m, upper.code)
    everything = heights_of(
        stated, sea_level(KNOWN.sea, *CENTRE), ground_level(KNOWN.ground, *CENTRE)
    )

    assert standing(KNOWN, stated, band) == in_band(everything, band)
