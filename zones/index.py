"""Which zones cover this position at this instant?

For a batch of positions, and a batch of one is no different: candidates by box, then layer and
validity, then for each zone the exact test on its footprint, its height band and its calendar.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.candidates import Candidates
from zones.geometry import in_plane, scale
from zones.model import (
    MISSING,
    UNBOUNDED,
    Codes,
    Floats,
    Indices,
    InvalidZone,
    Positions,
    Presences,
    Relation,
    Zone,
)
from zones.schedule import epoch_ms, in_force
from zones.vertical import OUTSIDE, WITHIN, Datum, between

# Distances are measured in the plane of the nearest fiftieth of a degree: in Paris 0.02 % off.
PLANES_PER_DEGREE = 50
FIRST, LAST = MISSING, 2**63 - 1

Chosen = NDArray[np.int64]


class _Edge(NamedTuple):
    """How positions stand to one footprint: what could be inside, and how far the edge is."""

    relation: Codes
    margin_m: Floats


class ZoneIndex:
    """The zones of one edition, ready to be asked about batches of positions."""

    def __init__(self, zones: Sequence[Zone], datum: Datum) -> None:
        self.zones = tuple(zones)
        self._datum = datum
        self._candidates = Candidates([zone.footprint for zone in self.zones])
        self._edges: list[dict[float, BaseGeometry]] = [{} for _ in self.zones]
        for zone in self.zones:
            _refuse_without_edges(zone)
            shapely.prepare(zone.footprint)
        self._layer = np.array(
            [-1 if zone.layer is None else zone.layer.code for zone in self.zones], dtype=np.int8
        )
        self._from_ms = np.array([_start_ms(zone) for zone in self.zones], dtype=np.int64)
        self._until_ms = np.array([_end_ms(zone) for zone in self.zones], dtype=np.int64)

    def covering(self, positions: Positions) -> Presences:
        """Return the zones each position is, or may be, in at its own instant.

        Inside: in the footprint (its boundary included), with the edge farther away than the
        position's accuracy, surely within the height band. Uncertain: any of these less sure.
        A position without an instant is held against every calendar as if in force.
        """
        plane = np.round(positions.lat * PLANES_PER_DEGREE) / PLANES_PER_DEGREE
        east, north = scale(plane)
        position, zone = self._candidates.pairs(
            positions.lon, positions.lat, positions.h_acc_m / east, positions.h_acc_m / north
        )
        kept = self._layer_and_validity(positions, position, zone)
        position, zone = position[kept], zone[kept]
        found = [
            self._presences(which, rows, positions, plane) for which, rows in _by(zone, position)
        ]
        return _joined(found)

    def _layer_and_validity(
        self, positions: Positions, position: Indices, zone: Indices
    ) -> NDArray[np.bool_]:
        at_ms, layer = positions.at_ms[position], positions.layer[position]
        same_layer = (layer == -1) | (self._layer[zone] == -1) | (layer == self._layer[zone])
        valid = (self._from_ms[zone] <= at_ms) & (at_ms < self._until_ms[zone])
        kept: NDArray[np.bool_] = same_layer & (valid | (at_ms == MISSING))
        return kept

    def _presences(
        self, which: int, rows: Indices, positions: Positions, plane: Floats
    ) -> Presences:
        """Return the presences of some positions in one zone."""
        zone = self.zones[which]
        if zone.applicability:
            rows = rows[in_force(zone, positions.at_ms[rows])]
        edge = self._edge(which, rows, positions, plane)
        relation = edge.relation
        if zone.band != UNBOUNDED:
            height = between(
                positions.alt_m[rows],
                positions.alt_ref[rows],
                positions.v_acc_m[rows],
                positions.lon[rows],
                positions.lat[rows],
                band=zone.band,
                datum=self._datum,
            )
            relation = np.where((height == WITHIN) | (relation == 0), relation, Relation.UNCERTAIN)
            relation = np.where(height == OUTSIDE, 0, relation).astype(np.int8)
        kept = relation != 0
        return Presences(
            position=rows[kept],
            zone=np.full(int(kept.sum()), which, dtype=np.int32),
            relation=relation[kept],
            margin_m=edge.margin_m[kept],
        )

    def _edge(self, which: int, rows: Indices, positions: Positions, plane: Floats) -> _Edge:
        """Hold positions against a footprint, and against its edge where accuracy could reach."""
        lon, lat, reach = positions.lon[rows], positions.lat[rows], positions.h_acc_m[rows]
        inside = shapely.intersects_xy(self.zones[which].footprint, lon, lat)
        margin = np.full(len(rows), np.nan)
        for latitude in np.unique(plane[rows][reach > 0]):
            here = np.flatnonzero((plane[rows] == latitude) & (reach > 0))
            points = shapely.points(np.column_stack([lon[here], lat[here]]) * scale(latitude))
            edge = self._edge_in_plane(which, float(latitude))
            # The stubs know one distance only; the ufunc takes one for each point.
            near = shapely.dwithin(edge, points, reach[here])  # type: ignore[call-overload]
            margin[here[near]] = shapely.distance(edge, points[near])
        relation = np.where(
            np.isnan(margin), np.where(inside, Relation.INSIDE, 0), Relation.UNCERTAIN
        )
        return _Edge(relation=relation.astype(np.int8), margin_m=np.where(inside, margin, -margin))

    def _edge_in_plane(self, which: int, latitude: float) -> BaseGeometry:
        edges = self._edges[which]
        if latitude not in edges:
            edge = in_plane(self.zones[which].footprint.boundary, latitude)
            shapely.prepare(edge)
            edges[latitude] = edge
        return edges[latitude]


def _refuse_without_edges(zone: Zone) -> None:
    # A footprint whose parts were lost on the way would silently cover nothing.
    if shapely.get_num_coordinates(zone.footprint.boundary) < 4:  # noqa: PLR2004 - a closed triangle
        msg = f"footprint: zone {zone.id} has no edges"
        raise InvalidZone(msg)


def _start_ms(zone: Zone) -> int:
    return FIRST if zone.valid.start is None else epoch_ms(zone.valid.start)


def _end_ms(zone: Zone) -> int:
    return LAST if zone.valid.end is None else epoch_ms(zone.valid.end)


def _by(zone: Indices, position: Indices) -> Iterator[tuple[int, Indices]]:
    """Group pairs by zone, each group with its positions in order."""
    order = np.lexsort((position, zone))
    zone, position = zone[order], position[order]
    starts = np.flatnonzero(np.diff(zone, prepend=-1))
    for start, rows in zip(starts, np.split(position, starts[1:]), strict=False):
        yield int(zone[start]), rows


def _joined(found: list[Presences]) -> Presences:
    """Join presences zone by zone into one batch ordered by position, then zone."""
    position = np.concatenate([np.array([], dtype=np.int32), *(each.position for each in found)])
    zone = np.concatenate([np.array([], dtype=np.int32), *(each.zone for each in found)])
    order = np.lexsort((zone, position))
    relation = np.concatenate([np.array([], dtype=np.int8), *(each.relation for each in found)])
    margin = np.concatenate([np.array([]), *(each.margin_m for each in found)])
    return Presences(
        position=position[order],
        zone=zone[order],
        relation=relation[order],
        margin_m=margin[order],
    )
