"""Was each vehicle allowed to be where it was? Zone x permit x rules, as columns.

A violation is only what stays one wherever inside its accuracy the vehicle really was; what could
be either is uncertain. What one presence comes to is told by `telemetry.ruling`.

Every zone is judged for itself. What a zone of higher priority answers at this very place, see
`zones.precedence`, the others are not judged by; where the vehicle only may be in that zone, their
violations are uncertain.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from permits.model import PermitState
from telemetry.demanding import demand
from telemetry.granted.volumes import in_ms
from telemetry.model import Observations, Reason, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.ruling import (
    PERHAPS_AS_BOUND,
    PERHAPS_AS_FAST,
    PERHAPS_ASIDE,
    SURELY_AS_BOUND,
    SURELY_AS_FAST,
    SURELY_ASIDE,
    WINDOW,
    rule,
)
from zones.columns import Codes, Floats, Indices, Instants, Presences, in_one_piece
from zones.precedence import outranked

# What is told instead of the hours, of a permit that is no longer what it was.
TAKEN_AWAY: Mapping[PermitState, Reason] = MappingProxyType(
    {
        PermitState.REVOKED: Reason.REVOKED,
        PermitState.ON_HOLD: Reason.ON_HOLD,
        PermitState.ENDED: Reason.ENDED,
        PermitState.WITHDRAWN: Reason.ENDED,
    }
)
NOTHING_ASIDE: Codes = np.empty(0, np.int8)


def judge(batch: Observations, rulebook: Rulebook) -> Verdicts:
    """Give each observation one verdict for every zone in force it is, or may be, in."""
    at = batch.positions
    presences = rulebook.index.covering(at)
    holders, held, most = rulebook.holders.of(batch.vehicles)
    kind, reason = np.empty((2, len(presences)), np.int8)
    permit, answering = np.empty((2, len(presences)), np.int32)
    rule(
        presences.position,
        presences.zone,
        presences.relation,
        _aside(batch, presences, rulebook) if rulebook.outranking else NOTHING_ASIDE,
        in_one_piece(batch.vehicle, np.int32),
        in_one_piece(at.at_ms, np.int64),
        in_one_piece(at.lon, np.float64),
        in_one_piece(at.lat, np.float64),
        in_one_piece(at.alt_m, np.float64),
        in_one_piece(at.alt_ref, np.int8),
        in_one_piece(at.h_acc_m, np.float64),
        in_one_piece(at.v_acc_m, np.float64),
        in_one_piece(at.layer, np.int8),
        in_one_piece(batch.speed_mps, np.float64),
        in_one_piece(batch.heading_deg, np.float64),
        holders,
        held,
        rulebook.volumes.rows,
        rulebook.volumes.edges,
        rulebook.restriction,
        rulebook.speed_max_mps,
        rulebook.courses,
        *rulebook.index.relief,
        np.empty(most, np.int32),
        kind,
        reason,
        permit,
        answering,
    )
    at_ms = at.at_ms[presences.position]
    margin_s = _within_s(at_ms, reason, answering, rulebook)
    _taken_away(at_ms, reason, answering, rulebook)
    demand(batch, presences, rulebook, kind, reason)
    return Verdicts(
        observation=presences.position,
        zone=presences.zone,
        relation=presences.relation,
        kind=kind,
        reason=reason,
        permit=permit,
        margin_m=presences.margin_m,
        margin_s=margin_s,
    )


def _within_s(at_ms: Instants, reason: Codes, answering: Indices, rulebook: Rulebook) -> Floats:
    """Return for how many seconds a permit's window was open and yet will be, where it was not."""
    margin_s = np.full(len(reason), np.nan)
    (rows,) = (reason == WINDOW).nonzero()
    if not len(rows):
        return margin_s
    windows = rulebook.volumes.rows[answering[rows]]
    since, until = at_ms[rows] - windows["start_ms"], windows["end_ms"] - at_ms[rows]
    margin_s[rows] = np.minimum(since, until) / 1000
    return margin_s


def _taken_away(at_ms: Instants, reason: Codes, answering: Indices, rulebook: Rulebook) -> None:
    """Say of who is late for a window that ended before its time what became of the permit."""
    rows = np.flatnonzero(reason == WINDOW)
    windows = rulebook.volumes.rows[answering[rows]]
    late = at_ms[rows] >= windows["end_ms"]
    for number in np.unique(windows["permit"][late]).tolist():
        holding = rulebook.permits[number]
        why = TAKEN_AWAY.get(holding.became) if holding.became else None
        if why is not None and holding.held.end is not None:
            cut = windows["end_ms"] == in_ms(holding.held.end)
            reason[rows[late & cut & (windows["permit"] == number)]] = why


def _aside(batch: Observations, presences: Presences, rulebook: Rulebook) -> Codes:
    """Mark what a zone of higher priority answers instead; in most cities there is no such zone."""
    layer, ranks = batch.positions.layer, rulebook.ranks
    use = outranked(presences, layer, ranks, np.ones(len(rulebook.zones), dtype=bool))
    speed = outranked(presences, layer, ranks, np.isfinite(rulebook.speed_max_mps))
    marks = use.surely * SURELY_ASIDE + use.perhaps * PERHAPS_ASIDE
    bound = outranked(presences, layer, ranks, ~np.isnan(rulebook.courses[:, 0]))
    marks += bound.surely * SURELY_AS_BOUND + bound.perhaps * PERHAPS_AS_BOUND
    marks += speed.surely * SURELY_AS_FAST + speed.perhaps * PERHAPS_AS_FAST
    return marks.astype(np.int8)
