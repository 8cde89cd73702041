"""What does each presence in a zone come to? Zone x permit x rules; compiled, one pass a batch."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.granted.fitting import FLAWS, NOT, SURELY, WRONG_HEIGHT, WRONG_PLACE, WRONG_TIME, fit
from telemetry.granted.volumes import Rows
from telemetry.model import Reason, VerdictKind
from zones.columns import Codes, Floats, Indices, Instants, Relation
from zones.compiled import inner, scalar
from zones.heights.relief import Grid, Relief, StatedHeight
from zones.model import Restriction

# What satellite receivers state as the accuracy of their speed, and of their course when they move.
SPEED_TOLERANCE_MPS = 0.3
COURSE_TOLERANCE_DEG, MOVING_MPS = 15.0, 1.0

# How well a volume answers for a presence: the lower the better; flaws are added to `OUTSIDE`.
OPENS, MAY_OPEN, FORBIDS, MAY_FORBID, OUTSIDE, NONE_AT_ALL = 0, 1, 2, 3, 10, 99
NO_VOLUME = -1
# Bits of `aside`: a zone of higher priority answers instead, of the use, the speed, the direction.
SURELY_ASIDE, PERHAPS_ASIDE, SURELY_AS_FAST, PERHAPS_AS_FAST = 1, 2, 4, 8
SURELY_AS_BOUND, PERHAPS_AS_BOUND = 16, 32

COMPLIANT, VIOLATION = int(VerdictKind.COMPLIANT), int(VerdictKind.VIOLATION)
UNCERTAIN = int(VerdictKind.UNCERTAIN)
MAY_BE_IN = int(Relation.UNCERTAIN)
PROHIBITED, ON_REQUEST = Restriction.PROHIBITED.code, Restriction.REQ_AUTHORISATION.code
NO_REASON, IS_PROHIBITED = int(Reason.NONE), int(Reason.PROHIBITED)
NO_PERMIT, STRANGER = int(Reason.NO_PERMIT), int(Reason.UNREGISTERED)
FOOTPRINT, HEIGHT = int(Reason.OUTSIDE_FOOTPRINT), int(Reason.OUTSIDE_HEIGHT)
WINDOW, SPEED, OVERRIDDEN = int(Reason.OUTSIDE_WINDOW), int(Reason.SPEED), int(Reason.OVERRIDDEN)
DIRECTION = int(Reason.DIRECTION)

Heights = NDArray[np.float32]
Masks = NDArray[np.int8]
Ruled = tuple[int, int]


class Best(NamedTuple):
    """The volume that answers best, and whether any surely or perhaps forbids."""

    rank: int
    flaw: int
    volume: int
    forbids: bool
    may_forbid: bool


@scalar
def rule(  # noqa: PLR0913, PLR0917 - flat arrays: a tuple of them would cost at each call
    position: Indices,
    zone: Indices,
    relation: Codes,
    aside: Masks,
    vehicle: Indices,
    at_ms: Instants,
    lon: Floats,
    lat: Floats,
    alt_m: Floats,
    alt_ref: Codes,
    h_acc_m: Floats,
    v_acc_m: Floats,
    layer: Codes,
    speed_mps: Floats,
    heading_deg: Floats,
    holders: Rows,
    held: Indices,
    volumes: Rows,
    edges: Floats,
    restriction: Codes,
    speed_max_mps: Floats,
    courses: Floats,
    sea: Floats,
    sea_lowest: Heights,
    sea_highest: Heights,
    ground: Floats,
    ground_lowest: Heights,
    ground_highest: Heights,
    fits: Indices,
    kinds: Codes,
    reasons: Codes,
    permits: Indices,
    answering: Indices,
) -> None:
    """Write each presence's kind, reason and permit, -1 for none; `fits` is room for one's fits.

    `answering` is the volume that answers best, -1 for none.
    """
    relief = Relief(
        Grid(sea[0], sea[1], sea[2], sea[3], sea_lowest, sea_highest, sea[4]),
        Grid(ground[0], ground[1], ground[2], ground[3], ground_lowest, ground_highest, ground[4]),
    )
    no_purpose, last = restriction.shape[1] - 1, -1
    for row in range(len(position)):
        one = position[row]
        holder = holders[vehicle[one]]
        if one != last:
            stated = StatedHeight(alt_m[one], alt_ref[one], v_acc_m[one], lon[one], lat[one])
            for n in range(holder.first, holder.last):
                volume = volumes[held[n]]
                fits[n - holder.first] = -1
                if layer[one] < 0 or layer[one] == volume.layer:
                    fits[n - holder.first] = fit(
                        volume, edges, relief, at_ms[one], h_acc_m[one], stated
                    )
            last = one
        said = restriction[zone[row]]
        best = _best(
            holder.first, holder.last, held, volumes, said[:, holder.kind], fits, at_ms[one]
        )
        kind, reason = _by_permit(best, said[no_purpose, holder.kind], holder.stranger)
        permits[row] = -1
        if best.volume >= 0 and not (kind == COMPLIANT and best.rank >= OUTSIDE):
            permits[row] = volumes[best.volume].permit
        mask = aside[row] if len(aside) else 0
        kind, reason = _set_aside(kind, reason, mask & SURELY_ASIDE, mask & PERHAPS_ASIDE)
        kind, reason = _demanded(
            kind, reason, speed_mps[one], heading_deg[one], speed_max_mps[zone[row]],
            courses[zone[row]], mask,
        )  # fmt: skip
        if relation[row] == MAY_BE_IN:
            kind = UNCERTAIN
            reason = NO_REASON if reason == OVERRIDDEN else reason
        kinds[row], reasons[row], answering[row] = kind, reason, best.volume


@inner
def _best(  # noqa: PLR0917
    first: int, last: int, held: Indices, volumes: Rows, said: Codes, fits: Indices, at_ms: int
) -> Best:
    """Find the volume that answers best for a presence.

    Of those at another time the nearest wins a tie, else the first granted.
    """
    rank, wrong, chosen, least_ms = NONE_AT_ALL, WRONG_TIME + WRONG_PLACE, NO_VOLUME, 0
    forbids = may_forbid = False
    for n in range(first, last):
        found = fits[n - first]
        if found >= 0:
            sure, flaw = found // FLAWS, found % FLAWS
            known, away_ms = OUTSIDE + flaw, 0
            if sure == NOT and flaw >= WRONG_TIME:
                volume = volumes[held[n]]
                away_ms = max(volume.start_ms - at_ms, at_ms - volume.end_ms)
            if sure != NOT:
                known = OPENS if sure == SURELY else MAY_OPEN
                known += FORBIDS if said[volumes[held[n]].purpose] == PROHIBITED else 0
            forbids |= known == FORBIDS
            may_forbid |= known == MAY_FORBID
            if known < rank or (known == rank and away_ms < least_ms):
                rank, wrong, chosen, least_ms = known, flaw, held[n], away_ms
    # A volume elsewhere and at another time is no permit at all.
    if rank >= OUTSIDE and wrong >= WRONG_TIME + WRONG_PLACE:
        chosen = NO_VOLUME
    return Best(rank, wrong, chosen, forbids, may_forbid)


@inner
def _by_permit(best: Best, plain: int, stranger: bool) -> Ruled:  # noqa: FBT001 - of a column
    """Ask the restriction: what it says with the best permit found, and without any."""
    open_to_all = plain > ON_REQUEST
    kind = COMPLIANT if open_to_all else VIOLATION
    if best.rank == OPENS:
        kind = COMPLIANT
    elif best.rank == FORBIDS:
        kind = VIOLATION
    elif best.rank <= MAY_FORBID:
        # Perhaps in a volume: certain only if every possibility comes to the same.
        agreed = not open_to_all
        if best.rank == MAY_OPEN:
            agreed = open_to_all and not best.forbids and not best.may_forbid
        kind = kind if agreed else UNCERTAIN
    if kind == COMPLIANT:
        return kind, NO_REASON
    if plain == PROHIBITED or best.rank == FORBIDS:
        return kind, IS_PROHIBITED
    return kind, STRANGER if stranger else _missing(best.volume, best.flaw)


@inner
def _missing(volume: int, flaw: int) -> int:
    """Say what is wrong, or in doubt, with the best match."""
    if volume == NO_VOLUME:
        return NO_PERMIT
    if flaw >= WRONG_TIME:
        return WINDOW
    if flaw >= WRONG_PLACE:
        return FOOTPRINT
    return HEIGHT if flaw == WRONG_HEIGHT else NO_REASON


@inner
def _set_aside(kind: int, reason: int, surely: int, perhaps: int) -> Ruled:
    """Pass over what a zone of higher priority answers, and doubt what one perhaps answers."""
    if surely and kind != COMPLIANT:
        return COMPLIANT, OVERRIDDEN
    if perhaps and kind == VIOLATION:
        return UNCERTAIN, reason
    return kind, reason


@inner
def _demanded(  # noqa: PLR0917
    kind: int,
    reason: int,
    speed_mps: float,
    heading_deg: float,
    limit_mps: float,
    course: Floats,
    mask: int,
) -> Ruled:
    """Ask what the zone demands of how one moves."""
    kind, reason = _limited(kind, reason, speed_mps, limit_mps, mask)
    if np.isnan(course[0]):
        return kind, reason
    return _directed(kind, reason, speed_mps, heading_deg, course, mask)


@inner
def _limited(kind: int, reason: int, speed_mps: float, limit_mps: float, mask: int) -> Ruled:
    """Turn what is not yet a violation into one where the zone's speed limit is broken."""
    found, why = COMPLIANT, NO_REASON
    if speed_mps > limit_mps + SPEED_TOLERANCE_MPS:
        found, why = VIOLATION, SPEED
    elif speed_mps > limit_mps or (np.isnan(speed_mps) and np.isfinite(limit_mps)):
        found, why = UNCERTAIN, SPEED
    found, why = _set_aside(found, why, mask & SURELY_AS_FAST, mask & PERHAPS_AS_FAST)
    return _worse(kind, reason, found, why)


