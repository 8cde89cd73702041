"""What is granted to the vehicles of a batch, of which class are they, what do they carry?

Asked once of each vehicle: what was found is kept as long as the rulebook it was found in.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.granted.growing import Growing
from telemetry.model import UNREGISTERED, VehicleKey
from zones.columns import Codes, Indices

# A row a vehicle: which of `Held.volumes` are its own, its class, whether nobody registered it, and
# what it carries, a bit each, -1 where that is not known.
HOLDER = np.dtype(
    [
        *(("first", np.int32), ("last", np.int32), ("carries", np.int16)),
        *(("kind", np.int8), ("stranger", np.bool_)),
    ],
    align=True,
)


class Held(NamedTuple):
    """Rows of `HOLDER`, and the numbers of the volumes they name; no vehicle has more than most."""

    rows: NDArray[Any]
    volumes: Indices
    most: int


class Holders:
    """Answers for every vehicle that was asked about; any number of threads may ask."""

    def __init__(
        self,
        volumes_for: Callable[[VehicleKey], Indices],
        classes_of: Callable[[Iterable[VehicleKey]], Codes],
        carried_by: Callable[[Iterable[VehicleKey]], NDArray[np.int16]],
    ) -> None:
        self._volumes_for = volumes_for
        self._classes_of = classes_of
        self._carried_by = carried_by
        self._asking = threading.Lock()
        self._number: dict[VehicleKey, int] = {}
        self._rows = Growing.of(np.zeros(0, HOLDER))
        self._volumes = Growing.of(np.empty(0, np.int32))
        self._most = 0
        # Of one batch it is asked more than once; never changed, only replaced.
        self._answered: tuple[tuple[VehicleKey, ...], Held] | None = None

    def of(self, vehicles: Sequence[VehicleKey]) -> Held:
        """Return what each of the vehicles holds, in their order."""
        answered = self._answered
        if answered is not None and answered[0] is vehicles:
            return answered[1]
        number = self._number
        try:
            numbers = [number[vehicle] for vehicle in vehicles]
        except KeyError:
            self._ask(vehicles)
            numbers = [number[vehicle] for vehicle in vehicles]
        rows = self._rows.rows[np.array(numbers, np.intp)]
        held = Held(rows, self._volumes.rows, self._most)
        if isinstance(vehicles, tuple):
            self._answered = (vehicles, held)
        return held

    def _ask(self, vehicles: Sequence[VehicleKey]) -> None:
        with self._asking:
            fresh = [each for each in dict.fromkeys(vehicles) if each not in self._number]
            granted = [self._volumes_for(vehicle) for vehicle in fresh]
            counts = [len(each) for each in granted]
            ends = len(self._volumes.rows) + np.cumsum(counts)
            rows = np.zeros(len(fresh), HOLDER)
            rows["last"] = ends
            rows["first"] = ends - counts
            rows["kind"] = self._classes_of(fresh)
            rows["carries"] = self._carried_by(fresh)
            rows["stranger"] = [vehicle.operator == UNREGISTERED for vehicle in fresh]
            first = len(self._rows.rows)
            self._volumes = self._volumes.grown(np.concatenate([np.empty(0, np.int32), *granted]))
            self._rows = self._rows.grown(rows)
            self._most = max(self._most, *counts)
            # Last: who finds a number finds its row.
            self._number.update((vehicle, first + n) for n, vehicle in enumerate(fresh))
