"""How far did a permit reach, when it was held for a part of its time only?"""

from dataclasses import dataclass, replace
from datetime import datetime

from permits.model import Application, OperationVolume, PermitId, PermitState
from zones.periods import Window

Held = tuple[PermitId, int, Window]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a version of a permit authorised, as far as and while it did: since, and until, when.

    Its reasons stay with the permit: vehicles are judged by what was granted alone. `became` is the
    state in which its permit was from the end on, where that came before its time.
    """

    id: PermitId
    version: int
    application: Application
    held: Window
    became: PermitState | None = None

    @property
    def key(self) -> Held:
        """Return what it is known by: versions never change."""
        return self.id, self.version, self.held

    @property
    def order(self) -> tuple[datetime | None, PermitId, int]:
        """Return its place among others: who was granted first comes first."""
        return self.held.start, self.id, self.version


def within(application: Application, held: Window) -> Application | None:
    """Return what was asked with its windows cut to a span of time, if anything is left of it."""
    volumes = tuple(cut for each in application.volumes if (cut := _cut(each, held)))
    if not volumes:
        return None
    return application if volumes == application.volumes else replace(application, volumes=volumes)


def ahead(application: Application, now: datetime) -> Application:
    """Return what is left of an application; of what is over everything."""
    return within(application, Window(start=now, end=None)) or application


def _cut(volume: OperationVolume, held: Window) -> OperationVolume | None:
    start = volume.start if held.start is None else max(volume.start, held.start)
    end = volume.end if held.end is None else min(volume.end, held.end)
    if (start, end) == (volume.start, volume.end):
        return volume
    return replace(volume, window=Window(start=start, end=end)) if start < end else None
