"""What is granted to whom? Holdings laid out as columns, and followed at the cost of what changed.

A state never changes. Its successor lies in the same columns, behind it, so that taking up one
permit costs the same beside a hundred others and beside a hundred thousand. Rows of what is no
longer held stay behind, found by nobody, until they are half of all.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from uuid import UUID

import numpy as np

from permits.life.holdings import Held, Holding
from permits.model import PermitId
from telemetry.granted.growing import Growing
from telemetry.granted.shards import Shards
from telemetry.granted.volumes import Volumes, volumes_of
from telemetry.model import VehicleKey
from zones.columns import Indices

NO_ROWS: Indices = np.empty(0, dtype=np.int32)
# So many rows may be of what is no longer held before anybody counts.
MOST_LEFT_BEHIND = 1024

NONE = volumes_of(())
COLUMNS = tuple(each.name for each in fields(Volumes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What is granted; build with `granted`. `grants[number]` is whom `volumes.permit` means.

    `held` is how many are found, which is what is counted and gone through.
    """

    volumes: Volumes = NONE
    held: int = 0
    _holdings: Growing = field(default_factory=lambda: Growing.of(np.empty(0, dtype=np.object_)))
    _columns: Mapping[str, Growing] = field(
        default_factory=lambda: MappingProxyType(
            {name: Growing.of(getattr(NONE, name)) for name in COLUMNS}
        )
    )
    _of_permit: Shards[PermitId, Indices] = field(default_factory=Shards)
    _of_vehicle: Shards[VehicleKey, Indices] = field(default_factory=Shards)

    def __len__(self) -> int:
        """Return how many holdings there are."""
        return self.held

    def __getitem__(self, number: int) -> Holding:
        """Return the holding of a number."""
        found: Holding = self._holdings.rows[number]
        return found

    def __iter__(self) -> Iterator[Holding]:
        """Yield what is held, who was granted first before others."""
        found = [self[number] for _, rows in self._of_permit for number in rows.tolist()]
        yield from sorted(found, key=lambda each: each.order)

    def keys(self) -> frozenset[Held]:
        """Return what all that is held is known by."""
        return frozenset(
            self[number].key for _, rows in self._of_permit for number in rows.tolist()
        )

    def volumes_for(self, vehicle: VehicleKey) -> Indices:
        """Return which volumes were granted to a vehicle, who was granted first before others."""
        found = self._of_vehicle.get(vehicle)
        return NO_ROWS if found is None else found

    def number_of(self, permit: UUID | None) -> int:
        """Return the number of what a permit holds, the last where it holds several; -1: none."""
        found = None if permit is None else self._of_permit.get(PermitId(permit))
        return -1 if found is None or not len(found) else int(found[-1])

    def changed(self, permits: Collection[PermitId], holdings: Iterable[Holding]) -> "Grants":
        """Return what is granted once some permits hold this, and nothing else any more."""
        rows = [self._of_permit.get(permit) for permit in permits]
        gone = np.concatenate([NO_ROWS, *(each for each in rows if each is not None)])
        fresh = sorted(holdings, key=lambda each: each.order)
        held = self.held - len(gone) + len(fresh)
        if not len(gone) and not fresh:
            return self
        if len(self._holdings.rows) + len(fresh) - held > max(MOST_LEFT_BEHIND, held):
            left = [each for each in self if each.id not in set(permits)]
            return granted([*left, *fresh])
        laid = self._laid_out(fresh, held)
        found, added = dict[PermitId, list[int]](), dict[VehicleKey, list[int]]()
        for number, holding in enumerate(fresh, len(self._holdings.rows)):
            found.setdefault(holding.id, []).append(number)
        first = len(self.volumes.permit)
        for row, number in enumerate(laid.volumes.permit[first:].tolist(), first):
            for vehicle in _vehicles(laid[number]):
                added.setdefault(vehicle, []).append(row)
        losing = dict.fromkeys(each for number in gone.tolist() for each in _vehicles(self[number]))
        return replace(
            laid,
            _of_permit=self._of_permit.changed(
                {
                    permit: np.array(found[permit], dtype=np.int32) if permit in found else None
                    for permit in {*permits, *found}
                }
            ),
            _of_vehicle=self._of_vehicle.changed(
                {
                    vehicle: laid._ordered(vehicle, gone, added.get(vehicle, []))  # noqa: SLF001
                    for vehicle in {*losing, *added}
                }
            ),
        )

    def _laid_out(self, fresh: list[Holding], held: int) -> "Grants":
        """Return the state with more rows, not yet found by anybody."""
        first = len(self._holdings.rows)
        more = volumes_of(fresh)
        more.rows["permit"] += first
        for name in ("first", "last"):
            more.rows[name] += len(self.volumes.edges)
        columns = {name: each.grown(getattr(more, name)) for name, each in self._columns.items()}
        added = np.empty(len(fresh), dtype=np.object_)
        added[:] = fresh
        return replace(
            self,
            volumes=Volumes(**{name: each.rows for name, each in columns.items()}),
            held=held,
            _holdings=self._holdings.grown(added),
            _columns=MappingProxyType(columns),
        )

    def _ordered(self, vehicle: VehicleKey, gone: Indices, added: list[int]) -> Indices | None:
        """Return a vehicle's volumes without what is gone and with what was added, in order."""
        kept = self.volumes_for(vehicle)
        if len(gone):
            kept = kept[~np.isin(self.volumes.permit[kept], gone)]
        rows = np.concatenate([kept, np.array(added, dtype=np.int32)])
        if len(kept) and added and self._place(int(kept[-1])) > self._place(added[0]):
            rows = np.array(sorted(rows.tolist(), key=self._place), dtype=np.int32)
        return rows if len(rows) else None

    def _place(self, row: int) -> tuple[object, ...]:
        return (*self[int(self.volumes.permit[row])].order, row)


def granted(holdings: Iterable[Holding]) -> Grants:
    """Lay holdings out."""
    return Grants().changed((), holdings)


def _vehicles(holding: Holding) -> Iterator[VehicleKey]:
    """Yield the vehicles that a holding names, each once."""
    for vehicle in dict.fromkeys(holding.application.vehicles):
        yield VehicleKey(holding.application.operator, vehicle)
