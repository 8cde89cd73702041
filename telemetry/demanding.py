"""Does a vehicle in a zone carry what the zone asks for, and is it fast enough?

Asked of the few presences in zones that demand any of it, as columns; what a vehicle is not known
to carry is in doubt. See `telemetry.lodging` for what only a stay or the others inside tell.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, Reason, VerdictKind
from telemetry.rulebook import Rulebook
from telemetry.ruling import SPEED_TOLERANCE_MPS
from zones.columns import Codes, Floats, Presences, Relation
from zones.precedence import outranked

Marks = NDArray[np.bool_]

COMPLIANT, VIOLATION = np.int8(VerdictKind.COMPLIANT), np.int8(VerdictKind.VIOLATION)
UNCERTAIN, NONE, OVERRIDDEN = (
    VerdictKind.UNCERTAIN,
    np.int8(Reason.NONE),
    np.int8(Reason.OVERRIDDEN),
)
NOT_KNOWN = -1


class Found(NamedTuple):
    """What one rule finds of some presences, and which zones ask for it."""

    rows: NDArray[np.intp]
    kind: Codes
    reason: Reason
    stating: Marks


def demand(
    batch: Observations, presences: Presences, rulebook: Rulebook, kind: Codes, reason: Codes
) -> None:
    """Write into kinds and reasons what is worse by what the zones demand."""
    if rulebook.equipment is not None:
        take(_equipped(batch, presences, rulebook), batch, presences, rulebook, kind, reason)
    if rulebook.speed_min_mps is not None:
        take(_moving(batch, presences, rulebook), batch, presences, rulebook, kind, reason)


def take(  # noqa: PLR0917 - what is written into beside what it is about
    found: Found,
    batch: Observations,
    presences: Presences,
    rulebook: Rulebook,
    kind: Codes,
    reason: Codes,
) -> Marks:
    """Take what a rule finds where that is worse than what is known; tell of which of its rows.

    What a zone of higher priority asks instead is set aside, as everywhere.
    """
    rows, said = found.rows, found.kind
    if not len(rows):
        return np.zeros(0, bool)
    why = np.where(said == COMPLIANT, NONE, np.int8(found.reason))
    if rulebook.outranking:
        above = outranked(presences, batch.positions.layer, rulebook.ranks, found.stating)
        aside = above.surely[rows] & (said != COMPLIANT)
        said, why = np.where(aside, COMPLIANT, said), np.where(aside, OVERRIDDEN, why)
        said = np.where(above.perhaps[rows] & (said == VIOLATION), UNCERTAIN, said)
    unsure = presences.relation[rows] == Relation.UNCERTAIN
    said = np.where(unsure & (said == VIOLATION), UNCERTAIN, said)
    known, because = kind[rows], reason[rows]
    worse: Marks = (said == VIOLATION) & (known != VIOLATION)
    worse |= (said == UNCERTAIN) & ((known == COMPLIANT) | (because == NONE))
    worse |= (why == OVERRIDDEN) & (known == COMPLIANT) & ~unsure
    kind[rows[worse]], reason[rows[worse]] = said[worse], why[worse]
    return worse


def _equipped(batch: Observations, presences: Presences, rulebook: Rulebook) -> Found:
    """Compare what vehicles carry with what zones have them carry."""
    asked = rulebook.equipment
    stating = np.zeros(len(rulebook.zones), bool) if asked is None else asked != 0
    rows = np.flatnonzero(stating[presences.zone])
    kind = np.full(len(rows), COMPLIANT)
    if asked is not None and len(rows):
        one = batch.vehicle[presences.position[rows]]
        carried = rulebook.holders.of(batch.vehicles).rows["carries"][one]
        lacking = asked[presences.zone[rows]] & ~carried != 0
        kind[lacking] = VIOLATION
        kind[carried == NOT_KNOWN] = UNCERTAIN
    return Found(rows, kind, Reason.EQUIPMENT, stating)


def _moving(batch: Observations, presences: Presences, rulebook: Rulebook) -> Found:
    """Compare speeds with the least that zones ask for, where no other zone has them slower."""
    asked = rulebook.speed_min_mps
    least = np.full(len(rulebook.zones), np.nan) if asked is None else asked
    stating = ~np.isnan(least)
    rows = np.flatnonzero(stating[presences.zone])
    limit = least[presences.zone[rows]]
    speed = batch.speed_mps[presences.position[rows]]
    # Going slower than asked is a nuisance, going faster a danger.
    asking = limit <= _fastest(presences, rulebook, len(batch))[presences.position[rows]]
    kind = np.full(len(rows), COMPLIANT)
    kind[asking & ~(speed >= limit)] = UNCERTAIN
    kind[asking & (speed < limit - SPEED_TOLERANCE_MPS)] = VIOLATION
    return Found(rows, kind, Reason.SPEED_MIN, stating)


def _fastest(presences: Presences, rulebook: Rulebook, count: int) -> Floats:
    """Return for each position the lowest speed limit of the zones it is, or may be, in."""
    lowest = np.full(count, np.inf)
    np.minimum.at(lowest, presences.position, rulebook.speed_max_mps[presences.zone])
    return lowest
