"""Where are the points that the contenders are asked about?

Ordinary ones lie anywhere in the box of Paris. Adversarial ones lie on vertices, on the middles of
edges and elsewhere along them, one representable number beside those, and level with a vertex far
away: every kind where a rounding or an "is it left or right" decides. A quarter of them comes from
the rare edges, those of holes and of areas of several parts.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.zones.sets import BOX, SEED, Areas
from zones.columns import Floats

Generator = np.random.Generator
Places = tuple[Floats, Floats]  # longitudes, latitudes


class Edges(NamedTuple):
    """All edges of a set of zones: start and end as rows of longitude and latitude."""

    start: Floats
    end: Floats
    rare: NDArray[np.int64]


def random_of(name: str) -> Generator:
    """Return the source of chance for the points of a set: the same each time."""
    return np.random.default_rng([SEED, *name.encode()])


def ordinary(random: Generator, count: int) -> Places:
    """Return points anywhere in the box."""
    west, south, east, north = BOX
    return random.uniform(west, east, count), random.uniform(south, north, count)


def edges_of(areas: Areas) -> Edges:
    """Return the edges of all rings, those of holes and parts included."""
    parts, area = shapely.get_parts(areas, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    several = (shapely.get_num_geometries(areas) > 1)[area[part]]
    hole = np.concatenate([[False], part[1:] == part[:-1]])
    places, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    rare = (hole | several)[ring[1:][joined]]
    return Edges(places[:-1][joined], places[1:][joined], np.flatnonzero(rare))


def adversarial(random: Generator, edges: Edges, count: int) -> Places:
    """Return points where only an exact test is right."""
    which = random.integers(0, len(edges.start), count)
    if len(edges.rare):
        which[: count // 4] = random.choice(edges.rare, count // 4)
    start, end = edges.start[which], edges.end[which]
    along = np.choose(
        random.integers(0, 4, count),
        [np.zeros(count), np.zeros(count), np.full(count, 0.5), random.random(count)],
    )[:, None]
    # Exactly the vertex where along is 0, and the middle as anybody would compute it.
    place = np.where(along == 0.5, (start + end) / 2, start + along * (end - start))
    place = _beside(random, place)
    level = random.random(count) < 0.1
    axis = random.integers(0, 2, count)
    elsewhere = np.column_stack(ordinary(random, count))
    rows = np.flatnonzero(level)
    place[rows, axis[rows]] = elsewhere[rows, axis[rows]]
    order = random.permutation(count)
    return np.ascontiguousarray(place[order, 0]), np.ascontiguousarray(place[order, 1])


def _beside(random: Generator, place: Floats) -> Floats:
    """Move half of the places by one representable number, in one or both directions."""
    step = random.integers(-1, 2, place.shape) * (random.random(len(place)) < 0.5)[:, None]
    return np.where(step == 0, place, np.nextafter(place, np.where(step > 0, np.inf, -np.inf)))
