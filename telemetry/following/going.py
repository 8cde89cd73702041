"""How do vehicles go on, fix by fix, as long as nothing begins or ends?

Compiled. A fix that finds its vehicle surely or perhaps in the same zones as the one before only
adds to its stays; at any other the pass stops, and `telemetry.following.moves` says what it comes
to.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from telemetry.columns import EVERY_LAYER
from telemetry.model import Reason, VerdictKind
from telemetry.pace import length_between, too_far
from zones.columns import Codes, Floats, Indices, Instants, Relation
from zones.compiled import inner, scalar
from zones.meetings import NO_WAY

GAP_MS = 120_000  # longer, and nobody knows where the vehicle was between

INSIDE, VIOLATION = int(Relation.INSIDE), int(VerdictKind.VIOLATION)
NO_REASON, SPEED, DIRECTION = int(Reason.NONE), int(Reason.SPEED), int(Reason.DIRECTION)
EQUIPMENT, SPEED_MIN = int(Reason.EQUIPMENT), int(Reason.SPEED_MIN)
# What a fix does: it is no news, the first in a while, or ends a way that was followed.
STAYS_BEHIND, ARRIVES, GOES_ON = range(3)

Rows = NDArray[Any]


@scalar
def set_out(  # noqa: PLR0913, PLR0917 - flat arrays: a tuple of them would cost at each call
    vehicle: Indices,
    at_ms: Instants,
    lon: Floats,
    lat: Floats,
    h_acc_m: Floats,
    layer: Codes,
    mps: Floats,
    moving: Rows,
    last: Indices,
    how: Codes,
    before_ms: Instants,
    before_lon: Floats,
    before_lat: Floats,
    length_m: Floats,
    through: Codes,
) -> int:
    """Write what each fix does, and from where its way begins; return how many ways are followed.

    `last` has room for a row a vehicle; `through` is the layer of each way that is followed; `mps`
    is how fast each fix's vehicle is believed to be: how one came that was faster, nobody knows.
    """
    ways = 0
    for one in range(len(last)):
        last[one] = -1
    for row in range(len(vehicle)):
        one = vehicle[row]
        since, x, y, within = at_ms[row], lon[row], lat[row], layer[row]
        slack = h_acc_m[row]
        if last[one] >= 0:
            before = last[one]
            since, x, y, within = at_ms[before], lon[before], lat[before], layer[before]
            slack += h_acc_m[before]
        elif moving[one].known:
            seen = moving[one]
            since, x, y, within = seen.at_ms, seen.lon, seen.lat, seen.layer
            slack += seen.h_acc_m
        before_ms[row], before_lon[row], before_lat[row] = since, x, y
        length_m[row] = length_between(x, y, lon[row], lat[row])
        known = moving[one].known or last[one] >= 0
        how[row] = _done(at_ms[row] - since, length_m[row], mps[row], slack, known)
        through[row] = NO_WAY
        if how[row] == GOES_ON:
            # Who changed between layers may leave zones of either.
            through[row] = within if within == layer[row] else EVERY_LAYER
            ways += 1
        if how[row] != STAYS_BEHIND:
            last[one] = row
    return ways


@scalar
def go(  # noqa: PLR0913, PLR0917 - as above
    row: int,
    vehicle: Indices,
    at_ms: Instants,
    lon: Floats,
    lat: Floats,
    h_acc_m: Floats,
    layer: Codes,
    heard_ms: Instants,
    ids: Instants,
    how: Codes,
    before_ms: Instants,
    length_m: Floats,
    event: NDArray[np.bool_],
    verdict: Indices,
    zone: Indices,
    relation: Codes,
    kind: Codes,
    reason: Codes,
    permit: Indices,
    met: Indices,
    met_zone: Indices,
    moving: Rows,
    staying: Rows,
) -> int:
    """Go on from a row until one at which something begins or ends; return that, or the end.

    Rows `verdict[row]` to `verdict[row + 1]` are the verdicts on a fix, `met` likewise the zones
    whose edges are met on its way; at an `event` the pass stops in any case.
    """
    while row < len(vehicle):
        one = vehicle[row]
        seen, first, last = moving[one], verdict[row], verdict[row + 1]
        if how[row] != STAYS_BEHIND:
            if event[row] or seen.stays != last - first or (how[row] == ARRIVES and last > first):
                return row
            for each in range(first, last):
                if not _same(
                    staying, one, seen.stays, at_ms[row], zone[each], permit[each],
                    relation[each] == INSIDE, _held(reason[each]), met_zone, met[row], met[row + 1],
                ):  # fmt: skip
                    return row
            spent = at_ms[row] - before_ms[row]
            for each in range(first, last):
                _stay(
                    staying, one, seen.stays, zone[each], relation[each] == INSIDE,
                    kind[each] == VIOLATION, spent, length_m[row],
                )  # fmt: skip
            seen.at_ms, seen.lon, seen.lat = at_ms[row], lon[row], lat[row]
            seen.heard_ms, seen.observation, seen.layer = heard_ms[row], ids[row], layer[row]
            seen.h_acc_m, seen.silent, seen.known = h_acc_m[row], False, True
        row += 1
    return row


@inner
def _done(
    spent_ms: int,
    length_m: float,
    mps: float,
    h_acc_m: float,
    known: bool,  # noqa: FBT001 - of a column
) -> int:
    """Tell what a fix so much later than the one before, and so far from it, does."""
    if not known or spent_ms > GAP_MS:
        return ARRIVES
    if spent_ms > 0 and too_far(spent_ms, length_m, mps, h_acc_m):
        return ARRIVES
    return GOES_ON if spent_ms > 0 else STAYS_BEHIND


@inner
def _held(reason: int) -> bool:
    """Tell whether a verdict's permit, if there is one, allowed it."""
    told = reason == SPEED or reason == DIRECTION or reason == SPEED_MIN  # noqa: PLR1714 - compiled
    return reason == NO_REASON or reason == EQUIPMENT or told  # noqa: PLR1714


