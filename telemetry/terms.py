"""What do zones ask of how long one stays in them, how many at once, and of who enters?"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zones.columns import Floats
from zones.model import Zone

Marks = NDArray[np.bool_]


class Terms(NamedTuple):
    """What zones ask, a row each: `stated` marks those that ask any of it.

    `closed` are those closed to transit; what is not asked is infinite, `dwell_min_s` 0.
    """

    stated: Marks
    closed: Marks
    dwell_min_s: Floats
    dwell_max_s: Floats
    capacity: Floats
    movements: Floats


def terms_of(zones: Sequence[Zone]) -> Terms | None:
    """Lay out what zones ask; None where none asks any of it."""
    rules = [zone.rules for zone in zones]
    closed = np.array([not each.transit for each in rules], bool)
    limits = np.array(
        [(each.dwell_max_s, each.capacity, each.movements_per_hour) for each in rules], float
    ).reshape(-1, 3)
    stated = closed | ~np.isnan(limits).all(axis=1)
    if not stated.any():
        return None
    dwell_max_s, capacity, movements = np.where(np.isnan(limits), np.inf, limits).T
    dwell_min_s = np.array([each.dwell_min_s or 0.0 for each in rules], float)
    return Terms(stated, closed, dwell_min_s, dwell_max_s, capacity, movements)
