"""Which street is a place in? The one whose category most of the place is of."""

from collections.abc import Iterable

import shapely
from shapely.geometry.base import BaseGeometry

from zones.model import Zone
from zones.space.geometry import area_m2


def street_of(footprint: BaseGeometry, zones: Iterable[Zone]) -> Zone | None:
    """Return the zone that states the category of most of a footprint, None where none does.

    A smaller zone says it before a larger one: the street before its quarter, to the square metre.
    """
    stating = [each for each in zones if each.street_category is not None]
    rest, most, found = footprint, 0.0, None
    for zone in sorted(stating, key=lambda each: (area_m2(each.footprint), each.id)):
        within = shapely.intersection(rest, zone.footprint)
        share = area_m2(within) if not within.is_empty else 0.0
        if share > most:
            most, found = share, zone
        rest = shapely.difference(rest, zone.footprint)
    return found
