"""Which fixes of two vehicles are nearer to each other than asked, in place, height and time?

Each fix is compared with the newest of every other vehicle near by, found by cells of space and
time, so that the cost grows with the fixes and not with their pairs. Between the two instants both
may have moved: what that allows is added to what both accuracies do.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zones.columns import UNKNOWN_REFERENCE
from zones.space.geometry import distance_m

WITHIN_MS = 10_000
# A fix known no better than this says nothing of how near somebody was.
WORST_M = 100.0
# What moves at an unknown speed, and how fast anything in the air climbs.
MOST_MPS, CLIMB_MPS = 25.0, 5.0
# Metres of a degree of latitude anywhere, at least; of longitude, times the cosine of latitude.
LEAST_M = 110_500.0

# A fix where a distance is asked for: `sure_` by zones it surely is in, `maybe_` by all it may be.
FIX = np.dtype(
    [
        *(("vehicle", np.int32), ("group", np.int32), ("layer", np.int8), ("alt_ref", np.int8)),
        *(("at_ms", np.int64), ("lon", np.float64), ("lat", np.float64), ("alt_m", np.float64)),
        *(("h_acc_m", np.float64), ("v_acc_m", np.float64), ("speed_mps", np.float64)),
        *(("sure_m", np.float64), ("maybe_m", np.float64)),
        *(("sure_height_m", np.float64), ("maybe_height_m", np.float64)),
    ],
    align=True,
)
Fixes = NDArray[Any]
Rows = NDArray[np.int64]
_AROUND = tuple(product((-1, 0, 1), repeat=3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of fixes, `second` the later: surely too near where `certain`, else perhaps."""

    first: Rows
    second: Rows
    certain: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self.first)


def nearness(fixes: Fixes) -> Pairs:
    """Return which of the fixes, given in the order they count, are or may be too near.

    Vehicles of one group, which is not below 0, are together because they want to be.
    """
    first, second = _candidates(fixes)
    one, other = fixes[first], fixes[second]
    kept = one["vehicle"] != other["vehicle"]
    kept &= (one["group"] < 0) | (one["group"] != other["group"])
    kept &= np.abs(other["at_ms"] - one["at_ms"]) <= WITHIN_MS
    # Only what was the newest of its vehicle when the other one was heard.
    kept &= _following(fixes)[first] > second
    first, second = first[kept], second[kept]
    least, most = _distances(fixes[first], fixes[second])
    least_up, most_up = _heights(fixes[first], fixes[second])
    perhaps = least < _asked(fixes, first, second, "maybe_m")
    perhaps &= least_up < _asked(fixes, first, second, "maybe_height_m")
    certain = most < _asked(fixes, first, second, "sure_m")
    certain &= most_up < _asked(fixes, first, second, "sure_height_m")
    rows = np.flatnonzero(perhaps)
    rows = rows[np.lexsort((first[rows], second[rows]))]
    return Pairs(
        first=first[rows],
        second=second[rows],
        certain=certain[rows],
    )


def _asked(fixes: Fixes, first: Rows, second: Rows, name: str) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.maximum(fixes[name][first], fixes[name][second])
    return found


def _speeds(fixes: Fixes) -> NDArray[np.float64]:
    return np.where(np.isnan(fixes["speed_mps"]), MOST_MPS, fixes["speed_mps"])


def _distances(one: Fixes, other: Fixes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most that two may be apart across the ground, at the later time."""
    apart = distance_m(one["lon"], one["lat"], other["lon"], other["lat"])
    passed_s = np.abs(other["at_ms"] - one["at_ms"]) / 1000
    slack = one["h_acc_m"] + other["h_acc_m"] + passed_s * _speeds(one)
    return np.maximum(apart - slack, 0.0), apart + slack


def _heights(one: Fixes, other: Fixes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most that two may be apart in height; unknown is anything."""
    apart = np.abs(other["alt_m"] - one["alt_m"])
    passed_s = np.abs(other["at_ms"] - one["at_ms"]) / 1000
    slack = one["v_acc_m"] + other["v_acc_m"] + passed_s * CLIMB_MPS
    known = (one["alt_ref"] == other["alt_ref"]) & (one["alt_ref"] != UNKNOWN_REFERENCE)
    known &= ~np.isnan(apart)
    least = np.where(known, np.maximum(apart - slack, 0.0), 0.0)
    # Where no height is asked for, infinity is, and nothing is farther.
    return least, np.where(known, apart + slack, np.finfo(np.float64).max)


def _following(fixes: Fixes) -> Rows:
    """Return for each fix the next one of its vehicle, or that there is none."""
    order = np.argsort(fixes["vehicle"], kind="stable")
    following = np.full(len(fixes), len(fixes), dtype=np.int64)
    same = fixes["vehicle"][order[1:]] == fixes["vehicle"][order[:-1]]
    following[order[:-1][same]] = order[1:][same]
    return following


def _candidates(fixes: Fixes) -> tuple[Rows, Rows]:
    """Return each pair of fixes whose cells touch, once, the earlier first."""
    usable = np.flatnonzero((fixes["h_acc_m"] <= WORST_M) & (fixes["maybe_m"] > 0))
    some = fixes[usable]
    empty = np.empty(0, dtype=np.int64)
    if len(some) < 2:  # noqa: PLR2004 - a pair
        return empty, empty
    cells = _cells(some)
    span = cells.max(axis=0) + 3
    key = _key(cells + 1, span)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    found = []
    for offset in _AROUND:
        wanted = _key(cells + 1 + np.array([0, *offset]), span)
        low = np.searchsorted(ordered, wanted, "left")
        count = np.searchsorted(ordered, wanted, "right") - low
        mine = np.repeat(np.arange(len(some)), count)
        nth = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
        theirs = order[low[mine] + nth]
        later = theirs > mine
        found.append((mine[later], theirs[later]))
    first, second = (np.concatenate(each) for each in zip(*found, strict=True))
    return usable[first], usable[second]


def _cells(fixes: Fixes) -> NDArray[np.int64]:
    """Return each fix's layer and cell of time and space; who is too near is in one beside it."""
    reach = fixes["h_acc_m"] + _speeds(fixes) * WITHIN_MS / 1000
    size_m = float(fixes["maybe_m"].max() + 2 * reach.max())
    widest = np.cos(np.radians(min(float(np.abs(fixes["lat"]).max()), 89.0)))
    cells = np.column_stack(
        [
            fixes["layer"].astype(np.int64) + 1,
            fixes["at_ms"] // WITHIN_MS,
            np.floor(fixes["lon"] / (size_m / (LEAST_M * widest))).astype(np.int64),
            np.floor(fixes["lat"] / (size_m / LEAST_M)).astype(np.int64),
        ]
    )
    result: NDArray[np.int64] = cells - cells.min(axis=0)
    return result


def _key(cells: NDArray[np.int64], span: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each cell; cells at the rim are beside no others."""
    key = cells[:, 0]
    for column in range(1, 4):
        key = key * span[column] + cells[:, column]
    result: NDArray[np.int64] = key
    return result
