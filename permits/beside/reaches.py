"""Where does a decision have to look for others, and what must stand still while it is taken?

Two applications that could conflict, fill the same zone or send the same vehicle to two places ask
for at least one key in common; who asks for it second waits, and then reads what the first was
granted. Applications of other vehicles in different places, layers or on different days share no
key and do not wait for each other.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

from permits.beside.capacity import counting
from permits.beside.conflicts import competes, reach_of, separating
from permits.case import Case
from zones.model import Layer
from zones.space.coordinates import Bounds

CELL_DEG = 0.01  # about a kilometre
DAY = timedelta(days=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
# An operation that would ask for more has the layer to itself while it is decided.
MOST_KEYS = 256
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A box of places and the span of time over which others are to be read."""

    box: Bounds
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaches:
    """What to hold and what to read for a decision in a layer.

    `keys` are in order, so that nobody waits in a circle; `alone` stands for the whole layer.
    """

    layer: Layer
    alone: bool
    keys: tuple[int, ...]
    reading: tuple[Reach, ...]


def reaches(case: Case) -> Reaches:
    """Return what must be held and read to decide a case."""
    reading = (*_around(case), *_counted(case))
    names = _limited(_names(case))
    return Reaches(
        layer=case.application.layer,
        alone=names is None,
        keys=tuple(sorted(_key(name) for name in names or ())),
        reading=reading,
    )


def _around(case: Case) -> Iterator[Reach]:
    """Yield the surroundings of each volume within which others are too near."""
    if not competes(case):
        return
    across_m = max((each.rules.separation_m or 0.0 for each in separating(case.zones)), default=0.0)
    for volume in case.application.volumes:
        yield Reach(box=reach_of(volume, across_m), start=volume.start, end=volume.end)


def _counted(case: Case) -> Iterator[Reach]:
    """Yield each zone that counts vehicles, from an hour before the operation to one after."""
    if case.application.occupation:
        return
    start = min(each.start for each in case.application.volumes) - HOUR
    end = max(each.end for each in case.application.volumes) + HOUR
    for zone in counting(case.zones):
        yield Reach(box=zone.footprint.bounds, start=start, end=end)


def _names(case: Case) -> Iterator[str]:
    layer = case.application.layer
    for vehicle in case.application.vehicles:
        # Wherever it is asked for: it cannot be granted two places at once.
        yield f"{layer}/vehicle/{case.application.operator}/{vehicle}"
    for zone in () if case.application.occupation else counting(case.zones):
        yield f"{layer}/zone/{zone.id}"
    for reach in _around(case):
        west, south, east, north = (floor(degrees / CELL_DEG) for degrees in reach.box)
        first, last = (reach.start - EPOCH) // DAY, (reach.end - EPOCH) // DAY
        for day in range(first, last + 1):
            for column in range(west, east + 1):
                for row in range(south, north + 1):
                    yield f"{layer}/{day}/{column}/{row}"


def _limited(names: Iterable[str]) -> set[str] | None:
    """Return the names, or None where they are too many."""
    kept: set[str] = set()
    for name in names:
        kept.add(name)
        if len(kept) > MOST_KEYS:
            return None
    return kept


def _key(name: str) -> int:
    """Return a number for a name; two names with one number merely wait for each other."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
