"""What is surely apart in a box is surely apart at every place in it."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from zones.heights.gaps import surely_apart, upside_down
from zones.heights.geoid import egm96_france
from zones.heights.ground import Ground
from zones.heights.relief import Grid
from zones.heights.vertical import OUTSIDE, WITHIN, Datum, between
from zones.model import Band, Height, HeightReference

Box = tuple[float, float, float, float]

WEST, SOUTH, STEP, NODES = 2.30, 48.80, 0.01, 12


def hills(unknown: tuple[int, int] | None = None) -> Datum:
    """Draw a ground of slopes, known to two metres; one node may be unknown."""
    rows, columns = np.mgrid[0:NODES, 0:NODES]
    heights = (60 + 30 * np.sin(rows) + 15 * np.cos(2 * columns)).astype(np.float32)
    if unknown:
        heights[unknown] = np.nan
    grid = Grid(
        west=WEST,
        south=SOUTH,
        step_lon=STEP,
        step_lat=STEP,
        lowest_m=heights,
        highest_m=heights,
        error_m=2.0,
    )
    return Datum(sea=egm96_france(), ground=Ground(grid=grid, source="hills"))


HILLS = hills()

heights = st.builds(
    Height,
    value_m=st.floats(-50, 300).map(lambda metres: round(metres, 1)),
    reference=st.sampled_from(HeightReference),
)
inner = st.floats(0.0, 0.9999)
boxes = st.tuples(inner, inner, inner, inner).map(
    lambda cut: (
        WEST + STEP * (NODES - 1) * min(cut[0], cut[1]),
        SOUTH + STEP * (NODES - 1) * min(cut[2], cut[3]),
        WEST + STEP * (NODES - 1) * max(cut[0], cut[1]),
        SOUTH + STEP * (NODES - 1) * max(cut[2], cut[3]),
    )
)


def below(one: Height, other: Height, lon: float, lat: float, datum: Datum) -> bool:
    """Ask the judge of positions whether one height is surely below another at a place."""
    return at_place(one, Band(lower=other), lon, lat, datum) == OUTSIDE


def at_place(height: Height, band: Band, lon: float, lat: float, datum: Datum) -> int:
    """Ask the judge of positions where a height stands to a band at a place."""
    [said] = between(
        np.array([height.value_m]),
        np.array([height.reference.code], dtype=np.int8),
        np.array([0.0]),
        np.array([lon]),
        np.array([lat]),
        band=band,
        datum=datum,
    )
    return int(said)


@given(top=heights, bottom=heights, box=boxes, east=inner, north=inner)
def test_what_is_apart_in_a_box_is_apart_at_each_of_its_places(
    top: Height, bottom: Height, box: Box, east: float, north: float
) -> None:
    lon, lat = box[0] + east * (box[2] - box[0]), box[1] + north * (box[3] - box[1])

    # A centimetre more than nothing: the judge of positions takes a limit for part of its band.
    if surely_apart(Band(upper=top), Band(lower=bottom), 0.01, box, HILLS):
        assert below(top, bottom, lon, lat, HILLS)


@given(lower=heights, upper=heights, asked=heights, box=boxes, part=st.tuples(inner, inner))
def test_nothing_is_within_a_band_that_is_upside_down_in_its_box(
    lower: Height, upper: Height, asked: Height, box: Box, part: tuple[float, float]
) -> None:
    assume(lower.reference is not upper.reference)
    lon, lat = box[0] + part[0] * (box[2] - box[0]), box[1] + part[1] * (box[3] - box[1])
    band = Band(lower=lower, upper=upper)

    if upside_down(band, box, HILLS):
        assert at_place(asked, band, lon, lat, HILLS) != WITHIN


@given(top=heights, bottom=heights, east=inner, north=inner)
def test_at_one_place_nothing_is_lost_but_the_slope_of_the_ground(
    top: Height, bottom: Height, east: float, north: float
) -> None:
    span = STEP * (NODES - 1)
    lon, lat = WEST + span * east, SOUTH + span * north
    place = (lon, lat, lon, lat)

    if below(top, bottom, lon, lat, HILLS):
        # The sea level lies between its four nodes, which differ by less than this here.
        assert surely_apart(Band(upper=top), Band(lower=bottom), -0.5, place, HILLS)


def test_nothing_is_apart_over_ground_that_is_not_known() -> None:
    low = Band(upper=Height(value_m=10, reference=HeightReference.AGL))
    high = Band(lower=Height(value_m=5_000, reference=HeightReference.AMSL))
    box = (WEST + STEP, SOUTH + STEP, WEST + 3 * STEP, SOUTH + 3 * STEP)

    assert surely_apart(low, high, 0, box, HILLS)
    assert not surely_apart(low, high, 0, box, hills(unknown=(2, 2)))
    assert not surely_apart(low, high, 0, (WEST - 1, SOUTH, WEST, SOUTH), HILLS)
    assert not surely_apart(low, Band(), 0, box, HILLS)


def test_heights_of_one_reference_are_compared_as_stated() -> None:
    low, high = (Height(value_m=metres, reference=HeightReference.AGL) for metres in (60, 75))
    anywhere = (0.0, 0.0, 1.0, 1.0)

    assert surely_apart(Band(upper=low), Band(lower=high), 15, anywhere, HILLS)
    assert surely_apart(Band(lower=high), Band(upper=low), 15, anywhere, HILLS)
    assert not surely_apart(Band(upper=low), Band(lower=high), 15.1, anywhere, HILLS)
