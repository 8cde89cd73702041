"""Can a vehicle have come from one fix to another? Judged by the fastest of its kind, generously.

The limits say what is impossible, not what is allowed: a boat may be on a lorry, a driver may
break the law. What they do not tell, people do.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from zones.columns import Codes, Floats
from zones.compiled import inner
from zones.demands import VEHICLE_CLASSES, VehicleClass
from zones.kernel.reach import metres_per_degree
from zones.model import LAYERS, Layer


class Pace(NamedTuple):
    """Who is faster is not believed, and where that figure comes from."""

    mps: float
    source: str


BY_ROAD = Pace(
    55.0, "Code de la route, art. R. 413-2: 130 km/h, and half as much again; others by lorry"
)
PACES: Mapping[tuple[Layer, VehicleClass | None], Pace] = {
    (Layer.AIR, None): Pace(130.0, "Règlement (UE) 923/2012, SERA.6001: 250 kt below 10,000 ft"),
    (Layer.AIR, VehicleClass.DRONE): Pace(75.0, "JARUS SORA 2.5, table 2: drones of up to 8 m"),
    (Layer.SURFACE, None): BY_ROAD,
    (Layer.SUBSOIL, None): BY_ROAD,
    (Layer.RIVER, None): BY_ROAD,
}
FASTEST_MPS = 340.0  # nothing that reports its position in a city is faster than sound
# Instants are often whole seconds; an accuracy at 95 % is exceeded by one fix in twenty.
GRACE_MS, ACCURACIES = 1_000, 2.0

# Of a border that was crossed between two fixes farther apart nobody knows when: by layer's code,
# the last for none known. A moving boat says where it is every 30 s (AIS class B, ITU-R M.1371),
# and one message may be lost; a drone does so each second, and is silent after 30 s.
CROSSED_WITHIN_MS = np.array(
    [*(30_000 if layer is Layer.AIR else 60_000 for layer in LAYERS), 30_000], np.int64
)

# By layer, the last row for none known; by class, the last column for none known.
_LIMITS = np.array(
    [
        [
            PACES.get((layer, each), PACES[layer, None]).mps
            if layer
            else PACES[Layer.AIR, None].mps
            for each in (*VEHICLE_CLASSES, None)
        ]
        for layer in (*LAYERS, None)
    ]
)


def limits(layers: Codes, classes: Codes) -> Floats:
    """Return how fast each is believed to be, by its layer and class."""
    found: Floats = _LIMITS[layers, classes]
    return found


@inner
def length_between(x1: float, y1: float, x2: float, y2: float) -> float:
    """Return how many metres apart two places are."""
    east, north = metres_per_degree((y1 + y2) / 2.0)
    metres: float = np.hypot((x2 - x1) * east, (y2 - y1) * north)
    return metres


def impossible(spent_ms: int, length_m: float, mps: float, h_acc_m: float) -> bool:
    """Tell whether so long a way is impossible in that time; `h_acc_m` is of both ends together."""
    return length_m > mps * (spent_ms + GRACE_MS) / 1000.0 + ACCURACIES * h_acc_m


too_far = inner(impossible)
