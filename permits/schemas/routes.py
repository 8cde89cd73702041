"""Which area does a route cover whose legs are not all as wide?"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from zones.space.coordinates import WrongCoordinates, check_coordinates
from zones.space.geometry import API_LIMITS, InvalidGeometry, footprint

MOST_LEGS = 200


def route_area(line: Sequence[Any], half_widths_m: Sequence[float]) -> BaseGeometry:
    """Return the area of a line whose legs each have their own width, their ends round."""
    try:
        # As a whole: each position is told by its place in the line.
        check_coordinates("LineString", line, API_LIMITS.vertices)
    except WrongCoordinates as error:
        raise InvalidGeometry(str(error)) from error
    legs = [list(leg) for leg in pairwise(line)]
    if len(half_widths_m) != len(legs):
        named = f"{len(half_widths_m)} widths for the {len(legs)} legs"
        msg = f"half_widths_m: {named} between {len(line)} positions"
        raise InvalidGeometry(msg)
    for number, (start, end) in enumerate(legs, start=1):
        if start[:2] == end[:2]:
            msg = f"coordinates[{number}]: the leg to it has no length: it begins there, too"
            raise InvalidGeometry(msg)
    parts = [
        footprint(
            {
                "type": "MultiLineString",
                "coordinates": [
                    leg for leg, wide in zip(legs, half_widths_m, strict=True) if wide == half
                ],
            },
            {"half_width_m": half},
        )
        for half in dict.fromkeys(half_widths_m)
    ]
    return shapely.union_all(parts)
