"""The verdicts as they are written most plainly, with a geometry library and a column a step.

Slow, and the oracle that `telemetry.judging` is held against.
"""

import numpy as np

from telemetry.model import UNREGISTERED, Observations, Reason, VerdictKind, Verdicts
from telemetry.rulebook import NO_PURPOSE, Rulebook
from telemetry.ruling import COURSE_TOLERANCE_DEG, MOVING_MPS, SPEED_TOLERANCE_MPS
from tests.telemetry.reference_granted import (
    FORBIDS,
    MAY_FORBID,
    MAY_OPEN,
    OPENS,
    OUTSIDE,
    REASON_OF_FLAW,
    Best,
    best_of,
)
from zones.columns import Codes, Presences, Relation
from zones.demands import Sector
from zones.model import Restriction
from zones.precedence import Answers, Outranked, outranked


def judge(batch: Observations, rulebook: Rulebook) -> Verdicts:
    """Give each observation one verdict for every zone in force it is, or may be, in."""
    presences = rulebook.index.covering(batch.positions)
    classes = rulebook.classes_of(batch.vehicles)[batch.vehicle]
    best = best_of(batch, presences, rulebook, classes)
    kind, reason = _by_permit(batch, presences, best, rulebook, classes)
    # What needs no permit does not rest on one that does not reach here.
    permit = np.where((kind == VerdictKind.COMPLIANT) & (best.rank >= OUTSIDE), -1, best.permit)
    _set_aside(_outranked(batch, presences, rulebook), kind, reason)
    _limit_speed(batch, presences, rulebook, kind, reason)
    _bound(batch, presences, rulebook, kind, reason)
    unsure = presences.relation == Relation.UNCERTAIN
    kind[unsure] = VerdictKind.UNCERTAIN
    reason[unsure & (reason == Reason.OVERRIDDEN)] = Reason.NONE
    _hold_to_demands(batch, presences, rulebook, kind, reason)
    return Verdicts(
        observation=presences.position,
        zone=presences.zone,
        relation=presences.relation,
        kind=kind,
        reason=reason,
        permit=permit.astype(np.int32),
        margin_m=presences.margin_m,
        margin_s=np.full(len(presences), np.nan),
    )


def _by_permit(
    batch: Observations, presences: Presences, best: Best, rulebook: Rulebook, classes: Codes
) -> tuple[Codes, Codes]:
    """Ask the restriction: what it says with the best permit found, and without any."""
    plain = rulebook.restriction[presences.zone, NO_PURPOSE, classes[presences.position]]
    open_to_all = plain > Restriction.REQ_AUTHORISATION.code
    without = np.where(open_to_all, VerdictKind.COMPLIANT, VerdictKind.VIOLATION)
    # Perhaps in a volume: certain only if every possibility comes to the same.
    agreed = np.where(
        best.rank == MAY_OPEN, open_to_all & ~best.forbids & ~best.may_forbid, ~open_to_all
    )
    perhaps = np.where(agreed, without, VerdictKind.UNCERTAIN)
    kind = np.select(
        [best.rank == OPENS, best.rank == FORBIDS, best.rank <= MAY_FORBID],
        [VerdictKind.COMPLIANT, VerdictKind.VIOLATION, perhaps],
        without,
    ).astype(np.int8)
    missing = REASON_OF_FLAW[best.flaw]
    missing[(best.rank < OUTSIDE) & (missing == Reason.NO_PERMIT)] = Reason.OUTSIDE_WINDOW
    strangers = np.array([v.operator == UNREGISTERED for v in batch.vehicles], dtype=bool)
    if strangers.any():
        missing[strangers[batch.vehicle[presences.position]]] = Reason.UNREGISTERED
    forbidden = (plain == Restriction.PROHIBITED.code) | (best.rank == FORBIDS)
    reason = np.where(forbidden, np.int8(Reason.PROHIBITED), missing)
    reason[kind == VerdictKind.COMPLIANT] = Reason.NONE
    return kind, reason


def _limit_speed(
    batch: Observations, presences: Presences, rulebook: Rulebook, kind: Codes, reason: Codes
) -> None:
    """Turn what is not yet a violation into one where the zone's speed limit is broken."""
    limit = rulebook.speed_max_mps[presences.zone]
    speed = batch.speed_mps[presences.position]
    broken = speed > limit + SPEED_TOLERANCE_MPS
    doubtful = ~broken & ((speed > limit) | (np.isnan(speed) & np.isfinite(limit)))
    found = np.select(
        [broken, doubtful],
        [VerdictKind.VIOLATION, VerdictKind.UNCERTAIN],
        VerdictKind.COMPLIANT,
    ).astype(np.int8)
    why = np.where(broken | doubtful, np.int8(Reason.SPEED), np.int8(Reason.NONE))
    limited = np.isfinite(rulebook.speed_max_mps)
    _set_aside(_outranked(batch, presences, rulebook, limited), found, why)
    _take_worse(kind, reason, found, why)


