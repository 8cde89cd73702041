"""How many vehicles would be in a zone at once, and how many would enter it within an hour?

Counted over the permits granted, at every instant at which a count can be highest: a sweep along
the starts. A permit counts with all its vehicles, once, for as long as one of its volumes in the
zone is open; it enters when the first of these opens, and again after each pause.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from permits.beside.conflicts import is_in
from permits.case import Case
from permits.model import OperationVolume, PermitId
from permits.rules.zonewise import touched
from zones.columns import HOUR_MS, Instants
from zones.model import Zone
from zones.periods import Switches
from zones.time.schedule import epoch_ms, in_force, transitions

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """So many vehicles in a zone from an instant to another, in epoch milliseconds."""

    start_ms: int
    end_ms: int
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fullest:
    """The highest count while the operation lasts, itself included, and when it is reached first.

    For entries `at` is the start of the hour.
    """

    zone: Zone
    at: datetime
    count: int
    most: int


def at_once(case: Case) -> tuple[Fullest, ...]:
    """Return for each zone with a capacity how full it would be."""
    return tuple(_busiest(zone, most, case) for zone, most in _stating(case, "capacity"))


def within_an_hour(case: Case) -> tuple[Fullest, ...]:
    """Return for each zone that limits movements how many would enter in the busiest hour."""
    return tuple(
        _busiest_hour(zone, most, case) for zone, most in _stating(case, "movements_per_hour")
    )


def counting(zones: Iterable[Zone]) -> list[Zone]:
    """Return the zones that count who is inside or who enters."""
    return [
        zone
        for zone in zones
        if zone.rules.capacity is not None or zone.rules.movements_per_hour is not None
    ]


def _stating(case: Case, demand: str) -> list[tuple[Zone, int]]:
    if not counting(case.zones):
        return []
    stated = ((each.zone, each.demands.get(demand)) for each in touched(case))
    return [(zone, int(most)) for zone, most in stated if isinstance(most, int)]


def _busiest(zone: Zone, most: int, case: Case) -> Fullest:
    own, others = _own(zone, case), _others(zone, case)
    at_ms = _instants(own, [stay.start_ms for stay in (*own, *others)], zone, case.switches)
    # While the zone is not in force nobody is counted; when it comes into force, everyone inside.
    counted = in_force(zone, at_ms, switches=case.switches)
    inside = np.where(counted, _inside((*own, *others), at_ms), 0)
    first = int(np.argmax(inside))
    return Fullest(zone=zone, at=_instant(at_ms[first]), count=int(inside[first]), most=most)


def _busiest_hour(zone: Zone, most: int, case: Case) -> Fullest:
    own, others = _entering(_own(zone, case), zone, case), _others(zone, case)
    entries = sorted((*own, *_entering(others, zone, case)), key=lambda stay: stay.start_ms)
    mine = np.sort(np.array([stay.start_ms for stay in own], dtype=np.int64))
    times = np.array([stay.start_ms for stay in entries], dtype=np.int64)
    # An hour that begins with somebody's entry and holds one of the operation's.
    first_own = np.searchsorted(mine, times)
    held = np.searchsorted(mine, times + HOUR_MS) > first_own
    if not held.any():
        start = min(each.start for each in case.application.volumes)
        return Fullest(zone=zone, at=start, count=0, most=most)
    entered = np.concatenate(([0], np.cumsum([stay.vehicles for stay in entries])))
    counts = (
        entered[np.searchsorted(times, times + HOUR_MS)] - entered[np.searchsorted(times, times)]
    )
    fullest = int(np.argmax(np.where(held, counts, -1)))
    return Fullest(zone=zone, at=_instant(times[fullest]), count=int(counts[fullest]), most=most)


def _entering(stays: Sequence[Stay], zone: Zone, case: Case) -> list[Stay]:
    """Return those that begin while the zone is in force."""
    at_ms = np.array([stay.start_ms for stay in stays], dtype=np.int64)
    return list(compress(stays, in_force(zone, at_ms, switches=case.switches)))


def _instants(
    own: Sequence[Stay], starts: Sequence[int], zone: Zone, switches: Switches
) -> Instants:
    """Return when the count can be highest: where own stays, others', or the zone begin."""
    flips = [
        flip
        for stay in own
        for flip in transitions(zone, stay.start_ms, stay.end_ms, switches=switches)[1].tolist()
    ]
    every = np.unique(np.array([*starts, *flips], dtype=np.int64))
    return every[_inside(own, every) > 0]


def _inside(stays: Sequence[Stay], at_ms: Instants) -> Counts:
    """Return how many vehicles are inside at each instant: who came, less who left by then."""
    come = _until([stay.start_ms for stay in stays], stays, at_ms)
    return come - _until([stay.end_ms for stay in stays], stays, at_ms)


def _until(times: Sequence[int], stays: Sequence[Stay], at_ms: Instants) -> Counts:
    order = np.argsort(times, kind="stable")
    vehicles = np.array([stay.vehicles for stay in stays], dtype=np.int64)[order]
    total = np.concatenate(([0], np.cumsum(vehicles)))
    counts: Counts = total[np.searchsorted(np.array(times)[order], at_ms, side="right")]
    return counts


def _own(zone: Zone, case: Case) -> list[Stay]:
    volumes = [each for each in case.application.volumes if is_in(zone, each, case.datum)]
    return _stays(volumes, case.application.counted)


def _others(zone: Zone, case: Case) -> list[Stay]:
    volumes: dict[PermitId, list[OperationVolume]] = {}
    vehicles: dict[PermitId, int] = {}
    for each in case.neighbours:
        if is_in(zone, each.volume, case.datum):
            volumes.setdefault(each.permit, []).append(each.volume)
            vehicles[each.permit] = each.vehicles
    return [stay for permit, theirs in volumes.items() for stay in _stays(theirs, vehicles[permit])]


def _stays(volumes: Iterable[OperationVolume], vehicles: int) -> list[Stay]:
    """Return one stay for each span without a pause."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((epoch_ms(each.start), epoch_ms(each.end)) for each in volumes):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return [Stay(start_ms=start, end_ms=end, vehicles=vehicles) for start, end in spans]


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(int(at_ms) / 1000, tz=UTC)
