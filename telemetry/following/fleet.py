"""Where does every vehicle stand? A row each, see `telemetry.following.stands`."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from permits.parties import OperatorId, VehicleId
from telemetry.following.stands import (
    GONE,
    MOST_STAYS,
    MOVING,
    NO_STAYS,
    NOT_ASKED,
    STAYING,
    Rows,
    Stand,
    Track,
)
from telemetry.following.stays import Stay
from telemetry.model import VehicleKey
from telemetry.rulebook import Rulebook

UNKNOWN = 0  # the row of a vehicle that nobody saw
LEAST_ROOM = 64
NO_ROWS = np.empty(0, np.intp)


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
        # Who was asked about last, how many vehicles were known then, and their rows.
        self._asked: tuple[tuple[VehicleKey, ...], int, NDArray[np.intp]] = ((), 0, NO_ROWS)

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
        where, begun = self._rows(vehicles), self._begun
        stand = Stand(
            vehicles=vehicles,
            rows=where,
            moving=self._moving[where],
            staying=self._staying[where],
            begun=[begun[row] for row in where.tolist()],
            rulebook=rulebook,
            since=spanned[0],
            until=spanned[1],
        )
        self._renumber(stand.staying, rulebook)
        return stand

    def newest(self, vehicles: tuple[VehicleKey, ...]) -> Rows:
        """Return a copy of where these vehicles were last, without their stays."""
        newest: Rows = self._moving[self._rows(vehicles)]
        return newest

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

    def _rows(self, vehicles: tuple[VehicleKey, ...]) -> NDArray[np.intp]:
        """Return the vehicles' rows; of one batch it is asked more than once."""
        asked = self._asked
        if asked[0] is vehicles and asked[1] == len(self._keys):
            return asked[2]
        number = self._number
        rows = np.array([number.get(vehicle, UNKNOWN) for vehicle in vehicles], np.intp)
        self._asked = (vehicles, len(self._keys), rows)
        return rows

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