def _bound(
    batch: Observations, presences: Presences, rulebook: Rulebook, kind: Codes, reason: Codes
) -> None:
    """Turn what is not yet a violation into one where a moving vehicle goes another way."""
    found = np.full(len(presences), VerdictKind.COMPLIANT, np.int8)
    for n, (row, number) in enumerate(zip(presences.position, presences.zone, strict=True)):
        sector, course = rulebook.zones[number].rules.direction, batch.heading_deg[row]
        if sector is None or batch.speed_mps[row] < MOVING_MPS:
            continue
        if np.isnan(course) or np.isnan(batch.speed_mps[row]):
            found[n] = VerdictKind.UNCERTAIN
        elif not sector.holds(course):
            off = [abs((course - end + 180) % 360 - 180) for end in _ends(sector)]
            clear = min(off) > COURSE_TOLERANCE_DEG
            found[n] = VerdictKind.VIOLATION if clear else VerdictKind.UNCERTAIN
    amiss = found != VerdictKind.COMPLIANT
    why = np.where(amiss, np.int8(Reason.DIRECTION), np.int8(Reason.NONE))
    stating = np.array([zone.rules.direction is not None for zone in rulebook.zones], bool)
    _set_aside(_outranked(batch, presences, rulebook, stating), found, why)
    _take_worse(kind, reason, found, why)


def _hold_to_demands(
    batch: Observations, presences: Presences, rulebook: Rulebook, kind: Codes, reason: Codes
) -> None:
    """Ask what a vehicle carries, and whether it is fast enough, one presence after the other."""
    rules = [zone.rules for zone in rulebook.zones]
    equipping = np.array([bool(each.equipment) for each in rules], dtype=np.bool_)
    hurrying = np.array([each.speed_min_mps is not None for each in rules], dtype=np.bool_)
    for why, stating, found in (
        (Reason.EQUIPMENT, equipping, _unequipped),
        (Reason.SPEED_MIN, hurrying, _slow),
    ):
        above = _outranked(batch, presences, rulebook, stating)
        for n in np.flatnonzero(stating[presences.zone]).tolist():
            said = found(batch, presences, rulebook, n)
            because = why if said is not VerdictKind.COMPLIANT else Reason.NONE
            if above is not None and above.surely[n] and because is why:
                said, because = VerdictKind.COMPLIANT, Reason.OVERRIDDEN
            unsure = presences.relation[n] == Relation.UNCERTAIN
            doubted = unsure or (above is not None and above.perhaps[n])
            if doubted and said is VerdictKind.VIOLATION:
                said = VerdictKind.UNCERTAIN
            plain = kind[n] == VerdictKind.COMPLIANT
            if (
                (said is VerdictKind.VIOLATION and kind[n] != VerdictKind.VIOLATION)
                or (said is VerdictKind.UNCERTAIN and (plain or reason[n] == Reason.NONE))
                or (because is Reason.OVERRIDDEN and plain and not unsure)
            ):
                kind[n], reason[n] = said, because


def _unequipped(
    batch: Observations, presences: Presences, rulebook: Rulebook, n: int
) -> VerdictKind:
    carried = rulebook.carried.get(batch.vehicles[batch.vehicle[presences.position[n]]])
    if carried is None:
        return VerdictKind.UNCERTAIN
    needed = rulebook.zones[presences.zone[n]].rules.equipment
    return VerdictKind.COMPLIANT if needed <= carried else VerdictKind.VIOLATION


def _slow(batch: Observations, presences: Presences, rulebook: Rulebook, n: int) -> VerdictKind:
    row = presences.position[n]
    here = [rulebook.zones[each].rules for each in presences.zone[presences.position == row]]
    least = rulebook.zones[presences.zone[n]].rules.speed_min_mps or 0.0
    # Where a maximum is below the minimum, the maximum holds.
    if any(each.speed_max_mps is not None and each.speed_max_mps < least for each in here):
        return VerdictKind.COMPLIANT
    speed = batch.speed_mps[row]
    if speed < least - SPEED_TOLERANCE_MPS:
        return VerdictKind.VIOLATION
    return VerdictKind.COMPLIANT if speed >= least else VerdictKind.UNCERTAIN


def _ends(sector: Sector) -> tuple[float, float]:
    """Return where a sector begins and ends."""
    return sector.start_deg, sector.end_deg


def _take_worse(kind: Codes, reason: Codes, found: Codes, why: Codes) -> None:
    """Take what another rule found where that is worse."""
    told = (found == VerdictKind.VIOLATION) & (kind != VerdictKind.VIOLATION)
    told |= (found == VerdictKind.UNCERTAIN) & (kind == VerdictKind.COMPLIANT)
    told |= (why == Reason.OVERRIDDEN) & (kind == VerdictKind.COMPLIANT)
    kind[told], reason[told] = found[told], why[told]


def _outranked(
    batch: Observations,
    presences: Presences,
    rulebook: Rulebook,
    stating: Answers | None = None,
) -> Outranked | None:
    """Find what a zone of higher priority answers instead; in most cities there is no such zone."""
    if not rulebook.outranking:
        return None
    everyone = np.ones(len(rulebook.zones), dtype=bool)
    answering = everyone if stating is None else stating
    return outranked(presences, batch.positions.layer, rulebook.ranks, answering)


def _set_aside(above: Outranked | None, kind: Codes, reason: Codes) -> None:
    """Pass over what a zone of higher priority answers, and doubt what one perhaps answers."""
    if above is None:
        return
    aside = above.surely & (kind != VerdictKind.COMPLIANT)
    kind[aside], reason[aside] = VerdictKind.COMPLIANT, Reason.OVERRIDDEN
    kind[above.perhaps & (kind == VerdictKind.VIOLATION)] = VerdictKind.UNCERTAIN
