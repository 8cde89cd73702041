"""Where is the middle of the Seine, from Bercy to the Point-du-Jour?"""

from functools import cache

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from octroi.demo.city_river import SEINE
from octroi.demo.geography import Metres, metres, waters

STEP_M = 60.0
REACH_M = 220.0
PASSES = 3

# The course by eye, downstream, by the northern arms: bras Marie, grand bras, bras de Passy.
_COURSE = (
    (2.3880, 48.8275),
    (2.3810, 48.8330),
    (2.3745, 48.8380),
    (2.3690, 48.8430),
    (2.3640, 48.8465),
    (2.3618, 48.8495),
    (2.3590, 48.8523),
    (2.3553, 48.8537),
    (2.3525, 48.8548),
    (2.3480, 48.8564),
    (2.3430, 48.8578),
    (2.3385, 48.8585),
    (2.3330, 48.8595),
    (2.3260, 48.8613),
    (2.3200, 48.8632),
    (2.3130, 48.8637),
    (2.3050, 48.8635),
    (2.2990, 48.8625),
    (2.2945, 48.8605),
    (2.2890, 48.8575),
    (2.2860, 48.8555),
    (2.2825, 48.8528),
    (2.2790, 48.8495),
    (2.2755, 48.8465),
    (2.2715, 48.8425),
    (2.2680, 48.8390),
    (2.2640, 48.8360),
)


@cache
def axis() -> LineString:
    """Return the line in the middle between the banks, downstream, in metres."""
    water = waters(SEINE)
    line = LineString([metres(lon, lat) for lon, lat in _COURSE])
    for _ in range(PASSES):
        line = _smoothed(_centred(line, water))
    return line


def _centred(line: LineString, water: BaseGeometry) -> Metres:
    """Move points along the line to the middle of the water across them."""
    count = int(line.length // STEP_M)
    points = []
    for at in np.linspace(0.0, line.length, count):
        here, before, after = (
            line.interpolate(distance)
            for distance in (at, max(at - 1.0, 0.0), min(at + 1.0, line.length))
        )
        points.append(_middle(here, (after.x - before.x, after.y - before.y), water))
    return np.array(points)


def _middle(here: Point, course: tuple[float, float], water: BaseGeometry) -> tuple[float, float]:
    """Return the middle of the cross-section nearest to a point."""
    dx, dy = np.array(course) / np.hypot(*course) * REACH_M
    across = LineString([(here.x - dy, here.y + dx), (here.x + dy, here.y - dx)])
    sections = [
        one
        for one in shapely.get_parts(across.intersection(water))
        if one.geom_type == "LineString"
    ]
    if not sections:
        return here.x, here.y
    nearest = min(sections, key=here.distance)
    middle = nearest.interpolate(0.5, normalized=True)
    return float(middle.x), float(middle.y)


def _smoothed(points: Metres) -> LineString:
    """Average each point with its neighbours: boats do not turn at cross-sections."""
    inner = (points[:-2] + 2.0 * points[1:-1] + points[2:]) / 4.0
    return LineString(np.vstack([points[:1], inner, points[-1:]]))
