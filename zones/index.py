"""Which zones cover this position at this instant?

For a batch of positions, and a batch of one is no different: candidates by box, then layer and
calendar, then the exact test on footprint, edge and height band, all as columns of pairs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from zones.candidates import Candidates
from zones.columns import MISSING, Codes, Floats, Indices, Positions, Presences, Relation
from zones.geometry import in_plane, scale
from zones.model import UNBOUNDED, InvalidZone, Zone
from zones.schedule import epoch_ms, in_force
from zones.vertical import OUTSIDE, UNCERTAIN, WITHIN, Datum, between

# Distances are measured in the plane of the nearest fiftieth of a degree: in Paris 0.02 % off.
PLANES_PER_DEGREE = 50
# About 300 MB; tracks across a continent would otherwise keep every zone in every plane.
MOST_VERTICES_KEPT = 5_000_000
FIRST, LAST = MISSING, 2**63 - 1

Answers = NDArray[np.bool_]


class _Pairs(NamedTuple):
    """Candidate pairs as columns: indices into the batch and into the zones."""

    position: Indices
    zone: Indices

    def where(self, kept: Answers) -> "_Pairs":
        return _Pairs(self.position[kept], self.zone[kept])


class ZoneIndex:
    """The zones of one edition, ready to be asked about batches of positions."""

    def __init__(self, zones: Sequence[Zone], datum: Datum) -> None:
        self.zones = tuple(zones)
        self._datum = datum
        for zone in self.zones:
            _refuse_without_edges(zone)
        self._footprints = np.array([zone.footprint for zone in self.zones], dtype=object)
        _prepare(self._footprints)
        self._candidates = Candidates([zone.footprint for zone in self.zones])
        self._edges: dict[tuple[int, float], BaseGeometry] = {}
        self._vertices_kept = 0
        self._layer = np.array(
            [-1 if zone.layer is None else zone.layer.code for zone in self.zones], dtype=np.int8
        )
        self._from_ms = np.array([_start_ms(zone) for zone in self.zones], dtype=np.int64)
        self._until_ms = np.array([_end_ms(zone) for zone in self.zones], dtype=np.int64)
        self._scheduled = np.array([bool(zone.applicability) for zone in self.zones], dtype=bool)
        self._bands = tuple(dict.fromkeys(zone.volumes[0].band for zone in self.zones))
        numbers = {band: number for number, band in enumerate(self._bands)}
        self._band = np.array(
            [numbers[zone.volumes[0].band] for zone in self.zones], dtype=np.int32
        )

    def covering(self, positions: Positions) -> Presences:
        """Return the zones each position is, or may be, in at its own instant.

        Inside: in the footprint (its boundary included), with the edge farther away than the
        position's accuracy, surely within the height band. Uncertain: any of these less sure.
        A position without an instant is held against every calendar as if in force.
        """
        plane = np.round(positions.lat * PLANES_PER_DEGREE) / PLANES_PER_DEGREE
        pairs = self._candidate_pairs(positions, plane)
        pairs = pairs.where(self._law_applies(positions, pairs))
        margin, inside = self._margins(positions, pairs, plane), self._inside(positions, pairs)
        relation = np.where(np.isnan(margin), inside * Relation.INSIDE, Relation.UNCERTAIN)
        height = self._heights(positions, pairs)
        relation[(relation != 0) & (height == UNCERTAIN)] = Relation.UNCERTAIN
        relation[height == OUTSIDE] = 0
        kept = relation != 0
        return Presences(
            position=pairs.position[kept],
            zone=pairs.zone[kept],
            relation=relation[kept].astype(np.int8),
            margin_m=np.where(inside, margin, -margin)[kept],
        )

    def _candidate_pairs(self, positions: Positions, plane: Floats) -> _Pairs:
        """Return the pairs whose boxes meet, ordered by position, then zone."""
        east, north = scale(plane)
        position, zone = self._candidates.pairs(
            positions.lon, positions.lat, positions.h_acc_m / east, positions.h_acc_m / north
        )
        order = np.lexsort((zone, position))
        return _Pairs(position[order], zone[order])

    def _law_applies(self, positions: Positions, pairs: _Pairs) -> Answers:
        """Tell where the zone is of the position's layer, valid, and its calendar in force."""
        at_ms, layer = positions.at_ms[pairs.position], positions.layer[pairs.position]
        own_layer = self._layer[pairs.zone]
        valid = (self._from_ms[pairs.zone] <= at_ms) & (at_ms < self._until_ms[pairs.zone])
        applies: Answers = (layer == -1) | (own_layer == -1) | (layer == own_layer)
        applies &= valid | (at_ms == MISSING)
        for which in np.unique(pairs.zone[applies & self._scheduled[pairs.zone]]):
            rows = np.flatnonzero(applies & (pairs.zone == which))
            applies[rows] = in_force(self.zones[which], at_ms[rows])
        return applies

    def _inside(self, positions: Positions, pairs: _Pairs) -> Answers:
        inside: Answers = shapely.intersects_xy(
            self._footprints[pairs.zone],
            positions.lon[pairs.position],
            positions.lat[pairs.position],
        )
        return inside

    def _margins(self, positions: Positions, pairs: _Pairs, plane: Floats) -> Floats:
        """Return how far the edge is where accuracy reaches it, NaN elsewhere."""
        margin = np.full(len(pairs.zone), np.nan)
        rows = np.flatnonzero(positions.h_acc_m[pairs.position] > 0)
        position, latitude = pairs.position[rows], plane[pairs.position[rows]]
        edges = self._edges_in_plane(pairs.zone[rows], latitude)
        degrees = np.column_stack([positions.lon[position], positions.lat[position]])
        points = shapely.points(degrees * np.column_stack(scale(latitude)))
        # The stubs know one distance only; the function takes one for each point.
        near = shapely.dwithin(edges, points, positions.h_acc_m[position])  # type: ignore[call-overload]
        margin[rows[near]] = shapely.distance(edges[near], points[near])
        return margin

    def _edges_in_plane(self, zone: Indices, latitude: Floats) -> NDArray[np.object_]:
        """Return each zone's edge in metres in the plane of a latitude, made when first needed."""
        edges = np.empty(len(zone), dtype=object)
        for row, key in enumerate(zip(zone.tolist(), latitude.tolist(), strict=True)):
            edges[row] = self._edges.get(key) or self._make_edge(*key)
        return edges

    def _make_edge(self, which: int, latitude: float) -> BaseGeometry:
        edge = in_plane(self.zones[which].footprint.boundary, latitude)
        shapely.prepare(edge)
        shapely.dwithin(edge, shapely.points(shapely.get_coordinates(edge)[0]), 1.0)
        self._vertices_kept += int(shapely.get_num_coordinates(edge))
        if self._vertices_kept > MOST_VERTICES_KEPT:
            self._vertices_kept = 0
            self._edges.clear()
        self._edges[which, latitude] = edge
        return edge

    def _heights(self, positions: Positions, pairs: _Pairs) -> Codes:
        """Hold the heights against each band that occurs."""
        answers = np.full(len(pairs.zone), WITHIN, dtype=np.int8)
        band = self._band[pairs.zone]
        for which in np.unique(band):
            if self._bands[which] != UNBOUNDED:
                rows = pairs.position[band == which]
                answers[band == which] = between(
                    positions.alt_m[rows],
                    positions.alt_ref[rows],
                    positions.v_acc_m[rows],
                    positions.lon[rows],
                    positions.lat[rows],
                    band=self._bands[which],
                    datum=self._datum,
                )
        return answers


def _prepare(footprints: NDArray[np.object_]) -> None:
    """Make geometries ready, and ask each once: what they build lazily is built by one thread."""
    shapely.prepare(footprints)
    west, south, east, north = shapely.bounds(footprints).reshape(-1, 4).T
    shapely.intersects_xy(footprints, (west + east) / 2, (south + north) / 2)


def _refuse_without_edges(zone: Zone) -> None:
    # A footprint whose parts were lost on the way would silently cover nothing.
    if shapely.get_num_coordinates(zone.footprint.boundary) < 4:  # noqa: PLR2004 - a closed triangle
        msg = f"footprint: zone {zone.id} has no edges"
        raise InvalidZone(msg)


def _start_ms(zone: Zone) -> int:
    return FIRST if zone.valid.start is None else epoch_ms(zone.valid.start)


def _end_ms(zone: Zone) -> int:
    return LAST if zone.valid.end is None else epoch_ms(zone.valid.end)
