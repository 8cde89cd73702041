"""Which street is a place in? The one whose category most of the place is of."""

from collections.abc import Callable, Iterable

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from zones.model import Zone
from zones.space.geometry import area_m2


class Streets:
    """The zones that state a category, found by where they are: each is measured at most once."""

    def __init__(self, zones: Iterable[Zone] = ()) -> None:
        self._zones = [each for each in zones if each.street_category is not None]
        self._tree = STRtree([each.footprint for each in self._zones])
        self._areas: dict[int, float] = {}

    def street_of(
        self, footprint: BaseGeometry, counts: Callable[[Zone], bool] = lambda _: True
    ) -> Zone | None:
        """Return the zone, of those that count, that states the category of most of a footprint.

        A smaller zone says it before a larger one: the street before its quarter, to the square
        metre. Where none states it, None.
        """
        touching = (int(at) for at in self._tree.query(footprint, predicate="intersects"))
        rest, most, found = footprint, 0.0, None
        for at in sorted((at for at in touching if counts(self._zones[at])), key=self._order):
            zone = self._zones[at]
            within = shapely.intersection(rest, zone.footprint)
            share = area_m2(within) if not within.is_empty else 0.0
            if share > most:
                most, found = share, zone
            rest = shapely.difference(rest, zone.footprint)
        return found

    def _order(self, at: int) -> tuple[float, str]:
        if at not in self._areas:
            self._areas[at] = area_m2(self._zones[at].footprint)
        return self._areas[at], self._zones[at].id
