"""Of which edges are footprints made? As columns, ring after ring and volume after volume."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.columns import Floats, Indices

RING = 4  # vertices of the smallest: a triangle, closed
POLYGON = 3  # shapely's number of the type

Counts = NDArray[np.int64]


class Edges(NamedTuple):
    """Vertices (longitude, latitude) of closed rings; `ring` and `volume` say where each begins.

    `ring` counts vertices, `volume` counts rings; both end with the whole. A ring's edges go from
    each of its vertices but the last to the next one.
    """

    vertices: Floats
    ring: Indices
    volume: Indices


def edges_of(footprints: Sequence[BaseGeometry]) -> Edges:
    """Take polygons and multipolygons apart."""
    areas = np.array(footprints, dtype=np.object_)
    plain = (shapely.get_type_id(areas) == POLYGON) & (shapely.get_num_interior_rings(areas) == 0)
    simple, others = np.flatnonzero(plain), np.flatnonzero(~plain)
    # Parts first: `get_rings` passes over geometries of several parts without a word.
    parts, part_of = shapely.get_parts(areas[others], return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    volumes = np.concatenate([simple, others[part_of[ring_of]]])
    lengths = np.concatenate(
        [shapely.get_num_coordinates(areas[simple]), shapely.get_num_coordinates(rings)]
    )
    order = np.argsort(volumes, kind="stable")
    return Edges(
        vertices=shapely.get_coordinates(areas),
        ring=_offsets(lengths[order]),
        volume=_offsets(np.bincount(volumes, minlength=len(areas))),
    )


def without_edges(edges: Edges) -> Indices:
    """Return the volumes that have not even a triangle's edges, or whose rings are not theirs."""
    if edges.ring[-1] != len(edges.vertices):
        return np.arange(len(edges.volume) - 1, dtype=np.int32)
    count = np.diff(edges.ring[edges.volume])
    return np.flatnonzero(count < RING).astype(np.int32)


def _offsets(counts: Counts) -> Indices:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
