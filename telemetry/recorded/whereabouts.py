"""Why is a position inside a zone, perhaps inside, or outside? Each condition by itself.

What decides is `zones.index`; here the same conditions are looked at one by one, for one position
and every zone near it, so that a person can follow the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely

from zones.columns import MISSING, Positions, Relation
from zones.heights.relief import (
    OUTSIDE,
    UNCERTAIN,
    WITHIN,
    Range,
    StatedHeight,
    ground_level,
    heights_of,
    in_band,
    sea_level,
)
from zones.heights.vertical import Datum, limits_of
from zones.model import LAYERS, Layer, Volume, Zone
from zones.periods import NO_SWITCHES, Switches
from zones.precedence import Resolution, resolve
from zones.space.geometry import in_plane, scale
from zones.time.changes import Change, next_change
from zones.time.schedule import in_force

# How far beyond the accuracy a zone's edge may be to be looked at.
NEARBY_M = 250.0
# The index measures in the plane of the nearest fiftieth of a degree, see `zones.index`.
PLANES_PER_DEGREE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One position, and between which heights it is in every reference, in their order.

    `sea_m` is the sea level above the ellipsoid, `ground_m` the ground above the sea: each lowest
    and highest, everything where unknown. `heights_m` is in the order of `HEIGHT_REFERENCES`.
    """

    at_ms: int | None
    lon: float
    lat: float
    h_acc_m: float
    stated: StatedHeight
    layer: Layer | None
    sea_m: Range
    ground_m: Range
    heights_m: tuple[Range, Range, Range]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeFinding:
    """How a position stands to one volume; `over` and `height` are zones.heights.relief's answers.

    `edge_m` is the distance to the volume's edge, negative outside of it.
    """

    volume: Volume
    edge_m: float
    over: int
    height: int

    @property
    def relation(self) -> Relation | None:
        """Return the relation to the volume, None for outside."""
        if OUTSIDE in {self.over, self.height}:
            return None
        return Relation.UNCERTAIN if UNCERTAIN in {self.over, self.height} else Relation.INSIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFinding:
    """How a position stands to one zone: every condition, and what they come to.

    `in_force` and `change`, its next, are None where the instant is unknown or nothing changes.
    """

    zone: Zone
    layer: bool
    valid: bool
    in_force: bool
    change: Change | None
    volumes: tuple[VolumeFinding, ...]

    @property
    def relation(self) -> Relation | None:
        """Return the relation to the zone, None for outside: the surest volume speaks."""
        if not (self.layer and self.in_force):
            return None
        return min((each.relation for each in self.volumes if each.relation), default=None)


def spot_of(positions: Positions, row: int, datum: Datum) -> Spot:
    """Return one position of a batch, its height in every reference."""
    lon, lat = float(positions.lon[row]), float(positions.lat[row])
    at_ms, layer = int(positions.at_ms[row]), int(positions.layer[row])
    stated = StatedHeight(
        alt_m=float(positions.alt_m[row]),
        alt_ref=int(positions.alt_ref[row]),
        v_acc_m=float(positions.v_acc_m[row]),
        lon=lon,
        lat=lat,
    )
    sea, ground = sea_level(datum.sea, lon, lat), ground_level(datum.ground.grid, lon, lat)
    heights = heights_of(stated, sea, ground)
    return Spot(
        at_ms=None if at_ms == MISSING else at_ms,
        lon=lon,
        lat=lat,
        h_acc_m=float(positions.h_acc_m[row]),
        stated=stated,
        layer=None if layer < 0 else LAYERS[layer],
        sea_m=sea,
        ground_m=ground,
        heights_m=(heights[0:2], heights[2:4], heights[4:6]),
    )


def whereabouts(
    spot: Spot,
    zones: Sequence[Zone],
    switches: Switches = NO_SWITCHES,
    nearby_m: float = NEARBY_M,
) -> tuple[ZoneFinding, ...]:
    """Return how a position stands to every zone near it: inside, uncertain, then by distance."""
    found = [_finding(spot, zone, switches) for zone in _near(spot, zones, nearby_m)]
    near = (each for each in found if -_edge_m(each) <= spot.h_acc_m + nearby_m)
    return tuple(sorted(near, key=_by_relation))


def decisions(findings: Sequence[ZoneFinding]) -> dict[Layer | None, Resolution]:
    """Return which zone decides where the position surely is, for each layer that has one.

    A zone of every layer is asked in each of them, and by itself where there is no other.
    """
    inside = [each.zone for each in findings if each.relation is Relation.INSIDE]
    layers = {zone.layer for zone in inside}
    return {
        layer: resolve([zone for zone in inside if zone.layer in {layer, None}], None)
        for layer in sorted(layers - {None} or layers, key=str)
    }


def _by_relation(finding: ZoneFinding) -> tuple[int, float, str]:
    return finding.relation or len(Relation) + 1, -_edge_m(finding), finding.zone.id


def _edge_m(finding: ZoneFinding) -> float:
    return max(each.edge_m for each in finding.volumes)


def _near(spot: Spot, zones: Sequence[Zone], nearby_m: float) -> list[Zone]:
    east, north = scale(spot.lat)
    reach = spot.h_acc_m + nearby_m
    box = shapely.box(
        spot.lon - reach / east,
        spot.lat - reach / north,
        spot.lon + reach / east,
        spot.lat + reach / north,
    )
    met = shapely.intersects(np.array([zone.footprint for zone in zones], dtype=object), box)
    return [zone for zone, meets in zip(zones, met, strict=True) if meets]


def _finding(spot: Spot, zone: Zone, switches: Switches) -> ZoneFinding:
    valid = now = True
    change = None
    if spot.at_ms is not None:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=spot.at_ms)
        valid = zone.valid.holds(at)
        now = bool(in_force(zone, np.array([spot.at_ms]), switches=switches)[0])
        change = next_change(zone, at, switches=switches)
    return ZoneFinding(
        zone=zone,
        layer=spot.layer is None or zone.layer is None or spot.layer is zone.layer,
        valid=valid,
        in_force=now,
        change=change,
        volumes=tuple(_volume_finding(spot, volume) for volume in zone.volumes),
    )


def _volume_finding(spot: Spot, volume: Volume) -> VolumeFinding:
    latitude = round(spot.lat * PLANES_PER_DEGREE) / PLANES_PER_DEGREE
    east, north = scale(latitude)
    point = shapely.Point(spot.lon * east, spot.lat * north)
    away = float(shapely.distance(in_plane(volume.footprint.boundary, latitude), point))
    inside = bool(shapely.intersects_xy(volume.footprint, spot.lon, spot.lat))
    sure = WITHIN if inside else OUTSIDE
    over = UNCERTAIN if 0 < spot.h_acc_m >= away else sure
    (agl, amsl, wgs84) = spot.heights_m
    return VolumeFinding(
        volume=volume,
        edge_m=away if inside else -away,
        over=over,
        height=in_band((*agl, *amsl, *wgs84), limits_of(volume.band)),
    )
