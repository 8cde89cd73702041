"""Which numbered observations came before? The numbers each boot of each vehicle has used.

A number is used once: what comes under it again is a repetition or a contradiction, and only such
are looked up among what is stored. Numbers mostly follow each other, so a boot's are a few ranges.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, VehicleKey
from zones.columns import Floats

Rows = NDArray[np.intp]


class Boot(NamedTuple):
    """From one start of a vehicle's transmitter to the next, as it says itself."""

    vehicle: VehicleKey
    boot: str


@dataclass(slots=True)
class Used:
    """The numbers that are used, as inclusive ranges in order, each apart from the next."""

    firsts: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)

    def touches(self, first: int, last: int) -> bool:
        """Tell whether any number from first to last is used."""
        if not self.lasts or first > self.lasts[-1]:
            return False  # as most are
        place = bisect_right(self.firsts, last) - 1
        return place >= 0 and self.lasts[place] >= first

    def add(self, first: int, last: int) -> None:
        """Use the numbers from first to last, none of which is used."""
        if self.lasts and first == self.lasts[-1] + 1:
            self.lasts[-1] = last  # as most do
            return
        place = bisect_right(self.firsts, first)
        joins_before = place > 0 and self.lasts[place - 1] == first - 1
        joins_after = place < len(self.firsts) and self.firsts[place] == last + 1
        if joins_before:
            self.lasts[place - 1] = self.lasts.pop(place) if joins_after else last
            if joins_after:
                del self.firsts[place]
        elif joins_after:
            self.firsts[place] = first
        else:
            self.firsts.insert(place, first)
            self.lasts.insert(place, last)


class Run(NamedTuple):
    """Numbers of one boot that follow each other, all of them new; and what it used before."""

    boot: Boot
    first: int
    last: int
    used: Used


class Repeat(NamedTuple):
    """A row under the number of another row of its batch that came before it."""

    row: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What numbers say of a batch: rows that are new, rows to look up, repeats of new ones."""

    new: Rows
    known: Rows
    repeats: tuple[Repeat, ...]
    runs: tuple[Run, ...]


NOTHING_NEW = Parted(new=np.empty(0, np.intp), known=np.empty(0, np.intp), repeats=(), runs=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Boots:
    """Whose numbers some rows bear: of each row its place among the boots."""

    boots: list[Boot]
    place: NDArray[np.intp]


def boots_of(batch: Observations, rows: Rows) -> Boots:
    """Return whose numbers these rows bear."""
    groups = batch.vehicle[rows].astype(np.int64) * len(batch.boots) + batch.boot[rows]
    listed = groups.tolist()
    # Sorted by hand: numpy's own way takes longer for a few rows, and no less for many.
    different = sorted(set(listed))
    number = {group: n for n, group in enumerate(different)}
    place = np.array([number[group] for group in listed], np.intp)
    vehicles, boots = batch.vehicles, batch.boots
    named = [divmod(group, len(boots)) for group in different]
    return Boots(boots=[Boot(vehicles[one], boots[two]) for one, two in named], place=place)


def part(batch: Observations, rows: Rows, bearing: Boots, used: Mapping[Boot, Used]) -> Parted:
    """Part numbered rows, given in the order they came, by whether their number is new."""
    if not len(rows):
        return NOTHING_NEW
    group, seq = bearing.place, batch.seq[rows]
    # Equal numbers stay in the order they came.
    order = np.lexsort((seq, group))
    rows, group, seq = rows[order], group[order], seq[order]
    again = np.zeros(len(rows), dtype=bool)
    again[1:] = (group[1:] == group[:-1]) & (seq[1:] == seq[:-1])
    if not np.count_nonzero(again):
        runs, known = _runs(bearing.boots, group, seq, used)
        return Parted(new=rows[~known], known=rows[known], repeats=(), runs=tuple(runs))
    before = rows[~again][np.cumsum(~again) - 1]
    firsts, group, seq = rows[~again], group[~again], seq[~again]
    runs, known = _runs(bearing.boots, group, seq, used)
    looked_up = set(firsts[known].tolist())
    pairs = zip(rows[again].tolist(), before[again].tolist(), strict=True)
    repeats = [Repeat(row, first) for row, first in pairs]
    more = [repeat.row for repeat in repeats if repeat.before in looked_up]
    return Parted(
        new=firsts[~known],
        known=np.append(firsts[known], np.array(more, np.intp)),
        repeats=tuple(each for each in repeats if each.before not in looked_up),
        runs=tuple(runs),
    )


def contradictions(batch: Observations, repeats: Sequence[Repeat]) -> list[int]:
    """Return the rows that say something else than the one before under the same number."""
    if not repeats:
        return []
    rows = np.array([repeat.row for repeat in repeats], np.intp)
    before = np.array([repeat.before for repeat in repeats], np.intp)
    where = batch.positions
    exact = (where.at_ms, where.alt_ref)
    same = np.ones(len(rows), dtype=bool)
    for column in exact:
        same &= column[rows] == column[before]
    for numbers in (
        *(where.lon, where.lat, where.alt_m, where.h_acc_m, where.v_acc_m),
        *(batch.speed_mps, batch.heading_deg),
    ):
        same &= _equal(numbers[rows], numbers[before])
    return [int(row) for row in rows[~same]]


def use(runs: Iterable[Run]) -> None:
    """Take the numbers of what is now stored."""
    for _, first, last, used in runs:
        used.add(first, last)


def _runs(
    boots: Sequence[Boot],
    place: NDArray[np.intp],
    seq: NDArray[np.int64],
    used: Mapping[Boot, Used],
) -> tuple[list[Run], NDArray[np.bool_]]:
    """Join different numbers, in order, into runs of new ones; mark those that are used."""
    apart = np.ones(len(seq) + 1, dtype=bool)
    apart[1:-1] = (place[1:] != place[:-1]) | (seq[1:] != seq[:-1] + 1)
    (bounds,) = apart.nonzero()
    begins, ends = bounds[:-1], bounds[1:]
    known = np.zeros(len(seq), dtype=bool)
    runs: list[Run] = []
    spans = (place[begins], seq[begins], seq[ends - 1], begins)
    for number, first, last, begin in zip(*(each.tolist() for each in spans), strict=True):
        boot = boots[number]
        taken = used[boot]
        if not taken.touches(first, last):
            runs.append(Run(boot, first, last, taken))
            continue
        for one in range(first, last + 1):
            if taken.touches(one, one):
                known[begin + one - first] = True
            else:
                runs.append(Run(boot, one, one, taken))
    return runs, known


def _equal(some: Floats, others: Floats) -> NDArray[np.bool_]:
    return np.equal(some, others) | (np.isnan(some) & np.isnan(others))
