"""How does a situation go on: is it worth telling, still going on, or over?"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec.structs import replace

from telemetry.model import (
    Alert,
    AlertId,
    AlertState,
    Observations,
    Reason,
    Severity,
    VehicleKey,
    Verdicts,
)
from telemetry.rulebook import Rulebook
from telemetry.stays import instant
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


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for which a vehicle is, or may soon be, in breach.

    `count`, `last_ms`, `lon` and `lat` tell of its violations so far; `alert` is what a human was
    told at first, and `told_ms` when last. A struct: every violation replaces it.
    """

    reason: Reason
    first_ms: int
    last_ms: int
    lon: float
    lat: float
    count: int = 1
    clear_since_ms: int | None = None
    told_ms: int = 0
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A batch with its verdicts and what they rest on."""

    batch: Observations
    verdicts: Verdicts
    rulebook: Rulebook


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One observation: for each reason broken the verdict to be told, and what is in doubt."""

    row: int
    at_ms: int
    violations: Mapping[Reason, int]
    doubts: frozenset[Reason]


def go_on(
    ongoing: Iterable[Situation], sighting: Sighting, judged: Judged, told: list[Alert]
) -> Iterable[Situation]:
    """Return what goes on after a sighting; what is to be told is added to `told`."""
    before = {situation.reason: situation for situation in ongoing}
    for reason, situation in before.items():
        if reason in sighting.violations:
            yield _worse(_counted(situation, sighting, judged), sighting, judged, told)
        elif reason in sighting.doubts:
            yield replace(situation, clear_since_ms=None)
        else:
            yield from _better(situation, sighting.at_ms, told)
    for reason in sighting.violations:
        if reason not in before:
            begun = _begun(reason, sighting, judged)
            yield _raised(begun, sighting, judged, told) if reason in AT_ONCE else begun


def _begun(reason: Reason, sighting: Sighting, judged: Judged) -> Situation:
    at = judged.batch.positions
    return Situation(
        reason=reason,
        first_ms=sighting.at_ms,
        last_ms=sighting.at_ms,
        lon=float(at.lon[sighting.row]),
        lat=float(at.lat[sighting.row]),
    )


def _counted(situation: Situation, sighting: Sighting, judged: Judged) -> Situation:
    at = judged.batch.positions
    return replace(
        situation,
        count=situation.count + 1,
        clear_since_ms=None,
        last_ms=sighting.at_ms,
        lon=float(at.lon[sighting.row]),
        lat=float(at.lat[sighting.row]),
    )


def _worse(
    situation: Situation, sighting: Sighting, judged: Judged, told: list[Alert]
) -> Situation:
    """Raise what has lasted, and update now and then what was raised."""
    at_ms = sighting.at_ms
    if situation.alert is None:
        lasted = at_ms - situation.first_ms >= RAISED_AFTER_MS
        if lasted or situation.count >= RAISED_AFTER_OBSERVATIONS:
            return _raised(situation, sighting, judged, told)
        return situation
    if at_ms - situation.told_ms < UPDATED_EVERY_MS:
        return situation
    told.append(_current(situation, situation.alert))
    return replace(situation, told_ms=at_ms)


def _raised(
    situation: Situation, sighting: Sighting, judged: Judged, told: list[Alert]
) -> Situation:
    """Tell of a situation for the first time, from when it began."""
    n = sighting.violations[situation.reason]
    key = judged.batch.vehicles[judged.batch.vehicle[sighting.row]]
    zone = judged.rulebook.zones[judged.verdicts.zone[n]]
    permit = int(judged.verdicts.permit[n])
    code = int(judged.batch.positions.layer[sighting.row])
    fresh = Alert(
        id=alert_name(key, situation.reason, situation.first_ms),
        vehicle=key,
        layer=LAYERS[code] if code >= 0 else (zone.layer or Layer.SURFACE),
        reason=situation.reason,
        severity=SEVERITY[situation.reason],
        state=AlertState.OPEN,
        zone=zone.id,
        zone_version=zone.version,
        zone_name=zone.name,
        permit=judged.rulebook.permits[permit].id if permit >= 0 else None,
        opened_at=instant(situation.first_ms),
        last_at=instant(situation.last_ms),
        lon=situation.lon,
        lat=situation.lat,
        count=situation.count,
    )
    told.append(fresh)
    return replace(situation, alert=fresh, told_ms=sighting.at_ms)


def _current(situation: Situation, alert: Alert, state: AlertState = AlertState.OPEN) -> Alert:
    """Return an alert as its situation stands."""
    return dataclasses.replace(
        alert,
        state=state,
        last_at=instant(situation.last_ms),
        lon=situation.lon,
        lat=situation.lat,
        count=situation.count,
    )


def alert_name(key: VehicleKey, reason: Reason, at_ms: int) -> AlertId:
    """Name an alert by what it is about, so that telling it twice is telling it once."""
    return AlertId(uuid5(_ALERTS, f"{key.uid}/{reason.code}/{at_ms}"))


def _better(situation: Situation, at_ms: int, told: list[Alert]) -> Iterable[Situation]:
    """Close what has been over for long enough; what was never told is forgotten at once."""
    since = at_ms if situation.clear_since_ms is None else situation.clear_since_ms
    if situation.alert is None:
        return
    if situation.reason is Reason.SILENT or at_ms - since >= CLEARED_AFTER_MS:
        told.append(_current(situation, situation.alert, AlertState.CLOSED))
        return
    yield replace(situation, clear_since_ms=since)
