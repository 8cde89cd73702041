"""Which permits already granted would an operation come too close to?

Two volumes conflict where, at one instant, they are closer than asked both across the ground and
in height. What is asked is what the zones that both are in state, else that they share nothing.
Everything here is symmetrical: whichever of two is decided second, the answer is the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from permits.case import Case, Neighbour
from permits.model import OperationVolume
from permits.rules.overrides import set_aside_by
from zones.heights.gaps import surely_apart
from zones.heights.vertical import Datum
from zones.model import Layer, Zone
from zones.periods import Window
from zones.space.coordinates import Bounds
from zones.space.geometry import area_m2, in_plane, scale
from zones.time.schedule import touches

# Two occupations share a wall whose ends were rounded: this is no place.
WALL_M2 = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """How far two volumes keep from each other, across or in height, and which zones ask for it."""

    across_m: float = 0.0
    in_height_m: float = 0.0
    zones: tuple[Zone, ...] = ()


TOGETHER = Separation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One of the operation's volumes with one already granted: what was asked, when they meet."""

    volume: OperationVolume
    neighbour: Neighbour
    separation: Separation

    @property
    def start(self) -> datetime:
        """Return the instant from which on both are used."""
        return max(self.volume.start, self.neighbour.volume.start)

    @property
    def end(self) -> datetime:
        """Return the instant from which on one of them is no longer used."""
        return min(self.volume.end, self.neighbour.volume.end)


def competes(case: Case) -> bool:
    """Tell whether volumes of the case's layer exclude each other: in the air, or where asked.

    What occupies a place excludes what else would occupy it, in every layer.
    """
    asked = case.application
    return asked.layer is Layer.AIR or asked.occupation is not None or bool(separating(case.zones))


def separating(zones: Sequence[Zone]) -> list[Zone]:
    """Return the zones that state how far vehicles keep from each other."""
    return [
        zone
        for zone in zones
        if zone.rules.separation_m is not None or zone.rules.separation_vertical_m is not None
    ]


def meetings(case: Case) -> tuple[Meeting, ...]:
    """Return every pair that would be too close, in the order of when they meet."""
    if not case.neighbours or not competes(case):
        return ()
    found = [each for volume in case.application.volumes for each in _of(volume, case)]
    return tuple(sorted(found, key=lambda each: (each.start, each.neighbour.permit)))


def reach_of(volume: OperationVolume, across_m: float) -> Bounds:
    """Return the box around a volume that holds all places within a distance of it."""
    bounds: Bounds = volume.footprint.bounds
    if not across_m:
        return bounds
    west, south, east, north = bounds
    # Degrees are shortest, of longitude far from the equator, of latitude on it; one per cent more
    # covers the plane's own error.
    east_m, _ = scale(max(abs(south), abs(north)))
    _, north_m = scale(0.0)
    aside, along = 1.01 * across_m / east_m, 1.01 * across_m / north_m
    return west - aside, south - along, east + aside, north + along


def _of(volume: OperationVolume, case: Case) -> Iterator[Meeting]:
    near = _near(volume, case)
    asking = separating(case.zones)
    occupying = case.application.counted == 0
    for neighbour, meets in near:
        if occupying or neighbour.vehicles == 0:
            if occupying and neighbour.vehicles == 0:
                yield from _in_one_place(volume, neighbour, case)
            continue
        asked = _asked(volume, neighbour.volume, asking, case) if asking else TOGETHER
        if case.application.layer is not Layer.AIR and not asked.zones:
            continue
        if meets or _distance_m(volume.footprint, neighbour.volume.footprint) < asked.across_m:
            box = _around_both(volume, neighbour.volume, asked.across_m)
            bands = volume.band, neighbour.volume.band
            if not surely_apart(*bands, asked.in_height_m, box, case.datum):
                yield Meeting(volume=volume, neighbour=neighbour, separation=asked)


