"""Between which heights does the ground lie where no raster says?

Stated area by area, from published heights, so that what is far above every hill is known to be.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zones.heights.ground import Ground
from zones.heights.relief import Grid
from zones.space.coordinates import Bounds, in_words

PARIS: Bounds = (2.2241, 48.8156, 2.4698, 48.9022)
# The grid is cut so that Paris is one of its cells, a tenth of a metre larger than the city's box:
# a place on the box's edge is in that cell, however its division rounds.
HAIR_DEGREES = 1e-6
WIDE, HIGH = PARIS[2] - PARIS[0] + 2 * HAIR_DEGREES, PARIS[3] - PARIS[1] + 2 * HAIR_DEGREES


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedHeights:
    """How high the ground is at least and at most in an area of cells, counted from Paris's."""

    west: int
    south: int
    east: int
    north: int
    lowest_m: float
    highest_m: float

    @property
    def bounds(self) -> Bounds:
        """Return the area in degrees."""
        return (
            *(
                PARIS[0] - HAIR_DEGREES + self.west * WIDE,
                PARIS[1] - HAIR_DEGREES + self.south * HIGH,
            ),
            *(
                PARIS[0] - HAIR_DEGREES + self.east * WIDE,
                PARIS[1] - HAIR_DEGREES + self.north * HIGH,
            ),
        )


# From the widest to the narrowest; each replaces what the one before it says of its nodes.
ILE_DE_FRANCE = (
    # The service area Octroi comes with. The Seine leaves it below the dam of Poses, at the tide's
    # level; the forest of Othe in its south-east is the highest, at 288 m and a little more.
    StatedHeights(west=-4, south=-9, east=6, north=6, lowest_m=0.0, highest_m=350.0),
    # The Seine is above 15 m at Mantes; the hill of Élancourt, the region's highest, is at 231.6 m.
    StatedHeights(west=-2, south=-7, east=3, north=5, lowest_m=10.0, highest_m=250.0),
    # The Seine's quays, and Montmartre.
    StatedHeights(west=0, south=0, east=1, north=1, lowest_m=26.0, highest_m=131.0),
)


def stated_ground(areas: tuple[StatedHeights, ...] = ILE_DE_FRANCE) -> Ground:
    """Return the ground that areas within each other state; elsewhere it is unknown.

    A cell is between the lowest and the highest of its four nodes, so that one on an area's
    outer side has that of the area around.
    """
    widest = areas[0]
    nodes = (widest.north - widest.south + 1, widest.east - widest.west + 1)
    lowest, highest = np.empty(nodes, dtype=np.float32), np.empty(nodes, dtype=np.float32)
    for area in areas:
        _nodes(lowest, widest, area)[:] = area.lowest_m
        _nodes(highest, widest, area)[:] = area.highest_m
    west, south, _, _ = widest.bounds
    return Ground(
        grid=Grid(
            west=west,
            south=south,
            step_lon=WIDE,
            step_lat=HIGH,
            lowest_m=lowest,
            highest_m=highest,
            error_m=0.0,
        ),
        source="no raster: above the sea "
        + ", ".join(map(_told, areas[::-1]))
        + ", unknown elsewhere",
    )


def _nodes(
    heights: NDArray[np.float32], widest: StatedHeights, area: StatedHeights
) -> NDArray[np.float32]:
    """Return the part of the nodes that are in an area or on its edge."""
    return heights[
        area.south - widest.south : area.north - widest.south + 1,
        area.west - widest.west : area.east - widest.west + 1,
    ]


def _told(area: StatedHeights) -> str:
    west, south, east, north = (round(each, 4) for each in area.bounds)
    return f"{area.lowest_m:g} to {area.highest_m:g} m in {in_words((west, south, east, north))}"
