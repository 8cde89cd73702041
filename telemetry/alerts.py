"""When is a human told, and how long is it one and the same situation?

A violation must last before it is told, except where waiting is worse than a false alarm; it ends
once the vehicle has surely complied for a while, and well beyond the border or for much longer:
see `telemetry.patience`. Flapping at a border is one alert, not twenty. What is uncertain neither
raises nor ends anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np

from telemetry.concern.margins import Missed, within_margins
from telemetry.concern.situations import UNJUDGED, Judged, Sighting, Situation, go_on
from telemetry.model import Observations, Reason, VehicleKey, VerdictKind, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.told import Alert

_REASONS = tuple(Reason)
NOTHING: frozenset[Reason] = frozenset()


class Situations(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle's situations, as of its newest observation."""

    at_ms: int
    ongoing: tuple[Situation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """The situations that changed, and the alerts to be told: new, still going on, or closed."""

    situations: dict[VehicleKey, Situations]
    alerts: tuple[Alert, ...]


class _Amiss(NamedTuple):
    """A verdict by number, its reason's code, and whether it is merely in doubt."""

    verdict: int
    reason: int
    doubtful: bool


def alert(
    situations: Mapping[VehicleKey, Situations],
    batch: Observations,
    verdicts: Verdicts,
    rulebook: Rulebook,
) -> Alerted:
    """Go on from the situations with a batch; only a vehicle's newest observation counts."""
    rows = _amiss(verdicts, rulebook)
    judged = Judged(batch=batch, verdicts=verdicts, rulebook=rulebook)
    near = within_margins(_missed(situations, batch, rows), batch, rulebook)
    latest = {key: situations[key] for key in batch.vehicles if key in situations}
    changed: dict[VehicleKey, Situations] = {}
    told: list[Alert] = []
    columns = zip(batch.vehicle.tolist(), batch.positions.at_ms.tolist(), strict=True)
    for row, (vehicle, at_ms) in enumerate(columns):
        key = batch.vehicles[vehicle]
        old = latest.get(key)
        if (old is None and row not in rows) or (old is not None and at_ms <= old.at_ms):
            continue
        sighting = _sighting(rows.get(row, ()), row, at_ms, near.get(row, NOTHING))
        ongoing = old.ongoing if old else ()
        new = Situations(at_ms=at_ms, ongoing=tuple(go_on(ongoing, sighting, judged, told)))
        changed[key] = latest[key] = new
    return Alerted(situations=changed, alerts=tuple(told))


def to_json(situations: Situations) -> str:
    """Write situations down."""
    return msgspec.json.encode(situations).decode()


def from_json(text: str | bytes) -> Situations:
    """Read situations as `to_json` wrote them."""
    return msgspec.json.decode(text, type=Situations)


def _amiss(verdicts: Verdicts, rulebook: Rulebook) -> dict[int, list[_Amiss]]:
    """Group by observation the verdicts that are not plainly compliant, most prominent first."""
    unclear = (verdicts.kind != VerdictKind.COMPLIANT) & (verdicts.reason != Reason.NONE)
    rows = np.flatnonzero(unclear)
    rows = rows[np.argsort(rulebook.prominence[verdicts.zone[rows]], kind="stable")]
    doubtful = verdicts.kind[rows] == VerdictKind.UNCERTAIN
    columns = (verdicts.observation[rows], rows, verdicts.reason[rows], doubtful)
    found: dict[int, list[_Amiss]] = {}
    for row, *amiss in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(row, []).append(_Amiss(*amiss))
    return found


def _missed(
    situations: Mapping[VehicleKey, Situations],
    batch: Observations,
    amiss: Mapping[int, Iterable[_Amiss]],
) -> Missed:
    """Return for each observation what was, or here is, amiss with its vehicle, but not then."""
    reasons: dict[int, set[Reason]] = {}
    for number, key in enumerate(batch.vehicles):
        if key in situations and situations[key].ongoing:
            reasons[number] = {each.reason for each in situations[key].ongoing}
    vehicles = batch.vehicle
    for row, found in amiss.items():
        reasons.setdefault(int(vehicles[row]), set()).update(
            _REASONS[each.reason] for each in found
        )
    if not reasons:
        return {}
    missed: dict[int, set[Reason]] = {}
    for row in np.flatnonzero(np.isin(vehicles, list(reasons))).tolist():
        here = {_REASONS[each.reason] for each in amiss.get(row, ())}
        if left := reasons[int(vehicles[row])] - here - UNJUDGED:
            missed[row] = left
    return missed


def _sighting(amiss: Iterable[_Amiss], row: int, at_ms: int, near: frozenset[Reason]) -> Sighting:
    """Gather what one observation shows; of many zones the most prominent is told."""
    violations: dict[Reason, int] = {}
    doubts: set[Reason] = set()
    for verdict, code, doubtful in amiss:
        reason = _REASONS[code]
        # Where a stranger is may be in doubt; that nobody registered it is not.
        if doubtful and reason is not Reason.UNREGISTERED:
            doubts.add(reason)
        else:
            violations.setdefault(reason, verdict)
    return Sighting(
        row=row, at_ms=at_ms, violations=violations, doubts=frozenset(doubts), near=near
    )