def _in_one_place(volume: OperationVolume, neighbour: Neighbour, case: Case) -> Iterator[Meeting]:
    """Yield the meeting of two occupations that share more than a wall."""
    shared = volume.footprint.intersection(neighbour.volume.footprint)
    if shared.is_empty or area_m2(shared) <= WALL_M2:
        return
    bands = volume.band, neighbour.volume.band
    if not surely_apart(*bands, 0.0, shared.bounds, case.datum):
        yield Meeting(volume=volume, neighbour=neighbour, separation=TOGETHER)


def _near(volume: OperationVolume, case: Case) -> list[tuple[Neighbour, bool]]:
    """Return those open at the same time with a box in reach, and whether the areas meet."""
    across_m = max((each.rules.separation_m or 0.0 for each in separating(case.zones)), default=0.0)
    west, south, east, north = reach_of(volume, across_m)
    open_too = [each for each in case.neighbours if volume.window.overlaps(each.volume.window)]
    if not open_too:
        return []
    areas = np.array([each.volume.footprint for each in open_too], dtype=np.object_)
    bounds = shapely.bounds(areas)
    apart = (bounds[:, 0] > east) | (bounds[:, 2] < west)
    apart |= (bounds[:, 1] > north) | (bounds[:, 3] < south)
    shapely.prepare(volume.footprint)
    # *Intersects*: who is on a line that two volumes share is in both.
    meets = shapely.intersects(volume.footprint, areas)
    return [(open_too[row], bool(meets[row])) for row in np.flatnonzero(~apart)]


def _asked(
    one: OperationVolume, other: OperationVolume, zones: Sequence[Zone], case: Case
) -> Separation:
    """Return what the zones that both volumes are in while both are used ask of the two.

    Of the zones that neither yields to one of higher priority the greatest distances count.
    """
    start, end = max(one.start, other.start), min(one.end, other.end)
    both = Window(start=start, end=end)
    shared = [
        zone
        for zone in zones
        if is_in(zone, one, case.datum)
        and is_in(zone, other, case.datum)
        and touches(zone, both, switches=case.switches)
    ]
    across = _standing(shared, "separation_m", (one, other))
    in_height = _standing(shared, "separation_vertical_m", (one, other))
    return Separation(
        across_m=max((zone.rules.separation_m or 0.0 for zone in across), default=0.0),
        in_height_m=max((zone.rules.separation_vertical_m or 0.0 for zone in in_height), default=0),
        zones=tuple(zone for zone in shared if zone in across or zone in in_height),
    )


def _standing(
    shared: Sequence[Zone], demand: str, volumes: Sequence[OperationVolume]
) -> list[Zone]:
    stating = [zone for zone in shared if getattr(zone.rules, demand) is not None]
    return [zone for zone in stating if not set_aside_by(zone, stating, volumes)]


def is_in(zone: Zone, volume: OperationVolume, datum: Datum) -> bool:
    """Tell whether a volume shares a place and a height with a zone, or may."""
    return any(
        volume.footprint.intersects(part.footprint)
        and not surely_apart(volume.band, part.band, 0.0, volume.footprint.bounds, datum)
        for part in zone.volumes
    )


def _distance_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the metres between two areas, in the plane of the latitude between them."""
    bounds = np.array([one.bounds, other.bounds])
    latitude = float((bounds[:, 1].min() + bounds[:, 3].max()) / 2)
    return float(shapely.distance(in_plane(one, latitude), in_plane(other, latitude)))


def _around_both(one: OperationVolume, other: OperationVolume, across_m: float) -> Bounds:
    """Return a box with every place of either that is near enough to the other to matter."""
    mine, theirs = reach_of(one, across_m), reach_of(other, across_m)
    west, south = max(mine[0], theirs[0]), max(mine[1], theirs[1])
    east, north = min(mine[2], theirs[2]), min(mine[3], theirs[3])
    return west, south, max(west, east), max(south, north)
