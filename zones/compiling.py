"""Compile what is compiled now, so that no user waits for it: `python -m zones.compiling`.

What telemetry compiles rests on this; see `telemetry.compiling`.
"""

import numpy as np
from shapely.geometry import box

from zones.columns import MISSING, Positions
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Restriction, Volume, Zone, ZoneId
from zones.ways import near_ways


def compile_now() -> None:
    """Index one zone and ask for it, in every way there is."""
    law = Zone(
        id=ZoneId("compiling"),
        version=1,
        name="compiling",
        layer=None,
        restriction=Restriction.NO_RESTRICTION,
        volumes=(Volume(footprint=box(2.3, 48.8, 2.4, 48.9)),),
    )
    index = ZoneIndex([law], paris_datum())
    here = Positions(
        at_ms=np.array([MISSING]),
        lon=np.array([2.35]),
        lat=np.array([48.86]),
        alt_m=np.array([np.nan]),
        alt_ref=np.zeros(1, dtype=np.int8),
        h_acc_m=np.ones(1),
        v_acc_m=np.ones(1),
        layer=np.full(1, -1, dtype=np.int8),
    )
    index.covering(here)
    index.holding(here.lon, here.lat)
    index.at(2.35, 48.86)
    near_ways(index, here.lon, here.lat, here.lon, here.lat)


if __name__ == "__main__":
    compile_now()
