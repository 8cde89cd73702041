"""Does a position lie in the volume a permit grants: its footprint, its heights and its window?

Compiled. Which side of an edge a place is on is exact; a place on an edge is inside.
"""

from typing import Any

import numpy as np

from zones.columns import Floats
from zones.compiled import inner, woven
from zones.heights.relief import BandLimits, Relief, StatedHeight, standing
from zones.kernel.orientation import side
from zones.model import Layer, Purpose

# How surely; as heights stand to a band.
NOT, SURELY, PERHAPS = 0, 1, 2

# What keeps a position out of a volume; flaws add up, and fewer make a better match.
WRONG_HEIGHT, WRONG_PLACE, WRONG_TIME = 1, 2, 4
# So far a clock may be off: devices often state whole seconds. Who is so near to a window is not
# surely outside it; who is inside is in order.
CLOCK_MS = 1_000
# A fit is written with its flaw: `fit * FLAWS + flaw`.
FLAWS = 8

AIR, EMERGENCY = Layer.AIR.code, Purpose.EMERGENCY.code

Row = Any  # one of `telemetry.granted.volumes.VOLUME`


@inner
def fit(  # noqa: PLR0917 - a volume, and a position
    volume: Row,
    edges: Floats,
    relief: Relief,
    at_ms: int,
    accuracy_m: float,
    stated: StatedHeight,
) -> int:
    """Tell how surely a position lies in a volume, and what is wrong, or in doubt, about it."""
    timed = _timed(volume, at_ms)
    # An emergency is not held to the volume it foresaw; the air alone knows this exemption.
    if timed != NOT and volume.purpose == EMERGENCY and volume.layer == AIR:
        return timed * FLAWS + WRONG_TIME * (timed == PERHAPS)
    over = _over(volume, edges, stated.lon * volume.east_m, stated.lat * volume.north_m, accuracy_m)
    limits = BandLimits(volume.lower_m, volume.lower_ref, volume.upper_m, volume.upper_ref)
    height = standing(relief, stated, limits)
    if timed == SURELY and over == SURELY and height == SURELY:
        return SURELY * FLAWS
    found = PERHAPS if min(timed, over, height) > NOT else NOT
    flaw = (
        WRONG_TIME * (timed == found)
        + WRONG_PLACE * (over == found)
        + WRONG_HEIGHT * (height == found)
    )
    return found * FLAWS + flaw


@inner
def _timed(volume: Row, at_ms: int) -> int:
    """Compare an instant with the window, as well as clocks know it."""
    if volume.start_ms <= at_ms < volume.end_ms:
        return SURELY
    return PERHAPS if volume.start_ms - CLOCK_MS < at_ms < volume.end_ms + CLOCK_MS else NOT


@inner
def _over(volume: Row, edges: Floats, x: float, y: float, accuracy_m: float) -> int:
    """Compare a circle of accuracy with the footprint."""
    west, east = volume.west - accuracy_m, volume.east + accuracy_m
    if not (west <= x <= east and volume.south - accuracy_m <= y <= volume.north + accuracy_m):
        return NOT
    inside, margin_m = _holds(edges, volume.first, volume.last, x, y), 0.0
    if accuracy_m > 0.0:
        margin_m = _distance_m(edges, volume.first, volume.last, x, y)
    if inside:
        return SURELY if margin_m >= accuracy_m else PERHAPS
    return PERHAPS if 0.0 < accuracy_m >= margin_m else NOT


@woven
def _holds(edges: Floats, first: int, last: int, x: float, y: float) -> bool:
    """Tell whether a place is in an area or on its edge: how often a ray to the east leaves it."""
    odd = False
    for edge in range(first, last):
        x1, y1, x2, y2 = edges[edge, 0], edges[edge, 1], edges[edge, 2], edges[edge, 3]
        if min(y1, y2) <= y <= max(y1, y2) and x <= max(x1, x2):
            if x < min(x1, x2):
                odd ^= (y1 > y) != (y2 > y)
            else:
                turn = side(x, y, x1, y1, x2, y2)
                if turn == 0:
                    return True
                odd ^= (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1)
    return odd


@woven
def _distance_m(edges: Floats, first: int, last: int, x: float, y: float) -> float:
    """Return the distance to the nearest edge."""
    least = np.inf
    for edge in range(first, last):
        x1, y1 = edges[edge, 0], edges[edge, 1]
        along_x, along_y = edges[edge, 2] - x1, edges[edge, 3] - y1
        square = along_x * along_x + along_y * along_y
        part = ((x - x1) * along_x + (y - y1) * along_y) / square if square > 0.0 else 0.0
        if part <= 0.0:
            away = np.sqrt((x - x1) ** 2 + (y - y1) ** 2)
        elif part >= 1.0:
            away = np.sqrt((x - edges[edge, 2]) ** 2 + (y - edges[edge, 3]) ** 2)
        else:
            away = abs(((y1 - y) * along_x - (x1 - x) * along_y) / square) * np.sqrt(square)
        least = min(least, away)
    return float(least)
