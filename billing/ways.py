"""How long is the way of an operation through a zone? Half the outline of what they share."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.model import Zone
from zones.space.geometry import scale


class Ways:
    """How long the ways through zones are: one for all that recurs, or moves in time or height."""

    def __init__(self) -> None:
        # With what they are of: a name that is kept is given to nothing else.
        self._known: dict[tuple[int, int], tuple[BaseGeometry, Zone, int | None]] = {}

    def through(self, zones: Sequence[Zone], footprint: BaseGeometry) -> list[int | None]:
        """Return how long the way through each zone is, None where there is none."""
        names = [(id(footprint), id(zone)) for zone in zones]
        new = [zone for zone, name in zip(zones, names, strict=True) if name not in self._known]
        for zone, way_m in zip(new, _lengths_through(footprint, new), strict=True):
            self._known[id(footprint), id(zone)] = footprint, zone, way_m
        return [self._known[name][2] for name in names]


def _lengths_through(footprint: BaseGeometry, zones: Sequence[Zone]) -> list[int | None]:
    """Return how long the way through each zone is, None where there is none."""
    if not zones:
        return []
    areas = np.array([zone.footprint for zone in zones], dtype=np.object_)
    shapely.prepare(footprint)
    met = shapely.intersects(footprint, areas)
    # To tell that an operation is inside costs less than to cut it.
    inside = shapely.covered_by(footprint, areas)
    ways = shapely.intersection(footprint, areas[met & ~inside])
    lengths = iter(_lengths_m(ways).tolist())
    whole = _lengths_m(np.array([footprint], dtype=np.object_)).item() if inside.any() else None
    return [
        whole if within else next(lengths) if meets else None
        for meets, within in zip(met.tolist(), inside.tolist(), strict=True)
    ]


def _lengths_m(ways: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return half the outline of each way, in the plane of its middle's latitude."""
    latitudes = shapely.get_y(shapely.centroid(ways)).tolist()
    scales = np.array([scale(latitude) for latitude in latitudes]).reshape(-1, 2)
    degrees, which = shapely.get_coordinates(ways, return_index=True)
    outlines = shapely.length(shapely.set_coordinates(ways.copy(), degrees * scales[which]))
    return outlines.astype(np.int64) // 2
