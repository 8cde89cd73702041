"""What is the right answer? Every zone is asked about every point that its box does not rule out.

That much is a comparison of numbers and needs no index: the points are sorted by longitude, and
each zone looks at those between its first and last longitude and latitude, limits included.
"""

import numpy as np
import shapely

from bench.zones.contenders.contender import Numbers, Pairs
from bench.zones.sets import Areas
from zones.columns import Floats


def truth(areas: Areas, lon: Floats, lat: Floats) -> Pairs:
    """Return all pairs of a point and a zone that it is in or on the boundary of."""
    shapely.prepare(areas)
    order = np.argsort(lon, kind="stable")
    lons, lats = lon[order], lat[order]
    bounds = shapely.bounds(areas)
    first = np.searchsorted(lons, bounds[:, 0], side="left")
    last = np.searchsorted(lons, bounds[:, 2], side="right")
    positions, zones = [], []
    for which, (begin, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        slab = lats[begin:end]
        rows = begin + np.flatnonzero((slab >= bounds[which, 1]) & (slab <= bounds[which, 3]))
        hit = rows[shapely.intersects_xy(areas[which], lons[rows], lats[rows])]
        positions.append(order[hit])
        zones.append(np.full(len(hit), which))
    return Pairs(np.concatenate(positions), np.concatenate(zones))


def on_boundary(areas: Areas, pairs: Pairs, lon: Floats, lat: Floats) -> Numbers:
    """Return the points of those pairs of a right answer that are on a zone's very boundary."""
    inner = shapely.contains_xy(areas[pairs.zone], lon[pairs.position], lat[pairs.position])
    return pairs.position[~inner]
