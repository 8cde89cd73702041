"""Which zones could a position be in at all? A cheap first answer that may name too many.

Boxes of positions, padded by their accuracy, against boxes of zones in a packed tree. Whatever
replaces this must name every pair that the exact test would keep, and may name others.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from zones.columns import Floats, Indices

# A hair more than any rounding of a padded degree.
SLACK = 1.0 + 1e-9


class Candidates:
    """Finds pairs of positions and footprints whose boxes meet."""

    def __init__(self, footprints: Sequence[BaseGeometry]) -> None:
        self._tree = STRtree(footprints)

    def pairs(
        self, lon: Floats, lat: Floats, pad_lon: Floats, pad_lat: Floats
    ) -> tuple[Indices, Indices]:
        """Return positions and footprints, as two columns of indices in no order."""
        if not len(self._tree) or not len(lon):
            nothing = np.array([], dtype=np.int32)
            return nothing, nothing
        corners = np.empty((len(lon), 2, 2))
        corners[:, 0, 0], corners[:, 0, 1] = lon - pad_lon * SLACK, lat - pad_lat * SLACK
        corners[:, 1, 0], corners[:, 1, 1] = lon + pad_lon * SLACK, lat + pad_lat * SLACK
        # The tree only looks at boxes, and a diagonal has the same box as its rectangle.
        position, footprint = self._tree.query(shapely.linestrings(corners))
        return position.astype(np.int32), footprint.astype(np.int32)
