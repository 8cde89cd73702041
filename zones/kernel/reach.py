"""How far is a place from an edge? Compiled, in metres, in the plane of the place's own latitude.

The plane's error is that of `zones.space.geometry.scale`: 0.02 % over 1 km in Paris.
"""

import numpy as np

from zones.columns import Floats
from zones.compiled import inner, scalar, woven
from zones.kernel.edges import Edges
from zones.space.ellipsoid import ECCENTRICITY_SQUARED, SEMI_MAJOR_M

# A hair more than any rounding of a padded degree.
SLACK = 1.0 + 1e-9

Metres = tuple[float, float]


@scalar
def metres_per_degree(lat: float) -> Metres:
    """Return metres per degree of longitude and of latitude, as `geometry.scale` does."""
    sine, cosine = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    flattened = 1.0 - ECCENTRICITY_SQUARED * sine * sine
    root = np.sqrt(flattened)
    degree = np.radians(1.0) * SEMI_MAJOR_M
    return degree / root * cosine, degree * (1.0 - ECCENTRICITY_SQUARED) / (flattened * root)


@woven
def square_m2(  # noqa: PLR0917 - a range of edges, a place and its plane
    slab: Floats, first: int, last: int, x: float, y: float, east: float, north: float
) -> float:
    """Return the square of the distance to the nearest of a slab's edges."""
    least = np.inf
    for edge in range(4 * first, 4 * last, 4):
        least = min(
            least,
            _square(
                (slab[edge] - x) * east,
                (slab[edge + 1] - y) * north,
                (slab[edge + 2] - x) * east,
                (slab[edge + 3] - y) * north,
            ),
        )
    return least


@inner
def square_of_volume_m2(  # noqa: PLR0917 - a volume, a place and its plane
    edges: Edges, volume: int, x: float, y: float, east: float, north: float
) -> float:
    """Return the square of the distance to the nearest of a volume's edges."""
    least = np.inf
    for ring in range(edges.volume[volume], edges.volume[volume + 1]):
        for vertex in range(edges.ring[ring], edges.ring[ring + 1] - 1):
            least = min(
                least,
                _square(
                    (edges.vertices[vertex, 0] - x) * east,
                    (edges.vertices[vertex, 1] - y) * north,
                    (edges.vertices[vertex + 1, 0] - x) * east,
                    (edges.vertices[vertex + 1, 1] - y) * north,
                ),
            )
    return least


@woven
def _square(x1: float, y1: float, x2: float, y2: float) -> float:
    """Return the square of the distance from the origin to the way between two places."""
    along_x, along_y = x2 - x1, y2 - y1
    length = along_x * along_x + along_y * along_y
    part = 0.0
    if length > 0.0:
        part = min(max(-(x1 * along_x + y1 * along_y) / length, 0.0), 1.0)
    near_x, near_y = x1 + part * along_x, y1 + part * along_y
    return near_x * near_x + near_y * near_y
