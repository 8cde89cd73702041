"""Where does a straight path cross the edge of an area?

Boundary rule: *intersects*. A position on the line is inside.
"""

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from zones.model import Place

HAIR_DEG = 1e-12


def crossing(area: BaseGeometry, a: Place, b: Place) -> tuple[float, ...]:
    """Return where on the way from `a` to `b` the boundary is crossed, as sorted fractions.

    Their number is odd exactly when one end is inside and the other is not. A path that only
    touches the boundary does not cross it; one that leaves from it to the outside does, at 0.
    """
    stays = [end for stay in _stays(area, a, b) for end in stay]
    a_inside, b_inside = (bool(shapely.intersects_xy(area, *end)) for end in (a, b))
    if a_inside and b_inside and not stays and _within_a_hair(area, a, b):
        return ()
    hair = _hair(a, b)
    if a_inside:
        stays = stays[1:] if stays and stays[0] <= hair else [0.0, *stays]
    if b_inside:
        stays = stays[:-1] if stays and stays[-1] >= 1 - hair else [*stays, 1.0]
    return tuple(stays)


def _stays(area: BaseGeometry, a: Place, b: Place) -> list[tuple[float, float]]:
    """Return the parts of the way that are inside, as fractions, without mere touches."""
    start, along = np.array(a), np.array(b) - np.array(a)
    length = float(along @ along)
    if length == 0:
        return [(0.0, 1.0)] if shapely.intersects_xy(area, *a) else []
    inside = shapely.intersection(area, LineString([a, b]))
    merged: list[tuple[float, float]] = []
    for part in shapely.get_parts(inside) if not inside.is_empty else ():
        fractions = np.clip((shapely.get_coordinates(part) - start) @ along / length, 0.0, 1.0)
        merged.append((float(fractions.min()), float(fractions.max())))
    return _merged(merged)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return [(begin, end) for begin, end in merged if begin < end]


def _hair(a: Place, b: Place) -> float:
    """Return the fraction of the way by which rounding may misplace a crossing."""
    return max(1e-9, 1e-13 / float(np.hypot(b[0] - a[0], b[1] - a[1]) or 1.0))


def _within_a_hair(area: BaseGeometry, a: Place, b: Place) -> bool:
    """Tell whether a path along the boundary is outside by no more than its rounding."""
    middle = shapely.Point((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    return bool(area.distance(middle) < HAIR_DEG)
