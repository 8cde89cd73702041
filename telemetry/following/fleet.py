"""Where does every vehicle stand? As columns, which the hot path works on, and as tracks.

A row a vehicle and, for its stays, a row each beside it. What a fix changes in a stay that goes on
is in the columns; what only changes when a stay begins, ends or is cut is the `Stay` it goes on
from. Both together are the vehicle's track.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from typing_extensions import override

from permits.parties import OperatorId, VehicleId
from telemetry.following.corrections import Late
from telemetry.following.stays import HOUR_MS, Stay, next_month_ms
from telemetry.model import VehicleKey
from telemetry.rulebook import Rulebook

# So many stays of a vehicle are kept as columns; who is in more zones is followed without them.
MOST_STAYS = 8
TOO_MANY = -1
# In place of a zone that is in force no more, and of a permit not yet asked about.
GONE, NOT_ASKED = -1, -2

Rows = NDArray[Any]

# Of a vehicle; `known` where it was seen at all. `stays` is how many there are, or `TOO_MANY`.
MOVING = np.dtype(
    [
        *(("at_ms", np.int64), ("heard_ms", np.int64), ("observation", np.int64)),
        *(("lon", np.float64), ("lat", np.float64), ("h_acc_m", np.float64)),
        *(("stays", np.int32), ("layer", np.int8), ("silent", np.bool_), ("known", np.bool_)),
    ],
    align=True,
)
# Of a stay: its zone's number in the rulebook, and what each fix adds to it. It needs no look
# while its month lasts, and while the permit is the one that was asked about last.
STAYING = np.dtype(
    [
        *(("month_ms", np.int64), ("certain_ms", np.int64), ("uncertain_ms", np.int64)),
        ("distance_m", np.float64),
        *(("zone", np.int32), ("permit", np.int32)),
        *(("observations", np.int32), ("violations", np.int32)),
        *(("sure", np.bool_), ("holds", np.bool_)),
    ],
    align=True,
)
NO_STAYS: tuple[Stay, ...] = ()
UNKNOWN = 0  # the row of a vehicle that nobody saw
LEAST_ROOM = 64


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """Where a vehicle was last, when that was and when it was heard, and the zones it is in.

    `late` is what came too late, and is not in its place yet.
    """

    operator: OperatorId
    vehicle: VehicleId
    at_ms: int
    heard_ms: int
    lon: float
    lat: float
    layer: int
    observation: int
    h_acc_m: float = 0.0
    silent: bool = False
    stays: tuple[Stay, ...] = ()
    late: Late | None = None

    @property
    def key(self) -> VehicleKey:
        """Return whose track it is."""
        return VehicleKey(self.operator, self.vehicle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where some vehicles stand, a row each; `begun` are the stays that their columns go on from.

    Zones and permits are numbered as in the rulebook. `rows` are the vehicles' in their fleet,
    `since` and `until` the first and last observation that brought them there, 0 for none.
    """

    vehicles: tuple[VehicleKey, ...]
    rows: NDArray[np.intp]
    moving: Rows
    staying: Rows
    begun: list[tuple[Stay, ...]]
    rulebook: Rulebook
    since: int = 0
    until: int = 0

    @property
    def tracks(self) -> dict[VehicleKey, Track]:
        """Return the vehicles' tracks."""
        return {vehicle: self.track(row) for row, vehicle in enumerate(self.vehicles)}

    def track(self, row: int) -> Track:
        """Return one vehicle's track."""
        at_ms, heard_ms, observation, lon, lat, h_acc_m, _, layer, silent, _ = self.moving[
            row
        ].item()
        operator, vehicle = self.vehicles[row]
        return Track(
            operator=operator,
            vehicle=vehicle,
            at_ms=at_ms,
            heard_ms=heard_ms,
            lon=lon,
            lat=lat,
            layer=layer,
            observation=observation,
            h_acc_m=h_acc_m,
            silent=silent,
            stays=self.stays(row),
        )

    def stays(self, row: int) -> tuple[Stay, ...]:
        """Return one vehicle's stays as they are now."""
        begun = self.begun[row]
        if not begun or len(begun) > MOST_STAYS:
            return begun
        at_ms, _, observation, *_ = self.moving[row].item()
        return tuple(
            replace(
                stay,
                until_ms=at_ms,
                last_observation=observation,
                certain_ms=added[1],
                uncertain_ms=added[2],
                distance_m=added[3],
                observations=added[6],
                violations=added[7],
                sure=added[8],
            )
            for stay, added in zip(begun, self.staying[row, : len(begun)].tolist(), strict=True)
        )

    def take(self, rows: NDArray[np.intp]) -> "Stand":
        """Return where the vehicles of these rows stand."""
        listed = rows.tolist()
        return Stand(
            vehicles=tuple(self.vehicles[row] for row in listed),
            rows=self.rows[rows],
            moving=self.moving[rows],
            staying=self.staying[rows],
            begun=[self.begun[row] for row in listed],
            rulebook=self.rulebook,
            since=self.since,
            until=self.until,
        )

    def stay(self, row: int, stays: tuple[Stay, ...], asked: Mapping[int, int]) -> None:
        """Let a vehicle go on from these stays; `asked` are the last permits, by zone's number."""
        self.begun[row] = stays
        self.moving["stays"][row] = TOO_MANY if len(stays) > MOST_STAYS else len(stays)
        for place, stay in enumerate(stays[:MOST_STAYS]):
            number = self.rulebook.numbers.get((stay.zone, stay.zone_version), GONE)
            self.staying[row, place] = (
                *(next_month_ms(stay.until_ms // HOUR_MS), stay.certain_ms, stay.uncertain_ms),
                *(stay.distance_m, number, asked.get(number, NOT_ASKED)),
                *(stay.observations, stay.violations, stay.sure, stay.holds),
            )


class Fleet(Mapping[VehicleKey, Track]):
    """Where every vehicle stands; nothing but `adopt` changes it."""

    def __init__(self) -> None:
        self._number: dict[VehicleKey, int] = {}
        self._keys: list[VehicleKey] = [VehicleKey(OperatorId(""), VehicleId(""))]
        self._moving = np.zeros(LEAST_ROOM, MOVING)
        self._staying = np.zeros((LEAST_ROOM, MOST_STAYS), STAYING)
        self._begun: list[tuple[Stay, ...]] = [NO_STAYS]
        self._rulebook: Rulebook | None = None
        # Of each vehicle the first observation since it was set down last, 0 for none; of all the
        # last one.
        self._since = np.zeros(LEAST_ROOM, np.int64)
        self._until = 0

    @override
    def __getitem__(self, key: VehicleKey) -> Track:
        """Return a vehicle's track."""
        if key not in self._number or self._rulebook is None:
            raise KeyError(key)
        return self.of((key,), self._rulebook).track(0)

    @override
    def __iter__(self) -> Iterator[VehicleKey]:
        """Yield the vehicles that were seen."""
        return iter(self._number)

    @override
    def __len__(self) -> int:
        """Return how many vehicles were seen."""
        return len(self._number)

    def of(
        self,
        vehicles: tuple[VehicleKey, ...],
        rulebook: Rulebook,
        spanned: tuple[int, int] = (0, 0),
    ) -> Stand:
        """Return a copy of where these vehicles stand, numbered as in a rulebook.

        Observations that it spans will move them on: the first and the last.
        """
        number = self._number
        rows = [number.get(vehicle, UNKNOWN) for vehicle in vehicles]
        where, begun = np.array(rows, np.intp), self._begun
        stand = Stand(
            vehicles=vehicles,
            rows=where,
            moving=self._moving[where],
            staying=self._staying[where],
            begun=[begun[row] for row in rows],
            rulebook=rulebook,
            since=spanned[0],
            until=spanned[1],
        )
        self._renumber(stand.staying, rulebook)
        return stand

    def newest(self, vehicles: Sequence[VehicleKey]) -> Rows:
        """Return a copy of where these vehicles were last, without their stays."""
        number = self._number
        rows: Rows = self._moving[[number.get(vehicle, UNKNOWN) for vehicle in vehicles]]
        return rows

    def unheard(self, since_ms: int, rulebook: Rulebook) -> Stand:
        """Return a copy of where those stand who are not silent yet, but unheard since then."""
        seen = self._moving[: len(self._keys)]
        unheard = seen["known"] & ~seen["silent"] & (seen["heard_ms"] < since_ms)
        keys = tuple(self._keys[row] for row in np.flatnonzero(unheard).tolist())
        return self.of(keys, rulebook)

    def adopt(self, stand: Stand) -> None:
        """Let these vehicles stand there."""
        self._renumber(self._staying, stand.rulebook)
        self._rulebook = stand.rulebook
        rows = stand.rows.copy()
        if not rows.all():
            for place in np.flatnonzero(rows == UNKNOWN).tolist():
                rows[place] = self._add(stand.vehicles[place])
        _words(self._moving)[rows] = _words(stand.moving)
        _words(self._staying)[rows] = _words(stand.staying)
        for row, begun in zip(rows.tolist(), stand.begun, strict=True):
            self._begun[row] = begun
        if stand.since:
            since = self._since[rows]
            since[since == 0] = stand.since
            self._since[rows] = since
            self._until = max(self._until, stand.until)

    @property
    def unset(self) -> int:
        """Return of how many vehicles something was observed since they were set down."""
        return int((self._since > 0).sum())

    def set_down(self, most: int) -> tuple[list[Track], int]:
        """Return the tracks that wait for it longest, to be written down now.

        And the observation up to which, with them, everything is written.
        """
        waiting = np.flatnonzero(self._since)
        chosen = waiting[np.argsort(self._since[waiting], kind="stable")][:most].tolist()
        tracks = [self[self._keys[row]] for row in chosen]
        self._since[chosen] = 0
        left = self._since[self._since > 0]
        return tracks, int(left.min()) - 1 if len(left) else self._until

    def _add(self, vehicle: VehicleKey) -> int:
        row = self._number[vehicle] = len(self._keys)
        self._keys.append(vehicle)
        self._begun.append(NO_STAYS)
        if row == len(self._moving):
            self._moving = np.concatenate([self._moving, np.zeros_like(self._moving)])
            self._staying = np.concatenate([self._staying, np.zeros_like(self._staying)])
            self._since = np.concatenate([self._since, np.zeros_like(self._since)])
        return row

    def _renumber(self, staying: Rows, rulebook: Rulebook) -> None:
        """Number zones and permits as a rulebook does, no longer as the last one did."""
        before = self._rulebook
        if before is None or before is rulebook:
            return
        if before.zones is not rulebook.zones:
            numbers = [rulebook.numbers.get((one.id, one.version), GONE) for one in before.zones]
            staying["zone"] = np.array([*numbers, GONE], np.int32)[staying["zone"]]
        if before.permits is not rulebook.permits:
            staying["permit"] = NOT_ASKED


def _words(column: Rows) -> NDArray[np.uint64]:
    """Return rows as plain words: copied at once, where fields would be one by one."""
    words: NDArray[np.uint64] = column.view(np.uint64)
    return words.reshape(len(column), column.itemsize * math.prod(column.shape[1:]) // 8)
