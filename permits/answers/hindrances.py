"""Which moves of an operation are hindered for certain, and which zones does each move touch?

An operation that moves in time and height keeps its footprints. So what shares a place with them is
found once, and what is left is arithmetic of intervals: each zone and each neighbour takes a span
of time and of heights away. Only what is certain is taken away here; `alternatives` beside asks the
rules about whatever is left.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

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
from zones.model import Band, HeightReference, Layer, Zone, ZoneId
from zones.time.schedule import epoch_ms, transitions
from zones.time.spans import limits_of

Answers = NDArray[np.bool_]
Metres = NDArray[np.float64]

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
    touched = _touched(wide, grid)
    hindered = np.repeat(_late(wide, grid)[:, np.newaxis], len(grid.rises_m), axis=1)
    closed = _closed(wide)
    for zone, at in zip(wide.zones, touched, strict=True):
        if (zone.id, zone.version) in closed:
            hindered |= at
    hindered |= _taken(wide, grid)
    return Hindrances(hindered=hindered, touched=touched, zones=wide.zones)


def refuses(said: Finding | tuple[Finding, ...]) -> bool:
    """Tell whether what a rule says keeps the machine from granting."""
    return any(each.human or each.outcome is Outcome.OBJECTED for each in _findings(said))


def _findings(said: Finding | tuple[Finding, ...]) -> tuple[Finding, ...]:
    return (said,) if isinstance(said, Finding) else said


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


def _closed(wide: Case) -> set[tuple[ZoneId | None, int | None]]:
    """Return the zones that refuse for certain whatever touches them: nothing sets them aside."""
    highest = max((zone.priority for zone in wide.zones), default=0)
    # Whether a ground for experiments grants by rule depends on the height.
    settled = [
        zone for zone in wide.zones if zone.priority == highest and not zone.rules.experimentation
    ]
    alone = replace(wide, zones=tuple(settled), neighbours=())
    return {
        (each.zone, each.zone_version)
        for rule in SETTLED
        for each in _findings(rule(alone))
        if refuses(each)
    }


def _touched(wide: Case, grid: Grid) -> tuple[Answers, ...]:
    """Tell of each zone and move whether a volume is in the zone, as `zones.catalogue` does."""
    parts = [(row, part) for row, zone in enumerate(wide.zones) for part in zone.volumes]
    areas = np.array([part.footprint for _, part in parts], dtype=np.object_)
    found = tuple(np.zeros((len(grid.minutes), len(grid.rises_m)), dtype=bool) for _ in wide.zones)
    for volume in wide.application.volumes:
        shapely.prepare(volume.footprint)
        bands: dict[int, set[Band]] = {}
        for place in np.flatnonzero(shapely.intersects(volume.footprint, areas)).tolist():
            row, part = parts[place]
            bands.setdefault(row, set()).add(part.band)
        levels = _Levels.of(volume.band, grid)
        for row, some in bands.items():
            high = np.any([_meeting(volume, levels, each, wide, grid) for each in some], axis=0)
            if high.any():
                found[row][:] |= _open(wide.zones[row], volume, wide, grid)[:, np.newaxis] & high
    return found


class _Levels(NamedTuple):
    """The limits of a band at each move in height, without end where it has none.

    `references` are what its limits count from.
    """

    lower_m: Metres
    upper_m: Metres
    references: frozenset[HeightReference]

    @classmethod
    def of(cls, band: Band, grid: Grid) -> "_Levels":
        """Return those of a band that moves."""
        lower_m, upper_m, references = _limits(band)
        rises = np.array(grid.rises_m)
        return cls(lower_m + rises, upper_m + rises, references)


def _limits(band: Band) -> tuple[float, float, frozenset[HeightReference]]:
    return (
        -np.inf if band.lower is None else band.lower.value_m,
        np.inf if band.upper is None else band.upper.value_m,
        frozenset(each.reference for each in (band.lower, band.upper) if each is not None),
    )


def _meeting(
    volume: OperationVolume, levels: _Levels, band: Band, wide: Case, grid: Grid
) -> Answers:
    """Tell of each move in height whether a volume then shares heights with a band, or may."""
    lower_m, upper_m, references = _limits(band)
    if len(references | levels.references) <= 1:
        same = (levels.lower_m == lower_m) & (levels.upper_m == upper_m)
        # What is up to a ceiling shares nothing with what begins there.
        alike: Answers = same | ~((levels.upper_m <= lower_m) | (upper_m <= levels.lower_m))
        return alike
    box = volume.footprint.bounds
    moved = [raised(volume.band, rise_m) for rise_m in grid.rises_m]
    return np.array([bands_meet(band, each, box, wide.datum) for each in moved])


def _open(zone: Zone, volume: OperationVolume, wide: Case, grid: Grid) -> Answers:
    """Tell of each move in time whether the zone is in force at some instant of the window."""
    moves = np.array(grid.minutes, dtype=np.int64) * MINUTE_MS
    start, end = epoch_ms(volume.start) + moves, epoch_ms(volume.end) + moves
    answers: Answers
    if not zone.applicability:
        since, until = limits_of(zone.valid)
        answers = ((since <= start) & (start < until)) | ((start < since) & (since < end))
        return answers
    first, last = int(start.min()), max(int(end.max()), int(start.max()) + 1)
    begun, flips = transitions(zone, first, last, switches=wide.switches)
    # After an even number of flips it is as it was at the start; any flip within is an instant in.
    before = np.searchsorted(flips, start, side="right")
    within = np.searchsorted(flips, end, side="left") > before
    at_start = (before % 2 == 0) == begun
    answers = at_start | within
    return answers


def _taken(wide: Case, grid: Grid) -> Answers:
    """Tell of each move whether a neighbour in the air is surely in its way.

    Where heights count from different references, that depends on the place.
    """
    taken = np.zeros((len(grid.minutes), len(grid.rises_m)), dtype=bool)
    if wide.application.layer is not Layer.AIR or not wide.neighbours:
        return taken
    others = [each.volume for each in wide.neighbours]
    areas = np.array([each.footprint for each in others], dtype=np.object_)
    moves = (np.array(grid.minutes, dtype=np.int64) * MINUTE_US)[:, np.newaxis]
    for volume in wide.application.volumes:
        levels = _Levels.of(volume.band, grid)
        shapely.prepare(volume.footprint)
        met = np.flatnonzero(shapely.intersects(volume.footprint, areas)).tolist()
        limits = [(others[row], *_limits(others[row].band)) for row in met]
        near = [each for each in limits if len(each[-1] | levels.references) <= 1]
        starts = np.array([_us(each.start) for each, *_ in near], dtype=np.int64)
        ends = np.array([_us(each.end) for each, *_ in near], dtype=np.int64)
        lower_m = np.array([lower_m for _, lower_m, _, _ in near])[:, np.newaxis]
        upper_m = np.array([upper_m for _, _, upper_m, _ in near])[:, np.newaxis]
        during = (_us(volume.start) + moves < ends) & (_us(volume.end) + moves > starts)
        level = ~((lower_m >= levels.upper_m) | (levels.lower_m >= upper_m))
        taken |= during @ level
    return taken


def _us(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
