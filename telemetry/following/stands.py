"""Where do some vehicles stand? As columns, which the hot path works on, and as tracks.

A row a vehicle and, for its stays, a row each beside it. What a fix changes in a stay that goes on
is in the columns; what only changes when a stay begins, ends or is cut is the `Stay` it goes on
from. Both together are the vehicle's track.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from permits.parties import OperatorId, VehicleId
from telemetry.following.corrections import Late
from telemetry.following.stays import Stay, next_month_ms
from telemetry.lodging.lodgers import Lodgings
from telemetry.model import VehicleKey
from telemetry.rulebook import Rulebook
from zones.columns import HOUR_MS

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


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """Where a vehicle was last, when that was and when it was heard, and the zones it is in.

    `late` is what came too late, and is not in its place yet; `lodgings` are the zones that ask
    how long it is inside, or how many are.
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
    lodgings: Lodgings | None = None

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
                *(next_month_ms(stay.entered_ms // HOUR_MS), stay.certain_ms, stay.uncertain_ms),
                *(stay.distance_m, number, asked.get(number, NOT_ASKED)),
                *(stay.observations, stay.violations, stay.sure, stay.holds),
            )
