"""How high is the ground above the sea, and how well is that known?"""

from dataclasses import dataclass

import numpy as np

from zones.relief import Grid

# The Seine's quays, and Montmartre.
PARIS_LOWEST_M, PARIS_HIGHEST_M = 26.0, 131.0
PARIS = (2.2241, 48.8156, 2.4698, 48.9022)  # west, south, east, north

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Between which heights above mean sea level the ground surely lies, and who says so."""

    grid: Grid
    source: str


def stated_ground(
    lowest_m: float = PARIS_LOWEST_M, highest_m: float = PARIS_HIGHEST_M, bounds: Bounds = PARIS
) -> Ground:
    """Return a ground of which two heights are known for a whole area: Paris without a raster."""
    west, south, east, north = bounds
    corners = (2, 2)
    return Ground(
        grid=Grid(
            west=west,
            south=south,
            step_lon=east - west,
            step_lat=north - south,
            lowest_m=np.full(corners, lowest_m, dtype=np.float32),
            highest_m=np.full(corners, highest_m, dtype=np.float32),
            error_m=0.0,
        ),
        source=f"stated: {lowest_m:g} to {highest_m:g} m above the sea in {bounds}",
    )
