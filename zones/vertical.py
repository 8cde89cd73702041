"""Is a height within a band, given what both are measured from and how well each is known?

Interval arithmetic: a height is everything between its value less and plus its accuracy; each
conversion between references widens it by what that conversion does not know. Nothing is
converted silently: where a conversion has no ground or no geoid, the answer is uncertain.
"""

import functools
import importlib.resources
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zones.columns import UNKNOWN_REFERENCE, Codes, Floats
from zones.geoid import Geoid, read_gtx
from zones.model import HEIGHT_REFERENCES, Band, Height, HeightReference

OUTSIDE, WITHIN, UNCERTAIN = 0, 1, 2

Interval = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Between which heights the ground surely lies, and where that is known.

    Paris from the Seine's quays to Montmartre; `west, south, east, north` bound the city. With a
    raster this becomes a narrower statement for each place.
    """

    lowest_amsl_m: float = 26.0
    highest_amsl_m: float = 131.0
    bounds: tuple[float, float, float, float] = (2.2241, 48.8156, 2.4698, 48.9022)

    def elevation(self, lon: Floats, lat: Floats) -> Interval:
        """Return the ground's lowest and highest possible height above mean sea level."""
        west, south, east, north = self.bounds
        known = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        return (
            np.where(known, self.lowest_amsl_m, -np.inf),
            np.where(known, self.highest_amsl_m, np.inf),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """What is known of geoid and ground; without a geoid, AMSL and WGS84 cannot be compared."""

    geoid: Geoid | None
    ground: Ground

    def sea_level(self, lon: Floats, lat: Floats) -> Interval:
        """Return mean sea level's lowest and highest possible height above the ellipsoid."""
        if self.geoid is None:
            return np.full(lon.shape, -np.inf), np.full(lon.shape, np.inf)
        undulation = self.geoid.undulation(lon, lat)
        unknown = np.isnan(undulation)
        return (
            np.where(unknown, -np.inf, undulation - self.geoid.error_m),
            np.where(unknown, np.inf, undulation + self.geoid.error_m),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heights:
    """A batch of heights with their references and accuracies, and where they were taken."""

    alt_m: Floats
    alt_ref: Codes
    v_acc_m: Floats
    lon: Floats
    lat: Floats


@functools.cache
def paris_datum() -> Datum:
    """Return EGM96 over France and the stated uncertainty of the ground in Paris."""
    grid = importlib.resources.files("zones") / "data" / "egm96_france.gtx"
    return Datum(geoid=read_gtx(grid.read_bytes()), ground=Ground())


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
    heights = _Heights(alt_m=alt_m, alt_ref=alt_ref, v_acc_m=v_acc_m, lon=lon, lat=lat)
    possible = np.ones(len(alt_m), dtype=bool)
    certain = possible.copy()
    for limit, above in ((band.lower, True), (band.upper, False)):
        if limit is not None:
            low, high = _against(limit, heights, datum)
            if above:
                possible &= high >= limit.value_m
                certain &= low >= limit.value_m
            else:
                possible &= low <= limit.value_m
                certain &= high <= limit.value_m
    return np.where(certain, WITHIN, np.where(possible, UNCERTAIN, OUTSIDE)).astype(np.int8)


def _against(limit: Height, heights: _Heights, datum: Datum) -> Interval:
    """Return the heights as intervals in the limit's reference, everything where unknown."""
    unknown = np.isnan(heights.alt_m) | (heights.alt_ref == UNKNOWN_REFERENCE)
    low = np.where(unknown, -np.inf, heights.alt_m - heights.v_acc_m)
    high = np.where(unknown, np.inf, heights.alt_m + heights.v_acc_m)
    for reference in HEIGHT_REFERENCES:
        rows = ~unknown & (heights.alt_ref == reference.code)
        if reference is not limit.reference and rows.any():
            rise = _rise(reference, limit.reference, datum)
            least, most = rise(heights.lon[rows], heights.lat[rows])
            low[rows] += least
            high[rows] += most
    return low, high


Rise = Callable[[Floats, Floats], Interval]


def _rise(source: HeightReference, target: HeightReference, datum: Datum) -> Rise:
    """Return what to add to a height above one reference to have it above another.

    A reference's own height above the ellipsoid: 0 for WGS84, the geoid for AMSL, geoid plus
    ground for AGL. The geoid drops out between AGL and AMSL.
    """
    ground, sea = datum.ground.elevation, datum.sea_level
    upwards: dict[tuple[HeightReference, HeightReference], Rise] = {
        (HeightReference.AMSL, HeightReference.WGS84): sea,
        (HeightReference.AGL, HeightReference.AMSL): ground,
        (HeightReference.AGL, HeightReference.WGS84): lambda lon, lat: _sum(
            ground(lon, lat), sea(lon, lat)
        ),
    }
    if (source, target) in upwards:
        return upwards[source, target]
    downwards = upwards[target, source]
    return lambda lon, lat: _negated(downwards(lon, lat))


def _sum(one: Interval, other: Interval) -> Interval:
    return one[0] + other[0], one[1] + other[1]


def _negated(interval: Interval) -> Interval:
    return -interval[1], -interval[0]
