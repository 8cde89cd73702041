"""When did each vehicle of a recorded track cross the edge of a zone, between its fixes?

The way between two consecutive fixes of a vehicle is taken as straight, at constant speed. A
crossing counts where the zone held, by layer, calendar and height, on the stretch inside it: that
is asked of the index in the middle of the stretch, as of any position. After a long pause nobody
knows when it was crossed: that is uncertain here as it is where vehicles are followed.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.formats.stretch import Stretch
from telemetry.pace import CROSSED_WITHIN_MS
from zones.columns import MISSING, UNKNOWN_REFERENCE, Indices, Positions, Relation
from zones.index import ZoneIndex
from zones.ways import Crossings, crossings

Rows = NDArray[np.intp]
NAMES = ("at_ms", "lon", "lat", "alt_m", "alt_ref", "h_acc_m", "v_acc_m", "layer")


class Crossed(NamedTuple):
    """A vehicle's way over the edge of a zone; `zone` counts in the index."""

    vehicle: str
    at_ms: int
    zone: int
    entering: bool
    relation: Relation
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last fix of each vehicle, from which its next way begins."""

    vehicles: tuple[str, ...]
    positions: Positions


def crossed(
    stretch: Stretch, last: Last | None, index: ZoneIndex
) -> tuple[tuple[Crossed, ...], Last]:
    """Return the crossings on the ways to the fixes of a stretch, and whence the next ones begin.

    By vehicle in the order of its fixes. Fixes without an instant, or not later than the one
    before, begin no way.
    """
    names = [*(last.vehicles if last else ()), *(each.as_py() for each in stretch.vehicle)]
    fixes = _joined(last.positions, stretch.positions) if last else stretch.positions
    known, code = np.unique(np.array(names, dtype=object), return_inverse=True)
    order = np.argsort(code, kind="stable")
    same = code[order[1:]] == code[order[:-1]]
    at_ms = fixes.at_ms
    begin, end = order[:-1][same], order[1:][same]
    timed = (at_ms[begin] != MISSING) & (at_ms[end] > at_ms[begin])
    begin, end = begin[timed], end[timed]
    newest = order[np.flatnonzero(np.append(~same, True))] if len(order) else order
    found = _found(fixes, begin, end, index, [str(known[code[row]]) for row in begin])
    return found, Last(
        vehicles=tuple(str(known[code[row]]) for row in newest), positions=_rows(fixes, newest)
    )


def _found(
    fixes: Positions, begin: Rows, end: Rows, index: ZoneIndex, vehicles: list[str]
) -> tuple[Crossed, ...]:
    ways = crossings(
        index,
        fixes.lon[begin], fixes.lat[begin], fixes.lon[end], fixes.lat[end],
        fixes.at_ms[begin], fixes.at_ms[end],
    )  # fmt: skip
    middle = _between(fixes, begin[ways.way], end[ways.way], _middles(ways))
    relation = _relations(index, middle, ways.zone)
    spent_ms = (fixes.at_ms[end] - fixes.at_ms[begin])[ways.way]
    untimed = spent_ms > CROSSED_WITHIN_MS[fixes.layer[end]][ways.way]
    relation[untimed & (relation > 0)] = Relation.UNCERTAIN
    place = _between(fixes, begin[ways.way], end[ways.way], ways.fraction)
    return tuple(
        Crossed(
            vehicle=vehicles[ways.way[row]],
            at_ms=int(ways.at_ms[row]),
            zone=int(ways.zone[row]),
            entering=bool(ways.entering[row]),
            relation=Relation(int(relation[row])),
            lon=float(place.lon[row]),
            lat=float(place.lat[row]),
        )
        for row in np.lexsort((ways.zone, ways.at_ms, ways.way)).tolist()
        if relation[row]
    )


def _middles(ways: Crossings) -> NDArray[np.float64]:
    """Return where on its way the middle of the stretch inside lies, that a crossing bounds."""
    rows = len(ways.way)
    follows = np.zeros(rows, dtype=bool)
    follows[1:] = (ways.way[1:] == ways.way[:-1]) & (ways.zone[1:] == ways.zone[:-1])
    before = np.where(follows, np.roll(ways.fraction, 1), 0.0)
    after = np.where(np.roll(follows, -1) & (np.arange(rows) < rows - 1),
                     np.roll(ways.fraction, -1), 1.0)  # fmt: skip
    other: NDArray[np.float64] = np.where(ways.entering, after, before)
    middle: NDArray[np.float64] = (ways.fraction + other) / 2
    return middle


def _relations(index: ZoneIndex, middle: Positions, zone: Indices) -> NDArray[np.int8]:
    """Return how each position stands to its zone, 0 where that does not hold there."""
    relation = np.zeros(len(zone), dtype=np.int8)
    presences = index.covering(middle)
    wanted = zone[presences.position] == presences.zone
    relation[presences.position[wanted]] = presences.relation[wanted]
    return relation


def _between(fixes: Positions, begin: Rows, end: Rows, fraction: NDArray[np.float64]) -> Positions:
    """Return the positions at fractions of ways; a height needs both ends in one reference."""

    def along(column: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(column[begin] + fraction * (column[end] - column[begin]))

    reference = fixes.alt_ref[begin]
    alike = reference == fixes.alt_ref[end]
    spent = np.rint(fraction * (fixes.at_ms[end] - fixes.at_ms[begin])).astype(np.int64)
    return Positions(
        at_ms=fixes.at_ms[begin] + spent,
        lon=along(fixes.lon),
        lat=along(fixes.lat),
        alt_m=np.where(alike, along(fixes.alt_m), np.nan),
        alt_ref=np.where(alike, reference, UNKNOWN_REFERENCE).astype(np.int8),
        h_acc_m=np.maximum(fixes.h_acc_m[begin], fixes.h_acc_m[end]),
        v_acc_m=np.maximum(fixes.v_acc_m[begin], fixes.v_acc_m[end]),
        layer=fixes.layer[end],
    )


def _joined(one: Positions, other: Positions) -> Positions:
    columns = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in NAMES}
    return Positions(**columns)


def _rows(fixes: Positions, rows: Rows) -> Positions:
    return Positions(**{name: getattr(fixes, name)[rows] for name in NAMES})
