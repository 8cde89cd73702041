"""Which moves of an operation are hindered for certain, and which zones does each move touch?

An operation that moves in time and height keeps its footprints. So what shares a place with them is
found once, and what is left is arithmetic of intervals: each zone and each neighbour takes a span
of time and of heights away. Only what is certain is taken away here; `alternatives` beside asks the
rules about whatever is left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from permits.answers.grid import Grid, raised
from permits.case import Case
from permits.model import Finding, OperationVolume, Outcome
from permits.rules.fitness import equipment_carried, length_fits, mass_fits, noise_fits
from permits.rules.validity import documents_valid
from permits.rules.zonewise import human_review, zone_restriction
from zones.catalogue import bands_meet
from zones.heights.gaps import surely_apart
from zones.model import Band, Layer, Zone
from zones.time.schedule import epoch_ms, transitions

Answers = NDArray[np.bool_]

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)
MINUTE_US = 60_000_000
MINUTE_MS = 60_000
# What these say of a zone does not depend on when or how high, nor on any other of its priority.
SETTLED: tuple[Callable[[Case], Finding | tuple[Finding, ...]], ...] = (
    zone_restriction,
    human_review,
    length_fits,
    mass_fits,
    noise_fits,
    equipment_carried,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrances:
    """By move in time and in height: what is hindered, and of each zone where it is touched."""

    hindered: Answers
    touched: tuple[Answers, ...]
    zones: tuple[Zone, ...]

    def zones_at(self, when: int, high: int) -> tuple[Zone, ...]:
        """Return the zones that the operation touches once moved."""
        return tuple(
            zone for zone, at in zip(self.zones, self.touched, strict=True) if at[when, high]
        )


def hindrances(wide: Case, grid: Grid) -> Hindrances:
    """Lay out what hinders; `wide` knows all zones and neighbours that any move could meet."""
    touched = tuple(_touched(zone, wide, grid) for zone in wide.zones)
    hindered = np.repeat(_late(wide, grid)[:, np.newaxis], len(grid.rises_m), axis=1)
    for zone, at in zip(wide.zones, touched, strict=True):
        if not hindered[at].all() and _closed(zone, wide):
            hindered |= at
    for at in _taken(wide, grid):
        hindered |= at
    return Hindrances(hindered=hindered, touched=touched, zones=wide.zones)


def refuses(said: Finding | tuple[Finding, ...]) -> bool:
    """Tell whether what a rule says keeps the machine from granting."""
    findings = (said,) if isinstance(said, Finding) else said
    return any(each.human or each.outcome is Outcome.OBJECTED for each in findings)


def _late(wide: Case, grid: Grid) -> Answers:
    """Tell of each move in time whether the hour alone refuses it: it is over, or a paper is."""
    start = min(volume.start for volume in wide.application.volumes)
    moves = np.array(grid.minutes, dtype=np.int64) * MINUTE_US
    late: Answers = _us(start) + moves < _us(wide.now)
    if any(each.outcome is not Outcome.NOT_APPLICABLE for each in documents_valid(wide)):
        late |= [refuses(documents_valid(_moved(wide, minutes))) for minutes in grid.minutes]
    return late


def _moved(wide: Case, minutes: int) -> Case:
    # To move the operation is to move all that it is held against the other way.
    delay = timedelta(minutes=minutes)
    asked = wide.application
    volumes = tuple(_later(each, delay) for each in asked.volumes)
    return replace(wide, application=replace(asked, volumes=volumes), zones=(), neighbours=())


def _later(volume: OperationVolume, delay: timedelta) -> OperationVolume:
    window = replace(volume.window, start=volume.start + delay, end=volume.end + delay)
    return replace(volume, window=window)


def _closed(zone: Zone, wide: Case) -> bool:
    """Tell whether a zone refuses for certain whatever touches it: nothing can set it aside."""
    if any(other.priority > zone.priority for other in wide.zones):
        return False
    if zone.rules.experimentation:
        # Whether it grants by rule depends on the height.
        return False
    alone = replace(wide, zones=(zone,), neighbours=())
    return any(refuses(rule(alone)) for rule in SETTLED)


def _touched(zone: Zone, wide: Case, grid: Grid) -> Answers:
    """Tell of each move whether one of the volumes is in the zone, as `zones.catalogue` does."""
    found = np.zeros((len(grid.minutes), len(grid.rises_m)), dtype=bool)
    for volume in wide.application.volumes:
        shapely.prepare(volume.footprint)
        parts = [part for part in zone.volumes if volume.footprint.intersects(part.footprint)]
        if parts:
            bands = list(dict.fromkeys(part.band for part in parts))
            high = _meeting(volume, bands, wide, grid)
            if high.any():
                found |= _open(zone, volume, wide, grid)[:, np.newaxis] & high
    return found


def _meeting(volume: OperationVolume, bands: Sequence[Band], wide: Case, grid: Grid) -> Answers:
    box = volume.footprint.bounds
    moved = [raised(volume.band, rise_m) for rise_m in grid.rises_m]
    return np.array(
        [any(bands_meet(band, each, box, wide.datum) for band in bands) for each in moved]
    )


def _open(zone: Zone, volume: OperationVolume, wide: Case, grid: Grid) -> Answers:
    """Tell of each move in time whether the zone is in force at some instant of the window."""
    start, end = epoch_ms(volume.start), epoch_ms(volume.end)
    moves = np.array(grid.minutes, dtype=np.int64) * MINUTE_MS
    first, last = start + int(moves.min()), max(end, start + 1) + int(moves.max())
    begun, flips = transitions(zone, first, last, switches=wide.switches)
    # After an even number of flips it is as it was at the start; any flip within is an instant in.
    before = np.searchsorted(flips, start + moves, side="right")
    within = np.searchsorted(flips, end + moves, side="left") > before
    at_start = (before % 2 == 0) == begun
    answers: Answers = at_start | within
    return answers


def _taken(wide: Case, grid: Grid) -> Iterator[Answers]:
    """Yield for each neighbour in the air the moves that it surely is in the way of."""
    if wide.application.layer is not Layer.AIR or not wide.neighbours:
        return
    areas = np.array([each.volume.footprint for each in wide.neighbours], dtype=np.object_)
    moves = np.array(grid.minutes, dtype=np.int64) * MINUTE_US
    for volume in wide.application.volumes:
        shapely.prepare(volume.footprint)
        start, end = _us(volume.start) + moves, _us(volume.end) + moves
        bands = [raised(volume.band, rise_m) for rise_m in grid.rises_m]
        known: dict[Band, Answers] = {}
        for row in np.flatnonzero(shapely.intersects(volume.footprint, areas)):
            other = wide.neighbours[row].volume
            if other.band not in known:
                known[other.band] = _level(bands, other.band, wide)
            during = (start < _us(other.end)) & (end > _us(other.start))
            yield during[:, np.newaxis] & known[other.band]


def _level(bands: Sequence[Band], other: Band, wide: Case) -> Answers:
    """Tell of each band whether it shares heights with another for certain.

    Where they count from different references, that depends on the place.
    """
    box = wide.application.volumes[0].footprint.bounds
    return np.array(
        [
            len(_references(band, other)) <= 1
            and not surely_apart(band, other, 0.0, box, wide.datum)
            for band in bands
        ]
    )


def _references(*bands: Band) -> set[str]:
    limits = [limit for band in bands for limit in (band.lower, band.upper)]
    return {limit.reference.value for limit in limits if limit is not None}


def _us(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
