"""Heights over three references, never converted silently."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.space import AGL, AMSL, CENTRE, WGS84
from zones.geoid import EGM96_ERROR_M, InvalidGrid, no_geoid, read_gtx
from zones.ground import stated_ground
from zones.model import UNBOUNDED, Band, Height, HeightReference
from zones.relief import sea_level
from zones.vertical import OUTSIDE, UNCERTAIN, WITHIN, Datum, between, paris_datum

ZURICH, NEW_YORK = (8.54, 47.37), (-74.0, 40.7)
NOTRE_DAME = (2.3522, 48.8566)

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


def test_the_sea_level_in_paris_is_44_56_metres_above_the_ellipsoid() -> None:
    low, high = sea_level(paris_datum().sea, *NOTRE_DAME)

    assert (low + high) / 2 == pytest.approx(44.56, abs=0.01)
    assert high - low == 2 * EGM96_ERROR_M


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


def test_outside_the_city_its_ground_says_nothing() -> None:
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


@pytest.mark.parametrize("content", [b"", b"x" * 40, bytes(40)])
def test_a_file_that_is_no_grid_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidGrid):
        read_gtx(content)
