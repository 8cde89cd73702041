"""Which zones does one of higher priority set aside, everywhere an operation goes?

A permit covers a space and a span of time, and the zones above may cover only a part of it. A zone
is set aside only where those above it surely cover all that the operation shares with it, in
place, height and time; for whatever is left, or may be, it counts.
"""

from collections.abc import Sequence

import shapely

from permits.model import OperationVolume
from zones.model import Band, Height, Volume, Zone
from zones.time.schedule import epoch_ms, transitions

# Some tenth of a millimetre: intersections end a rounding error beside the lines they lie on.
ROUNDING_DEG = 1e-9


def set_aside_by(
    zone: Zone, others: Sequence[Zone], volumes: Sequence[OperationVolume]
) -> tuple[Zone, ...]:
    """Return the zones of higher priority that leave nothing to this one; none where any is left.

    An officer's switch is not known ahead: a zone that waits for one sets nothing aside. Heights
    are compared in one reference only.
    """
    above = [other for other in others if other.priority > zone.priority]
    if not above:
        return ()
    covering: list[Zone] = []
    for volume in volumes:
        reaching = [other for other in above if _throughout(other, volume)]
        for own in zone.volumes:
            part = shapely.intersection(volume.footprint, own.footprint)
            if part.is_empty or _apart(volume.band, own.band):
                continue
            found = [other for other in reaching if _areas(other, volume.band, own.band)]
            areas = [each for other in found for each in _areas(other, volume.band, own.band)]
            if not shapely.union_all(areas).buffer(ROUNDING_DEG, quad_segs=1).covers(part):
                return ()
            covering += [other for other in found if other.footprint.intersects(part)]
    return tuple(other for other in above if any(other is each for each in covering))


def _throughout(zone: Zone, volume: OperationVolume) -> bool:
    """Tell whether the zone is in force during the whole of the operation."""
    begun, flips = transitions(zone, epoch_ms(volume.start), epoch_ms(volume.end))
    return begun and not len(flips)


def _areas(zone: Zone, *bands: Band) -> list[shapely.Geometry]:
    """Return the footprints of the zone over which it surely reaches through all the heights."""
    return [each.footprint for each in zone.volumes if _reaches(each, bands)]


def _reaches(volume: Volume, bands: Sequence[Band]) -> bool:
    lower, upper = volume.band.lower, volume.band.upper
    from_below = lower is None or any(_not_above(lower, band.lower) for band in bands)
    return from_below and (upper is None or any(_not_above(band.upper, upper) for band in bands))


def _apart(one: Band, other: Band) -> bool:
    return _not_above(one.upper, other.lower) or _not_above(other.upper, one.lower)


def _not_above(low: Height | None, high: Height | None) -> bool:
    """Tell whether one height surely is no higher than another; without a limit it is not sure."""
    if low is None or high is None or low.reference is not high.reference:
        return False
    return low.value_m <= high.value_m
