"""Shapely's STRtree, in the three ways it can be asked.

The boxes are what a careful programmer writes: find candidates by box, then test all pairs in one
vectorised call on prepared geometry.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from bench.zones.contenders.contender import Contender, Numbers, Pairs
from bench.zones.sets import Areas
from zones.columns import Floats


def predicate(areas: Areas) -> Contender:
    """Let the tree do it all: `query(points, predicate="intersects")`."""
    tree = STRtree(areas)

    def ask(lon: Floats, lat: Floats) -> Pairs:
        position, zone = tree.query(shapely.points(lon, lat), predicate="intersects")
        return Pairs(position, zone)

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        return _listed(tree.query(shapely.Point(lon, lat), predicate="intersects"))

    return Contender(ask=ask, ask_one=ask_one)


def boxes(areas: Areas) -> Contender:
    """Let the tree find boxes, and test the pairs with prepared `intersects_xy`."""
    tree = STRtree(areas)
    shapely.prepare(areas)

    def ask(lon: Floats, lat: Floats) -> Pairs:
        position, zone = tree.query(shapely.points(lon, lat))
        hit = shapely.intersects_xy(areas[zone], lon[position], lat[position])
        return Pairs(position[hit], zone[hit])

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        zone = tree.query(shapely.points(lon, lat))
        return _listed(zone[shapely.intersects_xy(areas[zone], lon, lat)])

    return Contender(ask=ask, ask_one=ask_one)


def reversed_roles(areas: Areas) -> Contender:
    """Put each batch's points into a tree and let every zone ask it; one point is a batch."""

    def ask(lon: Floats, lat: Floats) -> Pairs:
        tree = STRtree(_points(lon, lat))
        zone, position = tree.query(areas, predicate="intersects")
        return Pairs(position, zone)

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        return _listed(ask(np.array([lon]), np.array([lat])).zone)

    return Contender(ask=ask, ask_one=ask_one)


def _points(lon: Floats, lat: Floats) -> NDArray[np.object_]:
    return cast("NDArray[np.object_]", shapely.points(lon, lat))


def _listed(zone: Numbers) -> Sequence[int]:
    return cast("list[int]", zone.tolist())
