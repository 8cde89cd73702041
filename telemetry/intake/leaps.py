"""Which fixes lie farther from their vehicle's last one than it can have moved since?

One alone is a fault of its receiver, however accurate it says it is, and moves nobody. Who is seen
there again and again, each time later and within reach of the time before, is there. Fixes that
are older than the last one are no leaps; what was not believed once is not believed when it is
sent again.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.intake.belief import Doubted
from telemetry.model import UNREGISTERED, Observations, VehicleKey
from telemetry.pace import FASTEST_MPS, length_between, too_far
from zones.columns import Codes, Floats, Indices, Instants, in_one_piece
from zones.compiled import scalar

LEAP = "lon, lat: farther from the last believed position than the vehicle can have moved"
PASSED_OVER = 50  # so many fixes of a vehicle are known again

STRANGER = -2  # in place of the number of an operator who sends
_NEVER = np.iinfo(np.int64).min // 2
# Where a vehicle was seen but is not believed to be: the last two times, and where it was then.
SEEN = np.dtype(
    [
        *(("before_ms", np.int64), ("at_ms", np.int64)),
        *(("lon", np.float64), ("lat", np.float64), ("h_acc_m", np.float64)),
    ]
)

Rows = NDArray[Any]
Spot = tuple[int, float, float]


class Elsewhere(NamedTuple):
    """Where a vehicle was seen that is not believed to be there, and what was passed over."""

    seen: tuple[int, int, float, float, float] = (_NEVER, _NEVER, 0.0, 0.0, 0.0)
    passed_over: tuple[Spot, ...] = ()


NOWHERE = Elsewhere()
_NOWHERE = np.array([NOWHERE.seen], SEEN)

Strays = Mapping[VehicleKey, Elsewhere]


class PassedOver(NamedTuple):
    """Fixes that were not believed, as columns; `vehicle` indexes `vehicles`."""

    vehicles: tuple[VehicleKey, ...]
    vehicle: Indices
    at_ms: Instants
    lon: Floats
    lat: Floats
    h_acc_m: Floats


NOTHING_PASSED_OVER = PassedOver(
    (),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0, np.float64),
    np.empty(0, np.float64),
    np.empty(0, np.float64),
)


class Leaps(NamedTuple):
    """The rows that are not believed, and where else their vehicles were seen now."""

    doubted: tuple[Doubted, ...]
    strays: dict[VehicleKey, Elsewhere]


NO_LEAPS = Leaps((), {})


def leaps(batch: Observations, rows: Rows, newest: Rows, strays: Strays, mps: Floats) -> Leaps:
    """Say which of these rows are not believed, given where each vehicle was last by its own word.

    `newest` has a row a vehicle, `mps` one an observation: how fast it is believed to be at most.
    """
    at = batch.positions
    rows = rows[_by_itself(batch)[rows]]
    rows = rows[np.lexsort((batch.seq[rows], at.at_ms[rows]))]
    seen = _NOWHERE.repeat(len(batch.vehicles))
    if strays and not strays.keys().isdisjoint(batch.vehicles):
        seen[:] = [strays.get(key, NOWHERE).seen for key in batch.vehicles]
    doubted = np.zeros(len(batch), np.int8)
    late = _part(
        rows,
        in_one_piece(batch.vehicle, np.int32),
        in_one_piece(at.at_ms, np.int64),
        in_one_piece(at.lon, np.float64),
        in_one_piece(at.lat, np.float64),
        in_one_piece(at.h_acc_m, np.float64),
        mps,
        newest,
        seen,
        doubted,
    )
    if late and strays:
        _know_again(batch, rows, strays, doubted)
    if not np.count_nonzero(doubted):
        return NO_LEAPS
    found = np.flatnonzero(doubted > 0).tolist()
    return Leaps(
        tuple(Doubted(row, LEAP) for row in found),
        _remembered(batch, rows[doubted[rows] > 0], seen, strays),
    )


def strays_from(passed: PassedOver, newest: Rows) -> dict[VehicleKey, Elsewhere]:
    """Return where vehicles were seen, given all that was not believed, in the order it came."""
    seen = np.array([NOWHERE.seen] * len(passed.vehicles), SEEN)
    count = len(passed.vehicle)
    _part(
        np.arange(count),
        *passed[1:],
        np.full(count, -np.inf),
        newest,
        seen,
        np.zeros(count, np.int8),
    )
    found = {key: Elsewhere(seen[n].item()) for n, key in enumerate(passed.vehicles)}
    for number, *spot in zip(*(column.tolist() for column in passed[1:5]), strict=True):
        key = passed.vehicles[number]
        kept = (*found[key].passed_over, (spot[0], spot[1], spot[2]))
        found[key] = Elsewhere(found[key].seen, kept[-PASSED_OVER:])
    return found


def _by_itself(batch: Observations) -> NDArray[np.bool_]:
    """Tell which observations are their vehicle's own word, or all that is heard of it.

    Where the city's receivers hear a vehicle elsewhere than it says, both are kept.
    """
    numbers = {name: n for n, name in enumerate(dict.fromkeys(batch.senders))}
    senders = np.array([numbers[name] for name in batch.senders], np.int32)
    numbers[UNREGISTERED] = STRANGER
    owners = np.array([numbers.get(key[0], -1) for key in batch.vehicles], np.int32)[batch.vehicle]
    alone: NDArray[np.bool_] = (senders[batch.sender] == owners) | (owners == STRANGER)
    return alone


def _know_again(batch: Observations, rows: Rows, strays: Strays, doubted: Codes) -> None:
    """Doubt again what was passed over before and comes once more, after newer ones."""
    at = batch.positions
    known = [key in strays for key in batch.vehicles]
    for row in rows[np.array(known, bool)[batch.vehicle[rows]]].tolist():
        spot = (at.at_ms.item(row), at.lon.item(row), at.lat.item(row))
        if spot in strays[batch.vehicles[batch.vehicle.item(row)]].passed_over:
            doubted[row] = 1


def _remembered(
    batch: Observations, rows: Rows, seen: Rows, strays: Strays
) -> dict[VehicleKey, Elsewhere]:
    """Return where those were seen of whom something is not believed."""
    at = batch.positions
    found: dict[VehicleKey, Elsewhere] = {}
    for row in rows.tolist():
        number = batch.vehicle.item(row)
        key = batch.vehicles[number]
        spot = (at.at_ms.item(row), at.lon.item(row), at.lat.item(row))
        passed = (found.get(key) or strays.get(key, NOWHERE)).passed_over
        passed = passed if spot in passed else (*passed, spot)[-PASSED_OVER:]
        found[key] = Elsewhere(seen[number].item(), passed)
    return found


@scalar
def _part(  # noqa: PLR0913, PLR0917 - flat arrays: a tuple of them would cost at each call
    rows: Rows,
    vehicle: Indices,
    at_ms: Instants,
    lon: Floats,
    lat: Floats,
    h_acc_m: Floats,
    mps: Floats,
    newest: Rows,
    seen: Rows,
    doubted: Codes,
) -> int:
    """Mark the leaps, and go on from where each vehicle was last; return how many fixes are late.

    `newest` and `seen` are this function's to change.
    """
    late = 0
    for row in rows:
        last, stray = newest[vehicle[row]], seen[vehicle[row]]
        now_ms, x, y, h_acc = at_ms[row], lon[row], lat[row], h_acc_m[row]
        believed = True
        if last.known and now_ms <= last.at_ms:
            late += 1
            continue
        if last.known and too_far(
            now_ms - last.at_ms,
            length_between(last.lon, last.lat, x, y),
            mps[row],
            h_acc + last.h_acc_m,
        ):
            again = stray.at_ms > last.at_ms and not too_far(
                now_ms - stray.at_ms,
                length_between(stray.lon, stray.lat, x, y),
                FASTEST_MPS,
                h_acc + stray.h_acc_m,
            )
            # Seen here for the third time in a row, it is here.
            believed = again and stray.before_ms > last.at_ms and now_ms > stray.at_ms
            if not believed:
                doubted[row] = 1
                if now_ms > stray.at_ms:
                    stray.before_ms = stray.at_ms if again else _NEVER
                    stray.at_ms, stray.lon, stray.lat, stray.h_acc_m = now_ms, x, y, h_acc
        if believed:
            last.at_ms, last.lon, last.lat, last.h_acc_m = now_ms, x, y, h_acc
            last.known = True
    return late
