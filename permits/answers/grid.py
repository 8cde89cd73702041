"""On which grid are alternatives looked for? Quarters of an hour, ten metres, whole days.

In time an operation moves by quarters of an hour up to 24 hours either way, and beyond by whole
days of 24 hours up to seven. In height it moves by ten metres, as thick as it was, in the air
between the ground and 120 m above it, in the subsoil between 60 m below ground and the ground;
elsewhere, and where a limit is missing or not stated above ground, it stays as high as it was.
Every combination of the two is on the grid. All volumes move together, and none moves in place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from permits.model import Application, OperationVolume
from permits.offers import Shift
from zones.model import Band, Height, HeightReference, Layer
from zones.periods import Window

Places = tuple[NDArray[np.intp], NDArray[np.intp]]  # among the minutes, among the rises

QUARTER_MIN = 15
STEP_M = 10.0
NEAR_QUARTERS = 3 * 4
DAY_QUARTERS = 24 * 4
MOST_DAYS = 7
LIMITS_M: Mapping[Layer, tuple[float, float]] = MappingProxyType(
    {Layer.AIR: (0.0, 120.0), Layer.SUBSOIL: (-60.0, 0.0)}
)


class Direction(StrEnum):
    """Which way a shift goes; `both` moves in time and in height."""

    LATER = "later"
    EARLIER = "earlier"
    LOWER = "lower"
    HIGHER = "higher"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The moves in time, in minutes, and in height, in metres, each with the nearest first.

    No move at all is the first of both.
    """

    minutes: tuple[int, ...]
    rises_m: tuple[float, ...]

    @property
    def reach(self) -> timedelta:
        """Return how far it goes in time, either way."""
        return timedelta(minutes=max(abs(each) for each in self.minutes))


def _nearest(quarters: Iterable[int]) -> tuple[int, ...]:
    minutes = [each * QUARTER_MIN for each in quarters]
    return tuple(sorted(minutes, key=lambda each: (abs(each), each < 0)))


HOURS = _nearest(range(-NEAR_QUARTERS, NEAR_QUARTERS + 1))
DAYS = _nearest(
    {
        *range(-DAY_QUARTERS, DAY_QUARTERS + 1),
        *(each * DAY_QUARTERS for each in range(-MOST_DAYS, MOST_DAYS + 1)),
    }
)


def near(application: Application) -> Grid:
    """Return the part of the grid that is looked through first: three hours either way."""
    return Grid(minutes=HOURS, rises_m=_rises(application))


def whole(application: Application) -> Grid:
    """Return all of the grid."""
    return Grid(minutes=DAYS, rises_m=_rises(application))


def direction(shift: Shift) -> Direction:
    """Return which way a shift goes."""
    if shift.minutes and shift.rise_m:
        return Direction.BOTH
    if shift.minutes:
        return Direction.LATER if shift.minutes > 0 else Direction.EARLIER
    return Direction.HIGHER if shift.rise_m > 0 else Direction.LOWER


def distance(shift: Shift) -> tuple[float, ...]:
    """Order shifts, the nearest first: by steps in all, then in time, then later and lower."""
    quarters, steps = abs(shift.minutes) / QUARTER_MIN, abs(shift.rise_m) / STEP_M
    return quarters + steps, quarters, float(shift.minutes < 0), float(shift.rise_m > 0)


# Where many ask for one place, they look over the same grid again and again.
@lru_cache(maxsize=32)
def nearest(grid: Grid) -> Mapping[Direction, Places]:
    """Return all moves but none by their direction, each in the order of `distance`."""
    minutes, rises = (each.ravel() for each in np.meshgrid(grid.minutes, grid.rises_m))
    when, high = (
        each.ravel() for each in np.meshgrid(range(len(grid.minutes)), range(len(grid.rises_m)))
    )
    quarters, steps = abs(minutes) / QUARTER_MIN, abs(rises) / STEP_M
    order = np.lexsort((rises > 0, minutes < 0, quarters, quarters + steps))
    ways = {
        Direction.LATER: (minutes > 0) & (rises == 0),
        Direction.EARLIER: (minutes < 0) & (rises == 0),
        Direction.LOWER: (minutes == 0) & (rises < 0),
        Direction.HIGHER: (minutes == 0) & (rises > 0),
        Direction.BOTH: (minutes != 0) & (rises != 0),
    }
    return MappingProxyType(
        {way: (when[order[on[order]]], high[order[on[order]]]) for way, on in ways.items()}
    )


def shifted(application: Application, shift: Shift) -> Application:
    """Return the application, moved; what a rule of recurrence made is then written out."""
    moved = tuple(_moved(each, shift) for each in application.volumes)
    return replace(application, volumes=moved, recurrences=())


def raised(band: Band, rise_m: float) -> Band:
    """Return a band as thick as before, higher by so many metres."""
    return Band(lower=_raised(band.lower, rise_m), upper=_raised(band.upper, rise_m))


def _rises(application: Application) -> tuple[float, ...]:
    limits = LIMITS_M.get(application.layer)
    bands = [volume.band for volume in application.volumes]
    if limits is None or not all(_above_ground(band) for band in bands):
        return (0.0,)
    lowest = min(band.lower.value_m for band in bands if band.lower)
    highest = max(band.upper.value_m for band in bands if band.upper)
    most = int((limits[1] - limits[0]) // STEP_M)
    # One that stands outside the limits as it is may come in from farther away.
    farthest = most + int(max(0.0, highest - limits[1], limits[0] - lowest) // STEP_M) + 1
    rises = [each * STEP_M for each in range(-farthest, farthest + 1)]
    inside = [each for each in rises if limits[0] <= lowest + each and highest + each <= limits[1]]
    return tuple(sorted({0.0, *inside}, key=lambda each: (abs(each), each > 0)))


def _above_ground(band: Band) -> bool:
    limits: Sequence[Height | None] = (band.lower, band.upper)
    return all(each is not None and each.reference is HeightReference.AGL for each in limits)


def _moved(volume: OperationVolume, shift: Shift) -> OperationVolume:
    delay = timedelta(minutes=shift.minutes)
    return replace(
        volume,
        window=Window(start=volume.start + delay, end=volume.end + delay),
        band=raised(volume.band, shift.rise_m) if shift.rise_m else volume.band,
    )


def _raised(height: Height | None, rise_m: float) -> Height | None:
    if height is None:
        return None
    return Height(value_m=height.value_m + rise_m, reference=height.reference)
