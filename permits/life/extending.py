"""What is asked for when a permit shall last longer? The same, with later ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from permits.model import Application, InvalidApplication, OperationVolume
from zones.periods import Window


def extended(application: Application, ends: Sequence[datetime]) -> Application:
    """Return the application with these ends: one for each volume, or one for those ending last."""
    volumes = application.volumes
    if len(ends) == 1:
        last = max(each.end for each in volumes)
        wanted = [ends[0] if each.end == last else each.end for each in volumes]
    elif len(ends) == len(volumes):
        wanted = list(ends)
    else:
        msg = f"ends: one is expected, or one for each of the {len(volumes)} volumes"
        raise InvalidApplication(msg)
    longer = tuple(_longer(each, end, ends) for each, end in zip(volumes, wanted, strict=True))
    if longer == volumes:
        msg = "ends: nothing would end later than it does"
        raise InvalidApplication(msg)
    return replace(application, volumes=longer)


def _longer(volume: OperationVolume, end: datetime, ends: Sequence[datetime]) -> OperationVolume:
    if end == volume.end:
        return volume
    if end < volume.end:
        number = ends.index(end)
        msg = f"ends/{number}: {end.isoformat()} is before the present end {volume.end.isoformat()}"
        raise InvalidApplication(msg)
    return replace(volume, window=Window(start=volume.start, end=end))
