"""When is a human told, and how long is it one and the same situation?

A violation must last before it is told, except where waiting is worse than a false alarm; it ends
once the vehicle has surely complied for a while. Flapping at a border is one alert, not twenty.
What is uncertain neither raises nor ends anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

import msgspec

from telemetry.model import (
    Alert,
    AlertId,
    AlertState,
    Observations,
    Reason,
    Severity,
    VehicleKey,
    VerdictKind,
    Verdicts,
)
from telemetry.rulebook import Rulebook
from telemetry.stays import instant
from telemetry.tracks import Track
from zones.model import LAYERS, Layer

RAISED_AFTER_OBSERVATIONS = 2
RAISED_AFTER_MS = 2_000
CLEARED_AFTER_MS = 10_000
UPDATED_EVERY_MS = 5_000
AT_ONCE = frozenset({Reason.PROHIBITED, Reason.UNREGISTERED, Reason.SILENT})
SEVERITY = MappingProxyType(
    {
        Reason.PROHIBITED: Severity.CRITICAL,
        Reason.NO_PERMIT: Severity.HIGH,
        Reason.UNREGISTERED: Severity.HIGH,
        Reason.OUTSIDE_FOOTPRINT: Severity.HIGH,
        Reason.OUTSIDE_HEIGHT: Severity.HIGH,
        Reason.OUTSIDE_WINDOW: Severity.HIGH,
        Reason.SPEED: Severity.MEDIUM,
        Reason.SILENT: Severity.LOW,
    }
)
_ALERTS = uuid5(NAMESPACE_URL, "octroi:alert")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One reason for which a vehicle is, or may soon be, in breach.

    `alert` is what a human was told, with the counts as they stand; `told_ms` when that was last.
    """

    reason: Reason
    first_ms: int
    streak: int = 1
    clear_since_ms: int | None = None
    told_ms: int = 0
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """A vehicle's situations, as of its newest observation."""

    at_ms: int
    ongoing: tuple[Situation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """The situations that changed, and the alerts to be told: new, still going on, or closed."""

    situations: dict[VehicleKey, Situations]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A batch with its verdicts and what they rest on."""

    batch: Observations
    verdicts: Verdicts
    rulebook: Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """One observation: the violations it shows, as alerts of their own, and what is in doubt."""

    at_ms: int
    violations: Mapping[Reason, Alert]
    doubts: frozenset[Reason]


def alert(
    situations: Mapping[VehicleKey, Situations],
    batch: Observations,
    verdicts: Verdicts,
    rulebook: Rulebook,
) -> Alerted:
    """Go on from the situations with a batch; only a vehicle's newest observation counts."""
    rows = _rows(verdicts)
    judged = _Judged(batch=batch, verdicts=verdicts, rulebook=rulebook)
    latest = {key: situations[key] for key in batch.vehicles if key in situations}
    changed: dict[VehicleKey, Situations] = {}
    told: list[Alert] = []
    columns = zip(batch.vehicle.tolist(), batch.positions.at_ms.tolist(), strict=True)
    for row, (vehicle, at_ms) in enumerate(columns):
        key = batch.vehicles[vehicle]
        old = latest.get(key)
        if (old is None and row not in rows) or (old is not None and at_ms <= old.at_ms):
            continue
        sighting = _sighting(rows.get(row, []), row, judged)
        ongoing = old.ongoing if old else ()
        new = Situations(at_ms=at_ms, ongoing=tuple(_next(ongoing, sighting, told)))
        changed[key] = latest[key] = new
    return Alerted(situations=changed, alerts=tuple(told))


def hush(
    situations: Mapping[VehicleKey, Situations],
    silent: Iterable[Track],
    rulebook: Rulebook,
    now: datetime,
) -> Alerted:
    """Tell of vehicles that fell silent while their permit was running."""
    now_ms = round(now.timestamp() * 1000)
    changed: dict[VehicleKey, Situations] = {}
    told: list[Alert] = []
    for track in silent:
        key = VehicleKey(track.operator, track.vehicle)
        permit = rulebook.permit_at(key, (track.at_ms, now_ms))
        fresh = Alert(
            id=_name(key, Reason.SILENT, track.at_ms),
            vehicle=key,
            layer=LAYERS[max(track.layer, 0)],
            reason=Reason.SILENT,
            severity=SEVERITY[Reason.SILENT],
            state=AlertState.OPEN,
            zone=None,
            zone_version=None,
            zone_name="",
            permit=permit.id if permit else None,
            opened_at=instant(track.at_ms),
            last_at=instant(track.at_ms),
            lon=track.lon,
            lat=track.lat,
            count=1,
        )
        old = situations.get(key, Situations(at_ms=track.at_ms))
        others = [each for each in old.ongoing if each.reason is not Reason.SILENT]
        quiet = Situation(
            reason=Reason.SILENT, first_ms=track.at_ms, told_ms=track.at_ms, alert=fresh
        )
        changed[key] = replace(old, ongoing=(*others, quiet))
        told.append(fresh)
    return Alerted(situations=changed, alerts=tuple(told))


def to_json(situations: Situations) -> str:
    """Write situations down."""
    return msgspec.json.encode(situations).decode()


def from_json(text: str | bytes) -> Situations:
    """Read situations as `to_json` wrote them."""
    return msgspec.json.decode(text, type=Situations)


def _rows(verdicts: Verdicts) -> dict[int, list[int]]:
    """Group by observation the verdicts that are not plainly compliant."""
    found: dict[int, list[int]] = {}
    unclear = (verdicts.kind != VerdictKind.COMPLIANT) & (verdicts.reason != Reason.NONE)
    for n in unclear.nonzero()[0].tolist():
        found.setdefault(int(verdicts.observation[n]), []).append(n)
    return found


def _sighting(rows: Iterable[int], row: int, judged: _Judged) -> _Sighting:
    """Gather what one observation shows; of many zones the most prominent is told."""
    verdicts, rank = judged.verdicts, judged.rulebook.prominence
    violations: dict[Reason, Alert] = {}
    doubts: set[Reason] = set()
    for n in sorted(rows, key=lambda n: int(rank[verdicts.zone[n]])):
        reason = Reason(int(verdicts.reason[n]))
        if verdicts.kind[n] == VerdictKind.UNCERTAIN:
            doubts.add(reason)
        elif reason not in violations:
            violations[reason] = _fresh(reason, n, row, judged)
    at_ms = int(judged.batch.positions.at_ms[row])
    return _Sighting(at_ms=at_ms, violations=violations, doubts=frozenset(doubts))


def _fresh(reason: Reason, n: int, row: int, judged: _Judged) -> Alert:
    """Return the alert that verdict `n` on observation `row` would be by itself."""
    at, rulebook = judged.batch.positions, judged.rulebook
    key = judged.batch.vehicles[judged.batch.vehicle[row]]
    zone = rulebook.zones[judged.verdicts.zone[n]]
    permit = int(judged.verdicts.permit[n])
    code, at_ms = int(at.layer[row]), int(at.at_ms[row])
    return Alert(
        id=_name(key, reason, at_ms),
        vehicle=key,
        layer=LAYERS[code] if code >= 0 else (zone.layer or Layer.SURFACE),
        reason=reason,
        severity=SEVERITY[reason],
        state=AlertState.OPEN,
        zone=zone.id,
        zone_version=zone.version,
        zone_name=zone.name,
        permit=rulebook.permits[permit].id if permit >= 0 else None,
        opened_at=instant(at_ms),
        last_at=instant(at_ms),
        lon=float(at.lon[row]),
        lat=float(at.lat[row]),
        count=1,
    )


def _name(key: VehicleKey, reason: Reason, at_ms: int) -> AlertId:
    """Name an alert by what it is about, so that telling it twice is telling it once."""
    return AlertId(uuid5(_ALERTS, f"{key.uid}/{reason.code}/{at_ms}"))


def _next(
    ongoing: Iterable[Situation], sighting: _Sighting, told: list[Alert]
) -> Iterable[Situation]:
    """Return what goes on after a sighting; what is to be told is added to `told`."""
    before = {situation.reason: situation for situation in ongoing}
    for reason, situation in before.items():
        if reason in sighting.violations:
            yield _worse(situation, sighting, told)
        elif reason in sighting.doubts:
            yield replace(situation, clear_since_ms=None)
        else:
            yield from _better(situation, sighting.at_ms, told)
    for reason, fresh in sighting.violations.items():
        if reason not in before:
            begun = Situation(reason=reason, first_ms=sighting.at_ms)
            yield _raised(begun, fresh, told) if reason in AT_ONCE else begun


def _worse(situation: Situation, sighting: _Sighting, told: list[Alert]) -> Situation:
    """Count another violation: raise what has lasted, and update what was raised now and then."""
    fresh, at_ms = sighting.violations[situation.reason], sighting.at_ms
    situation = replace(situation, streak=situation.streak + 1, clear_since_ms=None)
    if situation.alert is None:
        lasted = at_ms - situation.first_ms >= RAISED_AFTER_MS
        if lasted or situation.streak >= RAISED_AFTER_OBSERVATIONS:
            return _raised(situation, fresh, told)
        return situation
    current = replace(
        situation.alert,
        last_at=fresh.last_at,
        lon=fresh.lon,
        lat=fresh.lat,
        count=situation.alert.count + 1,
    )
    if at_ms - situation.told_ms < UPDATED_EVERY_MS:
        return replace(situation, alert=current)
    told.append(current)
    return replace(situation, alert=current, told_ms=at_ms)


def _raised(situation: Situation, fresh: Alert, told: list[Alert]) -> Situation:
    opened = instant(situation.first_ms)
    name = _name(fresh.vehicle, fresh.reason, situation.first_ms)
    raised = replace(fresh, id=name, opened_at=opened, count=situation.streak)
    told.append(raised)
    told_ms = round(raised.last_at.timestamp() * 1000)
    return replace(situation, alert=raised, told_ms=told_ms)


def _better(situation: Situation, at_ms: int, told: list[Alert]) -> Iterable[Situation]:
    """Close what has been over for long enough; what was never told is forgotten at once."""
    since = at_ms if situation.clear_since_ms is None else situation.clear_since_ms
    if situation.alert is None:
        return
    if situation.reason is Reason.SILENT or at_ms - since >= CLEARED_AFTER_MS:
        told.append(replace(situation.alert, state=AlertState.CLOSED))
        return
    yield replace(situation, clear_since_ms=since)
