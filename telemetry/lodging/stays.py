"""How does being in a zone go on, fix by fix: entered, stayed, too long, passed through?

Between two fixes nobody saw a vehicle come or go: a stay is between the time from the first fix
surely inside to the last and the time from the fix before to the fix after.
"""

from collections.abc import Mapping
from math import isnan, nan
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from telemetry.following.going import GAP_MS
from telemetry.lodging.crowds import COMPLIANT, UNCERTAIN, VIOLATION
from telemetry.lodging.lodgers import Lodging
from telemetry.ruling import MOVING_MPS
from zones.model import Layer, ZoneId

# Unheard for longer, and nobody knows whether a vehicle was inside meanwhile. A moored boat says
# where it is every three minutes (AIS, ITU-R M.1371).
HEARD_MS: Mapping[int, int] = MappingProxyType({Layer.RIVER.code: 400_000})
# Between two fixes farther apart a vehicle may have stopped unseen.
BLIND_MS = 10_000


class Look(NamedTuple):
    """One fix in a zone's version: when the one before was, if it was heard of, and how sure."""

    zone: ZoneId
    version: int
    at_ms: int
    before_ms: int | None
    sure: bool
    speed_mps: float
    bound: bool
    permit: UUID | None


class Measured(NamedTuple):
    """What a stay comes to, as a `VerdictKind`, and by how many seconds it is within its limit."""

    kind: int
    margin_s: float


IN_ORDER = Measured(COMPLIANT, nan)


def heard_within(layer: int) -> int:
    """Return after how many milliseconds nobody knows where a vehicle of a layer was."""
    return HEARD_MS.get(layer, GAP_MS)


def entered(look: Look, *, seen_outside: bool) -> Lodging:
    """Begin; where nobody saw the vehicle come in, from now on."""
    since_ms = look.at_ms if look.before_ms is None or not seen_outside else look.before_ms
    begun = Lodging(
        zone=look.zone,
        version=look.version,
        since_ms=since_ms,
        last_ms=look.at_ms,
        entered=seen_outside,
        bound=look.bound,
    )
    return stayed(begun, look)


def stayed(lodging: Lodging, look: Look) -> Lodging:
    """Go on."""
    since_ms = look.at_ms if look.before_ms is None else look.before_ms
    first = look.at_ms if look.sure and lodging.surely_ms is None else lodging.surely_ms
    return replace(
        lodging,
        version=look.version,
        last_ms=look.at_ms,
        surely_ms=first,
        seen_ms=look.at_ms if look.sure else lodging.seen_ms,
        halted=lodging.halted or look.speed_mps < MOVING_MPS,
        blind=lodging.blind or isnan(look.speed_mps) or look.at_ms - since_ms > BLIND_MS,
        bound=lodging.bound and look.bound,
        permit=look.permit,
    )


def too_long(lodging: Lodging, most_s: float) -> Measured:
    """Compare a stay so far with the longest."""
    surely_s, perhaps_s = _lasted_s(lodging, lodging.last_ms)
    if surely_s > most_s:
        return Measured(VIOLATION, most_s - surely_s)
    if perhaps_s > most_s:
        return Measured(UNCERTAIN, most_s - (surely_s + perhaps_s) / 2)
    return IN_ORDER


def passed_through(lodging: Lodging, out_ms: int, least_s: float) -> Measured:
    """Tell whether a stay that was over by an instant was transit.

    That it is when it was shorter than asked; where no time is asked, when the vehicle never
    stopped.
    """
    if lodging.surely_ms is None or not (lodging.entered and lodging.bound):
        return IN_ORDER
    if least_s > 0:
        return _too_short(lodging, out_ms, least_s)
    if lodging.halted:
        return IN_ORDER
    unseen = lodging.blind or out_ms - lodging.last_ms > BLIND_MS
    return Measured(UNCERTAIN if unseen else VIOLATION, nan)


def _too_short(lodging: Lodging, out_ms: int, least_s: float) -> Measured:
    surely_s, perhaps_s = _lasted_s(lodging, out_ms)
    if surely_s >= least_s:
        return IN_ORDER
    if perhaps_s < least_s:
        return Measured(VIOLATION, perhaps_s - least_s)
    return Measured(UNCERTAIN, (surely_s + perhaps_s) / 2 - least_s)


def _lasted_s(lodging: Lodging, until_ms: int) -> tuple[float, float]:
    """Return for how many seconds it surely lasted, and for how many at most."""
    surely = 0
    if lodging.surely_ms is not None and lodging.seen_ms is not None:
        surely = lodging.seen_ms - lodging.surely_ms
    return surely / 1000, (until_ms - lodging.since_ms) / 1000
