"""Would a vehicle have to be in two places at once, by this operation and a permit it has already?

A vehicle may have several permits at a time as long as it can keep to all of them: at every instant
at which two are open there is a place and a height that both permit. So one may lie within another.
The volumes of one application are one use: which of them a vehicle is in is its holder's choice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise, product

from permits.case import Case, Engagement
from permits.model import OperationVolume, PermitId
from zones.heights.gaps import surely_apart
from zones.heights.vertical import Datum
from zones.periods import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A permit that some vehicles could not keep to as well, and when that is so first."""

    permit: PermitId
    vehicles: tuple[str, ...]
    start: datetime
    end: datetime


def clashes(case: Case) -> tuple[Clash, ...]:
    """Return the permits that the vehicles could not keep to as well, in the order of when."""
    asked = case.application.volumes
    whole = Window(start=min(each.start for each in asked), end=max(each.end for each in asked))
    held = [each for each in case.engagements if whole.overlaps(each.volume.window)]
    found = [
        clash
        for _, theirs in groupby(sorted(held, key=_permit), key=_permit)
        for clash in _first(asked, tuple(theirs), case.datum)
    ]
    return tuple(sorted(found, key=lambda each: (each.start, each.permit)))


def _permit(engagement: Engagement) -> PermitId:
    return engagement.permit


def _first(
    asked: Sequence[OperationVolume], held: Sequence[Engagement], datum: Datum
) -> Iterator[Clash]:
    """Yield when an operation and a permit cannot both be kept to first, if ever."""
    changes: dict[datetime, list[tuple[_Open, int, OperationVolume]]] = {}
    ours, theirs = _Open(), _Open()
    for side, volumes in ((ours, asked), (theirs, [each.volume for each in held])):
        for place, each in enumerate(volumes):
            changes.setdefault(each.start, []).append((side, place, each))
            changes.setdefault(each.end, []).append((side, place, each))
    for start, end in pairwise(sorted(changes)):
        for side, place, each in changes[start]:
            side.turn(place, each, start)
        if ours and theirs and not _meet(ours, theirs, datum):
            named = sorted({name for each in held for name in each.vehicles})
            yield Clash(permit=held[0].permit, vehicles=tuple(named), start=start, end=end)
            return


class _Open(dict[int, OperationVolume]):
    """The volumes of one side that are open at an instant, by their place: two may be alike."""

    def turn(self, place: int, volume: OperationVolume, at: datetime) -> None:
        """Open a volume that starts at an instant, close one that ends."""
        if volume.start == at:
            self[place] = volume
        else:
            del self[place]


def _meet(ours: _Open, theirs: _Open, datum: Datum) -> bool:
    """Tell whether some place and height may be in one of ours and in one of theirs."""
    return any(_share(one, other, datum) for one, other in product(ours.values(), theirs.values()))


def _share(one: OperationVolume, other: OperationVolume, datum: Datum) -> bool:
    both = one.footprint.intersection(other.footprint)
    return not both.is_empty and not surely_apart(one.band, other.band, 0.0, both.bounds, datum)
