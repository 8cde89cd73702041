"""The volumes that permits grant, laid out as columns: footprints, heights and windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from permits.life.holdings import Holding
from permits.model import OperationVolume
from zones.columns import Floats, Indices
from zones.heights.vertical import limits_of
from zones.space.geometry import scale

# A row a volume. `permit` numbers the holding it came from. Its footprint is in metres of its own
# latitude (`east_m` and `north_m` a degree), so that distances to an edge are right to 0.2 % over
# 10 km; its box bounds it, and its edges are those of `Volumes.edges` from `first` up to `last`.
VOLUME = np.dtype(
    [
        *(("permit", np.int32), ("first", np.int32), ("last", np.int32)),
        *(("layer", np.int8), ("purpose", np.int8)),
        *(("lower_ref", np.int8), ("upper_ref", np.int8)),
        *(("start_ms", np.int64), ("end_ms", np.int64)),
        *(("lower_m", np.float64), ("upper_m", np.float64)),
        *(("east_m", np.float64), ("north_m", np.float64)),
        *(("west", np.float64), ("south", np.float64)),
        *(("east", np.float64), ("north", np.float64)),
    ],
    align=True,
)

Rows = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """The volumes of many permits: a row of `VOLUME` each, and four numbers an edge, in metres."""

    rows: Rows
    edges: Floats

    @property
    def permit(self) -> Indices:
        """Return which holding each volume came from."""
        found: Indices = self.rows["permit"]
        return found


def volumes_of(holdings: Sequence[Holding]) -> Volumes:
    """Lay out the volumes of what is held as columns, in its order."""
    pairs = [
        (n, permit, v) for n, permit in enumerate(holdings) for v in permit.application.volumes
    ]
    rows = np.zeros(len(pairs), dtype=VOLUME)
    rows["permit"] = [n for n, _, _ in pairs]
    rows["layer"] = [p.application.layer.code for _, p, _ in pairs]
    rows["purpose"] = [p.application.purpose.code for _, p, _ in pairs]
    rows["start_ms"] = [in_ms(v.window.start) for _, _, v in pairs]
    rows["end_ms"] = [in_ms(v.window.end) for _, _, v in pairs]
    limits = np.array([limits_of(v.band) for _, _, v in pairs], dtype=np.float64).reshape(-1, 4)
    for n, name in enumerate(("lower_m", "lower_ref", "upper_m", "upper_ref")):
        rows[name] = limits[:, n]
    return Volumes(rows=rows, edges=_outlined([v for _, _, v in pairs], rows))


def _outlined(volumes: Sequence[OperationVolume], rows: Rows) -> Floats:
    """Scale each footprint by the metres per degree at its own middle; return all edges."""
    shapes = np.array([volume.footprint for volume in volumes], dtype=np.object_)
    box = shapely.bounds(shapes).reshape(-1, 4)
    metres = np.column_stack(scale((box[:, 1] + box[:, 3]) / 2))
    rows["east_m"], rows["north_m"] = metres.T
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    owner = part_of[ring_of][ring]
    places = degrees * metres[owner]
    joined = ring[1:] == ring[:-1]
    edges = np.column_stack([places[:-1], places[1:]])[joined]
    ends = np.cumsum(np.bincount(owner[1:][joined], minlength=len(rows)))
    rows["last"], rows["first"] = ends, np.concatenate([[0], ends[:-1]])[: len(rows)]
    for n, name in enumerate(("west", "south", "east", "north")):
        rows[name] = box[:, n] * metres[:, n % 2]
    return np.ascontiguousarray(edges)


def in_ms(instant: datetime | None) -> int:
    """Return epoch milliseconds; a volume's window always has both ends."""
    return 0 if instant is None else round(instant.timestamp() * 1000)
