"""Uber's H3 hexagons in a dictionary: which zones hold the whole cell, and which must be asked.

A cell's edges are not quite straight in longitude and latitude (at this size by some micrometres);
the cells are drawn a millionth larger, so that no zone is missed, and the rest is asked exactly.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

import numpy as np
import shapely
from h3.api import basic_int as h3
from numpy.typing import NDArray
from shapely import STRtree

from bench.zones.contenders.contender import Contender, Pairs
from bench.zones.sets import Areas
from zones.columns import Floats

RESOLUTION = 11  # edges of 29 m
LARGER = 1.000001
Lists = dict[int, list[int]]
Keys = NDArray[np.int64]


def build(areas: Areas) -> Contender:
    """Sort the zones into cells, and ask only those that a cell's edge cuts."""
    sure, cut = _cells(areas)
    shapely.prepare(areas)

    def ask(lon: Floats, lat: Floats) -> Pairs:
        cells = [
            h3.latlng_to_cell(y, x, RESOLUTION)
            for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
        ]
        whole, tested = _looked_up(sure, cells), _looked_up(cut, cells)
        hit = shapely.intersects_xy(areas[tested.zone], lon[tested.position], lat[tested.position])
        return Pairs(
            np.concatenate([whole.position, tested.position[hit]]),
            np.concatenate([whole.zone, tested.zone[hit]]),
        )

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        cell = h3.latlng_to_cell(lat, lon, RESOLUTION)
        found = sure.get(cell, [])
        asked = cut.get(cell)
        if not asked:
            return found
        zone = np.array(asked)
        hit = zone[shapely.intersects_xy(areas[zone], lon, lat)]
        return found + cast("list[int]", hit.tolist())

    return Contender(ask=ask, ask_one=ask_one)


def _looked_up(lists: Lists, cells: Sequence[int]) -> Pairs:
    found = [lists.get(cell, ()) for cell in cells]
    counts = [len(one) for one in found]
    zones = [zone for one in found for zone in one]
    return Pairs(
        np.repeat(np.arange(len(cells)), counts), np.array(zones, dtype=np.int64).reshape(-1)
    )


def _cells(areas: Areas) -> tuple[Lists, Lists]:
    """Return for each cell the zones that hold all of it, and those that hold a part."""
    west, south, east, north = shapely.total_bounds(areas)
    margin = 0.002
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    corners = [(south, west), (south, east), (north, east), (north, west)]
    cells = list(h3.h3shape_to_cells(h3.LatLngPoly(corners), RESOLUTION))
    rings = [[(lon, lat) for lat, lon in h3.cell_to_boundary(cell)] for cell in cells]
    shapes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    per_shape = shapely.get_num_coordinates(shapes)
    middle = np.repeat(middles, per_shape, axis=0)
    grown = middle + (shapely.get_coordinates(shapes) - middle) * LARGER
    tree = STRtree(shapely.set_coordinates(shapes, grown))
    touched, inside = (
        _keys(tree.query(areas, predicate=predicate), len(cells))
        for predicate in ("intersects", "contains_properly")
    )
    return _lists(inside, cells), _lists(np.setdiff1d(touched, inside), cells)


def _keys(pairs: Keys, cells: int) -> Keys:
    keys: Keys = pairs[0].astype(np.int64) * cells + pairs[1]
    return keys


def _lists(keys: Keys, cells: list[int]) -> Lists:
    lists: Lists = defaultdict(list)
    zones, numbers = np.divmod(keys, len(cells))
    for zone, number in zip(zones.tolist(), numbers.tolist(), strict=True):
        lists[cells[number]].append(zone)
    return dict(lists)
