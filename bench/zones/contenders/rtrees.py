"""The package rtree: point by point as in every tutorial, and in bulk as it can be at best."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import shapely
from rtree.index import Index
from shapely.prepared import prep

from bench.zones.contenders.contender import Contender, Pairs
from bench.zones.sets import Areas
from zones.columns import Floats


def each(areas: Areas) -> Contender:
    """Ask for boxes around one point, then each prepared geometry in turn."""
    tree = _tree(areas)
    prepared = [prep(area) for area in areas]

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        point = shapely.Point(lon, lat)
        return [
            zone
            for zone in tree.intersection((lon, lat, lon, lat))
            if prepared[zone].intersects(point)
        ]

    def ask(lon: Floats, lat: Floats) -> Pairs:
        answers = [ask_one(*place) for place in zip(lon.tolist(), lat.tolist(), strict=True)]
        counts = [len(answer) for answer in answers]
        zones = [zone for answer in answers for zone in answer]
        return Pairs(np.repeat(np.arange(len(lon)), counts), np.array(zones, dtype=np.int64))

    return Contender(ask=ask, ask_one=ask_one)


def bulk(areas: Areas) -> Contender:
    """Ask for the boxes around all points at once, then test the pairs with `intersects_xy`."""
    tree = _tree(areas)
    shapely.prepare(areas)

    def ask(lon: Floats, lat: Floats) -> Pairs:
        places = np.column_stack([lon, lat])
        found, counts = tree.intersection_v(places, places)  # type: ignore[no-untyped-call]
        zone = found.astype(np.int64)
        position = np.repeat(np.arange(len(lon)), counts.astype(np.int64))
        hit = shapely.intersects_xy(areas[zone], lon[position], lat[position])
        return Pairs(position[hit], zone[hit])

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        zone = ask(np.array([lon]), np.array([lat])).zone
        return cast("list[int]", zone.tolist())

    return Contender(ask=ask, ask_one=ask_one)


def _tree(areas: Areas) -> Index:
    bounds = np.ascontiguousarray(shapely.bounds(areas))
    return Index((number, box, None) for number, box in enumerate(bounds.tolist()))
