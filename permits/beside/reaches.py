"""Where does a decision have to look for others, and what must stand still while it is taken?

Two applications that could conflict, fill the same zone or send the same vehicle to two places ask
for at least one key in common, one of them to have it alone; who asks for it second waits, and then
reads what the first was granted. Applications in different places, layers or on different days do
not wait for each other.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from math import floor
from typing import NamedTuple

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
# A vehicle asked for on more days is held for all days.
MOST_DAYS = 31
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A box of places and the span of time over which others are to be read."""

    box: Bounds
    start: datetime
    end: datetime


class Key(NamedTuple):
    """What is held: alone, or together with all who hold a part of it alone."""

    number: int
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaches:
    """What to hold and what to read for a decision in a layer.

    `keys` are in order, so that nobody waits in a circle; `alone` stands for the whole layer.
    """

    layer: Layer
    alone: bool
    keys: tuple[Key, ...]
    reading: tuple[Reach, ...]


def reaches(case: Case) -> Reaches:
    """Return what must be held and read to decide a case."""
    reading = (*_around(case), *_counted(case))
    names = _limited(_names(case))
    return Reaches(
        layer=case.application.layer,
        alone=names is None,
        keys=_keys(names or {}),
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


def _names(case: Case) -> Iterator[tuple[str, bool]]:
    """Yield what is held by name, and whether alone."""
    layer = case.application.layer
    for vehicle in case.application.vehicles:
        # Wherever it is asked for: it cannot be granted two places at once.
        yield from _of_vehicle(f"{layer}/vehicle/{case.application.operator}/{vehicle}", case)
    for zone in () if case.application.occupation else counting(case.zones):
        yield f"{layer}/zone/{zone.id}", True
    for reach in _around(case):
        west, south, east, north = (floor(degrees / CELL_DEG) for degrees in reach.box)
        for day in _days(reach.start, reach.end):
            for column in range(west, east + 1):
                for row in range(south, north + 1):
                    yield f"{layer}/{day}/{column}/{row}", True


def _of_vehicle(name: str, case: Case) -> Iterator[tuple[str, bool]]:
    """Yield a vehicle's days, or the vehicle: whoever holds a day of it holds it with others."""
    spans = (_days(each.start, each.end) for each in case.application.volumes)
    days = set(islice(dict.fromkeys(chain.from_iterable(spans)), MOST_DAYS + 1))
    few = len(days) <= MOST_DAYS
    yield name, not few
    for day in days if few else ():
        yield f"{name}/{day}", True


def _days(start: datetime, end: datetime) -> range:
    return range((start - EPOCH) // DAY, (end - EPOCH) // DAY + 1)


def _limited(names: Iterable[tuple[str, bool]]) -> Mapping[str, bool] | None:
    """Return the names, or None where they are too many."""
    kept: dict[str, bool] = {}
    for name, alone in names:
        kept[name] = alone
        if len(kept) > MOST_KEYS:
            return None
    return kept


def _keys(names: Mapping[str, bool]) -> tuple[Key, ...]:
    """Return each key once, in order; two names with one number merely wait for each other."""
    keys: dict[int, bool] = {}
    for name, alone in names.items():
        number = _number(name)
        keys[number] = keys.get(number, False) or alone
    return tuple(Key(*each) for each in sorted(keys.items()))


def _number(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