@inner
def _same(  # noqa: PLR0913, PLR0917
    staying: Rows,
    one: int,
    stays: int,
    at_ms: int,
    zone: int,
    permit: int,
    sure: bool,  # noqa: FBT001 - of a column
    held: bool,  # noqa: FBT001
    met_zone: Indices,
    met: int,
    met_end: int,
) -> bool:
    """Tell whether a vehicle stays in a zone and nothing about that stay changes."""
    for place in range(stays):
        stay = staying[one, place]
        if stay.zone == zone:
            asked = permit < 0 or stay.holds or (permit == stay.permit and not held)
            # Between two fixes surely inside the way may lead through a hole.
            whole = not (stay.sure and sure) or not _among(met_zone, met, met_end, zone)
            return at_ms < stay.month_ms and asked and whole
    return False


@inner
def _among(met_zone: Indices, met: int, met_end: int, zone: int) -> bool:
    """Tell whether an edge of a zone is met."""
    for each in range(met, met_end):  # noqa: SIM110 - compiled
        if met_zone[each] == zone:
            return True
    return False


@inner
def _stay(  # noqa: PLR0913, PLR0917
    staying: Rows,
    one: int,
    stays: int,
    zone: int,
    sure: bool,  # noqa: FBT001 - of a column
    violation: bool,  # noqa: FBT001
    spent: int,
    length_m: float,
) -> None:
    """Add to a stay; only between two fixes surely inside is the way between them certain."""
    for place in range(stays):
        stay = staying[one, place]
        if stay.zone == zone:
            if stay.sure and sure:
                stay.certain_ms += spent
                stay.distance_m += spent * (length_m / spent)
            else:
                stay.uncertain_ms += spent
            stay.sure = sure
            stay.observations += 1
            stay.violations += violation
