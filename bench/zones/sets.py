"""Which zones are the contenders asked about?

Made ones from a seed: in the box of Paris, twenty large jagged areas of 500 to 5,000 vertices and
small ones of 5 to 60, overlapping as they fall. One in eight small ones has a hole, one in sixteen
is of two parts, one in eight is drawn on a grid of 1e-4 degrees so that vertices and whole edges of
neighbours coincide. Real ones: every area in the files that the demonstration city is made from.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

Areas = NDArray[np.object_]
Ring = NDArray[np.float64]

PARIS = "paris"
DATA = Path(__file__).parents[2] / "octroi" / "demo" / "data"
LAYERS = ("arrondissements", "bois", "carrieres", "quartiers", "voies_deau")
BOX = (2.2241, 48.8156, 2.4698, 48.9022)  # west, south, east, north
NARROWING = 0.658  # cosine of the latitude: a degree of longitude in degrees of latitude
LARGE = 20
LARGE_VERTICES, SMALL_VERTICES = (500, 5_000), (5, 60)
LARGE_RADIUS_DEG, SMALL_RADIUS_DEG = (0.0125, 0.0225), (0.0006, 0.0018)  # of latitude: 111 km
GRID = 1e-4
SEED = 20_260


def named(name: str) -> Areas:
    """Return a set by its name: `paris`, or how many zones to make."""
    return real() if name == PARIS else made(int(name))


def real() -> Areas:
    """Return the areas of the real layers of Paris."""
    found: list[BaseGeometry] = []
    for layer in LAYERS:
        document = json.loads((DATA / f"{layer}.geojson").read_text(encoding="utf-8"))
        found += [shape(feature["geometry"]) for feature in document["features"]]
    return as_column(found)


def made(count: int) -> Areas:
    """Return so many made zones, the same ones each time."""
    random = np.random.default_rng((SEED, count))
    large = min(LARGE, count)
    areas = [_large(random) for _ in range(large)]
    areas += [_small(random, number) for number in range(count - large)]
    return as_column(areas)


def of_vertices(count: int, vertices: int) -> Areas:
    """Return so many zones of equal size with so many vertices each."""
    random = np.random.default_rng((SEED, count, vertices))
    radius = SMALL_RADIUS_DEG[1] * 2
    return as_column(
        [Polygon(_star(random, _anywhere(random), radius, vertices)) for _ in range(count)]
    )


def as_column(areas: list[BaseGeometry]) -> Areas:
    """Return geometries as a column."""
    column = np.empty(len(areas), dtype=object)
    column[:] = areas
    return column


def _large(random: np.random.Generator) -> BaseGeometry:
    vertices = int(random.integers(*LARGE_VERTICES, endpoint=True))
    return Polygon(
        _star(random, _anywhere(random), random.uniform(*LARGE_RADIUS_DEG), vertices, jag=0.1)
    )


def _small(random: np.random.Generator, number: int) -> BaseGeometry:
    vertices = int(random.integers(*SMALL_VERTICES, endpoint=True))
    centre, radius = _anywhere(random), random.uniform(*SMALL_RADIUS_DEG)
    if number % 16 == 5:
        half = max(vertices // 2, 5)
        beside = centre + np.array([3 * radius / NARROWING, 0.0])
        return MultiPolygon(
            [Polygon(_star(random, middle, radius * 0.7, half)) for middle in (centre, beside)]
        )
    if number % 8 == 3:
        return _on_the_grid(centre, radius)
    shell = _star(random, centre, radius, vertices)
    holes = [_star(random, centre, radius * 0.2, 7)] if number % 8 == 1 else []
    return Polygon(shell, holes)


def _on_the_grid(centre: Ring, radius: float) -> BaseGeometry:
    west, south = np.round((centre - radius) / GRID) * GRID
    east, north = np.round((centre + radius) / GRID) * GRID
    notch_lon, notch_lat = np.round((centre + radius / 3) / GRID) * GRID
    return Polygon(
        [
            (west, south),
            (east, south),
            (east, notch_lat),
            (notch_lon, notch_lat),
            (notch_lon, north),
            (west, north),
        ]
    )


def _anywhere(random: np.random.Generator) -> Ring:
    west, south, east, north = BOX
    return np.array([random.uniform(west, east), random.uniform(south, north)])


def _star(
    random: np.random.Generator, centre: Ring, radius: float, vertices: int, jag: float = 0.3
) -> Ring:
    """Return a ring seen whole from its centre: so it never crosses itself."""
    turn = (np.arange(vertices) + random.uniform(-0.3, 0.3, vertices)) * (2 * np.pi / vertices)
    waves = 0.7 + (0.3 - jag / 2) * np.sin(turn * random.integers(2, 6) + random.uniform(0, 6))
    reach = radius * np.clip(waves + random.uniform(-jag / 2, jag / 2, vertices), 0.4, 1.0)
    return np.column_stack(
        [centre[0] + reach * np.cos(turn) / NARROWING, centre[1] + reach * np.sin(turn)]
    )