@inner
def _directed(  # noqa: PLR0917
    kind: int, reason: int, speed_mps: float, heading_deg: float, course: Floats, mask: int
) -> Ruled:
    """Turn what is not yet a violation into one where a moving vehicle keeps no course allowed."""
    found, why = COMPLIANT, NO_REASON
    beyond = (heading_deg - course[0]) % 360.0 - course[1]
    if np.isnan(heading_deg) or np.isnan(speed_mps):
        found, why = UNCERTAIN, DIRECTION
    elif beyond > 0.0:
        clear = min(beyond, 360.0 - course[1] - beyond) > COURSE_TOLERANCE_DEG
        found, why = VIOLATION if clear else UNCERTAIN, DIRECTION
    if speed_mps < MOVING_MPS:
        found, why = COMPLIANT, NO_REASON
    found, why = _set_aside(found, why, mask & SURELY_AS_BOUND, mask & PERHAPS_AS_BOUND)
    return _worse(kind, reason, found, why)


@inner
def _worse(kind: int, reason: int, found: int, why: int) -> Ruled:
    """Take what another rule found where that is worse."""
    worse = found == VIOLATION and kind != VIOLATION
    worse |= kind == COMPLIANT and (found == UNCERTAIN or why == OVERRIDDEN)
    return (found, why) if worse else (kind, reason)
