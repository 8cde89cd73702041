"""How far did a permit reach, when it was held for a part of its time only?"""

from dataclasses import replace

from permits.model import OperationVolume, Permit
from zones.periods import Window


def within(permit: Permit, held: Window) -> Permit | None:
    """Return the permit with its windows cut to the time in which it authorised, if any is left."""
    volumes = tuple(cut for each in permit.application.volumes if (cut := _cut(each, held)))
    if not volumes:
        return None
    if volumes == permit.application.volumes:
        return permit
    return replace(permit, application=replace(permit.application, volumes=volumes))


def _cut(volume: OperationVolume, held: Window) -> OperationVolume | None:
    start = volume.start if held.start is None else max(volume.start, held.start)
    end = volume.end if held.end is None else min(volume.end, held.end)
    if (start, end) == (volume.start, volume.end):
        return volume
    return replace(volume, window=Window(start=start, end=end)) if start < end else None
