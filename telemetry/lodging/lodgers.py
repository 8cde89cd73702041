"""Which vehicles are in zones that ask for it, since when, and which entered within an hour?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from uuid import UUID

import msgspec
import numpy as np

from telemetry.model import VehicleKey
from zones.columns import HOUR_MS
from zones.model import ZoneId

UNSURE = np.iinfo(np.int64).min  # an instant that there is none of
_STAY = np.dtype(
    [
        ("name", object),
        ("since_ms", np.int64),
        ("surely_ms", np.int64),
        ("seen_ms", np.int64),
        ("last_ms", np.int64),
    ]
)
NO_STAY = np.array(("", UNSURE, UNSURE, UNSURE, UNSURE), _STAY)
SOME = 64  # room for so many stays at first
FEW = 1_000  # states of vehicles that may be over before anybody looks for them


class Lodging(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle in a zone, as far as fixes tell; instants are epoch milliseconds.

    It came in after `since_ms`, the fix before, and was surely in at `surely_ms` for the first
    time and at `seen_ms` for the last; at `last_ms` it was, or may have been. `entered` tells that
    it was seen to come in. `halted` and `blind` tell whether it stopped, or may have, unseen;
    `bound` that it may not pass through, `crowd` what entering came to, as a `VerdictKind`.
    """

    zone: ZoneId
    version: int
    since_ms: int
    last_ms: int
    surely_ms: int | None = None
    seen_ms: int | None = None
    entered: bool = False
    halted: bool = False
    blind: bool = False
    bound: bool = False
    crowd: int = 1
    permit: UUID | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry into a zone that counts them, between two instants; `sure` if it was seen."""

    zone: ZoneId
    since_ms: int
    surely_ms: int
    sure: bool


class Lodgings(msgspec.Struct, frozen=True, kw_only=True):
    """Where one vehicle is, and its entries within the last hour."""

    stays: tuple[Lodging, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def places(self) -> tuple[ZoneId, ...]:
        """Return the zones that it tells of, perhaps more than once."""
        return (*[stay.zone for stay in self.stays], *[entry.zone for entry in self.entries])

    @property
    def newest_ms(self) -> int:
        """Return the newest instant that it tells of."""
        if self.stays:
            return self.stays[0].last_ms
        return self.entries[-1].surely_ms if self.entries else 0


NOWHERE = Lodgings()
NOBODY: Mapping[VehicleKey, Lodgings] = MappingProxyType({})


class Stays:
    """The stays in one zone, as columns: each fix is compared with all of them."""

    def __init__(self) -> None:
        self._row: dict[VehicleKey, int] = {}
        self._free: list[int] = []
        self._columns = np.full(SOME, NO_STAY, _STAY)

    def stay(self, vehicle: VehicleKey, stay: Lodging) -> None:
        """Let a vehicle stay there, in this way."""
        row = self._row.get(vehicle)
        if row is None:
            row = self._row[vehicle] = self._free.pop() if self._free else len(self._row)
        if row == len(self._columns):
            more = np.full(len(self._columns), NO_STAY, _STAY)
            self._columns = np.concatenate([self._columns, more])
        self._columns[row] = (
            _name(vehicle),
            stay.since_ms,
            UNSURE if stay.surely_ms is None else stay.surely_ms,
            UNSURE if stay.seen_ms is None else stay.seen_ms,
            stay.last_ms,
        )

    def leave(self, vehicle: VehicleKey) -> None:
        """Let a vehicle be there no longer."""
        row = self._row.pop(vehicle, None)
        if row is not None:
            self._columns[row] = NO_STAY
            self._free.append(row)

    def before(self, vehicle: VehicleKey, mine: Lodging, heard_ms: int) -> tuple[int, int]:
        """Count who came before and was heard since, surely and at most.

        Those count surely that were seen surely inside since this one came.
        """
        used = self._columns[: len(self._row) + len(self._free)]
        heard = used["last_ms"] >= heard_ms
        row = self._row.get(vehicle)
        if row is not None:
            heard[row] = False
        if (mine_ms := mine.surely_ms) is None:
            return 0, int(np.count_nonzero(heard))
        first_ms, seen_ms, last_ms = used["surely_ms"], used["seen_ms"], used["last_ms"]
        unsure = heard & (first_ms == UNSURE) & (used["since_ms"] <= mine_ms)
        before = heard & (first_ms < mine_ms) & (first_ms != UNSURE)
        tied = np.flatnonzero(heard & (first_ms == mine_ms))
        before[tied] = used["name"][tied] < _name(vehicle)
        surely = before & (seen_ms == last_ms) & (last_ms >= mine_ms)
        return int(np.count_nonzero(surely)), int(np.count_nonzero(before | unsure))


def _name(vehicle: VehicleKey) -> str:
    """Return a text that is in the order of the keys."""
    return f"{vehicle.operator}\0{vehicle.vehicle}"


class Lodgers:
    """Where every vehicle is that is in such a zone; nothing but `adopt` changes it."""

    def __init__(self, known: Mapping[VehicleKey, Lodgings] = NOBODY) -> None:
        self._known: dict[VehicleKey, Lodgings] = {}
        self._places: dict[VehicleKey, tuple[ZoneId, ...]] = {}
        self._of_zone: dict[ZoneId, set[VehicleKey]] = {}
        self._newest_ms = 0
        self._counted = FEW
        self.adopt(known)

    def __len__(self) -> int:
        """Return of how many vehicles something is known."""
        return len(self._known)

    def __contains__(self, vehicle: VehicleKey) -> bool:
        """Tell whether something is known of a vehicle."""
        return vehicle in self._known

    def of(self, vehicle: VehicleKey) -> Lodgings | None:
        """Return what is known of a vehicle."""
        return self._known.get(vehicle)

    def of_zone(self, zone: ZoneId) -> Collection[VehicleKey]:
        """Return who is in a zone, or entered it lately."""
        return self._of_zone.get(zone, ())

    def adopt(self, changed: Mapping[VehicleKey, Lodgings]) -> None:
        """Let these vehicles be there."""
        for vehicle, lodgings in changed.items():
            places = lodgings.places
            if places != self._places.get(vehicle, ()):
                self._drop(vehicle)
                for zone in places:
                    self._of_zone.setdefault(zone, set()).add(vehicle)
            if places:
                self._known[vehicle], self._places[vehicle] = lodgings, places
                self._newest_ms = max(self._newest_ms, lodgings.newest_ms)
        if len(self._known) > self._counted:
            self._forget()

    def _forget(self) -> None:
        """Let go of those that are heard of no more: after an hour nothing rests on them."""
        over = [
            vehicle
            for vehicle, each in self._known.items()
            if each.newest_ms < self._newest_ms - HOUR_MS
        ]
        for vehicle in over:
            self._drop(vehicle)
        self._counted = max(FEW, 2 * len(self._known))

    def _drop(self, vehicle: VehicleKey) -> None:
        self._known.pop(vehicle, None)
        for zone in set(self._places.pop(vehicle, ())):
            inside = self._of_zone[zone]
            inside.discard(vehicle)
            if not inside:
                del self._of_zone[zone]


class Register:
    """Who is where in the middle of a batch: as the lodgers were, but for who moved since."""

    def __init__(self, lodgers: Lodgers) -> None:
        self.changed: dict[VehicleKey, Lodgings] = {}
        self._lodgers = lodgers
        # By zone, who came into it in this batch; and, where anybody asked, all who stay in it.
        self._come: dict[ZoneId, set[VehicleKey]] = {}
        self._stays: dict[ZoneId, Stays] = {}

    def of(self, vehicle: VehicleKey) -> Lodgings:
        """Return where a vehicle is."""
        return self.changed.get(vehicle) or self._lodgers.of(vehicle) or NOWHERE

    def move(self, vehicle: VehicleKey, lodgings: Lodgings) -> None:
        """Let a vehicle be there."""
        for stay in self.of(vehicle).stays:
            if stay.zone in self._stays:
                self._stays[stay.zone].leave(vehicle)
        for stay in lodgings.stays:
            if stay.zone in self._stays:
                self._stays[stay.zone].stay(vehicle, stay)
        for zone in lodgings.places:
            self._come.setdefault(zone, set()).add(vehicle)
        self.changed[vehicle] = lodgings

    def most_inside(self, zone: ZoneId) -> int:
        """Return how many may be in a zone, at most."""
        return len(self._lodgers.of_zone(zone)) + len(self._come.get(zone, ()))

    def inside(self, zone: ZoneId) -> Stays:
        """Return who is in a zone as far as is known."""
        if zone not in self._stays:
            stays = self._stays[zone] = Stays()
            for vehicle in self._concerned(zone):
                for stay in self.of(vehicle).stays:
                    if stay.zone == zone:
                        stays.stay(vehicle, stay)
        return self._stays[zone]

    def entries(self, zone: ZoneId) -> Iterator[Entry]:
        """Yield the entries into a zone."""
        for vehicle in self._concerned(zone):
            for entry in self.of(vehicle).entries:
                if entry.zone == zone:
                    yield entry

    def _concerned(self, zone: ZoneId) -> Iterable[VehicleKey]:
        known = self._lodgers.of_zone(zone)
        return chain(known, (each for each in self._come.get(zone, ()) if each not in known))
