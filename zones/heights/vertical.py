"""Is a height within a band, given what both are measured from and how well each is known?

Columns of heights, one band; the arithmetic is `zones.heights.relief`'s.
"""

import functools
from dataclasses import dataclass, field

import numpy as np

from zones.columns import Codes, Floats
from zones.heights.geoid import egm96_france
from zones.heights.ground import Ground
from zones.heights.relief import (
    NO_LIMIT,
    OUTSIDE,
    UNCERTAIN,
    WITHIN,
    BandLimits,
    Grid,
    Relief,
    StatedHeights,
    standings,
)
from zones.heights.stated import stated_ground
from zones.model import Band, Height

__all__ = ["OUTSIDE", "UNCERTAIN", "WITHIN", "Datum", "between", "limits_of", "paris_datum"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Datum:
    """What is known of sea level and ground; see `geoid` and `ground` beside this."""

    sea: Grid
    ground: Ground
    relief: Relief = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay both out for the compiled functions."""
        object.__setattr__(self, "relief", Relief(sea=self.sea, ground=self.ground.grid))


@functools.cache
def paris_datum() -> Datum:
    """Return EGM96 over France and the heights stated for the ground of Île-de-France."""
    return Datum(sea=egm96_france(), ground=stated_ground())


def limits_of(band: Band) -> BandLimits:
    """Return the band as numbers."""
    lower_m, lower_ref = _limit(band.lower)
    upper_m, upper_ref = _limit(band.upper)
    return BandLimits(lower_m=lower_m, lower_ref=lower_ref, upper_m=upper_m, upper_ref=upper_ref)


def between(
    alt_m: Floats,
    alt_ref: Codes,
    v_acc_m: Floats,
    lon: Floats,
    lat: Floats,
    *,
    band: Band,
    datum: Datum,
) -> Codes:
    """Return for each height 1 when surely within the band, 0 when surely not, 2 when uncertain.

    A limit belongs to the band. An unknown height or reference against any limit is uncertain.
    """
    # Writable and in one piece, so that one compiled form serves every caller.
    stated = StatedHeights(
        alt_m=np.require(alt_m, np.float64, ("C", "W")),
        alt_ref=np.require(alt_ref, np.int8, ("C", "W")),
        v_acc_m=np.require(v_acc_m, np.float64, ("C", "W")),
        lon=np.require(lon, np.float64, ("C", "W")),
        lat=np.require(lat, np.float64, ("C", "W")),
    )
    return standings(datum.relief, stated, limits_of(band))


def _limit(height: Height | None) -> tuple[float, int]:
    return (0.0, NO_LIMIT) if height is None else (float(height.value_m), height.reference.code)
